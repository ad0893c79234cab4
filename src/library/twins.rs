//! Records that say the same to the letter: a copy of a file, or one that was renamed.
//!
//! The strongest sign that two records are of one work: whatever other records say of that work, a record that is there
//! already brings no new paper.

use rusqlite::{Connection, OptionalExtension, params};

use super::PaperNumber;
use super::identity::Reason;
use super::stored_record::{from_json, json};
use super::versions::{Stored, VersionNumber};
use crate::paper::Paper;

/// A version that is there and says what a record says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Twin {
    number: VersionNumber,
    paper: PaperNumber,
}

/// The first version, of any file, that is there and came with these very words; `hash` is that of `paper`.
pub(super) fn twin(connection: &Connection, paper: &Paper, hash: i64) -> rusqlite::Result<Option<Twin>> {
    // The plus keeps SQLite from looking through all that have the id.
    let sql = "SELECT versions.number, paper FROM versions JOIN papers ON papers.number = paper
               WHERE hash = ? AND +versions.id = ? AND NOT alone AND versions.removal IS NULL AND papers.removal IS NULL
               LIMIT 1";
    let read = |row: &rusqlite::Row| Ok(Twin { number: row.get(0)?, paper: row.get(1)? });
    connection.prepare_cached(sql)?.query_row(params![hash, paper.id.as_str()], read).optional()
}

/// The papers with versions that came with the words of this one, removed or not.
pub(super) fn papers_with_twins(connection: &Connection, version: &Stored) -> rusqlite::Result<Vec<PaperNumber>> {
    let Some(hash) = version.hash else { return Ok(Vec::new()) };
    let sql = "SELECT paper FROM versions WHERE hash = ? AND +id = ? AND NOT alone AND removal IS NULL LIMIT 65";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map(params![hash, version.record.id.as_str()], |row| row.get(0))?.collect()
}

/// Stores a new version beside its twin. The paper says what it said.
pub(super) fn join_twin(connection: &Connection, version: &Stored, twin: &Twin) -> rusqlite::Result<VersionNumber> {
    let sql = "SELECT record FROM papers WHERE number = ?";
    let view: Paper =
        connection.prepare_cached(sql)?.query_row([twin.paper], |row| from_json(row.get_ref(0)?.as_str()?, 0))?;
    let is_view = Paper { id: view.id.clone(), ..version.record.clone() } == view;
    let record = if is_view { None } else { Some(json(&version.record)?) };
    let reason = Reason::Record.to_string();
    let sql = "UPDATE versions SET reason = ? WHERE number = ? AND reason IS NOT ?";
    let by_hand = Reason::Person.to_string();
    connection.prepare_cached(sql)?.execute(params![reason, twin.number, by_hand])?;
    let sql = "INSERT INTO versions (paper, source, line, id, record, hash, reason) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let id = version.record.id.as_str();
    let values = params![twin.paper, version.source, version.line, id, record, version.hash, reason];
    connection.prepare_cached(sql)?.insert(values)
}
