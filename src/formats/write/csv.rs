//! CSV ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180), UTF-8; lines end as on Unix): one row per paper.
//!
//! - Lists are joined by `; `. A list with a semicolon in an element is written as a JSON array.
//! - `details` is a JSON object.
//! - Spreadsheets run a cell that begins with `=`, `+`, `-` or `@` as a formula, and titles come from strangers. Such a
//!   text gets an apostrophe in front, as [OWASP] advises. Identifiers in canonical form and numbers are harmless and
//!   stay unchanged.
//!
//! The reader recognises a table with these columns, in any order and among other columns. It reverses these changes
//! (`value`), so a table reads back to the same papers.
//!
//! [OWASP]: https://owasp.org/www-community/attacks/CSV_Injection

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::Value;

use super::writer::{PaperWriter, Ranking, six_decimals};
use crate::paper::{IdentifierKind, Paper};

/// The first columns if the papers are search results.
const RANKING_COLUMNS: [&str; 3] = ["rank", "score", "similarity"];

/// The columns before those of the identifiers.
const FIRST: [&str; 8] = ["id", "title", "authors", "et_al", "year", "date", "venue", "kind"];

/// The columns after those of the identifiers; long texts come last.
const LAST: [&str; 7] = ["url", "keywords", "categories", "organizations", "has_code", "abstract", "details"];

/// The columns that hold lists.
const LISTS: [&str; 4] = ["authors", "keywords", "categories", "organizations"];

/// The columns that only relata's own tables have.
const OURS: [&str; 3] = ["et_al", "has_code", "details"];

/// Writes papers as CSV.
pub struct CsvWriter<W: Write> {
    rows: ::csv::Writer<W>,
    has_header: bool,
}

impl<W: Write> CsvWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { rows: ::csv::Writer::from_writer(out), has_header: false }
    }

    /// Writes the header if there is none yet.
    fn header(&mut self, has_standing: bool) -> io::Result<()> {
        if std::mem::replace(&mut self.has_header, true) {
            return Ok(());
        }
        let standing = RANKING_COLUMNS.into_iter().filter(|_| has_standing);
        let identifiers = IdentifierKind::ALL.iter().map(|kind| kind.name());
        let columns = standing.chain(FIRST).chain(identifiers).chain(LAST);
        self.rows.write_record(columns.collect::<Vec<_>>()).map_err(into_io)
    }

    fn row(&mut self, standing: Option<Ranking>, paper: &Paper) -> io::Result<()> {
        self.header(standing.is_some())?;
        self.rows.write_record(cells(standing, paper)?).map_err(into_io)
    }
}

impl<W: Write> PaperWriter for CsvWriter<W> {
    fn paper(&mut self, paper: &Paper) -> io::Result<()> {
        self.row(None, paper)
    }

    fn found(&mut self, standing: Ranking, paper: &Paper) -> io::Result<()> {
        self.row(Some(standing), paper)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.header(false)?;
        self.rows.flush()
    }
}

/// The cells of a row, in the order of the header.
fn cells(standing: Option<Ranking>, paper: &Paper) -> io::Result<Vec<String>> {
    let number = |score: f32| format!("{:.6}", six_decimals(score));
    let standing =
        standing.map(|Ranking { rank, score, similarity }| [rank.to_string(), number(score), number(similarity)]);
    let fields = serde_json::to_value(paper)?;
    let identifiers = IdentifierKind::ALL.map(|kind| paper.ids.get(kind).unwrap_or_default().to_owned());
    let mut cells: Vec<String> = standing.into_iter().flatten().collect();
    cells.extend(FIRST.map(|name| cell(&fields[name])));
    cells.extend(identifiers);
    cells.extend(LAST.map(|name| cell(&fields[name])));
    Ok(cells)
}

/// The cell for a field of a paper in relata's own JSON.
fn cell(field: &Value) -> String {
    let has_semicolon = |element: &Value| element.as_str().is_some_and(|text| text.contains(';'));
    match field {
        Value::Null => String::new(),
        Value::String(text) => inert(text).into_owned(),
        Value::Array(elements) => {
            let joined = elements.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ");
            let is_plain = !joined.starts_with('[') && !elements.iter().any(has_semicolon);
            if is_plain { inert(&joined).into_owned() } else { field.to_string() }
        }
        // Numbers, flags and details. The JSON has no flags that are false, so their cells are empty.
        other => other.to_string(),
    }
}

/// Signs that may begin a formula, also in the width of East Asian letters, and white space that spreadsheets ignore before a formula.
const TRIGGERS: [char; 11] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];

fn would_run(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(TRIGGERS)
}

/// Returns `text` as a cell that no spreadsheet runs as a formula, with an apostrophe in front if it needs one. A text
/// that already has an apostrophe before such a sign gets another, so the reader can always remove one.
pub(crate) fn inert(text: &str) -> Cow<'_, str> {
    if would_run(text) { format!("'{text}").into() } else { text.into() }
}

/// Whether this module wrote a table with these columns.
pub(in crate::formats) fn is_ours(header: &[&str]) -> bool {
    OURS.iter().all(|name| header.contains(name))
}

/// Returns the value of a cell in a table that this module wrote.
pub(in crate::formats) fn value(column: &str, cell: &str) -> Value {
    let is_list = LISTS.contains(&column);
    if is_list
        && cell.starts_with('[')
        && let Ok(list) = serde_json::from_str(cell)
    {
        return list;
    }
    let text = cell.strip_prefix('\'').filter(|_| would_run(cell)).unwrap_or(cell);
    if is_list { text.split(';').map(str::trim).collect() } else { text.into() }
}

/// Returns the error of the target, which the csv crate wraps. Callers check its kind.
fn into_io(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
