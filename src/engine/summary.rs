//! The summary of an `add` or a `sync`.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::formats::{Notice, Place};
use crate::library::{Outcome, RecordOutcome};
use crate::paper::Paper;

/// The maximum number of records listed of each kind. More records are only counted, so that a file of millions of bad
/// records does not fill memory.
const LISTED: usize = 1000;

/// A record that was skipped, or got another id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The file.
    pub file: PathBuf,
    /// The line on which the record starts, from 1.
    pub line: u64,
    /// Why the record was skipped or got another id.
    pub reason: String,
}

impl Skipped {
    pub(super) fn new(place: Place, reason: String) -> Self {
        Self { file: place.path, line: place.line, reason }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.reason)
    }
}

/// A file or folder that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadFile {
    /// The file or folder.
    pub file: PathBuf,
    /// Why it could not be read. The text contains the path.
    pub reason: String,
}

/// How long the steps of an `add` took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Timings {
    /// Reading the files and storing the papers.
    pub reading: u64,
    /// Loading the model, embedding, and storing the vectors.
    pub embedding: u64,
    /// The part of `embedding` in which vectors were stored. Other threads embed meanwhile.
    pub storing: u64,
    /// Bringing the indexes up to date.
    pub indexing: u64,
}

/// The results of an `add`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AddSummary {
    /// New papers.
    pub added: u64,
    /// Records of known papers that changed the paper.
    pub updated: u64,
    /// Records of known papers that did not change the paper.
    pub unchanged: u64,
    /// New records that became versions of a known paper. They are also counted above.
    pub merged: u64,
    /// Added and updated records whose paper has no abstract and is compared by its title alone.
    pub without_abstract: u64,
    /// The number of papers that were embedded; in a dry run, the number of papers to embed.
    pub embedded: u64,
    /// The number of papers of the library in languages that the model does not read; in a dry run 0.
    pub unread: u64,
    /// The first records that were skipped.
    pub skipped: Vec<Skipped>,
    /// How many records were skipped.
    pub skipped_count: u64,
    /// The first records that were added under another id.
    pub renamed: Vec<Skipped>,
    /// How many records were added under another id.
    pub renamed_count: u64,
    /// The first notes on the files: assumptions, ignored parts and damage, and what was cut from records that are too
    /// long. The number of records lost by damage is not known.
    pub notices: Vec<Notice>,
    /// How many notes on the files there are.
    pub notices_count: u64,
    /// Files and folders that could not be read at all.
    pub unreadable: Vec<UnreadFile>,
    /// How long the steps took.
    #[serde(rename = "timings_ms")]
    pub timings: Timings,
}

fn push(record: Skipped, list: &mut Vec<Skipped>, count: &mut u64) {
    *count += 1;
    if list.len() < LISTED {
        list.push(record);
    }
}

impl AddSummary {
    /// Lists a record that was skipped.
    pub(super) fn skip(&mut self, skipped: Skipped) {
        push(skipped, &mut self.skipped, &mut self.skipped_count);
    }

    /// Lists a note on a file.
    pub(super) fn notice(&mut self, notice: Notice) {
        self.notices_count += 1;
        if self.notices.len() < LISTED {
            self.notices.push(notice);
        }
    }

    /// Counts the outcome of a record.
    pub(super) fn count(&mut self, paper: &Paper, place: Place, taken: RecordOutcome) {
        let RecordOutcome { outcome, joined, has_abstract } = taken;
        let changed = !matches!(outcome, Outcome::Unchanged | Outcome::Repeated { .. });
        self.without_abstract += u64::from(changed && !has_abstract);
        self.merged += u64::from(joined);
        match outcome {
            Outcome::Added => self.added += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::AddedAs { id, taken_by } => {
                self.added += 1;
                let reason = format!("{taken_by:?} already has the id {:?}; added as {id}", paper.id.as_str());
                push(Skipped::new(place, reason), &mut self.renamed, &mut self.renamed_count);
            }
            Outcome::Repeated { first_line, shared } => {
                let reason = format!(
                    "line {first_line} has a record with the same id, {shared:?}, but another text; that record is \
                     kept. If this record is a different paper, give it a different id"
                );
                self.skip(Skipped::new(place, reason));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_and_counted() {
        let mut summary = AddSummary::default();
        for line in 1..=1500 {
            summary.skip(Skipped::new(Place { path: PathBuf::from("a.csv"), line }, "no title".to_owned()));
        }
        assert_eq!((summary.skipped_count, summary.skipped.len(), summary.skipped[999].line), (1500, 1000, 1000));
        for line in 1..=1500 {
            summary.notice(Notice { path: PathBuf::from("a.csv"), line: Some(line), text: "cut".to_owned() });
        }
        assert_eq!((summary.notices_count, summary.notices.len()), (1500, 1000));
    }
}
