//! Stores groups of versions as papers.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::PaperNumber;
use super::candidates::{Candidates, MOST_VERSIONS, NEW};
use super::identity::grouping::Membership;
use super::identity::{Features, Verdict, compare, merging};
use super::papers::{json, paper_from_json};
use super::versions::{StoredVersion, VersionNumber, paper_of, stored, versions_of};
use crate::paper::{Paper, PaperId, derived_id};

/// What happened to a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// It is new. If another paper already has the id of the new paper's first record, `taken_by` is the title of that
    /// other paper.
    Created { id: PaperId, taken_by: Option<String> },
    /// It was removed before, and is restored.
    Restored,
    /// Its record changed.
    Changed,
    /// Nothing changed.
    Same,
}

/// Where a version was stored.
#[derive(Debug)]
pub(super) struct Placed {
    pub number: VersionNumber,
    pub effect: Effect,
    /// How many versions its paper has.
    pub versions: usize,
    pub has_abstract: bool,
}

/// Which versions to group again, and how.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Versions whose candidates are grouped.
    pub versions: BTreeSet<VersionNumber>,
    /// Afterwards, the papers of these versions are not removed. Any other paper is removed only if all its versions
    /// were in removed papers before.
    pub restored: BTreeSet<VersionNumber>,
    /// The group that has a version of this paper keeps the number and id of this paper. If several groups have one,
    /// the first of them keeps both.
    pub keeper: Option<PaperNumber>,
}

/// Groups the versions of a change and their candidates again. Returns the papers of the versions.
pub(super) fn regroup(connection: &Connection, change: &Change) -> rusqlite::Result<BTreeSet<PaperNumber>> {
    let mut done = BTreeSet::new();
    for number in &change.versions {
        if done.contains(number) {
            continue;
        }
        let mut candidates = Candidates::new(connection);
        for version in stored(connection, "versions.number = ?", [number])? {
            let paper = version.paper;
            candidates.include(version);
            candidates.include_paper(paper)?;
        }
        let groups = match candidates.complete()? {
            true => candidates.group()?,
            false => {
                candidates = whole_paper(connection, *number)?;
                let together = |number: &VersionNumber| (*number, Membership { group: 0, reason: None });
                candidates.members.keys().map(together).collect()
            }
        };
        done.extend(store(candidates, &groups, change)?.into_keys());
    }
    change.versions.iter().map(|number| paper_of(connection, *number)).collect()
}

/// The version with all other versions of its paper. They stay together when there are too many candidates to group.
fn whole_paper(connection: &Connection, number: VersionNumber) -> rusqlite::Result<Candidates<'_>> {
    let mut candidates = Candidates::new(connection);
    for version in stored(connection, "versions.number = ?", [number])? {
        versions_of(connection, version.paper)?.into_iter().for_each(|other| candidates.include(other));
        candidates.include(version);
    }
    Ok(candidates)
}

/// Groups the candidates of a version, stores them, and returns where the version is.
pub(super) fn place(connection: &Connection, version: StoredVersion) -> rusqlite::Result<Placed> {
    let (number, paper) = (version.number, version.paper);
    let mut candidates = Candidates::new(connection);
    candidates.include(version);
    if number != NEW {
        candidates.include_paper(paper)?;
    }
    if !candidates.complete()? {
        return join_best_match(candidates, number);
    }
    let groups = candidates.group()?;
    store_one(candidates, &groups, number)
}

fn store_one(
    candidates: Candidates,
    groups: &BTreeMap<VersionNumber, Membership>,
    number: VersionNumber,
) -> rusqlite::Result<Placed> {
    let change = Change { restored: BTreeSet::from([number]), ..Change::default() };
    store(candidates, groups, &change)?.remove(&number).ok_or(rusqlite::Error::QueryReturnedNoRows)
}

/// Stores a version that has too many candidates to group. A new version joins the paper of its best match, or becomes
/// a new paper if nothing matches. A stored version stays in its paper. Merges the record of the version with that of
/// the paper, without reading the other versions.
fn join_best_match(mut candidates: Candidates, number: VersionNumber) -> rusqlite::Result<Placed> {
    let connection = candidates.connection;
    let member = candidates.members.remove(&number).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let judged = candidates.members.values().filter(|other| !other.alone && !member.alone);
    let matches = judged.filter_map(|other| match compare(&member.features, &other.features) {
        Verdict::Same(reason) => Some((reason, other.number, other.paper)),
        _ => None,
    });
    let (reason, paper) = match matches.min() {
        _ if number != NEW => (member.reason.clone(), member.paper),
        Some((reason, _, paper)) => (Some(reason.to_string()), paper),
        None => {
            let mut alone = Candidates::new(connection);
            alone.include(member);
            let groups = alone.group()?;
            return store_one(alone, &groups, number);
        }
    };
    let sql = "SELECT record, source FROM papers WHERE number = ?";
    let (record, source) = connection
        .prepare_cached(sql)?
        .query_row([paper], |row| Ok((paper_from_json(row.get_ref(0)?.as_str()?, 0)?, row.get::<_, i64>(1)?)))?;
    let mut index = Index::default();
    index.extend(&member.features);
    index.store(connection, paper, &Index::default())?;
    // Versions without a stored record equal the paper's record. It is stored for them here, before it changes.
    let sql = "UPDATE versions INDEXED BY versions_like_their_paper
               SET record = (SELECT record FROM papers WHERE number = ?1) WHERE paper = ?1 AND record IS NULL";
    connection.prepare_cached(sql)?.execute([paper])?;
    let (effect, merged) = rewrite(connection, paper, &[&record, &member.record], source, None)?;
    let number = write_version(connection, &member, paper, reason, true)?;
    Ok(Placed { number, effect, versions: MOST_VERSIONS + 1, has_abstract: merged.abstract_text.is_some() })
}

/// Stores candidates as papers, one for each group.
fn store(
    candidates: Candidates,
    groups: &BTreeMap<VersionNumber, Membership>,
    change: &Change,
) -> rusqlite::Result<BTreeMap<VersionNumber, Placed>> {
    let Candidates { connection, mut members, .. } = candidates;
    let group_of = |number: &VersionNumber| groups.get(number).map(|membership| membership.group);
    let restored: BTreeSet<usize> = change.restored.iter().filter_map(group_of).collect();
    let mut by_group: BTreeMap<(usize, PaperNumber), Vec<StoredVersion>> = BTreeMap::new();
    let mut indexed: BTreeMap<PaperNumber, Index> = BTreeMap::new();
    for (number, Membership { group, .. }) in groups {
        let Some(member) = members.remove(number) else { continue };
        if member.number != NEW {
            let index = indexed.entry(member.paper).or_default();
            // The index has no keys of a removed version.
            if member.removal.is_none() {
                index.extend(member.features_before.as_ref().unwrap_or(&member.features));
            }
        }
        // A version of a removed paper stays in that paper unless its group is restored.
        let stays = member.paper_removal.is_some() && !restored.contains(group);
        by_group.entry((*group, if stays { member.paper } else { 0 })).or_default().push(member);
    }
    // Several groups may have versions of one paper, but only the first group keeps the number of the paper. The group
    // with the version that gave the paper its id is first, then the group with the oldest version.
    let is_split = by_group.len() > 1;
    let mut by_age: Vec<(bool, Vec<StoredVersion>)> = Vec::new();
    for members in by_group.into_values() {
        by_age.push((is_split && !gave_paper_its_id(connection, &members)?, members));
    }
    by_age.sort_by_key(|(has_not, members)| (*has_not, members[0].number));
    let mut placement = Placement { connection, indexed, claimed: BTreeSet::new() };
    let mut placed = BTreeMap::new();
    for (_, members) in by_age {
        placement.store_group(&members, groups, change, &mut placed)?;
    }
    placement.mark_unclaimed_empty()?;
    Ok(placed)
}

/// Whether one of these versions has the same id as its paper.
fn gave_paper_its_id(connection: &Connection, members: &[StoredVersion]) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM papers WHERE number = ? AND id = ?)";
    let mut statement = connection.prepare_cached(sql)?;
    for member in members.iter().filter(|member| member.number != NEW) {
        if statement.query_row(params![member.paper, member.record.id.as_str()], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The keys by which a paper is found.
#[derive(Debug, Default)]
pub(super) struct Index {
    identifiers: BTreeSet<String>,
    keys: BTreeSet<i64>,
}

impl Index {
    /// Adds the keys of one version.
    pub fn extend(&mut self, features: &Features) {
        self.identifiers.extend(features.identifiers.iter().map(ToString::to_string));
        self.keys.extend(&features.keys);
    }

    /// Replaces the keys `before` of a paper in the tables with these.
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

/// Stores groups as papers, and records which papers are used already.
struct Placement<'c> {
    connection: &'c Connection,
    /// The present keys of papers that no group has claimed.
    indexed: BTreeMap<PaperNumber, Index>,
    claimed: BTreeSet<PaperNumber>,
}

impl Placement<'_> {
    fn store_group(
        &mut self,
        members: &[StoredVersion],
        groups: &BTreeMap<VersionNumber, Membership>,
        change: &Change,
        placed: &mut BTreeMap<VersionNumber, Placed>,
    ) -> rusqlite::Result<()> {
        let old = members.iter().filter(|member| member.number != NEW);
        let mut papers = old.clone().map(|member| member.paper).filter(|paper| !self.claimed.contains(paper));
        let own = papers.clone().find(|paper| Some(*paper) == change.keeper).or_else(|| papers.next());
        let is_live = members.iter().any(|member| change.restored.contains(&member.number))
            || old.clone().any(|member| member.paper_removal.is_none());
        let removal = if is_live { None } else { old.filter_map(|member| member.paper_removal).max() };
        let records: Vec<&Paper> = members.iter().map(|member| &member.record).collect();
        let source = members[0].source;
        let (paper, effect, merged) = match own {
            Some(paper) => {
                let (effect, merged) = rewrite(self.connection, paper, &records, source, removal)?;
                (paper, effect, merged)
            }
            None => self.create(&records, source, removal)?,
        };
        self.claimed.insert(paper);
        let mut index = Index::default();
        members.iter().for_each(|member| index.extend(&member.features));
        index.store(self.connection, paper, &self.indexed.remove(&paper).unwrap_or_default())?;
        let is_single = members.len() == 1;
        for member in members {
            let reason = groups.get(&member.number).and_then(|membership| membership.reason.as_ref());
            // If there were too many versions to group, each keeps its reason.
            let reason = reason.map(ToString::to_string).or_else(|| member.reason.clone()).filter(|_| !is_single);
            // A record that equals the paper's record is stored only with the paper.
            let with_record = !is_single && Paper { id: merged.id.clone(), ..member.record.clone() } != merged;
            let number = write_version(self.connection, member, paper, reason, with_record)?;
            let (versions, has_abstract) = (members.len(), merged.abstract_text.is_some());
            placed.insert(member.number, Placed { number, effect: effect.clone(), versions, has_abstract });
        }
        Ok(())
    }

    /// Creates a paper for a group of versions that belongs to no paper yet. It gets the id of the group's first
    /// record, or a new id if another paper has that id.
    fn create(
        &self,
        records: &[&Paper],
        source: i64,
        removal: Option<i64>,
    ) -> rusqlite::Result<(PaperNumber, Effect, Paper)> {
        let connection = self.connection;
        let mut merged = merging::merged(&records[0].id, records);
        let mut taken_by = None;
        let mut attempt = 0;
        loop {
            let sql = "INSERT INTO papers (id, title_key, record, text_hash, source, removal) VALUES (?, ?, ?, ?, ?, ?)
                       ON CONFLICT (id) DO NOTHING";
            let (title, hash) = (merged.title_key(), text_hash(&merged));
            let values = params![merged.id.as_str(), title, json(&merged)?, hash, source, removal];
            if connection.prepare_cached(sql)?.execute(values)? == 1 {
                break;
            }
            let sql = "SELECT number, record ->> 'title', removal IS 0 AND NOT EXISTS
                           (SELECT 1 FROM versions WHERE paper = papers.number) FROM papers WHERE id = ?";
            let other = connection.prepare_cached(sql)?.query_row([merged.id.as_str()], |row| {
                Ok((row.get::<_, PaperNumber>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?))
            });
            let (number, title, is_empty) = other?;
            // A paper split off again gets its old number and id back.
            if is_empty && !self.claimed.contains(&number) {
                let (_, merged) = rewrite(connection, number, records, source, removal)?;
                return Ok((number, Effect::Created { id: merged.id.clone(), taken_by }, merged));
            }
            taken_by.get_or_insert(title);
            attempt = match attempt {
                SEQUENTIAL_ATTEMPTS => {
                    connection.query_row("SELECT max(number) + 1 FROM papers", [], |row| row.get(0))?
                }
                attempt => attempt + 1,
            };
            merged.id = other_id(records[0], attempt);
        }
        Ok((connection.last_insert_rowid(), Effect::Created { id: merged.id.clone(), taken_by }, merged))
    }

    /// Marks papers as empty if all their versions have joined other papers.
    fn mark_unclaimed_empty(self) -> rusqlite::Result<()> {
        for (paper, before) in self.indexed {
            Index::default().store(self.connection, paper, &before)?;
            self.connection.prepare_cached("UPDATE papers SET removal = 0 WHERE number = ?")?.execute([paper])?;
        }
        Ok(())
    }
}

/// Replaces the record of a stored paper with the merge of `records`.
fn rewrite(
    connection: &Connection,
    paper: PaperNumber,
    records: &[&Paper],
    source: i64,
    removal: Option<i64>,
) -> rusqlite::Result<(Effect, Paper)> {
    let sql = "SELECT id, record, removal FROM papers WHERE number = ?";
    let (id, old, old_removal): (String, String, Option<i64>) =
        connection.prepare_cached(sql)?.query_row([paper], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let merged = merging::merged(&PaperId::new(id), records);
    let new = json(&merged)?;
    let effect = match (old_removal, removal) {
        (Some(_), None) => Effect::Restored,
        _ if new == old => Effect::Same,
        _ => Effect::Changed,
    };
    if effect != Effect::Same || old_removal != removal {
        let sql =
            "UPDATE papers SET title_key = ?, record = ?, text_hash = ?, source = ?, removal = ? WHERE number = ?";
        let values = params![merged.title_key(), new, text_hash(&merged), source, removal, paper];
        connection.prepare_cached(sql)?.execute(values)?;
    }
    Ok((effect, merged))
}

fn write_version(
    connection: &Connection,
    member: &StoredVersion,
    paper: PaperNumber,
    reason: Option<String>,
    with_record: bool,
) -> rusqlite::Result<VersionNumber> {
    let record = if with_record { Some(json(&member.record)?) } else { None };
    let id = member.record.id.as_str();
    if member.number == NEW {
        let sql = "INSERT INTO versions (paper, source, line, id, record, hash, reason, alone)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        let values = params![paper, member.source, member.line, id, record, member.hash, reason, member.alone];
        return connection.prepare_cached(sql)?.insert(values);
    }
    let is_same = member.paper == paper
        && member.reason == reason
        && member.has_record == with_record
        && member.features_before.is_none()
        && member.removal.is_none();
    if !is_same {
        let sql = "UPDATE versions SET paper = ?, line = ?, id = ?, record = ?, hash = ?, reason = ?, removal = NULL
                   WHERE number = ?";
        let values = params![paper, member.line, id, record, member.hash, reason, member.number];
        connection.prepare_cached(sql)?.execute(values)?;
    }
    Ok(member.number)
}

/// The attempts up to this one are numbered 1, 2, 3, … If the id of such an attempt belongs to an empty paper, that
/// paper is used again. The next attempt has a number above the greatest paper number, so that thousands of records
/// with one id find a free id at once.
const SEQUENTIAL_ATTEMPTS: i64 = 8;

/// An id for a paper whose id is taken. The first attempt is derived from the record; the next ones have a number in
/// addition.
fn other_id(record: &Paper, attempt: i64) -> PaperId {
    let derived = derived_id(&record.title, record.authors.first().map_or("", String::as_str), record.year);
    match attempt {
        1 => derived,
        more => PaperId::new(format!("{derived}-{more}")),
    }
}

/// First half of the SHA-256 of the text to embed.
pub(super) fn text_hash(paper: &Paper) -> [u8; 16] {
    let digest = Sha256::digest(paper.text().as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}
