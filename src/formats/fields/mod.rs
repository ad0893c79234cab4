//! Makes a [`Record`](crate::paper::Record) from named values, as JSON and tables have them.
//!
//! `names` has the meanings of names, and `entries` the fields of a record. `shapes` and `people` read the forms of
//! values, and `kinds` has the words for kinds of work. `record` chooses among several fields with the same meaning.
//! `dialects` finds papers inside other objects, and recognises objects that are not papers. This module passes the
//! results to the output.

mod commas;
mod containers;
pub(super) mod csl;
mod dates;
mod dialects;
mod entries;
pub(super) mod kinds;
mod map;
mod names;
mod own;
pub(super) mod people;
mod record;
mod shapes;
mod squeezed;
mod written_list;

use std::cell::Cell;

use serde_json::Value;

use super::limits::unusable;
use super::output::Output;
use crate::Result;
pub(super) use containers::{COMMON_CONTAINERS, is_container};
pub(super) use dates::When;
use dialects::Reading;
pub(super) use entries::Entry;
use entries::listing;
pub use map::FieldMap;
pub(super) use map::{Names, shortened};
pub(super) use names::{Field, Meaning, meaning};
use record::record;
pub(super) use shapes::is_missing_value;
pub(super) use squeezed::{is_squeezed, squeezed};

/// What the records of one file share: the meaning of names, and how many entries were skipped.
pub(super) struct Context<'m> {
    pub names: Names<'m>,
    /// The number of skipped entries, and the line of the first.
    skipped: Cell<(u64, u64)>,
}

impl<'m> Context<'m> {
    pub fn new(map: &'m FieldMap) -> Self {
        Self { names: Names::new(map), skipped: Cell::default() }
    }

    /// Reports the skipped entries. Call it after the last record. Fails if the user mapped a field that no record has.
    pub fn finish(&self, output: &mut Output) -> Result<()> {
        let (count, first) = self.skipped.get();
        if count > 0 {
            let entries = if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
            let reason = format!("skipped {entries}: reviews, comments, notes or attachments instead of papers");
            output.notice_at(first, reason)?;
        }
        match self.names.complaint() {
            Some(complaint) => Err(unusable(output.path, complaint)),
            None => Ok(()),
        }
    }

    fn skip(&self, line: u64) {
        let (count, first) = self.skipped.get();
        self.skipped.set((count + 1, if count == 0 { line } else { first }));
    }
}

/// Passes one element of a list to `output`: as a paper, as the papers of a list inside it, or as a problem.
pub(super) fn put(output: &mut Output, context: &Context, line: u64, element: &Value) -> Result<()> {
    match put_or_explain(output, context, line, element)? {
        Some(reason) => output.problem(line, reason),
        None => Ok(()),
    }
}

/// As [`put`], but returns the reason instead of reporting a problem.
pub(super) fn put_or_explain(
    output: &mut Output,
    context: &Context,
    line: u64,
    element: &Value,
) -> Result<Option<String>> {
    let Value::Object(object) = element else {
        let other = match element {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            _ => "an array",
        };
        return Ok(Some(format!("not an object with a title, but {other}")));
    };
    match dialects::read(&context.names, entries::entries(&context.names, object)) {
        Reading::Record(record) => output.record(line, *record)?,
        Reading::NoPaper => context.skip(line),
        Reading::Papers(elements) => elements.iter().try_for_each(|element| put(output, context, line, element))?,
        Reading::Nothing(entries) if entries.is_empty() => return Ok(Some("neither title nor abstract".to_owned())),
        Reading::Nothing(entries) => {
            return Ok(Some(format!("neither title nor abstract; the fields are {}", listing(&entries))));
        }
    }
    Ok(None)
}

/// Passes one row of a table to `output`.
pub(super) fn put_row(
    output: &mut Output,
    context: &Context,
    line: u64,
    entries: &[Entry],
    has_glued_authors: bool,
) -> Result<()> {
    if dialects::is_no_paper(entries, None) {
        context.skip(line);
        return Ok(());
    }
    let mut record = record(&context.names, entries);
    if has_glued_authors {
        record.authors = record.authors.iter().flat_map(|names| people::unglued(names)).collect();
    }
    output.record(line, record)
}

#[cfg(test)]
mod tests;
