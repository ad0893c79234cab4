//! Reads tables ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)) with a header and columns between commas,
//! semicolons, tabs or vertical bars.
//!
//! `header` finds the header. `records` finds where each record ends. So the line number of each record is known, its
//! size is limited, and a bad record does not affect the next. The parser of the csv crate splits each record into
//! cells.

mod header;
mod records;

use serde_json::Value;

use super::fields::{self, Context, Entry, Field, FieldMap, Names};
use super::input::Input;
use super::limits::unusable;
use super::output::Output;
use super::write::csv::{is_ours, value};
use crate::Result;
use records::{Records, counted};

/// Columns of Web of Science's tab-delimited export: the
/// [two-letter tag](https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html) of each, and its name in
/// other tables. A column with an empty name is left out. Keywords Plus (`ID`) are left out because they are made by a
/// machine.
#[rustfmt::skip]
const WEB_OF_SCIENCE: [(&str, &str); 32] = [
    ("AB", "abstract"), ("AF", "author full names"), ("AR", "article number"), ("AU", "authors"), ("BE", "editors"),
    ("BN", "isbn"), ("BP", "start page"), ("CA", ""), ("CT", "conference name"), ("D2", ""),
    ("DE", "author keywords"), ("DI", "doi"), ("DT", "document type"), ("EI", "eissn"), ("EP", "end page"),
    ("ID", ""), ("IS", "issue"), ("JI", "journal iso"), ("LA", "language"), ("PD", "month"),
    ("PG", "number of pages"), ("PI", "place"), ("PM", "pubmed id"), ("PU", "publisher"), ("PY", "publication year"),
    ("SE", "series"), ("SN", "issn"), ("SO", "source title"), ("TI", "title"), ("UT", ""), ("VL", "volume"),
    ("WC", "web of science categories"),
];

/// Returns the delimiter of a table, or `None` if no record at the start of the text is a header with a title column.
pub(super) fn delimiter(start: &[u8]) -> Option<u8> {
    header::delimiter(start, &Names::new(&FieldMap::default()))
}

/// Reads a table. If no delimiter is given, it is found from the first rows.
pub(super) fn read(input: &mut Input, output: &mut Output, delimiter: Option<u8>, map: &FieldMap) -> Result<()> {
    let delimiter = delimiter
        .or_else(|| header::delimiter(input.peek(), &Names::new(map)))
        .unwrap_or_else(|| header::likely_delimiter(input.peek()));
    let first_rows = header::rows_in_sight(input.peek(), delimiter);
    let mut records = Records::new(delimiter);
    let header = header::header(input, output, &mut records, map)?;
    records.columns = Some(header.len());
    let context = Context::new(map);
    let table = Table::new(&header, &context.names);
    if let Some(complaint) = context.names.complaint() {
        return Err(unusable(output.path, complaint));
    }
    table.learn(&first_rows, &context.names);
    let mut first_half = None;
    while let Some((line, record)) = records.next(input) {
        let cells = match record {
            Ok(cells) => cells,
            Err(reason) => {
                output.problem(line, reason)?;
                continue;
            }
        };
        let is_second_half = first_half.take().is_some_and(|first: usize| first + cells.len() == header.len() + 1);
        if is_second_half || !table.fits(&cells) {
            first_half = (cells.len() < header.len()).then_some(cells.len());
            let reason = format!(
                "{} but the header has {}; a cell that holds the delimiter {:?} or a line end must be in double quotes",
                counted(cells.len() as u64, "cell"),
                counted(header.len() as u64, "column"),
                char::from(delimiter)
            );
            output.problem(line, reason)?;
            continue;
        }
        let values = table.values(&cells);
        fields::put_row(output, &context, line, &table.entries(&values), table.has_glued_authors)?;
    }
    if let Some((first, count)) = records.stray_quotes {
        output.notice(format!(
            "a double quote is opened and never closed in {} (first: line {first}); such lines were read without the \
             quote; check them",
            counted(count, "line")
        ))?;
    }
    context.finish(output)
}

/// The columns of a table and their meanings.
struct Table<'h> {
    columns: Vec<(&'h str, Option<fields::Meaning>)>,
    /// The position of the last column that a row must have: the last one for titles, abstracts or authors.
    last_needed: usize,
    /// Whether nothing separates the names of authors, as in Springer's tables.
    has_glued_authors: bool,
    /// Whether relata wrote the table.
    is_ours: bool,
}

impl<'h> Table<'h> {
    fn new(header: &'h [String], names: &Names) -> Self {
        let header: Vec<&str> = header.iter().map(|name| name.trim()).collect();
        let tags = header.iter().filter(|name| WEB_OF_SCIENCE.iter().any(|(tag, _)| tag == *name)).count();
        let is_web_of_science = tags >= 4 && header.contains(&"TI");
        let meaning_of = |name: &str| {
            let tag = WEB_OF_SCIENCE.iter().find(|(tag, _)| is_web_of_science && *tag == name);
            let own = names.meaning(name);
            // A mapping by the user overrides the tag.
            own.filter(|meaning| meaning.rank == 0).or_else(|| tag.map_or(own, |(_, name)| names.meaning(name)))
        };
        let columns: Vec<_> = header.iter().map(|name| (*name, meaning_of(name))).collect();
        let is_needed = |field| matches!(field, Field::Title | Field::Abstract | Field::Authors);
        let needed = columns.iter().rposition(|(_, meaning)| meaning.is_some_and(|meaning| is_needed(meaning.field)));
        Self {
            last_needed: needed.unwrap_or(columns.len()).max(1),
            has_glued_authors: header.contains(&"Item Title") && header.contains(&"Content Type"),
            is_ours: is_ours(&header),
            columns,
        }
    }

    /// Whether a row has the right number of cells. Extra cells are allowed if they are empty, because spreadsheets pad
    /// rows. Cells after the last required column may be missing, because some programs leave out empty cells at the
    /// end.
    fn fits(&self, cells: &[String]) -> bool {
        let is_padding = |cell: &String| cell.trim().is_empty();
        cells.len() > self.last_needed.min(self.columns.len().saturating_sub(1))
            && cells.iter().skip(self.columns.len()).all(is_padding)
    }

    /// Learns from the first rows how the column of authors is written.
    fn learn(&self, rows: &[Vec<String>], names: &Names) {
        let is_authors = |(_, meaning): &(&str, Option<fields::Meaning>)| {
            meaning.is_some_and(|meaning| meaning.field == Field::Authors)
        };
        let Some(at) = self.columns.iter().position(is_authors) else { return };
        let cells = rows.iter().filter(|row| row.len() == self.columns.len()).filter_map(|row| row.get(at));
        cells.skip(1).for_each(|cell| fields::people::learn(cell, &names.habit));
    }

    /// Returns the values of the cells: null for a cell that is empty or marks a missing value.
    fn values(&self, cells: &[String]) -> Vec<Value> {
        let value = |((name, _), cell): (&(&str, _), &String)| match cell.as_str() {
            "" => Value::Null,
            cell if self.is_ours => value(name, cell),
            cell if fields::is_missing_value(cell) => Value::Null,
            cell => cell.into(),
        };
        self.columns.iter().zip(cells).map(value).collect()
    }

    fn entries<'v>(&'v self, values: &'v [Value]) -> Vec<Entry<'v>> {
        let columns = self.columns.iter().zip(values);
        let known = columns.filter(|((_, meaning), value)| meaning.is_some() && !value.is_null());
        known.map(|((name, meaning), value)| Entry { name, meaning: *meaning, value }).collect()
    }
}

#[cfg(test)]
mod tests;
