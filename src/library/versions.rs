//! Versions in the library: the record that each file has of a paper.

use std::rc::Rc;

use rusqlite::{Connection, Params, Row, params};

use super::identity::Features;
use super::papers::paper_from_json;
use super::{Library, PaperNumber};
use crate::Result;
use crate::paper::{Paper, PaperId};

/// The key of a version within one library. Keys ascend in the order in which versions were added, and are never used
/// again.
pub(super) type VersionNumber = i64;

/// The record that one file has of a paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The file.
    pub source: String,
    /// The line on which its record begins.
    pub line: u64,
    /// Why it is a version of its paper (`doi:…`, `title and authors`); `None` for the only version.
    pub reason: Option<String>,
    /// The record of the file.
    pub paper: Paper,
}

/// A version as it is stored, with its features for comparison.
#[derive(Debug, Clone)]
pub(super) struct StoredVersion {
    pub number: VersionNumber,
    /// The paper to which the version belongs.
    pub paper: PaperNumber,
    pub source: i64,
    pub line: i64,
    pub record: Paper,
    /// The hash of the record as it was read from the file.
    pub hash: i64,
    /// Whether the row contains the record. Otherwise the record equals the paper's, apart from the id.
    pub has_record: bool,
    pub reason: Option<String>,
    /// Whether only a person may join it to other versions.
    pub alone: bool,
    /// The number of the `remove` that removed the version.
    pub removal: Option<i64>,
    /// The number of the `remove` that removed its paper.
    pub paper_removal: Option<i64>,
    pub features: Rc<Features>,
    /// The features of the record that this one replaces.
    pub features_before: Option<Rc<Features>>,
}

impl StoredVersion {
    fn from_row(row: &Row) -> rusqlite::Result<Self> {
        let own: Option<String> = row.get(4)?;
        let has_record = own.is_some();
        let mut record = match own {
            Some(json) => paper_from_json(&json, 4)?,
            None => paper_from_json(row.get_ref(5)?.as_str()?, 5)?,
        };
        record.id = PaperId::new(row.get_ref(6)?.as_str()?);
        Ok(Self {
            number: row.get(0)?,
            paper: row.get(1)?,
            source: row.get(2)?,
            line: row.get(3)?,
            features: Rc::new(Features::of(&record)),
            record,
            hash: row.get(7)?,
            has_record,
            reason: row.get(8)?,
            alone: row.get(9)?,
            removal: row.get(10)?,
            paper_removal: row.get(11)?,
            features_before: None,
        })
    }

    /// Whether neither the version nor its paper is removed.
    pub fn is_live(&self) -> bool {
        self.removal.is_none() && self.paper_removal.is_none()
    }

    /// Replaces the record.
    pub fn replace(&mut self, record: Paper, hash: i64, line: i64) {
        self.features_before = Some(std::mem::replace(&mut self.features, Rc::new(Features::of(&record))));
        (self.record, self.hash, self.line) = (record, hash, line);
    }
}

/// The versions that meet an SQL condition on the tables `versions` and `papers`, in the order in which they were
/// added.
pub(super) fn stored(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
) -> rusqlite::Result<Vec<StoredVersion>> {
    let sql = format!(
        "SELECT versions.number, versions.paper, versions.source, line, versions.record, papers.record, versions.id,
                hash, reason, alone, versions.removal, papers.removal
         FROM versions JOIN papers ON papers.number = versions.paper WHERE {condition} ORDER BY versions.number"
    );
    connection.prepare_cached(&sql)?.query_map(parameters, StoredVersion::from_row)?.collect()
}

/// The versions of a paper that are not removed.
pub(super) fn versions_of(connection: &Connection, paper: PaperNumber) -> rusqlite::Result<Vec<StoredVersion>> {
    stored(connection, "versions.paper = ? AND versions.removal IS NULL", [paper])
}

/// The first `limit` versions of a paper that are not removed.
pub(super) fn first_versions_of(
    connection: &Connection,
    paper: PaperNumber,
    limit: usize,
) -> rusqlite::Result<Vec<StoredVersion>> {
    // The condition cannot end with a `LIMIT`: `stored` appends an `ORDER BY`, which SQL does not allow after a
    // `LIMIT`.
    let condition = "versions.number IN (
        SELECT number FROM versions WHERE paper = ? AND removal IS NULL ORDER BY number LIMIT ?)";
    stored(connection, condition, params![paper, i64::try_from(limit).unwrap_or(i64::MAX)])
}

/// The paper to which a version belongs now.
pub(super) fn paper_of(connection: &Connection, version: VersionNumber) -> rusqlite::Result<PaperNumber> {
    let sql = "SELECT paper FROM versions WHERE number = ?";
    connection.prepare_cached(sql)?.query_row([version], |row| row.get(0))
}

/// The papers, removed or not, that have a version with the same record as this one. Ignores versions that only a
/// person may join. Returns one number for each version found, and at most 65.
pub(super) fn papers_with_copies(
    connection: &Connection,
    version: &StoredVersion,
) -> rusqlite::Result<Vec<PaperNumber>> {
    // The plus before `id` keeps SQLite from using the index of ids and scanning all versions with this id.
    let sql = "SELECT paper FROM versions WHERE hash = ? AND +id = ? AND NOT alone AND removal IS NULL LIMIT 65";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map(params![version.hash, version.record.id.as_str()], |row| row.get(0))?.collect()
}

impl Library {
    /// The versions of a paper, in the order in which they were added.
    pub fn versions(&self, paper: PaperNumber) -> Result<Vec<Version>> {
        let found = versions_of(&self.connection, paper).map_err(|error| self.failed(error))?;
        let version = |stored: StoredVersion| {
            let sql = "SELECT name FROM sources WHERE number = ?";
            let name = || self.connection.prepare_cached(sql)?.query_row([stored.source], |row| row.get(0));
            let source = name().map_err(|error| self.failed(error))?;
            Ok(Version { source, line: stored.line.unsigned_abs(), reason: stored.reason, paper: stored.record })
        };
        found.into_iter().map(version).collect()
    }
}
