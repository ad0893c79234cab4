//! Adds records to the library, each as a new or updated version of a paper.
//!
//! A version (`versions.rs`) is the record that a file has under an id. When the file is added again and the record has
//! changed, the new record replaces the old one. An id alone never links records of different files. `identity` decides
//! which versions are of one work.

use std::collections::HashMap;
use std::rc::Rc;

use rusqlite::Transaction;
use xxhash_rust::xxh3::xxh3_64;

use super::candidates::{Candidates, NEW};
use super::connection::advance;
use super::identity::{Features, Texts, Verdict, compare, merging};
use super::papers::json;
use super::placement::{Effect, place};
use super::versions::{StoredVersion, VersionNumber, stored};
use super::{Library, Listed, PaperNumber, WriteLock};
use crate::Result;
use crate::paper::{Paper, PaperId};

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its paper is new.
    Added,
    /// Its paper is new and got another id, because another paper has the id of the record.
    AddedAs {
        /// Its id in the library.
        id: PaperId,
        /// Title of the paper that has the id of the record.
        taken_by: String,
    },
    /// Its paper was known and has changed.
    Updated,
    /// Its paper was known and has not changed.
    Unchanged,
    /// Skipped: an earlier record of the file in this run has the same id and title, but another abstract.
    Repeated {
        /// The line of the record that was stored.
        first_line: u64,
        /// The id of both records.
        shared: String,
    },
}

/// What happened to a record, and to its paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordOutcome {
    /// What happened.
    pub outcome: Outcome,
    /// Whether it joined a paper that had other records already.
    pub joined: bool,
    /// Whether its paper now has an abstract, from any file.
    pub has_abstract: bool,
}

/// The versions that one run has met in a file so far, with the line of each.
#[derive(Debug, Default)]
pub struct KnownVersions(HashMap<VersionNumber, u64>);

/// The name of standard input as a source. It may contain another file in each run.
pub const STANDARD_INPUT: &str = "-";

/// An id that one file uses for more records than this ("1", "n/a") is ignored: then only unchanged records are
/// recognised.
const MOST_OF_ONE_ID: i64 = 64;

impl Library {
    /// Adds papers in order, as one transaction. Each paper has its line in the file. `source` is the full path of the
    /// file, or [`STANDARD_INPUT`]. With `merge`, a record of a known work joins the paper of that work. Without
    /// `merge`, it becomes a paper of its own, and later records do not join it. A record that the same file had in an
    /// earlier run is recognised in both cases.
    ///
    /// If a changed record has no abstract, the paper keeps the abstract that the file had before, unless the new title
    /// is too different.
    pub fn add_records(
        &mut self,
        _lock: &WriteLock,
        source: &str,
        papers: &[(Paper, u64)],
        merge: bool,
        seen: &mut KnownVersions,
    ) -> Result<Vec<RecordOutcome>> {
        if papers.is_empty() {
            return Ok(Vec::new());
        }
        self.transaction(|transaction| {
            transaction.prepare_cached("INSERT OR IGNORE INTO sources (name) VALUES (?)")?.execute([source])?;
            let find = "SELECT number FROM sources WHERE name = ?";
            let number = transaction.query_row(find, [source], |row| row.get(0))?;
            let mut file = File { transaction, number, is_stdin: source == STANDARD_INPUT, merge, seen };
            let taken: Vec<RecordOutcome> =
                papers.iter().map(|(paper, line)| file.add(paper, *line)).collect::<rusqlite::Result<_>>()?;
            let is_change =
                |taken: &RecordOutcome| !matches!(taken.outcome, Outcome::Unchanged | Outcome::Repeated { .. });
            if taken.iter().any(is_change) {
                advance(transaction)?;
            }
            Ok(taken)
        })
    }

    /// Returns the stored paper of the same work as `paper`, or `None` if there is none. Stores nothing.
    pub fn matching_paper(&self, paper: &Paper) -> Result<Option<Listed>> {
        let number = self.match_of(paper).map_err(|error| self.failed(error))?;
        Ok(number.map(|number| self.paper(number)).transpose()?.flatten())
    }

    fn match_of(&self, paper: &Paper) -> rusqlite::Result<Option<PaperNumber>> {
        let mut candidates = Candidates::new(&self.connection);
        let record = new_version(paper.clone(), 0, 0, hash(paper)?, false);
        let features = record.features.clone();
        candidates.include(record);
        let is_match = |other: &StoredVersion| matches!(compare(&features, &other.features), Verdict::Same(_));
        let groups = if candidates.complete()? { Some(candidates.group()?) } else { None };
        // If there are too many candidates to group, any match counts.
        let is_same = |other: &&StoredVersion| match &groups {
            Some(groups) => groups[&NEW].group == groups[&other.number].group,
            None => is_match(other),
        };
        let mut others = candidates.members.values().filter(|other| other.number != NEW && other.is_live());
        Ok(others.find(is_same).map(|other| other.paper))
    }
}

fn new_version(record: Paper, source: i64, line: i64, hash: i64, alone: bool) -> StoredVersion {
    StoredVersion {
        number: NEW,
        paper: 0,
        source,
        line,
        features: Rc::new(Features::of(&record)),
        record,
        hash,
        has_record: false,
        reason: None,
        alone,
        removal: None,
        paper_removal: None,
        features_before: None,
    }
}

fn hash(record: &Paper) -> rusqlite::Result<i64> {
    Ok(xxh3_64(json(record)?.as_bytes()).cast_signed())
}

/// The file that the records are from, and the transaction that adds them.
struct File<'a> {
    transaction: &'a Transaction<'a>,
    number: i64,
    is_stdin: bool,
    merge: bool,
    seen: &'a mut KnownVersions,
}

impl File<'_> {
    fn add(&mut self, paper: &Paper, line: u64) -> rusqlite::Result<RecordOutcome> {
        let hash = hash(paper)?;
        if let Some((number, is_live)) = self.unchanged(paper.id.as_str(), hash)? {
            let is_again = self.seen.0.contains_key(&number);
            self.seen.0.entry(number).or_insert(line);
            if is_live || is_again {
                let has_abstract = paper.abstract_text.is_some();
                return Ok(RecordOutcome { outcome: Outcome::Unchanged, joined: false, has_abstract });
            }
            if let Some(version) = stored(self.transaction, "versions.number = ?", [number])?.pop() {
                return self.place(version, line);
            }
        }
        match self.uses(paper.id.as_str())? {
            1..=MOST_OF_ONE_ID => self.add_changed(paper, line, hash),
            _ => self.add_new(paper, line, hash),
        }
    }

    /// Returns the version of this file that equals the record, and whether it is live (not removed). Prefers versions
    /// that this run has not met yet.
    fn unchanged(&self, id: &str, hash: i64) -> rusqlite::Result<Option<(VersionNumber, bool)>> {
        // The plus before `versions.id` keeps SQLite from scanning all versions with the id.
        let sql = "SELECT versions.number, versions.removal IS NULL AND papers.removal IS NULL
                   FROM versions JOIN papers ON papers.number = paper
                   WHERE hash = ? AND versions.source = ? AND +versions.id = ? LIMIT 65";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement.query_map((hash, self.number, id), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(VersionNumber, bool)> = found.collect::<rusqlite::Result<_>>()?;
        Ok(found.into_iter().min_by_key(|(number, _)| (self.seen.0.contains_key(number), *number)))
    }

    /// Counts the versions of the file with an id. Stops counting at one more than [`MOST_OF_ONE_ID`].
    fn uses(&self, id: &str) -> rusqlite::Result<i64> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM versions WHERE id = ? AND source = ? LIMIT 65)";
        self.transaction.prepare_cached(sql)?.query_row((id, self.number), |row| row.get(0))
    }

    /// Adds a record whose id the file has used before.
    fn add_changed(&mut self, paper: &Paper, line: u64, hash: i64) -> rusqlite::Result<RecordOutcome> {
        let title_key = paper.title_key();
        let parameters = (paper.id.as_str(), self.number);
        let known = stored(self.transaction, "versions.id = ? AND versions.source = ?", parameters)?;
        let features = Features::of(paper);
        let (seen, unseen): (Vec<_>, Vec<_>) =
            known.into_iter().partition(|version| self.seen.0.contains_key(&version.number));
        let has_title = |version: &&StoredVersion| version.record.title_key() == title_key;
        // A file may correct a title between two runs. Within one run, the same id with another title means another
        // work.
        let corrected = unseen.first().filter(|_| !self.is_stdin && seen.is_empty());
        if let Some(version) = unseen.iter().find(has_title).or(corrected) {
            let mut version = version.clone();
            let record = match features.is_like(&version.features) {
                true => merging::updated(paper, &version.record),
                false => paper.clone(),
            };
            version.replace(record, hash, line.cast_signed());
            return self.place(version, line);
        }
        // Two records may have the same id if it was made from their fields. An id that the file itself repeats is
        // reported.
        let first = seen.iter().find(has_title).filter(|version| {
            let has_both = version.record.abstract_text.is_some() && paper.abstract_text.is_some();
            has_both && !merging::has_generated_id(paper) && version.features.texts(&features) != Texts::One
        });
        match first {
            Some(version) => {
                let first_line = self.seen.0.get(&version.number).copied().unwrap_or(0);
                let outcome = Outcome::Repeated { first_line, shared: paper.id.to_string() };
                Ok(RecordOutcome { outcome, joined: false, has_abstract: true })
            }
            None => self.add_new(paper, line, hash),
        }
    }

    fn add_new(&mut self, paper: &Paper, line: u64, hash: i64) -> rusqlite::Result<RecordOutcome> {
        let version = new_version(paper.clone(), self.number, line.cast_signed(), hash, !self.merge);
        let taken = self.place(version, line)?;
        Ok(match taken.outcome {
            // A derived id is not in the file, so no message is needed if the paper gets another id.
            Outcome::AddedAs { .. } if merging::has_derived_id(paper) => {
                RecordOutcome { outcome: Outcome::Added, ..taken }
            }
            _ => taken,
        })
    }

    /// Finds the paper of a version, and stores it there.
    fn place(&mut self, version: StoredVersion, line: u64) -> rusqlite::Result<RecordOutcome> {
        let is_new = version.number == NEW;
        let placed = place(self.transaction, version)?;
        self.seen.0.insert(placed.number, line);
        let outcome = match placed.effect {
            Effect::Created { id, taken_by: Some(taken_by) } if is_new => Outcome::AddedAs { id, taken_by },
            Effect::Created { .. } if is_new => Outcome::Added,
            Effect::Restored => Outcome::Added,
            Effect::Created { .. } | Effect::Changed => Outcome::Updated,
            Effect::Same => Outcome::Unchanged,
        };
        Ok(RecordOutcome { outcome, joined: is_new && placed.versions > 1, has_abstract: placed.has_abstract })
    }
}
