//! RIS, the format of reference managers and databases.
//!
//! A record begins with `TY  - JOUR` and ends with `ER  - `. Each line between them is a field: a tag of two letters or
//! digits, two spaces, a hyphen, a space and the value
//! ([specification](https://web.archive.org/web/20120526103719/http://refman.com/support/risformat_intro.asp)). Hardly
//! any program follows the specification, so this module accepts many forms of lines. `types` has the types of works,
//! and `meaning` has the meaning of the tags.

mod meaning;
#[cfg(test)]
mod tests;
pub(in crate::formats) mod types;

use super::records::{Dialect, Fields, Line};
use crate::paper::Record;

/// Whether a file that begins with `start` is in this format: it has the first line of a record.
pub(in crate::formats) fn claims(start: &str) -> bool {
    start.lines().any(|line| opening(line).is_some_and(|(_, code)| code.split_whitespace().next().is_some_and(is_code)))
}

/// Whether a text can be the code of a type.
pub(in crate::formats) fn is_code(code: &str) -> bool {
    (2..=20).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic())
}

pub(super) struct Ris {
    /// The number of spaces between tag and hyphen in the first line of the record. The specification requires two.
    /// Other lines may have more.
    pub gap: usize,
}

impl Dialect for Ris {
    fn line<'l>(&mut self, line: &'l str, open: &Fields) -> Line<'l> {
        if let Some((gap, code)) = opening(line) {
            self.gap = gap;
            return Line::First("TY", code);
        }
        match tagged(line, self.gap) {
            // Two files were joined without a line end between them.
            Some((tag, rest)) if tag.eq_ignore_ascii_case("ER") => match opening(rest) {
                Some((gap, code)) => {
                    self.gap = gap;
                    Line::First("TY", code)
                }
                None => Line::End,
            },
            Some((tag, value)) if open.is_empty() && begins_without_type(tag) => Line::First(tag, value),
            Some((tag, value)) => Line::Field(tag, value),
            None => Line::More(line),
        }
    }

    fn record(&self, fields: &mut Fields) -> Record {
        meaning::record(fields)
    }
}

/// Whether a tag begins a record that has no `TY`. Other tags do not, because some occur between records (Ovid's `NL`).
fn begins_without_type(tag: &str) -> bool {
    ["TI", "T1", "AU", "A1"].iter().any(|first| first.eq_ignore_ascii_case(tag))
}

/// Returns the gap and the type of a line that begins a record. The gap is the number of spaces before the hyphen.
fn opening(line: &str) -> Option<(usize, &str)> {
    let line = line.trim_start_matches(is_margin);
    let behind_tag = line.get(..2).filter(|tag| tag.eq_ignore_ascii_case("TY")).map(|_| &line[2..])?;
    let hyphen = behind_tag.trim_start_matches([' ', '\t', '\u{a0}']);
    let value = hyphen.strip_prefix(HYPHENS)?;
    let gap = behind_tag.len() - hyphen.len();
    // A tab counts as the two spaces of the specification.
    let gap = if behind_tag.starts_with('\t') { 2 } else { gap };
    let is_spaced = gap > 0 || value.starts_with(char::is_whitespace);
    is_spaced.then_some((gap, value.trim()))
}

/// The hyphen, and the dashes that word processors put in its place.
const HYPHENS: [char; 3] = ['-', '\u{2013}', '\u{2014}'];

/// Whether a character may precede a tag: indentation, or the byte-order mark of a file that was appended to another.
fn is_margin(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Returns the tag and the value of a line, or `None` if the line has no tag. `gap` is the number of spaces after the
/// tag in the first line of the record.
fn tagged(line: &str, gap: usize) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(is_margin);
    let length = line.bytes().take(6).take_while(u8::is_ascii_alphanumeric).count();
    let (tag, rest) = line.split_at(length);
    let behind_gap = rest.trim_start_matches([' ', '\t', '\u{a0}']);
    let value = behind_gap.strip_prefix(HYPHENS)?;
    let spaces = if rest.starts_with('\t') { 2 } else { rest.len() - behind_gap.len() };
    let is_word = !tag.starts_with(|c: char| c.is_ascii_digit());
    // "PMID  - 123" has a tag, "well - known" is text.
    let has_length = length == 2 || (3..=5).contains(&length) && !tag.contains(|c: char| c.is_ascii_lowercase());
    let is_spaced = spaces >= 2 || spaces >= gap && value.chars().next().is_none_or(char::is_whitespace);
    // If there are fewer than two spaces, a word in lower case is text and not a tag: "an - x", "re- read".
    let has_case = spaces >= 2 || !tag.contains(|c: char| c.is_ascii_lowercase());
    (is_word && has_length && is_spaced && has_case).then_some((tag, value))
}
