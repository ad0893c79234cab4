//! What an `add` or a `sync` did.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::formats::{Notice, Place};
use crate::library::{Outcome, Taken};
use crate::paper::Paper;

/// A record that was not taken, or not as it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Skipped {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: String,
}

#[derive(Serialize)]
struct SkippedJson<'a> {
    file: &'a Path,
    line: u64,
    reason: &'a str,
}

/// What was skipped: the first of it, and how much it is. A file of millions of bad records fills no memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SkippedList {
    first: Vec<Skipped>,
    count: u64,
}

impl SkippedList {
    /// So many are listed; the rest is counted.
    pub const LISTED: usize = 1000;

    /// Takes one in.
    pub fn push(&mut self, skipped: Skipped) {
        self.count += 1;
        if self.first.len() < Self::LISTED {
            self.first.push(skipped);
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    fn json(&self) -> Vec<SkippedJson<'_>> {
        let listed = self.first.iter();
        listed.map(|Skipped { place, reason }| SkippedJson { file: &place.path, line: place.line, reason }).collect()
    }

    /// The first of them, at most [`LISTED`](Self::LISTED).
    pub fn first(&self) -> &[Skipped] {
        &self.first
    }
}

/// Where the time of an `add` went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    /// Reading the files and storing the papers.
    pub reading: Duration,
    /// Loading the model, embedding, and storing the vectors meanwhile.
    pub embedding: Duration,
    /// What of `embedding` this thread spent storing, while with several threads the others went on.
    pub storing: Duration,
    /// Bringing the index up to date.
    pub indexing: Duration,
}

/// What `add` did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AddSummary {
    /// Papers that are new.
    pub added: u64,
    /// Records whose paper was there, and says something else now.
    pub updated: u64,
    /// Records whose paper was there, and says what it said.
    pub unchanged: u64,
    /// New records among all of these that joined a paper that was there.
    pub merged: u64,
    /// Records among the added and updated whose paper has no abstract, and is compared by its title alone.
    pub without_abstract: u64,
    /// Vectors made; in a dry run, those that would be.
    pub embedded: u64,
    /// Records that were not taken; `skipped_count` is how many there are.
    #[serde(flatten, serialize_with = "skipped")]
    pub skipped: SkippedList,
    /// What was taken, but under another id; `renamed_count` is how many there are.
    #[serde(flatten, serialize_with = "renamed")]
    pub renamed: SkippedList,
    /// What is to be known of the files: what was assumed or passed over, and where one is damaged. How many records
    /// were lost there, if any, is not known.
    #[serde(serialize_with = "notices")]
    pub notices: Vec<Notice>,
    /// Files and folders that could not be read at all, with the reason, which names them.
    #[serde(serialize_with = "unreadable")]
    pub unreadable: Vec<(PathBuf, String)>,
    /// How long it took; as JSON, in milliseconds.
    #[serde(rename = "timings_ms", serialize_with = "milliseconds")]
    pub timings: Timings,
}

fn milliseconds<S: Serializer>(timings: &Timings, serializer: S) -> Result<S::Ok, S::Error> {
    let Timings { reading, embedding, storing, indexing } = timings;
    let named = [("reading", reading), ("embedding", embedding), ("storing", storing), ("indexing", indexing)];
    serializer.collect_map(named.map(|(name, time)| (name, time.as_millis() as u64)))
}

fn skipped<S: Serializer>(list: &SkippedList, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Keys<'a> {
        skipped: Vec<SkippedJson<'a>>,
        skipped_count: u64,
    }
    Keys { skipped: list.json(), skipped_count: list.count }.serialize(serializer)
}

fn renamed<S: Serializer>(list: &SkippedList, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Keys<'a> {
        renamed: Vec<SkippedJson<'a>>,
        renamed_count: u64,
    }
    Keys { renamed: list.json(), renamed_count: list.count }.serialize(serializer)
}

fn notices<S: Serializer>(notices: &[Notice], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct NoticeJson<'a> {
        file: &'a Path,
        line: Option<u64>,
        text: &'a str,
    }
    serializer.collect_seq(notices.iter().map(|Notice { path, line, text }| NoticeJson {
        file: path,
        line: *line,
        text,
    }))
}

fn unreadable<S: Serializer>(files: &[(PathBuf, String)], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct UnreadableJson<'a> {
        file: &'a Path,
        reason: &'a str,
    }
    serializer.collect_seq(files.iter().map(|(file, reason)| UnreadableJson { file, reason }))
}

impl AddSummary {
    /// Counts what became of a paper.
    pub(super) fn count(&mut self, paper: &Paper, place: Place, taken: Taken) {
        let Taken { outcome, joined, has_abstract } = taken;
        let changed = !matches!(outcome, Outcome::Unchanged | Outcome::Repeated { .. });
        self.without_abstract += u64::from(changed && !has_abstract);
        self.merged += u64::from(joined);
        match outcome {
            Outcome::Added => self.added += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::AddedAs { id, taken_by } => {
                self.added += 1;
                let reason = format!("the id {:?} already names {taken_by:?}; added as {id}", paper.id.as_str());
                self.renamed.push(Skipped { place, reason });
            }
            Outcome::Repeated { first_line, shared } => {
                let reason = format!(
                    "{shared:?} was used at line {first_line} with another text; that one is kept. Give this paper an \
                     id of its own if it is another"
                );
                self.skipped.push(Skipped { place, reason });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_and_counted() {
        let mut list = SkippedList::default();
        for line in 1..=1500 {
            list.push(Skipped { place: Place { path: PathBuf::from("a.csv"), line }, reason: "no title".to_owned() });
        }
        assert_eq!((list.count(), list.first().len(), list.first()[999].place.line), (1500, 1000, 1000));
    }
}
