//! How the versions of a neighbourhood are put into papers, as they are grouped.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::PaperNumber;
use super::identity::grouping::Membership;
use super::identity::{Features, Reason, Verdict, compare, merging};
use super::neighbourhood::{MOST_VERSIONS, NEW, Neighbourhood};
use super::stored_record::{from_json, json};
use super::versions::{Stored, VersionNumber};
use crate::paper::{Paper, PaperId, derived_id};

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

impl Neighbourhood<'_> {
    /// Puts the members into papers as they are grouped. A paper with one of `touched` in it is there afterwards; others
    /// are as there or removed as they were.
    pub fn settle(
        self,
        groups: &BTreeMap<VersionNumber, Membership>,
        touched: &BTreeSet<VersionNumber>,
    ) -> rusqlite::Result<BTreeMap<VersionNumber, Placed>> {
        let mut by_group: BTreeMap<(usize, PaperNumber), Vec<VersionNumber>> = BTreeMap::new();
        let group_of = |number: &VersionNumber| groups.get(number).map(|membership| membership.group);
        let is_touched: BTreeSet<usize> = touched.iter().filter_map(group_of).collect();
        for (number, membership) in groups {
            // What was removed does not come back because something else moves: it stays in its paper.
            let removed = self.members.get(number).filter(|member| member.paper_removal.is_some());
            let removed = removed.filter(|_| !is_touched.contains(&membership.group));
            let paper = removed.map_or(0, |member| member.paper);
            by_group.entry((membership.group, paper)).or_default().push(*number);
        }
        // A paper of which several groups come goes to the one that it has its id from; else the group of the version
        // that came first chooses first.
        let mut by_age: Vec<(bool, Vec<VersionNumber>)> = Vec::new();
        let is_parting = by_group.len() > 1;
        for numbers in by_group.into_values() {
            by_age.push((is_parting && !self.has_given_an_id(&numbers)?, numbers));
        }
        by_age.sort_by_key(|(has_given_none, numbers)| (*has_given_none, numbers[0]));
        let mut settling = Settling { indexed: self.indexed(), claimed: BTreeSet::new(), hood: self };
        let mut placed = BTreeMap::new();
        for (_, numbers) in by_age {
            let reasons = |number: &VersionNumber| groups.get(number).and_then(|membership| membership.reason.as_ref());
            settling.settle_group(&numbers, &reasons, touched, &mut placed)?;
        }
        settling.empty_the_rest()?;
        Ok(placed)
    }

    /// Whether a paper of one of these versions bears the id that the version came with.
    fn has_given_an_id(&self, numbers: &[VersionNumber]) -> rusqlite::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM papers WHERE number = ? AND id = ?)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let members = numbers.iter().filter_map(|number| self.members.get(number));
        for member in members.filter(|member| member.number != NEW) {
            if statement.query_row(params![member.paper, member.record.id.as_str()], |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
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

    /// Puts a version where there are too many to group: one that is new into the paper of the version that it is most
    /// like, another back to where it was. The paper says what it said and what this version adds.
    pub fn join_crowd(mut self, number: VersionNumber) -> rusqlite::Result<BTreeMap<VersionNumber, Placed>> {
        let Some(member) = self.members.remove(&number) else { return Ok(BTreeMap::new()) };
        let judged = self.members.values().filter(|other| !other.alone && !member.alone);
        let alike = judged.filter_map(|other| match compare(&member.features, &other.features) {
            Verdict::Same(reason) => Some((reason, other.number, other.paper)),
            _ => None,
        });
        let (reason, paper) = match alike.min().filter(|_| number == NEW) {
            Some((reason, _, paper)) => (Some(reason.to_string()), Some(paper)),
            None => (member.reason.clone(), Some(member.paper).filter(|_| number != NEW)),
        };
        let mut alone = Neighbourhood::new(self.connection);
        let Some(paper) = paper else {
            alone.include(member);
            let groups = alone.group()?;
            return alone.settle(&groups, &BTreeSet::from([number]));
        };
        let sql = "SELECT record, source FROM papers WHERE number = ?";
        let (view, source) = self
            .connection
            .prepare_cached(sql)?
            .query_row([paper], |row| Ok((from_json(row.get_ref(0)?.as_str()?, 0)?, row.get::<_, i64>(1)?)))?;
        let mut index = Index::default();
        index.extend(&member.features);
        index.store(self.connection, paper, &Index::default())?;
        // Whose record is what the paper says keeps it when the paper says more.
        let sql = "UPDATE versions INDEXED BY versions_like_their_paper
                   SET record = (SELECT record FROM papers WHERE number = ?1) WHERE paper = ?1 AND record IS NULL";
        self.connection.prepare_cached(sql)?.execute([paper])?;
        let settling = Settling { hood: alone, indexed: BTreeMap::new(), claimed: BTreeSet::new() };
        let (_, effect, view) = settling.rewrite(paper, &[&view, &member.record], source, None)?;
        let stored = settling.write_version(&member, paper, reason, true)?;
        let has_abstract = view.abstract_text.is_some();
        let placed = Placed { number: stored, effect, versions: MOST_VERSIONS + 1, has_abstract };
        Ok(BTreeMap::from([(number, placed)]))
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
        let keeper = self.hood.change.and_then(|change| change.keeper);
        let mut papers = had_paper.clone().map(|member| member.paper).filter(|paper| !self.claimed.contains(paper));
        let own = papers.clone().find(|paper| Some(*paper) == keeper).or_else(|| papers.next());
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
        let mut view = merging::merged(&records[0].id, records);
        let mut taken_by = None;
        let mut attempt = 0;
        loop {
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
            attempt = if attempt < LAST_BY_TURN { attempt + 1 } else { self.free_attempt(records[0])? };
            view.id = other_id(records[0], attempt);
        }
        let id = view.id.clone();
        Ok((connection.last_insert_rowid(), Effect::Created { id, taken_by }, view))
    }

    /// An attempt whose id no paper has, in a number of steps that grows as the logarithm of how many have one.
    fn free_attempt(&self, record: &Paper) -> rusqlite::Result<usize> {
        let mut statement = self.hood.connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM papers WHERE id = ?)")?;
        let mut is_taken =
            |attempt| statement.query_row([other_id(record, attempt).as_str()], |row| row.get::<_, bool>(0));
        let (mut taken, mut free) = (LAST_BY_TURN, 2 * LAST_BY_TURN);
        while is_taken(free)? {
            (taken, free) = (free, 2 * free);
        }
        while free - taken > 1 {
            let middle = usize::midpoint(taken, free);
            if is_taken(middle)? { taken = middle } else { free = middle }
        }
        Ok(free)
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

/// So many ids are tried in turn, since one may be of a paper that is empty now.
const LAST_BY_TURN: usize = 8;

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
