//! Finds the beginning and the end of a list of references, and splits it into entries.

use super::parts::Reference;
use crate::paper::Identifier;

/// Headings of lists of references, in lower case.
const HEADINGS: [&str; 14] = [
    "references", "references and notes", "notes and references", "bibliography", "literature", "literature cited",
    "works cited", "references cited", "reference list", "literatur", "literaturverzeichnis", "bibliographie",
    "références", "referencias",
];

/// First words of headings that may follow a list. Plain text does not mark headings, so there a line that begins with
/// one of these words ends the list.
const HEADINGS_AFTER_LIST: [&str; 8] = [
    "Acknowledgements", "Acknowledgments", "Annex", "Appendices", "Appendix", "Supplement", "Supplementary",
    "Supplemental",
];

/// Maximum length of a line that counts as a heading, in bytes.
const LONGEST_HEADING: usize = 60;

/// Maximum lengths of the mark of an entry, in bytes: for one word such as `[VSP+17]`, and for several words with a
/// number such as `[Byron and Gauss, 2017]`.
const LONGEST_MARKS: (usize, usize) = (20, 40);

/// Lengths in bytes that distinguish prose from references without marks. A paragraph longer than the first is prose if
/// it has neither a year nor an identifier. A paragraph longer than the second is always prose, because references are
/// rarely that long.
const PROSE: (usize, usize) = (200, 1000);

/// Whether a text is the heading of a list of references, such as `References` or `7. REFERENCES:`.
pub(super) fn is_heading(text: &str) -> bool {
    let is_around = |c: char| !c.is_alphabetic();
    HEADINGS.contains(&text.trim_matches(is_around).to_lowercase().as_str())
}

/// Whether a line is a heading that ends a list, such as `Appendix A: Proofs`.
pub(super) fn ends_list(line: &str) -> bool {
    let first = line.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let is_known = HEADINGS_AFTER_LIST.iter().any(|word| first == *word || first == word.to_uppercase());
    is_known && line.len() <= LONGEST_HEADING && !has_year(line)
}

/// Splits the lines of a list into entries and prose, since prose may follow a list without a heading. Entries are
/// numbered or bulleted. If they are not, each paragraph is an entry. Without paragraphs, each line is one.
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
            // A page break divided the entry.
            Some(last) if is_marked && !block.is_marked => {
                last.push(' ');
                last.push_str(&block.text);
            }
            _ => found.push(block.text),
        }
    }
    (found.into_iter().map(|text| Reference { key: None, text }).collect(), prose)
}

/// Lines of a list that form one entry or one paragraph of prose.
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
        // Pandoc puts the list between lines such as `::: {#refs}`.
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

/// Whether a text contains a year from 1500 to 2099, as in `(2017a)`.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers.any(|number| number.len() == 4 && ("1500".."2100").contains(&number))
}

/// Removes a number, key or bullet at the beginning of a line. Returns `None` if the line begins with text.
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
