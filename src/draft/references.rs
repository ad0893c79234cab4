//! Lists of references: where one begins and ends, and where its entries do.

use super::parts::Reference;
use crate::paper::Identifier;

/// Headings of lists of references, in lower case.
#[rustfmt::skip]
const HEADINGS: [&str; 14] = [
    "references", "references and notes", "notes and references", "bibliography", "literature", "literature cited",
    "works cited", "references cited", "reference list", "literatur", "literaturverzeichnis", "bibliographie",
    "références", "referencias",
];

/// First words of what may follow a list. Plain text does not mark headings, so these words end a list there.
#[rustfmt::skip]
const BEHIND: [&str; 8] = [
    "Acknowledgements", "Acknowledgments", "Annex", "Appendices", "Appendix", "Supplement", "Supplementary",
    "Supplemental",
];

/// Longest line that is taken for a heading.
const LONGEST_HEADING: usize = 60;

/// Longest mark of an entry that is one word, `[VSP+17]`, and of one that has a number, `[Byron and Gauss, 2017]`.
const LONGEST_MARKS: (usize, usize) = (20, 40);

/// A paragraph without a mark that is longer than the first is prose if it has neither a year nor an identifier, and one
/// longer than the second whatever it has: references of more bytes than that are hardly printed.
const PROSE: (usize, usize) = (200, 1000);

/// Whether a heading announces one: `References`, `7. REFERENCES:`.
pub(super) fn is_heading(text: &str) -> bool {
    let is_around = |c: char| !c.is_alphabetic();
    HEADINGS.contains(&text.trim_matches(is_around).to_lowercase().as_str())
}

/// Whether a line ends a list: `Appendix A: Proofs`.
pub(super) fn ends_list(line: &str) -> bool {
    let first = line.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let is_known = BEHIND.iter().any(|word| first == *word || first == word.to_uppercase());
    is_known && line.len() <= LONGEST_HEADING && !has_year(line)
}

/// The entries in the lines of a list: numbered or bulleted ones, or paragraphs, or lines; and the paragraphs in it that
/// are prose, since not every list is followed by a heading.
pub(super) fn entries(lines: &[&str]) -> (Vec<Reference>, Vec<String>) {
    let blocks = blocks(lines);
    let is_marked = blocks.iter().any(|block| block.is_marked);
    let (mut found, mut prose): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for block in blocks {
        if block.is_prose() {
            prose.push(block.text);
            continue;
        }
        match found.last_mut() {
            // The page ended within it.
            Some(last) if is_marked && !block.is_marked => {
                last.push(' ');
                last.push_str(&block.text);
            }
            _ => found.push(block.text),
        }
    }
    (found.into_iter().map(|text| Reference { key: None, text }).collect(), prose)
}

/// Lines of a list that belong together.
struct Block {
    text: String,
    is_marked: bool,
}

impl Block {
    fn is_prose(&self) -> bool {
        let (short, long) = PROSE;
        let is_reference = || has_year(&self.text) || !Identifier::all_in(&self.text).is_empty();
        !self.is_marked && (self.text.len() > long || self.text.len() > short && !is_reference())
    }
}

fn blocks(lines: &[&str]) -> Vec<Block> {
    let start = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(lines.len());
    let lines = &lines[start..];
    let is_marked = lines.iter().filter(|line| unmarked(line).is_some()).count() > 1;
    let has_paragraphs = {
        let blank = lines.iter().position(|line| line.trim().is_empty());
        blank.is_some_and(|blank| lines[blank..].iter().any(|line| !line.trim().is_empty()))
    };
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_behind_blank = true;
    for line in lines {
        // Pandoc has the list in a division: `::: {#refs}`.
        if !line.contains(char::is_alphanumeric) || line.starts_with(":::") {
            is_behind_blank |= line.trim().is_empty();
            continue;
        }
        let mark = unmarked(line).filter(|_| is_marked);
        let begins = if is_marked {
            mark.is_some() || is_behind_blank
        } else if has_paragraphs {
            is_behind_blank
        } else {
            !line.starts_with([' ', '\t'])
        };
        is_behind_blank = false;
        let text = unmarked(line).unwrap_or(line).trim();
        match blocks.last_mut() {
            Some(last) if !begins => {
                last.text.push(' ');
                last.text.push_str(text);
            }
            _ => blocks.push(Block { text: text.to_owned(), is_marked: mark.is_some() }),
        }
    }
    blocks
}

/// Whether a text has a year of the last centuries: `(2017a)`.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers.any(|number| number.len() == 4 && ("1500".."2100").contains(&number))
}

/// A line without the number, key or bullet in front of it; `None` if it has none.
fn unmarked(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix(['-', '*', '•', '+']) {
        return rest.starts_with(' ').then(|| rest.trim_start());
    }
    let after = if let Some(inner) = line.strip_prefix('[') {
        let (one_word, with_number) = LONGEST_MARKS;
        let mark = &inner[..inner[..inner.floor_char_boundary(with_number + 1)].find(']')?];
        let is_word = mark.len() <= one_word && !mark.is_empty() && !mark.contains(char::is_whitespace);
        if !is_word && !mark.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let after = &inner[mark.len() + 1..];
        after.strip_prefix(':').unwrap_or(after)
    } else {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        line[digits..].strip_prefix(['.', ')']).filter(|_| (1..=3).contains(&digits))?
    };
    after.starts_with([' ', '\t']).then(|| after.trim_start())
}
