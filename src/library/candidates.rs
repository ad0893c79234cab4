//! The versions that may have to do with one another.
//!
//! A neighbourhood holds a version, those that are like it, those that are like these, and so on, and with each the whole
//! paper that it is in. It is grouped as [`grouping`] groups everything, so that what is stored does not depend on the
//! order in which versions came.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Params};

use super::PaperNumber;
use super::identity::grouping::{self, Membership, Records};
use super::identity::{Features, Verdict, compare};
use super::twins::papers_with_twins;
use super::versions::{Stored, VersionNumber, first_of_paper, of_paper, stored};

/// The number of a version that is not stored yet: it came last.
pub(super) const NEW: VersionNumber = VersionNumber::MAX;

/// A neighbourhood larger than this is not grouped anew: a version that comes joins the one that it is most like.
pub(super) const MOST_VERSIONS: usize = 64;

/// A key or an identifier that more papers have than this is not looked up: it says too little.
const MOST_PAPERS: usize = 64;

/// See the module.
pub(super) struct Neighbourhood<'c> {
    pub(super) connection: &'c Connection,
    pub(super) members: BTreeMap<VersionNumber, Stored>,
    /// What a person wants of it, if it was a person who set this off.
    pub(super) change: Option<&'c Change>,
    /// Looked at, and like none of the members so far.
    others: Vec<Stored>,
    waiting: Vec<VersionNumber>,
    asked_keys: HashSet<i64>,
    asked_identifiers: HashSet<String>,
    read: HashSet<PaperNumber>,
}

/// What to group anew.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Around these versions.
    pub versions: Vec<VersionNumber>,
    /// Papers with one of these in them are there afterwards.
    pub touched: BTreeSet<VersionNumber>,
    /// The paper whose number and id a group gets that has one of its versions.
    pub keeper: Option<PaperNumber>,
    /// Pairs that were of one paper because a person said so, who takes it back.
    pub undone: BTreeSet<(VersionNumber, VersionNumber)>,
}

impl<'c> Neighbourhood<'c> {
    pub fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            members: BTreeMap::new(),
            change: None,
            others: Vec::new(),
            waiting: Vec::new(),
            asked_keys: HashSet::new(),
            asked_identifiers: HashSet::new(),
            read: HashSet::new(),
        }
    }

    /// Takes a version in that was read already.
    pub fn include(&mut self, version: Stored) {
        self.waiting.push(version.number);
        self.members.insert(version.number, version);
    }

    /// Takes a paper in with its versions, of too many as many as show that; those that are in already stay as they are.
    pub fn include_paper(&mut self, paper: PaperNumber) -> rusqlite::Result<()> {
        if self.read.insert(paper) {
            for version in first_of_paper(self.connection, paper, MOST_VERSIONS + 1)? {
                if !self.members.contains_key(&version.number) {
                    self.include(version);
                }
            }
        }
        Ok(())
    }

    /// The versions that are in.
    pub fn members(&self) -> impl Iterator<Item = &Stored> {
        self.members.values()
    }

    /// Takes in what is like the members, until nothing more is; says whether it could be done within bounds.
    pub fn complete(&mut self) -> rusqlite::Result<bool> {
        while let Some(number) = self.waiting.pop() {
            let Some(member) = self.members.get(&number) else { continue };
            let (features, alone) = (member.features.clone(), member.alone);
            let twins = papers_with_twins(self.connection, member)?;
            for paper in self.decided(number)? {
                self.include_paper(paper)?;
            }
            if !alone {
                for paper in twins {
                    self.include_paper(paper)?;
                }
                self.look_up(&features)?;
                let is_like =
                    |other: &Stored| !other.alone && matches!(compare(&features, &other.features), Verdict::Same(_));
                let alike: BTreeSet<PaperNumber> =
                    self.others.iter().filter(|other| is_like(other)).map(|other| other.paper).collect();
                let others = std::mem::take(&mut self.others);
                let (taken, rest) = others.into_iter().partition(|other| alike.contains(&other.paper));
                self.others = rest;
                for version in taken {
                    if !self.members.contains_key(&version.number) {
                        self.include(version);
                    }
                }
            }
            if self.members.len() > MOST_VERSIONS {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The papers of versions that a person spoke of together with this one.
    fn decided(&self, number: VersionNumber) -> rusqlite::Result<Vec<PaperNumber>> {
        if number == NEW {
            return Ok(Vec::new());
        }
        let sql = "SELECT paper FROM versions WHERE removal IS NULL AND number IN
                   (SELECT b FROM decisions WHERE a = ?1 UNION SELECT a FROM decisions WHERE b = ?1)";
        self.numbers(sql, [number])
    }

    /// Reads the papers that have a key or an identifier of the member.
    fn look_up(&mut self, features: &Features) -> rusqlite::Result<()> {
        let mut papers = BTreeSet::new();
        for identifier in features.identifiers() {
            let value = identifier.to_string();
            if !self.asked_identifiers.contains(&value) {
                let sql = "SELECT paper FROM identifiers WHERE value = ? LIMIT 65";
                let found = self.numbers(sql, [&value])?;
                if found.len() <= MOST_PAPERS {
                    papers.extend(found);
                }
                self.asked_identifiers.insert(value);
            }
        }
        for &key in features.keys() {
            if self.asked_keys.insert(key) {
                let found = self.numbers("SELECT paper FROM title_keys WHERE key = ? LIMIT 65", [key])?;
                if found.len() <= MOST_PAPERS {
                    papers.extend(found);
                }
            }
        }
        for paper in papers {
            if self.read.insert(paper) {
                let versions = first_of_paper(self.connection, paper, MOST_VERSIONS + 1)?;
                self.others.extend(versions.into_iter().filter(|version| !self.members.contains_key(&version.number)));
            }
        }
        Ok(())
    }

    fn numbers(&self, sql: &str, parameters: impl Params) -> rusqlite::Result<Vec<PaperNumber>> {
        self.connection.prepare_cached(sql)?.query_map(parameters, |row| row.get(0))?.collect()
    }

    /// Pairs of members that came with the same words, the lesser number first.
    fn twins(&self) -> Vec<(VersionNumber, VersionNumber)> {
        let mut first: HashMap<(i64, &str), VersionNumber> = HashMap::new();
        let mut twins = Vec::new();
        for member in self.members.values().filter(|member| !member.alone) {
            let Some(hash) = member.hash else { continue };
            let first = *first.entry((hash, member.record.id.as_str())).or_insert(member.number);
            if first != member.number {
                twins.push((first, member.number));
            }
        }
        twins
    }

    /// Pairs of members that are of one paper so far, the lesser number first.
    fn kept(&self) -> Vec<(VersionNumber, VersionNumber)> {
        let mut of_paper: BTreeMap<PaperNumber, Vec<VersionNumber>> = BTreeMap::new();
        for member in self.members.values().filter(|member| member.number != NEW) {
            of_paper.entry(member.paper).or_default().push(member.number);
        }
        let pairs = |numbers: Vec<VersionNumber>| {
            let pair =
                |(at, a): (usize, &VersionNumber)| numbers[at + 1..].iter().map(|b| (*a, *b)).collect::<Vec<_>>();
            numbers.iter().enumerate().flat_map(pair).collect::<Vec<_>>()
        };
        let is_undone =
            |pair: &(VersionNumber, VersionNumber)| self.change.is_some_and(|change| change.undone.contains(pair));
        of_paper.into_values().flat_map(pairs).filter(|pair| !is_undone(pair)).collect()
    }

    /// Groups the members; the same numbers of groups are the same work.
    pub fn group(&self) -> rusqlite::Result<BTreeMap<VersionNumber, Membership>> {
        if self.members.len() == 1 {
            let alone = |number: &VersionNumber| (*number, Membership { group: 0, reason: None });
            return Ok(self.members.keys().map(alone).collect());
        }
        let numbers: Vec<VersionNumber> = self.members.keys().copied().collect();
        let place: HashMap<VersionNumber, usize> =
            numbers.iter().enumerate().map(|(at, number)| (*number, at)).collect();
        let (twins, kept) = (self.twins(), self.kept());
        let places = |(a, b): &(VersionNumber, VersionNumber)| Some((*place.get(a)?, *place.get(b)?));
        let mut records = Records {
            twins: twins.iter().filter_map(places).collect(),
            kept: kept.iter().filter_map(places).collect(),
            ..Records::default()
        };
        for (at, member) in self.members.values().enumerate() {
            records.features.push(member.features.clone());
            if member.alone {
                records.alone.insert(at);
            }
            // Ascending: the last decision about two holds.
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
        Ok(numbers.into_iter().zip(grouping::groups(&records)).collect())
    }
}

/// Groups anew what has to do with the versions of a change.
pub(super) fn regroup(connection: &Connection, change: &Change) -> rusqlite::Result<()> {
    let touched = &change.touched;
    let mut done = BTreeSet::new();
    for number in &change.versions {
        if done.contains(number) {
            continue;
        }
        let mut hood = Neighbourhood { change: Some(change), ..Neighbourhood::new(connection) };
        for version in stored(connection, "versions.number = ?", [number])? {
            let paper = version.paper;
            hood.include(version);
            hood.include_paper(paper)?;
        }
        if hood.complete()? {
            let groups = hood.group()?;
            done.extend(hood.settle(&groups, touched)?.into_keys());
        } else {
            done.extend(settle_crowd(connection, *number, touched)?);
        }
    }
    Ok(())
}

/// What a paper says of which there are too many versions to group: all of them stay in it.
fn settle_crowd(
    connection: &Connection,
    number: VersionNumber,
    touched: &BTreeSet<VersionNumber>,
) -> rusqlite::Result<Vec<VersionNumber>> {
    let mut hood = Neighbourhood::new(connection);
    for version in stored(connection, "versions.number = ?", [number])? {
        let others = of_paper(connection, version.paper)?;
        others.into_iter().for_each(|other| hood.include(other));
        hood.include(version);
    }
    let together = |number: &VersionNumber| (*number, Membership { group: 0, reason: None });
    let groups = hood.members.keys().map(together).collect();
    Ok(hood.settle(&groups, touched)?.into_keys().collect())
}

/// The paper that `record` would be taken for.
pub(super) fn paper_like(connection: &Connection, record: Stored) -> rusqlite::Result<Option<PaperNumber>> {
    let title_key = record.record.title_key();
    let mut hood = Neighbourhood::new(connection);
    hood.include(record);
    // A library that is read as it stands has no keys of titles.
    let sql = "SELECT number FROM papers WHERE title_key = ? AND removal IS NULL ORDER BY number LIMIT 1";
    let same_title: Option<PaperNumber> =
        connection.prepare_cached(sql)?.query_row([title_key], |row| row.get(0)).optional()?;
    if let Some(paper) = same_title {
        hood.others.extend(first_of_paper(connection, paper, MOST_VERSIONS)?);
        hood.read.insert(paper);
    }
    if !hood.complete()? {
        // Too many to say, but surely one of those that are like it.
        let Some(record) = hood.members.remove(&NEW) else { return Ok(None) };
        let is_like =
            |other: &&Stored| other.is_live() && matches!(compare(&record.features, &other.features), Verdict::Same(_));
        return Ok(hood.members.values().find(is_like).map(|member| member.paper));
    }
    let groups = hood.group()?;
    let group = groups.get(&NEW).map(|membership| membership.group);
    let same = hood.members().find(|member| {
        member.number != NEW && member.is_live() && groups.get(&member.number).map(|other| other.group) == group
    });
    Ok(same.map(|member| member.paper))
}
