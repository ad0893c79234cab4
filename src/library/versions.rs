//! Versions in the library: what each file says of a paper.

use std::rc::Rc;

use rusqlite::{Connection, Params, Row, params};

use super::identity::Features;
use super::stored_record::from_json;
use super::{Library, PaperNumber};
use crate::Result;
use crate::paper::{Paper, PaperId};

/// Key of a version within one library: given once, in the order in which versions came.
pub(super) type VersionNumber = i64;

/// What one file says of a paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The file.
    pub source: String,
    /// Where in the file it stood; `None` if it was taken in by a relata that did not keep that.
    pub line: Option<u64>,
    /// By what it was taken for the same as another version of its paper (`doi:…`, `title and authors`); `None` for the
    /// only one.
    pub reason: Option<String>,
    /// What the file says.
    pub paper: Paper,
}

/// A version as it is kept, with what decides where it belongs.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub number: VersionNumber,
    /// The paper that it is a version of.
    pub paper: PaperNumber,
    pub source: i64,
    pub line: Option<i64>,
    pub record: Paper,
    /// Of the record as it came.
    pub hash: Option<i64>,
    /// Whether the row has the record, and not only the paper.
    pub has_record: bool,
    pub reason: Option<String>,
    pub alone: bool,
    /// Of the version.
    pub removal: Option<i64>,
    /// Of its paper.
    pub paper_removal: Option<i64>,
    pub features: Rc<Features>,
    /// Of the record that was here before it was changed.
    pub features_before: Option<Rc<Features>>,
}

impl Stored {
    fn from_row(row: &Row) -> rusqlite::Result<Self> {
        let own: Option<String> = row.get(4)?;
        let has_record = own.is_some();
        let mut record = match own {
            Some(json) => from_json(&json, 4)?,
            None => from_json(row.get_ref(5)?.as_str()?, 5)?,
        };
        record.id = PaperId::new(row.get_ref(6)?.as_str()?);
        let features = Rc::new(Features::of(&record));
        Ok(Self {
            number: row.get(0)?,
            paper: row.get(1)?,
            source: row.get(2)?,
            line: row.get(3)?,
            record,
            hash: row.get(7)?,
            has_record,
            reason: row.get(8)?,
            alone: row.get(9)?,
            removal: row.get(10)?,
            paper_removal: row.get(11)?,
            features,
            features_before: None,
        })
    }

    /// Whether the version and its paper are there.
    pub fn is_live(&self) -> bool {
        self.removal.is_none() && self.paper_removal.is_none()
    }

    /// Puts another record in the place of this one.
    pub fn replace(&mut self, record: Paper, hash: i64, line: i64) {
        let features = std::mem::replace(&mut self.features, Rc::new(Features::of(&record)));
        self.features_before.get_or_insert(features);
        (self.record, self.hash, self.line) = (record, Some(hash), Some(line));
    }
}

/// Versions by a condition on `versions` and `papers`, in the order in which they came.
pub(super) fn stored(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
) -> rusqlite::Result<Vec<Stored>> {
    let sql = format!(
        "SELECT versions.number, versions.paper, versions.source, line, versions.record, papers.record, versions.id,
                hash, reason, alone, versions.removal, papers.removal
         FROM versions JOIN papers ON papers.number = versions.paper WHERE {condition} ORDER BY versions.number"
    );
    connection.prepare_cached(&sql)?.query_map(parameters, Stored::from_row)?.collect()
}

/// The versions of a paper that are there.
pub(super) fn of_paper(connection: &Connection, paper: PaperNumber) -> rusqlite::Result<Vec<Stored>> {
    stored(connection, "versions.paper = ? AND versions.removal IS NULL", [paper])
}

/// The first versions of a paper that are there, at most `limit`.
pub(super) fn first_of_paper(
    connection: &Connection,
    paper: PaperNumber,
    limit: usize,
) -> rusqlite::Result<Vec<Stored>> {
    // Before the order, which `stored` appends, there is no place for a limit.
    let condition = "versions.number IN (
        SELECT number FROM versions WHERE paper = ? AND removal IS NULL ORDER BY number LIMIT ?)";
    stored(connection, condition, params![paper, i64::try_from(limit).unwrap_or(i64::MAX)])
}

impl Library {
    /// The versions of a paper, in the order in which they came.
    pub fn versions(&self, paper: PaperNumber) -> Result<Vec<Version>> {
        let found = of_paper(&self.connection, paper).map_err(|error| self.failed(error))?;
        let name = |number: i64| -> Result<String> {
            let sql = "SELECT name FROM sources WHERE number = ?";
            let read = || self.connection.prepare_cached(sql)?.query_row([number], |row| row.get(0));
            read().map_err(|error| self.failed(error))
        };
        let version = |stored: Stored| {
            let line = stored.line.map(i64::unsigned_abs);
            Ok(Version { source: name(stored.source)?, line, reason: stored.reason, paper: stored.record })
        };
        found.into_iter().map(version).collect()
    }
}
