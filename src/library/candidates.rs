//! The versions that may be of one work with a given one.
//!
//! The candidates are the version, all versions that match it, all versions that match these, and so on. The other
//! versions of the papers of these versions are candidates too. [`grouping`] decides which candidates are of one work,
//! so the result does not depend on the order in which the versions were added.

use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::{Connection, Params, ToSql};

use super::PaperNumber;
use super::identity::grouping::{self, Membership, Records};
use super::identity::{Features, Verdict, compare};
use super::versions::{StoredVersion, VersionNumber, first_versions_of, papers_with_copies};

/// The number of a version that is not stored yet: greater than all others.
pub(super) const NEW: VersionNumber = VersionNumber::MAX;

/// More candidates than this are not grouped: a new version joins the paper of its best match.
pub(super) const MOST_VERSIONS: usize = 64;

/// A title key or an identifier that more papers than this share is not used to find candidates.
const MOST_PAPERS: usize = 64;

/// The candidates for one work; see the module documentation.
pub(super) struct Candidates<'c> {
    pub(super) connection: &'c Connection,
    pub(super) members: BTreeMap<VersionNumber, StoredVersion>,
    /// Papers that share a key or an identifier with a member, but match none so far.
    others: BTreeMap<PaperNumber, Vec<StoredVersion>>,
    waiting: Vec<VersionNumber>,
    read: HashSet<PaperNumber>,
}

impl<'c> Candidates<'c> {
    pub fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            members: BTreeMap::new(),
            others: BTreeMap::new(),
            waiting: Vec::new(),
            read: HashSet::new(),
        }
    }

    /// Adds a version.
    pub fn include(&mut self, version: StoredVersion) {
        self.waiting.push(version.number);
        self.members.insert(version.number, version);
    }

    /// Adds the first versions of a paper, at most one more than can be grouped. Does not replace versions that are
    /// members already.
    pub fn include_paper(&mut self, paper: PaperNumber) -> rusqlite::Result<()> {
        self.read(paper)?;
        for version in self.others.remove(&paper).unwrap_or_default() {
            if !self.members.contains_key(&version.number) {
                self.include(version);
            }
        }
        Ok(())
    }

    fn read(&mut self, paper: PaperNumber) -> rusqlite::Result<()> {
        if self.read.insert(paper) {
            self.others.insert(paper, first_versions_of(self.connection, paper, MOST_VERSIONS + 1)?);
        }
        Ok(())
    }

    /// Adds the papers that match a member, until no further paper matches. Returns false if there are too many members
    /// to group.
    pub fn complete(&mut self) -> rusqlite::Result<bool> {
        while let Some(number) = self.waiting.pop() {
            let Some(member) = self.members.get(&number) else { continue };
            let (features, alone) = (member.features.clone(), member.alone);
            let copies = if alone { Vec::new() } else { papers_with_copies(self.connection, member)? };
            for paper in self.decided(number)?.into_iter().chain(copies) {
                self.include_paper(paper)?;
            }
            if !alone {
                self.look_up(&features)?;
                let matches = |other: &StoredVersion| {
                    !other.alone && matches!(compare(&features, &other.features), Verdict::Same(_))
                };
                let others = self.others.iter().filter(|(_, versions)| versions.iter().any(matches));
                for paper in others.map(|(paper, _)| *paper).collect::<Vec<_>>() {
                    self.include_paper(paper)?;
                }
            }
            if self.members.len() > MOST_VERSIONS {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The papers of versions that a person joined with this one or split from it.
    fn decided(&self, number: VersionNumber) -> rusqlite::Result<Vec<PaperNumber>> {
        let sql = "SELECT paper FROM versions WHERE removal IS NULL AND number IN
                   (SELECT b FROM decisions WHERE a = ?1 UNION SELECT a FROM decisions WHERE b = ?1)";
        self.numbers(sql, [number])
    }

    /// Reads the papers with a title key or an identifier of a member.
    fn look_up(&mut self, features: &Features) -> rusqlite::Result<()> {
        let by_identifier = "SELECT paper FROM identifiers WHERE value = ? LIMIT 65";
        let by_key = "SELECT paper FROM title_keys WHERE key = ? LIMIT 65";
        let identifiers: Vec<String> = features.identifiers.iter().map(ToString::to_string).collect();
        let identifiers = identifiers.iter().map(|value| (by_identifier, value as &dyn ToSql));
        let keys = features.keys.iter().map(|key| (by_key, key as &dyn ToSql));
        for (sql, value) in identifiers.chain(keys) {
            let found = self.numbers(sql, [value])?;
            if found.len() <= MOST_PAPERS {
                found.into_iter().try_for_each(|paper| self.read(paper))?;
            }
        }
        Ok(())
    }

    fn numbers(&self, sql: &str, parameters: impl Params) -> rusqlite::Result<Vec<PaperNumber>> {
        self.connection.prepare_cached(sql)?.query_map(parameters, |row| row.get(0))?.collect()
    }

    /// Groups the members; equal group numbers mean the same work.
    pub fn group(&self) -> rusqlite::Result<BTreeMap<VersionNumber, Membership>> {
        let place: HashMap<VersionNumber, usize> = self.members.keys().copied().zip(0..).collect();
        let mut records = Records::default();
        let mut copies: HashMap<(i64, &str), usize> = HashMap::new();
        for (at, member) in self.members.values().enumerate() {
            records.features.push(member.features.clone());
            if member.alone {
                records.alone.insert(at);
            } else {
                let first = *copies.entry((member.hash, member.record.id.as_str())).or_insert(at);
                records.copies.extend((first != at).then_some((first, at)));
            }
            // In ascending order, so that the last decision about two versions is kept.
            let sql = "SELECT b, together FROM decisions WHERE a = ? ORDER BY b, number";
            let mut statement = self.connection.prepare_cached(sql)?;
            let decided = statement.query_map([member.number], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let decided: BTreeMap<VersionNumber, bool> = decided.collect::<rusqlite::Result<_>>()?;
            for (other, together) in decided {
                match (place.get(&other), together) {
                    (Some(&other), true) => records.together.push((at, other)),
                    (Some(&other), false) => _ = records.apart.insert((at, other)),
                    (None, _) => {}
                }
            }
        }
        Ok(self.members.keys().copied().zip(grouping::groups(&records)).collect())
    }
}
