//! Which line of a table names its columns, what separates them, and what to do where neither can be found.

use super::super::fields::{Field, FieldMap, Names, shortened};
use super::super::input::Input;
use super::super::limits::unusable;
use super::super::output::Output;
use super::records::{Cutter, Quoting, Records};
use crate::Result;

/// What may separate columns, the likeliest last.
const DELIMITERS: [u8; 4] = *b"|\t;,";

/// Exports put a query or a date above the header; more than this is no preamble.
const HEADER_RECORDS: usize = 10;

/// So many rows show how a column is written.
const ROWS_IN_SIGHT: usize = 50;

/// Columns that a message lists.
const LISTED_COLUMNS: usize = 12;

/// Names of columns are shorter, in characters.
const LONGEST_NAME: usize = 60;

/// What separates the columns, if the text begins as a table of papers does: with a header that has a title column.
pub(super) fn delimiter(start: &[u8], names: &Names) -> Option<u8> {
    // The first header counts: a cell below it may be `title` too. A list in a comma-separated header may hold
    // semicolons, so the delimiter that makes most columns wins.
    first_records(start).iter().find_map(|record| {
        let headers = DELIMITERS.iter().map(|delimiter| (Cutter::new(*delimiter).cells(record), *delimiter));
        let headers = headers.filter(|(header, _)| is_header(header, names));
        headers.max_by_key(|(header, _)| header.len()).map(|(_, delimiter)| delimiter)
    })
}

/// What separates the columns of a table whose header is not known, to judge by what gives its rows one length.
pub(super) fn likely_delimiter(start: &[u8]) -> u8 {
    let records = first_records(start);
    let evenness = |delimiter: &u8| {
        let rows = rows(&records, *delimiter);
        let columns = usual_columns(&rows);
        (columns > 1, rows.iter().filter(|row| row.len() == columns).count(), columns)
    };
    DELIMITERS.into_iter().max_by_key(evenness).unwrap_or(b',')
}

/// The number of cells that most rows have; of several, the greatest.
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

/// The first rows of a table, the header among them.
pub(super) fn rows_in_sight(start: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    rows(&records(start, ROWS_IN_SIGHT, &[delimiter]), delimiter)
}

/// The cells of those records that are not blank.
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

/// The first record that names a column for titles.
pub(super) fn header(input: &mut Input, output: &Output, records: &mut Records, map: &FieldMap) -> Result<Vec<String>> {
    let names = Names::new(map);
    let mut seen = Vec::new();
    for _ in 0..HEADER_RECORDS {
        let Some((_, record)) = records.next(input) else { break };
        let Ok(columns) = record else { continue };
        if is_header(&columns, &names) {
            return Ok(columns);
        }
        seen.push(columns);
    }
    Err(unusable(output.path, complaint(&seen, records.delimiter)))
}

/// Why a table has no usable header, and what to do.
fn complaint(rows: &[Vec<String>], delimiter: u8) -> String {
    // There may be text above the header.
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
            "has no header; the first row is {listed}. Put one above it, such as {example:?}, with a name for each of the \
             {columns} columns"
        );
    }
    let likeliest = first.iter().map(|name| name.trim()).find(|name| is_like_title(name)).unwrap_or("COLUMN");
    format!(
        "has no title column; its columns are {listed}. Name one of them title, or map one: \
         --map \"title={}\"",
        shortened(likeliest)
    )
}

/// Whether no column has this name, but a row may have it in a cell: a number, a link, a sentence.
fn is_data(cell: &str) -> bool {
    let is_number = !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_number || cell.contains("://") || cell.starts_with("10.") || cell.chars().count() > LONGEST_NAME
}

/// `Titel`, `Título`, `Titre de l'article`.
fn is_like_title(name: &str) -> bool {
    let name = name.to_lowercase();
    ["tit", "tít", "titol", "tytu", "название", "заглавие", "题名", "标题", "題名", "標題", "タイトル", "제목"]
        .iter()
        .any(|word| name.contains(word))
}
