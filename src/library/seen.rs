//! Papers that were shown: which a person has seen, which a profile's feed has told of, and how far.
//!
//! As opinions ([`super::profiles`]), that a paper was seen is kept with its first version.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::profiles::{Profile, timestamp};
use super::{Library, PaperNumber, WriteLock};
use crate::Result;

/// A paper that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The paper.
    pub paper: PaperNumber,
    /// When it was first.
    pub at: Timestamp,
    /// The profile whose feed showed it; `None`: a person said that it was seen.
    pub by: Option<String>,
}

/// `seen.profile` of what a person said.
const PERSON: i64 = 0;

impl Library {
    /// The papers that were shown and are there, in the order in which they were; each once.
    pub fn shown(&self) -> Result<Vec<Shown>> {
        let sql = "SELECT versions.paper, seen_at, profiles.name FROM seen
                   JOIN versions ON versions.number = version JOIN papers ON papers.number = versions.paper
                   LEFT JOIN profiles ON profiles.number = profile
                   WHERE papers.removal IS NULL ORDER BY seen.number, version, profile";
        let mut shown =
            self.rows(sql, [], |row| Ok(Shown { paper: row.get(0)?, at: timestamp(row, 1)?, by: row.get(2)? }))?;
        let mut known = HashSet::new();
        shown.retain(|shown| known.insert(shown.paper));
        Ok(shown)
    }

    /// The papers that the feed of a profile showed, and those that a person has seen.
    pub fn shown_for(&self, profile: &Profile) -> Result<HashSet<PaperNumber>> {
        let sql = "SELECT paper FROM seen JOIN versions ON versions.number = version WHERE profile IN (?, ?)";
        Ok(self.rows(sql, [profile.number, PERSON], |row| row.get(0))?.into_iter().collect())
    }

    /// Notes that a person has seen papers, and says which were not known to be.
    /// [`undo_seen`](Self::undo_seen) takes it back.
    pub fn mark_seen(&mut self, _lock: &WriteLock, papers: &[PaperNumber], at: Timestamp) -> Result<Vec<PaperNumber>> {
        let known: HashSet<PaperNumber> = self.shown()?.into_iter().map(|shown| shown.paper).collect();
        let new: Vec<PaperNumber> = papers.iter().copied().filter(|paper| !known.contains(paper)).collect();
        if !new.is_empty() {
            self.transaction(|transaction| note(transaction, PERSON, &new, at))?;
        }
        Ok(new)
    }

    /// Takes back the last [`mark_seen`](Self::mark_seen), and says which papers that concerns; called again, the one
    /// before it.
    pub fn undo_seen(&mut self, _lock: &WriteLock) -> Result<Vec<PaperNumber>> {
        self.transaction(|transaction| {
            let last = "profile = ?1 AND seen.number = (SELECT max(number) FROM seen WHERE profile = ?1)";
            let sql = format!("SELECT paper FROM seen JOIN versions ON versions.number = version WHERE {last}");
            let papers = transaction.prepare(&sql)?.query_map([PERSON], |row| row.get(0))?.collect();
            transaction.execute(&format!("DELETE FROM seen WHERE {last}"), [PERSON])?;
            papers
        })
    }

    /// Forgets that papers were shown; all without a list.
    pub fn clear_seen(&mut self, _lock: &WriteLock, papers: Option<&[PaperNumber]>) -> Result<Vec<PaperNumber>> {
        let shown: HashSet<PaperNumber> = self.shown()?.into_iter().map(|shown| shown.paper).collect();
        let mut cleared: Vec<PaperNumber> = match papers {
            Some(papers) => papers.iter().copied().filter(|paper| shown.contains(paper)).collect(),
            None => shown.into_iter().collect(),
        };
        cleared.sort_unstable();
        self.transaction(|transaction| {
            for paper in &cleared {
                let sql = "DELETE FROM seen WHERE version IN (SELECT number FROM versions WHERE paper = ?)";
                transaction.prepare_cached(sql)?.execute([paper])?;
            }
            Ok(())
        })?;
        Ok(cleared)
    }

    /// How far a feed that is made now can tell: to the last paper, or to the one before the first that is not embedded
    /// and so cannot be found yet.
    pub fn tellable(&self, profile: &Profile) -> Result<PaperNumber> {
        let sql = "SELECT coalesce(
                       (SELECT min(papers.number) - 1 FROM papers LEFT JOIN vectors ON vectors.paper = papers.number
                        WHERE papers.number > ?1 AND removal IS NULL AND vectors.number IS NULL),
                       max(?1, (SELECT coalesce(max(number), 0) FROM papers)))";
        let read = || self.connection.prepare_cached(sql)?.query_row([profile.told], |row| row.get(0));
        read().map_err(|error| self.failed(error))
    }

    /// The numbers of the papers that are there and came after those that a profile's feed has told of.
    pub fn untold(&self, profile: &Profile) -> Result<Vec<PaperNumber>> {
        let sql = "SELECT number FROM papers WHERE number > ? AND removal IS NULL ORDER BY number";
        self.rows(sql, [profile.told], |row| row.get(0))
    }

    /// Notes what a profile's feed told: which papers it showed, and how far it looked.
    pub fn note_told(
        &mut self,
        _lock: &WriteLock,
        profile: &Profile,
        shown: &[PaperNumber],
        told: PaperNumber,
        at: Timestamp,
    ) -> Result<()> {
        self.transaction(|transaction| {
            let sql = "UPDATE profiles SET told = max(told, ?), told_at = ? WHERE number = ?";
            transaction.execute(sql, params![told, at.to_string(), profile.number])?;
            note(transaction, profile.number, shown, at)
        })
    }
}

fn note(transaction: &Transaction, profile: i64, papers: &[PaperNumber], at: Timestamp) -> rusqlite::Result<()> {
    let next = "SELECT coalesce(max(number), 0) + 1 FROM seen";
    let number: i64 = transaction.query_row(next, [], |row| row.get(0))?;
    for paper in papers {
        // Seen before, it was seen then.
        let sql = "INSERT OR IGNORE INTO seen (number, version, profile, seen_at)
                   SELECT ?, min(number), ?, ? FROM versions WHERE paper = ? AND removal IS NULL";
        transaction.prepare_cached(sql)?.execute(params![number, profile, at.to_string(), paper])?;
    }
    Ok(())
}
