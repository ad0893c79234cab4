//! Tables: [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) with a header, between commas, semicolons or tabs.
//!
//! The csv crate parses each record; this module finds where records end, because that is what gives a record its line,
//! bounds its size, and keeps one bad record from taking the next with it.

use serde_json::Value;

use super::input::Input;
use super::lines::{next_bytes, text};
use super::{Output, field_names, fields, unusable};
use crate::Result;

/// Exports put a query or a date above the header; more than this is no preamble.
const HEADER_RECORDS: usize = 10;

/// Columns that a message lists.
const LISTED_COLUMNS: usize = 12;

/// What separates the columns, if the text begins as a table of papers does: with a header that has a title column.
pub(super) fn delimiter(start: &[u8]) -> Option<u8> {
    let records = first_records(start);
    // The first header counts, for a cell below it may say `title` too. A list in a comma-separated header may hold
    // semicolons, so the delimiter that makes most columns wins.
    records.iter().find_map(|record| {
        let headers = b",;\t".iter().filter_map(|delimiter| Some((split(record, *delimiter)?, *delimiter)));
        let headers = headers.filter(|(header, _)| is_header(header));
        headers.rev().max_by_key(|(header, _)| header.len()).map(|(_, delimiter)| delimiter)
    })
}

fn is_header(columns: &[String]) -> bool {
    columns.iter().any(|name| field_names::is_title(name))
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
pub(super) fn read(input: &mut Input, output: &mut Output, delimiter: Option<u8>) -> Result<()> {
    let delimiter = delimiter.or_else(|| self::delimiter(input.peek())).unwrap_or(b',');
    let mut records = Records { delimiter, buffer: Vec::new() };
    let mut seen: Option<Vec<String>> = None;
    let mut header = None;
    for _ in 0..HEADER_RECORDS {
        let Some((_, record)) = records.next(input) else { break };
        let Ok(columns) = record else { continue };
        if is_header(&columns) {
            header = Some(columns);
            break;
        }
        // The longest is the likeliest to be the header that lacks a title.
        if seen.as_ref().is_none_or(|seen| seen.len() < columns.len()) {
            seen = Some(columns);
        }
    }
    let Some(header) = header else {
        let columns: Vec<_> = seen.unwrap_or_default().into_iter().take(LISTED_COLUMNS).collect();
        let reason = format!(
            "has no column for the title; its columns are {}. The first line names the columns; call one of them title",
            columns.iter().map(|name| format!("{:?}", shortened(name))).collect::<Vec<_>>().join(", ")
        );
        return Err(unusable(output.path, reason));
    };
    while let Some((line, record)) = records.next(input) {
        let cells = match record {
            Ok(cells) => cells,
            Err(reason) => {
                output.problem(line, reason)?;
                continue;
            }
        };
        // Spreadsheets pad rows with empty cells.
        if cells.len() < header.len() || cells[header.len()..].iter().any(|cell| !cell.trim().is_empty()) {
            let reason = format!(
                "{} but the header has {}; a cell that holds the delimiter {:?} or a line end must be in double quotes",
                counted(cells.len(), "cell"),
                counted(header.len(), "column"),
                char::from(delimiter)
            );
            output.problem(line, reason)?;
            continue;
        }
        let values: Vec<Value> = cells.into_iter().map(Value::String).collect();
        output.record(line, fields::record(header.iter().zip(&values)))?;
    }
    Ok(())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= 40 { name.to_owned() } else { name.chars().take(39).chain(['\u{2026}']).collect() }
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
                        return Some((line, Err("a double quote is opened here and never closed".to_owned())));
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
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{read_bytes, read_reader};
    use super::*;
    use crate::formats::Format;

    #[test]
    fn quoted_line_ends_keep_the_lines_right() {
        let text = "title,abstract\r\n\r\n\"On \"\"Bees\"\"\",\"They\r\nhum, loudly\"\r\nOn Wasps,\"\"\r\n";
        let outcome = read_bytes(text, "p.csv");
        assert_eq!(outcome.titles(), ["On \"Bees\"", "On Wasps"]);
        assert_eq!(outcome.papers[0].abstract_text.as_deref(), Some("They hum, loudly"));
        assert_eq!(outcome.lines, [3, 5]);
    }

    #[test]
    fn commas_semicolons_and_tabs_are_told_apart() {
        for text in [
            "id,title,authors\n1,On Bees,Ada Byron; Carl Gauss\n",
            "id;title;authors\n1;On Bees;\"Ada Byron; Carl Gauss\"\n",
            "id\ttitle\tauthors\n1\tOn Bees\tAda Byron; Carl Gauss\n",
            "Query: bees, wasps\n----\n\nid;title;authors\n1;On Bees;\"Ada Byron; Carl Gauss\"\n",
        ] {
            let outcome = read_bytes(text, "p.csv");
            assert_eq!(outcome.titles(), ["On Bees"], "in {text:?}");
            assert_eq!(outcome.papers[0].authors, ["Ada Byron", "Carl Gauss"], "in {text:?}");
        }
    }

    #[test]
    fn a_bad_row_costs_only_itself() {
        let text = b"title,year\nA\nB,2001,x\nC,2002,,\n,2003\ncaf\xe9,2004\nD,2005\nE,\"2006\n";
        let outcome = read_bytes(text, "p.csv");
        assert_eq!(outcome.titles(), ["C", "D"]);
        let remedy = "a cell that holds the delimiter ',' or a line end must be in double quotes";
        assert_eq!(outcome.problems[0], format!("p.csv:2: 1 cell but the header has 2 columns; {remedy}"));
        assert_eq!(outcome.problems[1], format!("p.csv:3: 3 cells but the header has 2 columns; {remedy}"));
        assert_eq!(outcome.problems[2], "p.csv:5: neither title nor abstract");
        assert!(outcome.problems[3].starts_with("p.csv:6: not UTF-8: byte 4 of the line is 0xE9"));
        assert_eq!(outcome.problems[4], "p.csv:8: a double quote is opened here and never closed");
    }

    #[test]
    fn a_table_without_a_title_column_lists_its_columns() {
        let error = read_reader("year,name of it,doi\n1999,A,10.1/x\n".as_bytes(), "p.csv", None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "p.csv: has no column for the title; its columns are \"year\", \"name of it\", \"doi\". The first line names the \
             columns; call one of them title"
        );
    }

    #[test]
    fn a_forced_format_splits_as_it_says() {
        let outcome = read_reader("title\tyear\nA, B\t1999\n".as_bytes(), "p.csv", Some(Format::Tsv)).unwrap();
        assert_eq!(outcome.titles(), ["A, B"]);
    }

    proptest! {
        #[test]
        fn records_end_where_the_csv_crate_ends_them(text in "([ab,\" ]|\n|\r\n){0,40}") {
            let mut input = Input::open(Box::new(format!("x\n{text}").as_bytes().to_vec().leak() as &[u8]), "p".as_ref()).unwrap();
            let mut records = Records { delimiter: b',', buffer: Vec::new() };
            let mut found = Vec::new();
            let mut is_closed = true;
            while let Some((_, record)) = records.next(&mut input) {
                match record {
                    Ok(record) => found.push(record),
                    Err(_) => is_closed = false,
                }
            }
            let text = format!("x\n{text}").replace("\r\n", "\n");
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let mut expected: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            if !is_closed {
                expected.pop();
            }
            // A line of blanks is no record here, but quoted blanks are.
            for records in [&mut expected, &mut found] {
                records.retain(|record| record.len() > 1 || !record[0].trim().is_empty());
            }
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn what_is_written_as_csv_is_read_back(
            rows in proptest::collection::vec(("[a-z][a-z ,;\"\n]{0,9}[a-z]", "[a-z ,;\"\n\t]{0,20}", 1900..2030i64), 1..9),
            delimiter in proptest::sample::select(vec![b',', b';', b'\t']),
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
            writer.write_record(["title", "abstract", "year"]).unwrap();
            for (title, text, year) in &rows {
                writer.write_record([title, text, &year.to_string()]).unwrap();
            }
            let outcome = read_bytes(writer.into_inner().unwrap(), "p");
            prop_assert_eq!(outcome.problems.len(), 0);
            let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut line = 2;
            for ((paper, found_line), (title, text, year)) in outcome.papers.iter().zip(&outcome.lines).zip(&rows) {
                prop_assert_eq!(&paper.title, &squeezed(title));
                prop_assert_eq!(paper.abstract_text.clone().unwrap_or_default(), squeezed(text));
                prop_assert_eq!(paper.year.map(i64::from), Some(*year));
                prop_assert_eq!(*found_line, line);
                line += 1 + (title.matches('\n').count() + text.matches('\n').count()) as u64;
            }
            prop_assert_eq!(outcome.papers.len(), rows.len());
        }
    }
}
