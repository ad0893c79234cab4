//! Records of papers as the database has them: JSON.

use crate::paper::Paper;

/// A record that does not parse was damaged in the file: SQLite's own word for that is used.
pub(super) fn from_json(json: &str, column: usize) -> rusqlite::Result<Paper> {
    serde_json::from_str(json).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

pub(super) fn json(paper: &Paper) -> rusqlite::Result<String> {
    serde_json::to_string(paper).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
