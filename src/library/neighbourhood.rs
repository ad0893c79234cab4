//! The versions that may have to do with one another, and how they are put into papers.
//!
//! A neighbourhood holds a version, those that are like it, those that are like these, and so on, and with each the whole
//! paper that it is in. It is grouped as [`grouping`] groups everything, so that what is stored does not depend on the
//! order in which versions came.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Params, params};
use sha2::{Digest, Sha256};

use super::PaperNumber;
use super::identity::grouping::{self, Membership, Records};
use super::identity::{Features, Reason, Verdict, compare, merging};
use super::papers::json;
use super::versions::{Stored, VersionNumber, of_paper, stored};
use crate::paper::{Paper, PaperId, derived_id};

/// The number of a version that is not stored yet: it came last.
pub(super) const NEW: VersionNumber = VersionNumber::MAX;

/// A neighbourhood larger than this is not grouped anew: a version that comes joins the one that it is most like.
const MOST_VERSIONS: usize = 64;

/// A key that more papers have than this is not looked up: it says too little.
const MOST_PAPERS: usize = 64;

/// What became of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// It is new; the paper that has the id that its record came with, if there is one.
    Created { id: PaperId, taken_by: Option<String> },
    /// It had been removed.
    Revived,
    /// It says something else.
    Changed,
    /// It is what it was.
    Same,
}

/// Where a version went.
#[derive(Debug)]
pub(super) struct Placed {
    pub number: VersionNumber,
    pub effect: Effect,
    /// How many versions its paper has.
    pub versions: usize,
    pub has_abstract: bool,
}

/// See the module.
pub(super) struct Neighbourhood<'c> {
    connection: &'c Connection,
    members: BTreeMap<VersionNumber, Stored>,
    /// Looked at, and like none of the members so far.
    others: Vec<Stored>,
    waiting: Vec<VersionNumber>,
    asked_keys: HashSet<i64>,
    asked_identifiers: HashSet<String>,
    read: HashSet<PaperNumber>,
}

impl<'c> Neighbourhood<'c> {
    pub fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            members: BTreeMap::new(),
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

    /// Takes a paper in with all its versions; those that are in already stay as they are.
    pub fn include_paper(&mut self, paper: PaperNumber) -> rusqlite::Result<()> {
        if self.read.insert(paper) {
            for version in of_paper(self.connection, paper)? {
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
            for paper in self.decided(number)? {
                self.include_paper(paper)?;
            }
            if !alone {
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
                papers.extend(self.numbers(sql, [&value])?);
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
                let versions = of_paper(self.connection, paper)?;
                self.others.extend(versions.into_iter().filter(|version| !self.members.contains_key(&version.number)));
            }
        }
        Ok(())
    }

    fn numbers(&self, sql: &str, parameters: impl Params) -> rusqlite::Result<Vec<PaperNumber>> {
        self.connection.prepare_cached(sql)?.query_map(parameters, |row| row.get(0))?.collect()
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
        let mut records = Records::default();
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

    /// Where a version goes when there are too many to group: to the one that it is most like. Everything else stays.
    pub fn group_around(&self, number: VersionNumber) -> BTreeMap<VersionNumber, Membership> {
        let mut places: HashMap<PaperNumber, usize> = HashMap::new();
        let mut groups = BTreeMap::new();
        for (at, member) in self.members.values().enumerate() {
            let group = if member.number == NEW { at } else { *places.entry(member.paper).or_insert(at) };
            groups.insert(member.number, Membership { group, reason: None });
        }
        let Some(member) = self.members.get(&number) else { return groups };
        let judged = self.members.values().filter(|other| other.number != number && !other.alone && !member.alone);
        let best = judged.filter_map(|other| match compare(&member.features, &other.features) {
            Verdict::Same(reason) => Some((reason, other.number)),
            _ => None,
        });
        if let Some((reason, other)) = best.min() {
            let group = groups[&other].group;
            groups.insert(number, Membership { group, reason: Some(reason) });
        }
        groups
    }

    /// Puts the members into papers as they are grouped. A paper with one of `touched` in it is there afterwards; others
    /// are as there or removed as they were.
    pub fn settle(
        self,
        groups: &BTreeMap<VersionNumber, Membership>,
        touched: &BTreeSet<VersionNumber>,
    ) -> rusqlite::Result<BTreeMap<VersionNumber, Placed>> {
        let mut by_group: BTreeMap<usize, Vec<VersionNumber>> = BTreeMap::new();
        for (number, membership) in groups {
            by_group.entry(membership.group).or_default().push(*number);
        }
        // The group of the version that came first chooses first.
        let mut by_age: Vec<Vec<VersionNumber>> = by_group.into_values().collect();
        by_age.sort_by_key(|numbers| numbers[0]);
        let mut settling = Settling { indexed: self.indexed(), claimed: BTreeSet::new(), hood: self };
        let mut placed = BTreeMap::new();
        for numbers in by_age {
            let reasons = |number: &VersionNumber| groups.get(number).and_then(|membership| membership.reason.as_ref());
            settling.settle_group(&numbers, &reasons, touched, &mut placed)?;
        }
        settling.empty_the_rest()?;
        Ok(placed)
    }

    /// What each paper is looked up by at present.
    fn indexed(&self) -> BTreeMap<PaperNumber, Index> {
        let mut indexed: BTreeMap<PaperNumber, Index> = BTreeMap::new();
        for member in self.members.values().filter(|member| member.number != NEW) {
            let index = indexed.entry(member.paper).or_default();
            // A version that comes back had been taken out of the index.
            if member.removal.is_none() {
                index.extend(member.features_before.as_ref().unwrap_or(&member.features));
            }
        }
        indexed
    }
}

/// What a paper is looked up by.
#[derive(Debug, Default)]
pub(super) struct Index {
    identifiers: BTreeSet<String>,
    keys: BTreeSet<i64>,
}

impl Index {
    /// Takes in what one version is looked up by.
    pub fn extend(&mut self, features: &Features) {
        self.identifiers.extend(features.identifiers().iter().map(ToString::to_string));
        self.keys.extend(features.keys());
    }

    /// Makes the tables say `self` of a paper of which they said `before`.
    pub fn store(&self, connection: &Connection, paper: PaperNumber, before: &Self) -> rusqlite::Result<()> {
        for value in before.identifiers.difference(&self.identifiers) {
            let sql = "DELETE FROM identifiers WHERE value = ? AND paper = ?";
            connection.prepare_cached(sql)?.execute(params![value, paper])?;
        }
        for key in before.keys.difference(&self.keys) {
            connection.prepare_cached("DELETE FROM title_keys WHERE key = ? AND paper = ?")?.execute([*key, paper])?;
        }
        for value in self.identifiers.difference(&before.identifiers) {
            let sql = "INSERT OR IGNORE INTO identifiers (value, paper) VALUES (?, ?)";
            connection.prepare_cached(sql)?.execute(params![value, paper])?;
        }
        for key in self.keys.difference(&before.keys) {
            let sql = "INSERT OR IGNORE INTO title_keys (key, paper) VALUES (?, ?)";
            connection.prepare_cached(sql)?.execute([*key, paper])?;
        }
        Ok(())
    }
}

/// A neighbourhood on its way into papers.
struct Settling<'c> {
    hood: Neighbourhood<'c>,
    indexed: BTreeMap<PaperNumber, Index>,
    claimed: BTreeSet<PaperNumber>,
}

impl Settling<'_> {
    fn settle_group<'r>(
        &mut self,
        numbers: &[VersionNumber],
        reasons: &impl Fn(&VersionNumber) -> Option<&'r Reason>,
        touched: &BTreeSet<VersionNumber>,
        placed: &mut BTreeMap<VersionNumber, Placed>,
    ) -> rusqlite::Result<()> {
        let members: Vec<Stored> = numbers.iter().filter_map(|number| self.hood.members.remove(number)).collect();
        let had_paper = members.iter().filter(|member| member.number != NEW);
        let own = had_paper.clone().map(|member| member.paper).find(|paper| !self.claimed.contains(paper));
        let was_live = had_paper.clone().any(|member| member.paper_removal.is_none());
        let removal = match members.iter().any(|member| touched.contains(&member.number)) || was_live {
            true => None,
            false => had_paper.filter_map(|member| member.paper_removal).max(),
        };
        let records: Vec<&Paper> = members.iter().map(|member| &member.record).collect();
        let first = &members[0];
        let (paper, effect, view) = match own {
            Some(paper) => self.rewrite(paper, &records, first.source, removal)?,
            None => self.create(&records, first.source, removal)?,
        };
        self.claimed.insert(paper);
        let mut index = Index::default();
        members.iter().for_each(|member| index.extend(&member.features));
        index.store(self.hood.connection, paper, &self.indexed.remove(&paper).unwrap_or_default())?;
        let is_single = members.len() == 1;
        for member in &members {
            let reason = reasons(&member.number).map(ToString::to_string).filter(|_| !is_single);
            // Where there were too many to group, reasons stay what they were.
            let reason = reason.or_else(|| member.reason.clone().filter(|_| !is_single));
            let with_record = !is_single && Paper { id: view.id.clone(), ..member.record.clone() } != view;
            let number = self.write_version(member, paper, reason, with_record)?;
            let versions = members.len();
            let has_abstract = view.abstract_text.is_some();
            placed.insert(member.number, Placed { number, effect: effect.clone(), versions, has_abstract });
        }
        Ok(())
    }

    fn rewrite(
        &self,
        paper: PaperNumber,
        records: &[&Paper],
        source: i64,
        removal: Option<i64>,
    ) -> rusqlite::Result<(PaperNumber, Effect, Paper)> {
        let sql = "SELECT id, record, removal FROM papers WHERE number = ?";
        let (id, old, old_removal): (String, String, Option<i64>) = self
            .hood
            .connection
            .prepare_cached(sql)?
            .query_row([paper], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let view = merging::merged(&PaperId::new(id), records);
        let new = json(&view)?;
        let effect = match (old_removal, removal) {
            (Some(_), None) => Effect::Revived,
            _ if new == old => Effect::Same,
            _ => Effect::Changed,
        };
        if effect != Effect::Same || old_removal != removal {
            let sql =
                "UPDATE papers SET title_key = ?, record = ?, text_hash = ?, source = ?, removal = ? WHERE number = ?";
            let values = params![view.title_key(), new, text_hash(&view), source, removal, paper];
            self.hood.connection.prepare_cached(sql)?.execute(values)?;
        }
        Ok((paper, effect, view))
    }

    /// A paper for a group that has none: under the id of its first record, unless another paper has that.
    fn create(
        &self,
        records: &[&Paper],
        source: i64,
        removal: Option<i64>,
    ) -> rusqlite::Result<(PaperNumber, Effect, Paper)> {
        let connection = self.hood.connection;
        let wanted = &records[0].id;
        let mut view = merging::merged(wanted, records);
        let mut taken_by = None;
        for attempt in 1.. {
            let sql = "INSERT INTO papers (id, title_key, record, text_hash, source, removal) VALUES (?, ?, ?, ?, ?, ?)
                       ON CONFLICT (id) DO NOTHING";
            let values = params![view.id.as_str(), view.title_key(), json(&view)?, text_hash(&view), source, removal];
            if connection.prepare_cached(sql)?.execute(values)? == 1 {
                break;
            }
            let sql = "SELECT number, record ->> 'title', removal IS 0 AND NOT EXISTS
                           (SELECT 1 FROM versions WHERE paper = papers.number) FROM papers WHERE id = ?";
            let other = connection.prepare_cached(sql)?.query_row([view.id.as_str()], |row| {
                Ok((row.get::<_, PaperNumber>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?))
            });
            let (number, title, is_empty) = other?;
            // What joined another paper and parts from it again is what it was.
            if is_empty && !self.claimed.contains(&number) {
                let (number, _, view) = self.rewrite(number, records, source, removal)?;
                let id = view.id.clone();
                return Ok((number, Effect::Created { id, taken_by }, view));
            }
            taken_by.get_or_insert(title);
            view.id = other_id(records[0], attempt);
        }
        let id = view.id.clone();
        Ok((connection.last_insert_rowid(), Effect::Created { id, taken_by }, view))
    }

    fn write_version(
        &self,
        member: &Stored,
        paper: PaperNumber,
        reason: Option<String>,
        with_record: bool,
    ) -> rusqlite::Result<VersionNumber> {
        let connection = self.hood.connection;
        let record = if with_record { Some(json(&member.record)?) } else { None };
        if member.number == NEW {
            let sql = "INSERT INTO versions (paper, source, line, id, record, hash, reason, alone)
                       VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
            let id = member.record.id.as_str();
            let values = params![paper, member.source, member.line, id, record, member.hash, reason, member.alone];
            return connection.prepare_cached(sql)?.insert(values);
        }
        let is_as_it_was = member.paper == paper
            && member.reason == reason
            && member.has_record == with_record
            && member.features_before.is_none()
            && member.removal.is_none();
        if !is_as_it_was {
            let sql =
                "UPDATE versions SET paper = ?, line = ?, id = ?, record = ?, hash = ?, reason = ?, removal = NULL
                       WHERE number = ?";
            let id = member.record.id.as_str();
            let values = params![paper, member.line, id, record, member.hash, reason, member.number];
            connection.prepare_cached(sql)?.execute(values)?;
        }
        Ok(member.number)
    }

    /// Papers whose versions have all gone elsewhere.
    fn empty_the_rest(self) -> rusqlite::Result<()> {
        for (paper, before) in self.indexed {
            Index::default().store(self.hood.connection, paper, &before)?;
            self.hood.connection.prepare_cached("UPDATE papers SET removal = 0 WHERE number = ?")?.execute([paper])?;
        }
        Ok(())
    }
}

/// An id for a paper whose own is another's: made from what it is, then counted on.
fn other_id(record: &Paper, attempt: usize) -> PaperId {
    let derived = derived_id(&record.title, record.authors.first().map_or("", String::as_str), record.year);
    match attempt {
        1 => derived,
        more => PaperId::new(format!("{derived}-{more}")),
    }
}

/// First half of the SHA-256 of the text that is embedded.
fn text_hash(paper: &Paper) -> [u8; 16] {
    let digest = Sha256::digest(paper.text().as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}

/// Groups anew what has to do with `versions`; papers with one of `touched` in them are there afterwards.
pub(super) fn regroup(
    connection: &Connection,
    versions: &[VersionNumber],
    touched: &BTreeSet<VersionNumber>,
) -> rusqlite::Result<BTreeMap<VersionNumber, Placed>> {
    let mut done = BTreeSet::new();
    let mut all = BTreeMap::new();
    for number in versions {
        if done.contains(number) {
            continue;
        }
        let mut hood = Neighbourhood::new(connection);
        for version in stored(connection, "versions.number = ?", [number])? {
            let paper = version.paper;
            hood.include(version);
            hood.include_paper(paper)?;
        }
        let is_complete = hood.complete()?;
        let groups = if is_complete { hood.group()? } else { hood.group_around(*number) };
        let placed = hood.settle(&groups, touched)?;
        done.extend(placed.keys().copied());
        all.extend(placed);
    }
    Ok(all)
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
        hood.others.extend(of_paper(connection, paper)?);
        hood.read.insert(paper);
    }
    let groups = if hood.complete()? { hood.group()? } else { hood.group_around(NEW) };
    let group = groups.get(&NEW).map(|membership| membership.group);
    let same = hood.members().find(|member| {
        member.number != NEW && member.is_live() && groups.get(&member.number).map(|other| other.group) == group
    });
    Ok(same.map(|member| member.paper))
}
