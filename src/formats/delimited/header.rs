//! Finds the header and the delimiter of a table, and explains what to do if there is none.

use super::super::fields::{Field, FieldMap, Names, shortened};
use super::super::input::Input;
use super::super::limits::unusable;
use super::super::output::Output;
use super::records::{Cutter, Quoting, Records};
use crate::Result;

/// The possible delimiters, the most likely last: if several fit equally well, the last of them is used.
const DELIMITERS: [u8; 4] = *b"|\t;,";

/// The header must be among this many records at the start. Some exports have a query or a date above it.
const HEADER_RECORDS: usize = 10;

/// How many rows are examined to learn how a column is written.
const ROWS_IN_SIGHT: usize = 50;

/// How many columns a message lists.
const LISTED_COLUMNS: usize = 12;

/// The greatest length of the name of a column, in characters. A longer cell is data.
const LONGEST_NAME: usize = 60;

/// Returns the delimiter of a table, or `None` if no record at the start of the text is a header with a title column.
pub(super) fn delimiter(start: &[u8], names: &Names) -> Option<u8> {
    // The first header counts, because a cell below it may be `title` too. A comma-separated header may contain a list
    // with semicolons, so the delimiter that gives most columns is used.
    first_records(start).iter().find_map(|record| {
        let headers = DELIMITERS.iter().map(|delimiter| (Cutter::new(*delimiter).cells(record), *delimiter));
        let headers = headers.filter(|(header, _)| is_header(header, names));
        headers.max_by_key(|(header, _)| header.len()).map(|(_, delimiter)| delimiter)
    })
}

/// Returns the most likely delimiter of a table without a known header: the one that gives most rows the same number of
/// columns.
pub(super) fn likely_delimiter(start: &[u8]) -> u8 {
    let records = first_records(start);
    let evenness = |delimiter: &u8| {
        let rows = rows(&records, *delimiter);
        let columns = usual_columns(&rows);
        (columns > 1, rows.iter().filter(|row| row.len() == columns).count(), columns)
    };
    DELIMITERS.into_iter().max_by_key(evenness).unwrap_or(b',')
}

/// Returns the most frequent number of cells in a row, more than 1 if possible. If several are equally frequent,
/// returns the greatest.
fn usual_columns(rows: &[Vec<String>]) -> usize {
    let count = |length: usize| rows.iter().filter(|row| row.len() == length).count();
    rows.iter().map(Vec::len).max_by_key(|length| (*length > 1, count(*length), *length)).unwrap_or_default()
}

fn is_header(columns: &[String], names: &Names) -> bool {
    let is_title = |name: &String| names.meaning(name).is_some_and(|meaning| meaning.field == Field::Title);
    columns.iter().any(is_title)
}

fn first_records(start: &[u8]) -> Vec<Vec<u8>> {
    records(start, HEADER_RECORDS, &DELIMITERS)
}

/// Returns the first rows of a table, including the header.
pub(super) fn rows_in_sight(start: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    rows(&records(start, ROWS_IN_SIGHT, &[delimiter]), delimiter)
}

/// Splits records into cells. Leaves out blank records.
fn rows(records: &[Vec<u8>], delimiter: u8) -> Vec<Vec<String>> {
    let mut cutter = Cutter::new(delimiter);
    records.iter().map(|record| cutter.cells(record)).filter(|cells| !cells.is_empty()).collect()
}

fn records(start: &[u8], most: usize, delimiters: &[u8]) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut quoting = Quoting::FieldStart;
    for line in start.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        record.extend_from_slice(line);
        quoting = quoting.scan(line, delimiters);
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
        if records.len() == most {
            break;
        }
    }
    records.extend((!record.is_empty()).then_some(record));
    records
}

/// Reads up to the header, and returns it: the first record with a title column. Fails if there is none.
pub(super) fn header(input: &mut Input, output: &Output, records: &mut Records, map: &FieldMap) -> Result<Vec<String>> {
    let names = Names::new(map);
    let (mut seen, mut fault) = (Vec::new(), None);
    for _ in 0..HEADER_RECORDS {
        let Some((_, record)) = records.next(input) else { break };
        let columns = match record {
            Ok(columns) => columns,
            Err(reason) => {
                fault.get_or_insert(reason);
                continue;
            }
        };
        if is_header(&columns, &names) {
            return Ok(columns);
        }
        seen.push(columns);
    }
    let fault = fault.filter(|_| seen.is_empty());
    Err(unusable(output.path, fault.unwrap_or_else(|| complaint(&seen, records.delimiter))))
}

/// Returns why a table has no usable header, and what to do.
fn complaint(rows: &[Vec<String>], delimiter: u8) -> String {
    // There may be text above the header, so take the first row with the usual number of columns.
    let columns = usual_columns(rows);
    let empty = Vec::new();
    let first = rows.iter().find(|row| row.len() == columns).unwrap_or(&empty);
    let listed: Vec<_> = first.iter().take(LISTED_COLUMNS).map(|name| format!("{:?}", shortened(name))).collect();
    let listed = listed.join(", ");
    let delimiter = char::from(delimiter).to_string();
    let example = ["title", "authors", "year"].join(&delimiter);
    if columns < 2 {
        return format!(
            "is not a table: its lines have no columns ({listed}). Separate columns by commas, semicolons, tabs or vertical \
             bars, and name them in the first line, such as {example:?}"
        );
    }
    if first.iter().any(|cell| is_data(cell.trim())) {
        return format!(
            "has no header; the first row is {listed}. Add a header above it, such as {example:?}, with a name for \
             each of the {columns} columns"
        );
    }
    let likeliest = first.iter().map(|name| name.trim()).find(|name| is_like_title(name)).unwrap_or("COLUMN");
    format!(
        "has no title column; its columns are {listed}. Rename one to title, or map one: \
         --map \"title={}\"",
        shortened(likeliest)
    )
}

/// Whether a cell is data and not the name of a column: a number, a link, a DOI or a sentence.
fn is_data(cell: &str) -> bool {
    let is_number = !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_number || cell.contains("://") || cell.starts_with("10.") || cell.chars().count() > LONGEST_NAME
}

/// Whether a name means "title" in some language: `Titel`, `Título`, `Titre de l'article`.
fn is_like_title(name: &str) -> bool {
    let name = name.to_lowercase();
    ["tit", "tít", "titol", "tytu", "название", "заглавие", "题名", "标题", "題名", "標題", "タイトル", "제목"]
        .iter()
        .any(|word| name.contains(word))
}
