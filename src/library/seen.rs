//! Papers that a profile's feed showed, or that a person marked as seen.
//!
//! Like opinions ([`super::profiles`]), they are stored with a paper's first version.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::profiles::{Profile, timestamp};
use super::{Library, PaperNumber, WriteLock};
use crate::Result;

/// A paper that a feed showed, or that a person marked as seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The paper.
    pub paper: PaperNumber,
    /// When it was first shown or marked.
    pub at: Timestamp,
    /// The profile whose feed showed it; `None`: a person marked it as seen.
    pub by: Option<String>,
}

/// `seen.profile` of papers that a person marked.
const PERSON: i64 = 0;

impl Library {
    /// The papers that a feed showed or a person marked as seen, each once, in the order in which they were first shown
    /// or marked. Leaves out removed papers.
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

    /// The papers that the feed of a profile showed, and those that a person marked as seen.
    pub fn shown_for(&self, profile: &Profile) -> Result<HashSet<PaperNumber>> {
        let sql = "SELECT paper FROM seen JOIN versions ON versions.number = version WHERE profile IN (?, ?)";
        Ok(self.rows(sql, [profile.number, PERSON], |row| row.get(0))?.into_iter().collect())
    }

    /// Marks papers as seen by a person, and returns those that were not shown or marked before.
    /// [`undo_seen`](Self::undo_seen) undoes it.
    pub fn mark_seen(&mut self, _lock: &WriteLock, papers: &[PaperNumber], at: Timestamp) -> Result<Vec<PaperNumber>> {
        let known: HashSet<PaperNumber> = self.shown()?.into_iter().map(|shown| shown.paper).collect();
        let new: Vec<PaperNumber> = papers.iter().copied().filter(|paper| !known.contains(paper)).collect();
        if !new.is_empty() {
            self.transaction(|transaction| note(transaction, PERSON, &new, at))?;
        }
        Ok(new)
    }

    /// Undoes the last [`mark_seen`](Self::mark_seen), and returns its papers. Another call undoes the `mark_seen`
    /// before that one.
    pub fn undo_seen(&mut self, _lock: &WriteLock) -> Result<Vec<PaperNumber>> {
        self.transaction(|transaction| {
            let last = "profile = ?1 AND seen.number = (SELECT max(number) FROM seen WHERE profile = ?1)";
            let sql = format!("SELECT paper FROM seen JOIN versions ON versions.number = version WHERE {last}");
            let papers = transaction.prepare(&sql)?.query_map([PERSON], |row| row.get(0))?.collect();
            transaction.execute(&format!("DELETE FROM seen WHERE {last}"), [PERSON])?;
            papers
        })
    }

    /// Makes papers unseen, whether a feed showed them or a person marked them as seen. If `papers` is `None`, does
    /// this for all papers that are not removed. Returns the papers that were seen before the call.
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

    /// Returns the greatest paper number that a feed can consider now. This is the number before the first new paper
    /// without a vector, or that of the last paper if all have vectors.
    pub fn feed_limit(&self, profile: &Profile) -> Result<PaperNumber> {
        let sql = "SELECT coalesce(
                       (SELECT min(papers.number) - 1 FROM papers LEFT JOIN vectors ON vectors.paper = papers.number
                        WHERE papers.number > ?1 AND removal IS NULL AND vectors.number IS NULL),
                       max(?1, (SELECT coalesce(max(number), 0) FROM papers)))";
        let read = || self.connection.prepare_cached(sql)?.query_row([profile.last_feed_paper], |row| row.get(0));
        read().map_err(|error| self.failed(error))
    }

    /// The numbers of the papers that a profile's feed has not considered yet.
    pub fn new_for_feed(&self, profile: &Profile) -> Result<Vec<PaperNumber>> {
        let sql = "SELECT number FROM papers WHERE number > ? AND removal IS NULL ORDER BY number";
        self.rows(sql, [profile.last_feed_paper], |row| row.get(0))
    }

    /// Stores which papers a profile's feed showed, and the greatest number that it considered.
    pub fn record_feed(
        &mut self,
        _lock: &WriteLock,
        profile: &Profile,
        shown: &[PaperNumber],
        last_feed_paper: PaperNumber,
        at: Timestamp,
    ) -> Result<()> {
        self.transaction(|transaction| {
            let sql =
                "UPDATE profiles SET last_feed_paper = max(last_feed_paper, ?), last_feed_at = ? WHERE number = ?";
            transaction.execute(sql, params![last_feed_paper, at.to_string(), profile.number])?;
            note(transaction, profile.number, shown, at)
        })
    }
}

fn note(transaction: &Transaction, profile: i64, papers: &[PaperNumber], at: Timestamp) -> rusqlite::Result<()> {
    let next = "SELECT coalesce(max(number), 0) + 1 FROM seen";
    let number: i64 = transaction.query_row(next, [], |row| row.get(0))?;
    for paper in papers {
        // A paper keeps the time at which it was first shown.
        let sql = "INSERT OR IGNORE INTO seen (number, version, profile, seen_at)
                   SELECT ?, min(number), ?, ? FROM versions WHERE paper = ? AND removal IS NULL";
        transaction.prepare_cached(sql)?.execute(params![number, profile, at.to_string(), paper])?;
    }
    Ok(())
}
