//! Receives what the format modules read, and passes it to the sink.

use std::path::Path;

use super::item::{Item, Notice, Place, Problem};
use crate::Result;
use crate::paper::Record;

/// Receives what the format modules read from one file, and passes it to the sink.
pub(super) struct Output<'a> {
    pub path: &'a Path,
    sink: &'a mut dyn FnMut(Item) -> Result<()>,
    pub papers: u64,
    pub problems: u64,
    /// How many notices with a line there were.
    pub notices: u64,
}

impl<'a> Output<'a> {
    pub(super) fn new(path: &'a Path, sink: &'a mut dyn FnMut(Item) -> Result<()>) -> Self {
        Self { path, sink, papers: 0, problems: 0, notices: 0 }
    }

    /// Passes on a record that starts on `line`: as a paper, or as a problem if it has no title. Reports what was cut
    /// from a record that is too long.
    pub(super) fn record(&mut self, line: u64, mut record: Record) -> Result<()> {
        if let Some(cut) = record.cut() {
            self.notice_at(line, cut)?;
        }
        match record.into_paper() {
            Ok(paper) => {
                self.papers += 1;
                let place = Place { path: self.path.to_owned(), line };
                (self.sink)(Item::Paper { paper: Box::new(paper), place })
            }
            Err(rejection) => self.problem(line, rejection.to_string()),
        }
    }

    /// Passes on a notice about the file as a whole.
    pub(super) fn notice(&mut self, text: String) -> Result<()> {
        (self.sink)(Item::Notice(Notice { path: self.path.to_owned(), line: None, text }))
    }

    /// Passes on a notice about a place in the file, for example where an unknown number of records was lost.
    pub(super) fn notice_at(&mut self, line: u64, text: impl Into<String>) -> Result<()> {
        self.notices += 1;
        (self.sink)(Item::Notice(Notice { path: self.path.to_owned(), line: Some(line), text: text.into() }))
    }

    /// Passes on the reason why a record could not be read.
    pub(super) fn problem(&mut self, line: u64, reason: impl Into<String>) -> Result<()> {
        self.problems += 1;
        let place = Place { path: self.path.to_owned(), line };
        (self.sink)(Item::Problem(Problem { place, reason: reason.into() }))
    }
}
