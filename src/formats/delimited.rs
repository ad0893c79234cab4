//! Tables: [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) with a header, between commas, semicolons or tabs.
//!
//! The csv crate parses each record; this module finds where records end, because that is what gives a record its line,
//! bounds its size, and keeps one bad record from taking the next with it.

use std::borrow::Cow;

use super::fields::{self, Context, Entries, Entry, Field, FieldMap, Names, Value, shortened};
use super::input::Input;
use super::lines::{next_bytes, text};
use super::{Output, unusable, write};
use crate::Result;

/// Exports put a query or a date above the header; more than this is no preamble.
const HEADER_RECORDS: usize = 10;

/// Columns that a message lists.
const LISTED_COLUMNS: usize = 12;

/// The columns of Web of Science's tab-delimited export that are of use, by their
/// [two-letter tags](https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html), and what other tables
/// call them. Keywords Plus (`ID`) are made by a machine, and not the authors'.
const WEB_OF_SCIENCE: [(&str, &str); 32] = [
    ("AB", "abstract"),
    ("AF", "author full names"),
    ("AR", "article number"),
    ("AU", "authors"),
    ("BE", "editors"),
    ("BN", "isbn"),
    ("BP", "start page"),
    ("CA", ""),
    ("CT", "conference name"),
    ("D2", ""),
    ("DE", "author keywords"),
    ("DI", "doi"),
    ("DT", "document type"),
    ("EI", "eissn"),
    ("EP", "end page"),
    ("ID", ""),
    ("IS", "issue"),
    ("JI", "journal iso"),
    ("LA", "language"),
    ("PD", "month"),
    ("PG", "number of pages"),
    ("PI", "place"),
    ("PM", "pubmed id"),
    ("PU", "publisher"),
    ("PY", "publication year"),
    ("SE", "series"),
    ("SN", "issn"),
    ("SO", "source title"),
    ("TI", "title"),
    ("UT", ""),
    ("VL", "volume"),
    ("WC", "web of science categories"),
];

/// What separates the columns, if the text begins as a table of papers does: with a header that has a title column.
pub(super) fn delimiter(start: &[u8]) -> Option<u8> {
    delimiter_of(start, &Names::new(&FieldMap::default()))
}

fn delimiter_of(start: &[u8], names: &Names) -> Option<u8> {
    let records = first_records(start);
    // The first header counts, for a cell below it may say `title` too. A list in a comma-separated header may hold
    // semicolons, so the delimiter that makes most columns wins.
    records.iter().find_map(|record| {
        let headers = b",;\t".iter().filter_map(|delimiter| Some((split(record, *delimiter)?, *delimiter)));
        let headers = headers.filter(|(header, _)| is_header(header, names));
        headers.rev().max_by_key(|(header, _)| header.len()).map(|(_, delimiter)| delimiter)
    })
}

fn is_header(columns: &[String], names: &Names) -> bool {
    let is_title = |name: &String| names.meaning(name).is_some_and(|meaning| meaning.field == Field::Title);
    columns.iter().any(is_title)
}

fn first_records(start: &[u8]) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut quoting = Quoting::FieldStart;
    for line in start.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        record.extend_from_slice(line);
        quoting = quoting.scan(line, b",;\t");
        if quoting == Quoting::Inside {
            record.push(b'\n');
            continue;
        }
        quoting = Quoting::FieldStart;
        if !record.trim_ascii().is_empty() {
            records.push(std::mem::take(&mut record));
        } else {
            record.clear();
        }
        if records.len() == HEADER_RECORDS {
            break;
        }
    }
    records.extend((!record.is_empty()).then_some(record));
    records
}

/// Reads a table; the delimiter is found out unless given.
pub(super) fn read(input: &mut Input, output: &mut Output, delimiter: Option<u8>, map: &FieldMap) -> Result<()> {
    let delimiter = delimiter.or_else(|| delimiter_of(input.peek(), &Names::new(map))).unwrap_or(b',');
    let mut records = Records { delimiter, buffer: Vec::new() };
    let header = header(input, output, &mut records, map)?;
    let context = Context::new(map);
    let table = Table::new(&header, &context.names);
    if let Some(complaint) = context.names.complaint() {
        return Err(unusable(output.path, complaint));
    }
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
                counted(cells.len(), "cell"),
                counted(header.len(), "column"),
                char::from(delimiter)
            );
            output.problem(line, reason)?;
            continue;
        }
        fields::put_row(output, &context, line, &table.entries(&cells), table.has_glued_authors)?;
    }
    context.finish(output)
}

/// The first record that names a column for titles.
fn header(input: &mut Input, output: &Output, records: &mut Records, map: &FieldMap) -> Result<Vec<String>> {
    let names = Names::new(map);
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..HEADER_RECORDS {
        let Some((_, record)) = records.next(input) else { break };
        let Ok(columns) = record else { continue };
        if is_header(&columns, &names) {
            return Ok(columns);
        }
        // The longest is the likeliest to be the header that lacks a title.
        if seen.len() < columns.len() {
            seen = columns;
        }
    }
    let columns: Vec<_> = seen.iter().take(LISTED_COLUMNS).map(|name| format!("{:?}", shortened(name))).collect();
    let example = seen.first().map_or("COLUMN", |name| name.trim());
    let reason = format!(
        "has no column for the title; its columns are {}. The first line names the columns; call one of them title, or \
         say which it is: --map \"title={}\"",
        columns.join(", "),
        shortened(example)
    );
    Err(unusable(output.path, reason))
}

/// What the columns of a table hold.
struct Table<'h> {
    columns: Vec<(&'h str, Option<fields::Meaning>)>,
    /// The last column of those without which a record is no whole paper.
    last_needed: usize,
    /// Springer puts nothing between its authors' names.
    has_glued_authors: bool,
    /// relata wrote it.
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
            // What the user said of a column counts more than its tag.
            own.filter(|meaning| meaning.rank == 0).or_else(|| tag.map_or(own, |(_, name)| names.meaning(name)))
        };
        let columns: Vec<_> = header.iter().map(|name| (*name, meaning_of(name))).collect();
        let is_needed = |field| matches!(field, Field::Title | Field::Abstract | Field::Authors);
        let needed = columns.iter().rposition(|(_, meaning)| meaning.is_some_and(|meaning| is_needed(meaning.field)));
        Self {
            last_needed: needed.unwrap_or(columns.len()).max(1),
            has_glued_authors: header.contains(&"Item Title") && header.contains(&"Content Type"),
            is_ours: write::csv::is_ours(&header),
            columns,
        }
    }

    /// Whether the cells are those of the columns: spreadsheets pad rows with empty cells, and some programs leave
    /// empty ones at the end away.
    fn fits(&self, cells: &[String]) -> bool {
        let is_padding = |cell: &String| cell.trim().is_empty();
        cells.len() > self.last_needed.min(self.columns.len().saturating_sub(1))
            && cells.iter().skip(self.columns.len()).all(is_padding)
    }

    fn entries<'t>(&'t self, cells: &'t [String]) -> Entries<'t> {
        let known = self.columns.iter().zip(cells).filter(|((_, meaning), cell)| meaning.is_some() && !cell.is_empty());
        let entry = |((name, meaning), cell): (&'t (&str, Option<fields::Meaning>), &'t String)| Entry {
            name: Cow::Borrowed(*name),
            meaning: *meaning,
            value: if self.is_ours { write::csv::value(name, cell) } else { Value::Text(Cow::Borrowed(cell)) },
        };
        Entries { known: known.map(entry).collect(), ..Entries::default() }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

struct Records {
    delimiter: u8,
    buffer: Vec<u8>,
}

impl Records {
    /// The next record that is not blank, and the line on which it starts.
    fn next(&mut self, input: &mut Input) -> Option<(u64, Result<Vec<String>, String>)> {
        loop {
            let line = input.line();
            let mut length = 0;
            let mut quoting = Quoting::FieldStart;
            loop {
                match next_bytes(input, &mut self.buffer, length) {
                    None if length > 0 && !input.broke_off() => {
                        let behind = self.buffer.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1);
                        let lost = match behind {
                            0 => String::new(),
                            _ => format!(
                                ", so that {} behind it were not read; close it, or take it out",
                                counted(behind, "line")
                            ),
                        };
                        return Some((line, Err(format!("a double quote is opened here and never closed{lost}"))));
                    }
                    None => return None,
                    Some(Err(reason)) => return Some((line, Err(reason))),
                    Some(Ok(())) => {}
                }
                quoting = quoting.scan(&self.buffer[length..], &[self.delimiter]);
                if quoting != Quoting::Inside {
                    break;
                }
                self.buffer.push(b'\n');
                length = self.buffer.len();
            }
            if self.buffer.trim_ascii().is_empty() {
                continue;
            }
            let record = text(&self.buffer).map(|_| split(&self.buffer, self.delimiter).unwrap_or_default());
            return Some((line, record));
        }
    }
}

/// Where in a record the scan is, as to quotes: the automaton of the csv crate, which this must agree with.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Quoting {
    FieldStart,
    /// In a field without quotes, or behind its closing one: a quote here is a character.
    Outside,
    Inside,
    /// Behind a quote in a quoted field: the closing one, or the first of a pair.
    AtQuote,
}

impl Quoting {
    /// The state after `bytes` and, outside of quotes, the end of a line.
    fn scan(mut self, bytes: &[u8], delimiters: &[u8]) -> Self {
        for byte in bytes {
            self = match (self, byte) {
                (Self::FieldStart | Self::AtQuote, b'"') => Self::Inside,
                (Self::Inside, b'"') => Self::AtQuote,
                (Self::Inside, _) => Self::Inside,
                (_, byte) if delimiters.contains(byte) => Self::FieldStart,
                _ => Self::Outside,
            };
        }
        self
    }
}

fn split(record: &[u8], delimiter: u8) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(record.len() + 1)
        .from_reader(record);
    let cells = reader.byte_records().next()?.ok()?;
    Some(cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect())
}

#[cfg(test)]
mod tests;
