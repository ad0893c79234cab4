//! Lists of references: where one begins, and where its entries do.

use super::Reference;

/// What such a list is called, in small letters.
const HEADINGS: [&str; 7] = [
    "references",
    "bibliography",
    "literature",
    "literature cited",
    "works cited",
    "references cited",
    "reference list",
];

/// Whether a heading announces one: `References`, `7. REFERENCES:`.
pub(super) fn is_heading(text: &str) -> bool {
    let is_around = |c: char| !c.is_alphabetic();
    HEADINGS.contains(&text.trim_matches(is_around).to_lowercase().as_str())
}

/// The entries in the lines of a list: numbered or bulleted ones, or paragraphs, or lines.
pub(super) fn entries(lines: &[&str]) -> Vec<Reference> {
    let start = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(lines.len());
    let lines = &lines[start..];
    let marked = lines.iter().filter(|line| unmarked(line).is_some()).count() > 1;
    let has_paragraphs = {
        let blank = lines.iter().position(|line| line.trim().is_empty());
        blank.is_some_and(|blank| lines[blank..].iter().any(|line| !line.trim().is_empty()))
    };
    let mut found: Vec<String> = Vec::new();
    let mut begins = true;
    for line in lines {
        if line.trim().is_empty() {
            begins = true;
            continue;
        }
        let begins_here = if marked {
            unmarked(line).is_some()
        } else if has_paragraphs {
            begins
        } else {
            !line.starts_with([' ', '\t'])
        };
        begins = false;
        let text = unmarked(line).unwrap_or(line).trim();
        match found.last_mut() {
            Some(last) if !begins_here => {
                last.push(' ');
                last.push_str(text);
            }
            _ => found.push(text.to_owned()),
        }
    }
    found.into_iter().map(|text| Reference { key: None, text }).collect()
}

/// A line without the number or bullet in front of it; `None` if it has none.
fn unmarked(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix(['-', '*', '•', '+']) {
        return rest.starts_with(' ').then(|| rest.trim_start());
    }
    let (bracket, rest) = line.strip_prefix('[').map_or((false, line), |rest| (true, rest));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let closing = if bracket { [']'].as_slice() } else { ['.', ')'].as_slice() };
    let after = rest[digits..].strip_prefix(closing)?;
    ((1..=3).contains(&digits) && after.starts_with([' ', '\t'])).then(|| after.trim_start())
}
