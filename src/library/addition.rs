//! Taking papers in: is this record known, and if not, is it of a work that is?
//!
//! Each record is kept as a version of a paper (`versions.rs`): what a file says under an id, until the file says
//! something else. An id that a file made up says nothing beyond that file. Which versions are of one work is decided
//! by `identity`; in doubt both papers are kept: a double can be joined, two works in one entry hide each other.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use rusqlite::Transaction;
use xxhash_rust::xxh3::xxh3_64;

use super::identity::{Features, Texts, merging};
use super::moment::advance;
use super::neighbourhood::{NEW, Neighbourhood, paper_like};
use super::settling::{Effect, Placed};
use super::stored_record::json;
use super::twins::{join_twin, twin};
use super::versions::{Stored, VersionNumber, stored};
use super::{Library, Listed, WriteLock};
use crate::Result;
use crate::paper::{Paper, PaperId, derived_id, former_derived_id};

/// What became of a record that was offered to the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its paper is new.
    Added,
    /// Its paper is new, but its id names another one, so that it got an id of its own.
    AddedAs {
        /// Its id in the library.
        id: PaperId,
        /// Title of the paper that has the id.
        taken_by: String,
    },
    /// Its paper was known, and says something else now.
    Updated,
    /// Its paper was known, and says what it said.
    Unchanged,
    /// The same file has used its id before, for the same title with another abstract; the first is kept.
    Repeated {
        /// The line that was kept.
        first_line: u64,
        /// The id.
        shared: String,
    },
}

/// What became of a record, and of the paper that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it joined a paper that other records had brought.
    pub joined: bool,
    /// Whether its paper has an abstract now, from whatever file.
    pub has_abstract: bool,
}

/// The versions that one file has brought so far, with the line of each.
#[derive(Debug, Default)]
pub struct Seen(HashMap<VersionNumber, u64>);

/// In place of a path for standard input, which is another source each time.
pub const STANDARD_INPUT: &str = "-";

/// An id that one file uses for more records than this names none of them ("1", "n/a"): they are known again by all that
/// they say, or not at all.
const MOST_OF_ONE_ID: i64 = 64;

/// A key of `meta`: there are versions from before their hashes were kept.
const WITHOUT_HASH: &str = "SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'versions_without_hash')";

impl Library {
    /// Takes papers in, in order, as one transaction; each comes with the line it stood on. `source` is the file's full
    /// path, or [`STANDARD_INPUT`]. With `merge`, a record of a work that is there joins its paper; without, it is kept
    /// apart from all others, now and later, but a record that the same file brought before is known again.
    ///
    /// No abstract is replaced by nothing, and no paper by another.
    pub fn take_in(
        &mut self,
        _lock: &WriteLock,
        source: &str,
        papers: &[(Paper, u64)],
        merge: bool,
        seen: &mut Seen,
    ) -> Result<Vec<Taken>> {
        if papers.is_empty() {
            return Ok(Vec::new());
        }
        self.transaction(|transaction| {
            transaction.prepare_cached("INSERT OR IGNORE INTO sources (name) VALUES (?)")?.execute([source])?;
            let find = "SELECT number FROM sources WHERE name = ?";
            let number = transaction.query_row(find, [source], |row| row.get(0))?;
            let without_hash = transaction.query_row(WITHOUT_HASH, [], |row| row.get(0))?;
            let is_stdin = source == STANDARD_INPUT;
            let mut file = File { transaction, number, is_stdin, merge, without_hash, seen };
            let taken: Vec<Taken> =
                papers.iter().map(|(paper, line)| file.take_in(paper, *line)).collect::<rusqlite::Result<_>>()?;
            let is_change = |taken: &Taken| !matches!(taken.outcome, Outcome::Unchanged | Outcome::Repeated { .. });
            if taken.iter().any(is_change) {
                advance(transaction)?;
            }
            Ok(taken)
        })
    }

    /// The stored paper that `paper` would be taken for; `None` if it would be new.
    pub fn same_as(&self, paper: &Paper) -> Result<Option<Listed>> {
        let found = paper_like(&self.connection, new_version(paper.clone(), 0, 0, 0, false));
        let number = found.map_err(|error| self.failed(error))?;
        Ok(number.map(|number| self.paper(number)).transpose()?.flatten())
    }
}

fn new_version(record: Paper, source: i64, line: i64, hash: i64, alone: bool) -> Stored {
    Stored {
        number: NEW,
        paper: 0,
        source,
        line: Some(line),
        features: Rc::new(Features::of(&record)),
        record,
        hash: Some(hash),
        has_record: false,
        reason: None,
        alone,
        removal: None,
        paper_removal: None,
        features_before: None,
    }
}

/// The file that papers come from, within a transaction.
struct File<'a> {
    transaction: &'a Transaction<'a>,
    number: i64,
    is_stdin: bool,
    merge: bool,
    without_hash: bool,
    seen: &'a mut Seen,
}

impl File<'_> {
    fn take_in(&mut self, paper: &Paper, line: u64) -> rusqlite::Result<Taken> {
        match self.under_former_id(paper)? {
            Some(former) => self.take_in_under_its_id(&former, line),
            None => self.take_in_under_its_id(paper, line),
        }
    }

    fn take_in_under_its_id(&mut self, paper: &Paper, line: u64) -> rusqlite::Result<Taken> {
        let hash = xxh3_64(json(paper)?.as_bytes()).cast_signed();
        if let Some((number, is_live)) = self.as_it_was(paper.id.as_str(), hash)? {
            let is_again = self.seen.0.contains_key(&number);
            self.seen.0.entry(number).or_insert(line);
            if is_live || is_again {
                let outcome = Outcome::Unchanged;
                return Ok(Taken { outcome, joined: false, has_abstract: paper.abstract_text.is_some() });
            }
            let version = stored(self.transaction, "versions.number = ?", [number])?;
            return match version.into_iter().next() {
                Some(version) => self.place(version, line),
                None => self.take_in_new(paper, line, hash),
            };
        }
        match self.uses(paper.id.as_str())? {
            0 if !self.without_hash => self.take_in_new(paper, line, hash),
            0..=MOST_OF_ONE_ID => self.take_in_changed(paper, line, hash),
            _ => self.take_in_new(paper, line, hash),
        }
    }

    /// The version that the record is to the letter, best one that this run has not met yet, and whether it is there.
    fn as_it_was(&self, id: &str, hash: i64) -> rusqlite::Result<Option<(VersionNumber, bool)>> {
        // The plus keeps SQLite from looking through all that the file has under the id.
        let sql = "SELECT versions.number, versions.removal IS NULL AND papers.removal IS NULL
                   FROM versions JOIN papers ON papers.number = paper
                   WHERE hash = ? AND versions.source = ? AND +versions.id = ? LIMIT 65";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement.query_map((hash, self.number, id), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(VersionNumber, bool)> = found.collect::<rusqlite::Result<_>>()?;
        Ok(found.into_iter().min_by_key(|(number, _)| (self.seen.0.contains_key(number), *number)))
    }

    /// How often the file has used an id; beyond [`MOST_OF_ONE_ID`] it is not counted.
    fn uses(&self, id: &str) -> rusqlite::Result<i64> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM versions WHERE id = ? AND source = ? LIMIT 65)";
        self.transaction.prepare_cached(sql)?.query_row((id, self.number), |row| row.get(0))
    }

    /// The record under the id that an older version made for it, if this file brought it under that.
    fn under_former_id(&self, paper: &Paper) -> rusqlite::Result<Option<Paper>> {
        let author = paper.authors.first().map_or("", String::as_str);
        let former = former_derived_id(&paper.title, author, paper.year);
        if paper.id == former || paper.id != derived_id(&paper.title, author, paper.year) {
            return Ok(None);
        }
        if !(1..=MOST_OF_ONE_ID).contains(&self.uses(former.as_str())?) {
            return Ok(None);
        }
        let title_key = paper.title_key();
        let known =
            stored(self.transaction, "versions.id = ? AND versions.source = ?", (former.as_str(), self.number))?;
        let is_known = known.iter().any(|version| version.record.title_key() == title_key);
        Ok(is_known.then(|| Paper { id: former, ..paper.clone() }))
    }

    /// A record whose id the file has used before, or may have.
    fn take_in_changed(&mut self, paper: &Paper, line: u64, hash: i64) -> rusqlite::Result<Taken> {
        let title_key = paper.title_key();
        let parameters = (paper.id.as_str(), self.number);
        let mut known = stored(self.transaction, "versions.id = ? AND versions.source = ?", parameters)?;
        if self.without_hash {
            // A paper that was renamed when it came, before what its file calls it was kept.
            let condition = "versions.number IN (
                SELECT versions.number FROM papers JOIN versions ON paper = papers.number
                WHERE papers.title_key = ? AND versions.source = ? AND hash IS NULL LIMIT 65)";
            let renamed = stored(self.transaction, condition, (&title_key, self.number))?;
            let is_new = |version: &Stored| known.iter().all(|other| other.number != version.number);
            let renamed: Vec<Stored> = renamed.into_iter().filter(is_new).collect();
            known.extend(renamed);
        }
        let features = Features::of(paper);
        let (seen, unseen): (Vec<Stored>, Vec<Stored>) =
            known.into_iter().partition(|version| self.seen.0.contains_key(&version.number));
        let same_title = unseen.iter().find(|version| version.record.title_key() == title_key);
        // The same file may correct a title; but within one run, or from another file, an id may stand for anything.
        let corrected = unseen.first().filter(|version| !self.is_stdin && version.record.id == paper.id);
        if let Some(version) = same_title.or(corrected.filter(|_| seen.is_empty())) {
            let mut version = version.clone();
            let record = match features.is_like(&version.features) {
                true => merging::renewed(paper, &version.record),
                false => paper.clone(),
            };
            version.replace(record, hash, line.cast_signed());
            return self.place(version, line);
        }
        // What an id was made from may well come twice; one that a file gave is said to be used twice.
        let first = seen.iter().find(|version| version.record.title_key() == title_key && !merging::is_made(paper));
        let first = first.filter(|version| {
            let has_both = version.record.abstract_text.is_some() && paper.abstract_text.is_some();
            has_both && version.features.texts(&features) != Texts::One
        });
        match first {
            Some(version) if twin(self.transaction, paper, hash)?.is_none() => {
                let first_line = self.seen.0.get(&version.number).copied().unwrap_or(0);
                let outcome = Outcome::Repeated { first_line, shared: paper.id.to_string() };
                Ok(Taken { outcome, joined: false, has_abstract: true })
            }
            _ => self.take_in_new(paper, line, hash),
        }
    }

    fn take_in_new(&mut self, paper: &Paper, line: u64, hash: i64) -> rusqlite::Result<Taken> {
        let version = new_version(paper.clone(), self.number, line.cast_signed(), hash, !self.merge);
        if self.merge
            && let Some(twin) = twin(self.transaction, paper, hash)?
        {
            let has_abstract = paper.abstract_text.is_some();
            let number = join_twin(self.transaction, &version, &twin)?;
            self.seen.0.insert(number, line);
            return Ok(Taken { outcome: Outcome::Unchanged, joined: true, has_abstract });
        }
        let taken = self.place(version, line)?;
        Ok(match taken.outcome {
            // Nobody gave the id that the paper was to have.
            Outcome::AddedAs { .. } if merging::is_derived(paper) => Taken { outcome: Outcome::Added, ..taken },
            _ => taken,
        })
    }

    /// Finds out where a version belongs, and puts it there.
    fn place(&mut self, version: Stored, line: u64) -> rusqlite::Result<Taken> {
        let number = version.number;
        let paper = version.paper;
        let mut hood = Neighbourhood::new(self.transaction);
        hood.include(version);
        if number != NEW {
            hood.include_paper(paper)?;
        }
        let mut placed = if hood.complete()? {
            let groups = hood.group()?;
            hood.settle(&groups, &BTreeSet::from([number]))?
        } else {
            hood.join_crowd(number)?
        };
        // Every member is placed.
        let Some(placed) = placed.remove(&number) else { return Err(rusqlite::Error::QueryReturnedNoRows) };
        self.seen.0.insert(placed.number, line);
        Ok(taken(placed, number == NEW))
    }
}

fn taken(placed: Placed, is_new: bool) -> Taken {
    let joined = is_new && placed.versions > 1;
    let outcome = match placed.effect {
        Effect::Created { id, taken_by: Some(taken_by) } if is_new => Outcome::AddedAs { id, taken_by },
        Effect::Created { .. } if is_new => Outcome::Added,
        Effect::Revived => Outcome::Added,
        Effect::Created { .. } | Effect::Changed => Outcome::Updated,
        Effect::Same => Outcome::Unchanged,
    };
    Taken { outcome, joined, has_abstract: placed.has_abstract }
}
