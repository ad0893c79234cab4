//! Tables that map the tags of a format to the fields of a [`Record`].

use super::dates::Day;
use super::names::{joined, people, without_et_al};
use super::numbers::StandardNumbers;
use super::records::Fields;
use crate::paper::{IdentifierKind, Record};

/// The place in a record for the values of some tags.
#[derive(Debug, Clone, Copy)]
pub(super) enum To {
    Id,
    Title,
    Abstract,
    Venue,
    /// The first link is the paper's URL. Identifiers are looked for in all links.
    Url,
    /// Each tag has a part of the date, or all of it. If years differ, the first tag counts.
    Date,
    Authors,
    Keywords,
    Organizations,
    /// The detail `note`; a note may also contain an identifier of the paper.
    Note,
    /// The details `issn` and `isbn`.
    StandardNumbers,
    Identifier(IdentifierKind),
    /// A detail that lists people in BibTeX's notation.
    Names(&'static str),
    /// A detail with the first value.
    Detail(&'static str),
    /// Values that are useless to a reader; they are dropped.
    Dropped,
}

/// Moves fields into a record, row by row. A row has tags, separated by spaces, and the place of their values. A field
/// that holds one value gets the first value of the first tag that has a value.
pub(super) fn fill(record: &mut Record, fields: &mut Fields, table: &[(&str, To)]) {
    for &(tags, to) in table {
        match to {
            To::Id => record.id = fields.take(tags),
            To::Title => record.title = fields.take(tags),
            To::Abstract => record.abstract_text = fields.take(tags),
            To::Venue => record.venue = fields.take(tags),
            To::Url => {
                let first = fields.take(tags);
                let mut links = first.lines();
                record.url = links.next().unwrap_or_default().to_owned();
                record.mentions.extend(links.map(str::to_owned));
                record.mentions.extend(fields.take_lines(tags));
            }
            To::Date => {
                let texts: Vec<String> = tags.split(' ').map(|tag| fields.take(tag)).collect();
                set_date(record, &texts);
            }
            To::Authors => (record.authors, record.et_al) = without_et_al(people(&fields.take_all(tags))),
            To::Keywords => record.keywords = keywords(&fields.take_lines(tags)),
            To::Organizations => record.organizations = fields.take_lines(tags),
            To::Note => {
                let notes = fields.take_all(tags);
                detail(record, "note", notes.join("; "));
                record.mentions.extend(notes);
            }
            To::StandardNumbers => {
                let numbers = StandardNumbers::find(&fields.take_all(tags));
                detail(record, "issn", numbers.issn);
                detail(record, "isbn", numbers.isbn);
            }
            To::Identifier(kind) => {
                record.identifiers.extend(fields.take_lines(tags).into_iter().map(|text| (kind, text)));
            }
            To::Names(name) => detail(record, name, joined(&people(&fields.take_all(tags)))),
            To::Detail(name) => detail(record, name, fields.take(tags)),
            To::Dropped => drop(fields.take_all(tags)),
        }
    }
}

/// Adds a detail unless its value is empty. Of several details with one name, the first counts.
pub(super) fn detail(record: &mut Record, name: &str, value: impl Into<String>) {
    let value = value.into();
    if !value.is_empty() {
        record.details.push((name.to_owned(), value));
    }
}

/// Sets year and date from several texts. If years differ, the first text counts.
pub(super) fn set_date(record: &mut Record, texts: &[String]) {
    let day = Day::merged(texts);
    (record.year, record.date) = (day.year, day.date());
    if let (None, Some(month)) = (record.date, day.month) {
        detail(record, "month", month.to_string());
    }
}

/// Splits lines into keywords, at line ends and semicolons. A single line without semicolons is split at its spaces if
/// it is Chinese, else at its commas if it has several. Removes the asterisk with which MEDLINE and PsycINFO mark major
/// headings.
pub(super) fn keywords(lines: &[String]) -> Vec<String> {
    let is_separator = |c: char| matches!(c, ';' | '\u{ff1b}');
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let keywords: Vec<&str> = match lines {
        [line] if !line.contains(is_separator) && is_chinese(line) => line.split_whitespace().collect(),
        [line] if !line.contains(is_separator) && line.matches(',').count() >= 2 => line.split(',').collect(),
        lines => lines.iter().flat_map(|line| line.split(is_separator)).collect(),
    };
    keywords.into_iter().map(|keyword| keyword.trim().trim_start_matches('*').to_owned()).collect()
}

/// Returns the name of the detail for the publisher: `institution` for a thesis or a report, else `publisher`.
pub(super) fn publisher_of(kind: &str) -> &'static str {
    if matches!(kind, "thesis" | "report") { "institution" } else { "publisher" }
}
