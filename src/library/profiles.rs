//! Profiles: liked and disliked papers under a name, and the last paper that the profile's feed has considered.
//!
//! An opinion on a paper is stored with the paper's first version, and stays with that version when papers are joined,
//! split, removed or restored. If a paper has several opinions, the last is valid.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::papers::damaged;
use super::{Library, PaperNumber, WriteLock};
use crate::paper::clean::is_unprintable;
use crate::{Error, Result};

/// An opinion on a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// More like this.
    Liked = 1,
    /// Less like this.
    Disliked = -1,
}

/// The interests of a person or a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub(super) number: i64,
    /// Its name.
    pub name: String,
    /// 32 random hexadecimal digits that identify it, also outside this library.
    pub key: String,
    /// Liked papers that are not removed, in the order of the opinions.
    pub liked: Vec<PaperOpinion>,
    /// Disliked papers that are not removed, in the order of the opinions.
    pub disliked: Vec<PaperOpinion>,
    /// The greatest number of a paper that its feed has considered; 0: none yet.
    pub last_feed_paper: PaperNumber,
    /// When its feed last listed papers.
    pub last_feed_at: Option<Timestamp>,
}

/// A paper with an opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperOpinion {
    /// The paper.
    pub paper: PaperNumber,
    /// When the opinion was given.
    pub at: Timestamp,
}

/// A change of the opinion on a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The paper.
    pub paper: PaperNumber,
    /// The opinion before.
    pub before: Option<Opinion>,
    /// The opinion now.
    pub now: Option<Opinion>,
}

impl Opinion {
    /// The number in the database; 0 for a cleared opinion.
    fn code(opinion: Option<Self>) -> i64 {
        opinion.map_or(0, |opinion| opinion as i64)
    }

    fn from_code(code: i64) -> Option<Self> {
        [Self::Liked, Self::Disliked].into_iter().find(|opinion| *opinion as i64 == code.signum())
    }
}

impl Library {
    /// All profiles, ordered by name.
    pub fn profiles(&self) -> Result<Vec<Profile>> {
        let sql =
            "SELECT number, name, key, last_feed_paper, last_feed_at FROM profiles WHERE removal IS NULL ORDER BY name";
        let profiles = self.rows(sql, [], profile)?;
        profiles.into_iter().map(|profile| self.with_opinions(profile)).collect()
    }

    /// The profile with a name.
    ///
    /// # Errors
    /// [`Error::ProfileNotFound`] with the names of all profiles.
    pub fn profile(&self, name: &str) -> Result<Profile> {
        let sql =
            "SELECT number, name, key, last_feed_paper, last_feed_at FROM profiles WHERE name = ? AND removal IS NULL";
        match self.rows(sql, [name.trim()], profile)?.pop() {
            Some(profile) => self.with_opinions(profile),
            None => {
                let sql = "SELECT name FROM profiles WHERE removal IS NULL ORDER BY name";
                let known = self.rows(sql, [], |row| row.get(0))?;
                Err(Error::ProfileNotFound { name: name.to_owned(), known })
            }
        }
    }

    fn with_opinions(&self, mut profile: Profile) -> Result<Profile> {
        for (paper, opinion, at) in self.opinions(profile.number)? {
            match opinion {
                Some(Opinion::Liked) => profile.liked.push(PaperOpinion { paper, at }),
                Some(Opinion::Disliked) => profile.disliked.push(PaperOpinion { paper, at }),
                None => {}
            }
        }
        Ok(profile)
    }

    /// The last opinion on each paper that is not removed, in the order of the opinions.
    fn opinions(&self, profile: i64) -> Result<Vec<(PaperNumber, Option<Opinion>, Timestamp)>> {
        let sql = "SELECT versions.paper, opinion, said_at FROM opinions
                   JOIN versions ON versions.number = opinions.version
                   JOIN papers ON papers.number = versions.paper
                   WHERE profile = ? AND papers.removal IS NULL ORDER BY opinions.number DESC, opinions.version DESC";
        let mut rows = self.rows(sql, [profile], |row| {
            Ok((row.get::<_, PaperNumber>(0)?, Opinion::from_code(row.get(1)?), timestamp(row, 2)?))
        })?;
        let mut known = std::collections::HashSet::new();
        rows.retain(|(paper, ..)| known.insert(*paper));
        rows.reverse();
        Ok(rows)
    }

    /// Sets the opinion on papers in the profile with this name; `None` clears it. Creates the profile if there is
    /// none. Returns the changes in the order of the papers. [`undo_opinion`](Self::undo_opinion) undoes them.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for an invalid name.
    pub fn set_opinion(
        &mut self,
        _lock: &WriteLock,
        name: &str,
        papers: &[PaperNumber],
        opinion: Option<Opinion>,
        at: Timestamp,
    ) -> Result<Vec<Change>> {
        let name = checked_name(name)?;
        let before: HashMap<PaperNumber, Option<Opinion>> = match self.profile(name) {
            Ok(profile) => self.opinions(profile.number)?.into_iter().map(|(paper, said, _)| (paper, said)).collect(),
            Err(Error::ProfileNotFound { .. }) => HashMap::new(),
            Err(error) => return Err(error),
        };
        let change = |&paper: &PaperNumber| {
            let before = before.get(&paper).copied().flatten();
            (before != opinion).then_some(Change { paper, before, now: opinion })
        };
        let changes: Vec<Change> = papers.iter().filter_map(change).collect();
        if changes.is_empty() {
            return Ok(changes);
        }
        self.transaction(|transaction| {
            let profile = profile_called(transaction, name)?;
            let next = "SELECT coalesce(max(number), 0) + 1 FROM opinions";
            let number: i64 = transaction.query_row(next, [], |row| row.get(0))?;
            for change in &changes {
                let sql = "INSERT OR REPLACE INTO opinions (number, profile, version, opinion, said_at)
                           SELECT ?, ?, min(number), ?, ? FROM versions WHERE paper = ? AND removal IS NULL";
                let values = params![number, profile, Opinion::code(opinion), at.to_string(), change.paper];
                transaction.prepare_cached(sql)?.execute(values)?;
            }
            Ok(())
        })?;
        Ok(changes)
    }

    /// Undoes the last [`set_opinion`](Self::set_opinion) of this opinion in a profile. Returns the changes for papers
    /// that are not removed. The next call undoes the one before.
    ///
    /// # Errors
    /// [`Error::ProfileNotFound`].
    pub fn undo_opinion(&mut self, _lock: &WriteLock, name: &str, opinion: Option<Opinion>) -> Result<Vec<Change>> {
        let profile = self.profile(name)?.number;
        let before = self.opinions(profile)?;
        self.transaction(|transaction| {
            let sql = "DELETE FROM opinions WHERE profile = ?1 AND number = (
                           SELECT max(number) FROM opinions WHERE profile = ?1 AND opinion = ?2)";
            transaction.execute(sql, params![profile, Opinion::code(opinion)])
        })?;
        let now: HashMap<PaperNumber, Option<Opinion>> =
            self.opinions(profile)?.into_iter().map(|(paper, said, _)| (paper, said)).collect();
        let change = |(paper, before, _)| Change { paper, before, now: now.get(&paper).copied().flatten() };
        Ok(before.into_iter().map(change).filter(|change| change.before != change.now).collect())
    }

    /// Removes a profile; [`undo_remove_profile`](Self::undo_remove_profile) restores it.
    ///
    /// # Errors
    /// [`Error::ProfileNotFound`].
    pub fn remove_profile(&mut self, _lock: &WriteLock, name: &str) -> Result<Profile> {
        let profile = self.profile(name)?;
        self.transaction(|transaction| {
            let sql = "UPDATE profiles SET removal = (SELECT coalesce(max(removal), 0) + 1 FROM profiles)
                       WHERE number = ?";
            transaction.execute(sql, [profile.number])
        })?;
        Ok(profile)
    }

    /// Restores the profile that was removed last; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when another profile has its name now.
    pub fn undo_remove_profile(&mut self, _lock: &WriteLock) -> Result<Option<Profile>> {
        let sql = "SELECT name FROM profiles WHERE removal IS NOT NULL ORDER BY removal DESC LIMIT 1";
        let Some(name) = self.rows(sql, [], |row| row.get::<_, String>(0))?.pop() else { return Ok(None) };
        self.check_is_free(&name)?;
        self.transaction(|transaction| {
            let sql = "UPDATE profiles SET removal = NULL WHERE removal = (SELECT max(removal) FROM profiles)";
            transaction.execute(sql, [])
        })?;
        self.profile(&name).map(Some)
    }

    /// Renames a profile.
    ///
    /// # Errors
    /// [`Error::ProfileNotFound`]; [`Error::InvalidParameter`] when another profile has the name, or it is invalid.
    pub fn rename_profile(&mut self, _lock: &WriteLock, name: &str, to: &str) -> Result<Profile> {
        let (profile, to) = (self.profile(name)?, checked_name(to)?);
        if profile.name != to {
            self.check_is_free(to)?;
        }
        self.transaction(|transaction| {
            transaction.execute("UPDATE profiles SET name = ? WHERE number = ?", params![to, profile.number])
        })?;
        self.profile(to)
    }

    fn check_is_free(&self, name: &str) -> Result<()> {
        match self.profile(name) {
            Err(Error::ProfileNotFound { .. }) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(Error::InvalidParameter(format!(
                "profile {name:?} already exists; `relata profile rename` renames it"
            ))),
        }
    }
}

fn profile(row: &Row) -> rusqlite::Result<Profile> {
    let last_feed_at = if row.get_ref(4)? == rusqlite::types::ValueRef::Null { None } else { Some(timestamp(row, 4)?) };
    Ok(Profile {
        number: row.get(0)?,
        name: row.get(1)?,
        key: row.get(2)?,
        liked: Vec::new(),
        disliked: Vec::new(),
        last_feed_paper: row.get(3)?,
        last_feed_at,
    })
}

/// The number of the profile with a name. Creates it if there is none.
fn profile_called(transaction: &Transaction, name: &str) -> rusqlite::Result<i64> {
    let sql = "SELECT number FROM profiles WHERE name = ? AND removal IS NULL";
    match transaction.query_row(sql, [name], |row| row.get(0)).optional()? {
        Some(number) => Ok(number),
        None => {
            let sql = "INSERT INTO profiles (name, key) VALUES (?, lower(hex(randomblob(16))))";
            transaction.execute(sql, [name])?;
            Ok(transaction.last_insert_rowid())
        }
    }
}

/// Trims a profile name and checks that it is valid.
fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() || name.contains(is_unprintable) {
        let reason =
            format!("{name:?} is not a valid profile name: it is empty or has control or invisible characters");
        return Err(Error::InvalidParameter(reason));
    }
    Ok(name)
}

/// Reads a [`Timestamp`] from its `Display` form.
pub(super) fn timestamp(row: &Row, column: usize) -> rusqlite::Result<Timestamp> {
    row.get::<_, String>(column)?.parse().map_err(|error: jiff::Error| damaged(column, error))
}
