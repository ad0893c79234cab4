//! CSV ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180), UTF-8; lines end as on Unix): one row per paper.
//!
//! - Lists are joined by `; `. A list whose elements hold a semicolon themselves is written as a JSON array.
//! - `details` is a JSON object.
//! - Spreadsheets run a cell that begins with `=`, `+`, `-` or `@` as a formula, and titles come from files that
//!   strangers wrote. Such a text gets an apostrophe in front, as [OWASP] advises; identifiers in canonical form and
//!   numbers can do no harm and are left as they are.
//!
//! A table with the columns of this module is recognised when it is read again, also with its columns moved or others
//! added, and each of the above is undone there (`value`); so it reads back to the same papers.
//!
//! [OWASP]: https://owasp.org/www-community/attacks/CSV_Injection

use std::borrow::Cow;
use std::io::{self, Write};

use super::super::fields::Value;
use super::writer::{PaperWriter, Standing, six_decimals};
use crate::paper::{IdentifierKind, Paper};

/// In front, where the papers answer a question.
const STANDING: [&str; 3] = ["rank", "score", "similarity"];

/// Those before the identifiers, each of which has a column.
const FIRST: [&str; 8] = ["id", "title", "authors", "et_al", "year", "date", "venue", "kind"];

/// Those behind them; what is long comes last.
const LAST: [&str; 7] = ["url", "keywords", "categories", "organizations", "has_code", "abstract", "details"];

/// Of these, the ones that hold lists.
const LISTS: [&str; 4] = ["authors", "keywords", "categories", "organizations"];

/// No table but one of ours has all of these.
const OURS: [&str; 3] = ["et_al", "has_code", "details"];

/// Writes papers as CSV.
pub struct CsvWriter<W: Write> {
    rows: ::csv::Writer<W>,
    /// Whether the header has the columns of [`STANDING`]; `None` as long as there is no header.
    has_standing: Option<bool>,
}

impl<W: Write> CsvWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { rows: ::csv::Writer::from_writer(out), has_standing: None }
    }

    /// Whether rows say where papers stand: as the first did, with which the header was written.
    fn header(&mut self, has_standing: bool) -> io::Result<bool> {
        if let Some(has_standing) = self.has_standing {
            return Ok(has_standing);
        }
        let standing = STANDING.into_iter().filter(|_| has_standing);
        let identifiers = IdentifierKind::ALL.iter().map(|kind| kind.name());
        let columns = standing.chain(FIRST).chain(identifiers).chain(LAST);
        self.rows.write_record(columns.collect::<Vec<_>>()).map_err(into_io)?;
        Ok(*self.has_standing.insert(has_standing))
    }

    fn row(&mut self, standing: Option<Standing>, paper: &Paper) -> io::Result<()> {
        let mut cells = Vec::new();
        if self.header(standing.is_some())? {
            let shown = |Standing { rank, score, similarity }| [rank.to_string(), number(score), number(similarity)];
            cells.extend(standing.map(shown).unwrap_or_default().map(Cow::Owned));
        }
        push_cells(&mut cells, paper)?;
        self.rows.write_record(cells.iter().map(|cell| cell.as_bytes())).map_err(into_io)
    }
}

impl<W: Write> PaperWriter for CsvWriter<W> {
    fn paper(&mut self, paper: &Paper) -> io::Result<()> {
        self.row(None, paper)
    }

    fn found(&mut self, standing: Standing, paper: &Paper) -> io::Result<()> {
        self.row(Some(standing), paper)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.header(false)?;
        self.rows.flush()
    }
}

/// The cells of a paper, in the order of the header.
fn push_cells<'p>(cells: &mut Vec<Cow<'p, str>>, paper: &'p Paper) -> io::Result<()> {
    // Without `..`: a field that is added to papers does not compile here until somebody decides about it.
    let Paper {
        id,
        title,
        abstract_text,
        authors,
        et_al,
        year,
        date,
        venue,
        categories,
        keywords,
        organizations,
        ids,
        url,
        has_code,
        kind,
        details,
    } = paper;
    let text = |text: &'p Option<String>| inert(text.as_deref().unwrap_or_default());
    let flag = |is_true: bool| Cow::Borrowed(if is_true { "true" } else { "" });
    let first: [Cow<str>; FIRST.len()] = [
        inert(id.as_str()),
        inert(title),
        list(authors)?,
        flag(*et_al),
        year.map(|year| year.to_string()).unwrap_or_default().into(),
        date.map(|date| date.to_string()).unwrap_or_default().into(),
        text(venue),
        text(kind),
    ];
    cells.extend(first);
    cells.extend(IdentifierKind::ALL.iter().map(|&kind| Cow::Borrowed(ids.get(kind).unwrap_or_default())));
    let details = if details.is_empty() { String::new() } else { serde_json::to_string(details)? };
    let last: [Cow<str>; LAST.len()] = [
        text(url),
        list(keywords)?,
        list(categories)?,
        list(organizations)?,
        flag(*has_code),
        text(abstract_text),
        details.into(),
    ];
    cells.extend(last);
    Ok(())
}

fn list(elements: &[String]) -> io::Result<Cow<'_, str>> {
    let joined = elements.join("; ");
    if joined.starts_with('[') || elements.iter().any(|element| element.contains(';')) {
        return Ok(serde_json::to_string(elements)?.into());
    }
    Ok(inert(&joined).into_owned().into())
}

fn number(score: f32) -> String {
    format!("{:.6}", six_decimals(score))
}

/// What a formula may begin with; and the white space before it that spreadsheets pass over.
const TRIGGERS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

fn would_run(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(TRIGGERS)
}

/// `text` as a cell that no spreadsheet takes for a formula. Texts that begin so and have their apostrophe already get
/// one more, so that one can always be taken off.
pub(crate) fn inert(text: &str) -> Cow<'_, str> {
    if would_run(text) { format!("'{text}").into() } else { text.into() }
}

/// Whether a table with these columns was written here.
pub(in crate::formats) fn is_ours(header: &[&str]) -> bool {
    OURS.iter().all(|name| header.contains(name))
}

/// The value that stands in a cell of such a table.
pub(in crate::formats) fn value<'c>(column: &str, cell: &'c str) -> Value<'c> {
    let is_list = LISTS.contains(&column);
    if is_list
        && cell.starts_with('[')
        && let Ok(list) = serde_json::from_str(cell)
    {
        return list;
    }
    let text = cell.strip_prefix('\'').filter(|_| would_run(cell)).unwrap_or(cell);
    let text_value = |text: &'c str| Value::Text(Cow::Borrowed(text));
    if is_list { Value::List(text.split(';').map(str::trim).map(text_value).collect()) } else { text_value(text) }
}

/// The csv crate wraps the error of what it writes to, which is looked for by its kind.
fn into_io(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
