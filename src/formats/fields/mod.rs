//! From named values, as JSON and tables have them, to a [`Record`](crate::paper::Record).
//!
//! `names` says what a name means, `value` holds what was read, `shapes` and `people` know the forms that values come
//! in, `kinds` the words for kinds of work. `record` chooses among several names of one field; `dialects` knows where a
//! format hides its papers, and what is none. This module gives what they find to the output.

mod commas;
mod containers;
pub(super) mod csl;
mod dialects;
pub(super) mod kinds;
mod map;
mod names;
mod own;
pub(super) mod people;
mod record;
mod shapes;
mod squeezed;
mod value;
mod written_list;

use std::cell::Cell;

use super::output::Output;
use super::refusal::unusable;
use crate::Result;
pub(super) use containers::{COMMON_CONTAINERS, is_container};
use dialects::Reading;
pub use map::FieldMap;
pub(super) use map::{Names, shortened};
pub(super) use names::{Field, Meaning, meaning};
use record::record;
pub(super) use shapes::says_nothing;
pub(super) use squeezed::squeezed;
pub(super) use value::{Element, ElementSeed, Entries, Entry, Key, Value};

/// What one file has in common: the meaning of its names, and how much of it was passed over.
pub(super) struct Context<'m> {
    pub names: Names<'m>,
    passed_over: Cell<u64>,
    first_passed_over: Cell<u64>,
}

impl<'m> Context<'m> {
    pub fn new(map: &'m FieldMap) -> Self {
        Self { names: Names::new(map), passed_over: Cell::new(0), first_passed_over: Cell::new(0) }
    }

    /// After the last record: tells of what was passed over, and fails if the user named a field that nothing has.
    pub fn finish(&self, output: &mut Output) -> Result<()> {
        let count = self.passed_over.get();
        if count > 0 {
            let entries =
                if count == 1 { "1 entry is no paper".to_owned() } else { format!("{count} entries are no papers") };
            let reason = format!("{entries} but reviews, comments, notes or attachments; passed over");
            output.notice_at(self.first_passed_over.get(), reason)?;
        }
        match self.names.complaint() {
            Some(complaint) => Err(unusable(output.path, complaint)),
            None => Ok(()),
        }
    }

    fn pass_over(&self, line: u64) {
        if self.passed_over.get() == 0 {
            self.first_passed_over.set(line);
        }
        self.passed_over.set(self.passed_over.get() + 1);
    }
}

/// Gives one element of a list to `output`: a paper, the papers of a list in it, or a problem.
pub(super) fn put(output: &mut Output, context: &Context, line: u64, element: Element) -> Result<()> {
    match put_paper_or_explain(output, context, line, element)? {
        Some(reason) => output.problem(line, reason),
        None => Ok(()),
    }
}

/// As [`put`], but why there is no paper is returned instead of told.
pub(super) fn put_paper_or_explain(
    output: &mut Output,
    context: &Context,
    line: u64,
    element: Element,
) -> Result<Option<String>> {
    let entries = match element {
        Element::Object(entries) => entries,
        Element::Other(kind) => return Ok(Some(format!("not an object with a title, but {kind}"))),
    };
    match dialects::read(&context.names, entries) {
        Reading::Record(record) => output.record(line, *record)?,
        Reading::NoPaper => context.pass_over(line),
        Reading::Papers(elements) => {
            elements.into_iter().try_for_each(|element| put(output, context, line, element))?;
        }
        Reading::Nothing(entries) if entries.count == 0 => return Ok(Some("neither title nor abstract".to_owned())),
        Reading::Nothing(entries) => {
            return Ok(Some(format!("neither title nor abstract; the fields are {}", entries.listing())));
        }
    }
    Ok(None)
}

/// Gives what stood beside containers in an object to `output`, if it is a paper; says whether it was.
pub(super) fn put_paper(output: &mut Output, context: &Context, line: u64, entries: Entries) -> Result<bool> {
    match dialects::read(&context.names, entries) {
        Reading::Record(record) => output.record(line, *record).map(|()| true),
        Reading::NoPaper => {
            context.pass_over(line);
            Ok(true)
        }
        Reading::Papers(_) | Reading::Nothing(_) => Ok(false),
    }
}

/// Gives one row of a table to `output`.
pub(super) fn put_row(
    output: &mut Output,
    context: &Context,
    line: u64,
    entries: &Entries,
    has_glued_authors: bool,
) -> Result<()> {
    if dialects::is_no_paper(entries, None) {
        context.pass_over(line);
        return Ok(());
    }
    let mut record = record(&context.names, &entries.known);
    if has_glued_authors {
        record.authors = record.authors.iter().flat_map(|names| people::unglued(names)).collect();
    }
    output.record(line, record)
}

#[cfg(test)]
mod tests;
