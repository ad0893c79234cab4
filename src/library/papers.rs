//! Lists and counts the papers of the library, and converts their records from and to JSON.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Params, params};
use serde::Serialize;

use super::Library;
use crate::Result;
use crate::paper::Paper;
use crate::paper::clean::{is_unprintable, verbatim};

/// Key of a paper within one library. No other paper ever gets it. Users see [`PaperId`](crate::PaperId) instead.
pub type PaperNumber = i64;

/// A paper and its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The key.
    pub number: PaperNumber,
    /// The paper.
    pub paper: Paper,
    /// The file of its first version.
    pub source: String,
}

/// How many papers of a file the library has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceSummary {
    /// The file's path; `-` for standard input.
    #[serde(rename = "file")]
    pub name: String,
    /// The number of its papers.
    pub papers: u64,
}

/// The papers of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PapersOfFile {
    /// Papers that no other file has.
    pub only: Vec<Listed>,
    /// Papers that another file has as well.
    pub shared: Vec<Listed>,
}

impl Library {
    /// Number of papers.
    pub fn count(&self) -> Result<u64> {
        self.query_one("SELECT count(*) FROM papers WHERE removal IS NULL").map(|count: i64| count.unsigned_abs())
    }

    /// Number of papers without an abstract.
    pub fn count_without_abstract(&self) -> Result<u64> {
        let sql = "SELECT coalesce(sum(record ->> 'abstract' IS NULL), 0) FROM papers WHERE removal IS NULL";
        self.query_one(sql).map(|count: i64| count.unsigned_abs())
    }

    /// The files of all papers, by name; a paper counts for each of its files.
    pub fn sources(&self) -> Result<Vec<SourceSummary>> {
        let sql = "SELECT name, count(DISTINCT paper) FROM versions JOIN sources ON sources.number = versions.source
                   JOIN papers ON papers.number = paper
                   WHERE papers.removal IS NULL AND versions.removal IS NULL GROUP BY name ORDER BY name";
        self.rows(sql, [], |row| Ok(SourceSummary { name: row.get(0)?, papers: row.get::<_, i64>(1)?.unsigned_abs() }))
    }

    /// At most `limit` papers in the order in which they were added, after skipping `offset` papers.
    pub fn list(&self, offset: u64, limit: u64) -> Result<Vec<Listed>> {
        let clamp = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let order = "removal IS NULL ORDER BY papers.number LIMIT ? OFFSET ?";
        self.listed(order, params![clamp(limit), clamp(offset)])
    }

    /// The paper with a key, also if it was removed.
    pub fn paper(&self, number: PaperNumber) -> Result<Option<Listed>> {
        Ok(self.listed("papers.number = ?", [number])?.pop())
    }

    /// The papers with these keys, in their order; unknown keys are skipped.
    pub fn papers(&self, numbers: impl IntoIterator<Item = PaperNumber>) -> Result<Vec<Listed>> {
        numbers.into_iter().filter_map(|number| self.paper(number).transpose()).collect()
    }

    /// The ids of all papers.
    pub fn ids(&self) -> Result<HashMap<PaperNumber, String>> {
        let rows =
            self.rows("SELECT number, id FROM papers WHERE removal IS NULL", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.into_iter().map(|(number, id): (_, String)| (number, verbatim(&id))).collect())
    }

    /// Passes title and abstract of each paper to `sink`, in the order of `papers`. Unknown papers are skipped.
    pub fn read_texts(
        &self,
        papers: impl IntoIterator<Item = PaperNumber>,
        sink: &mut dyn FnMut((String, Option<String>)),
    ) -> Result<()> {
        let sql = "SELECT record ->> 'title', record ->> 'abstract' FROM papers WHERE number = ?";
        let mut statement = self.connection.prepare_cached(sql).map_err(|error| self.failed(error))?;
        for number in papers {
            let read = statement.query_row([number], |row| {
                let cleaned = |text: &str| if text.contains(is_unprintable) { verbatim(text) } else { text.to_owned() };
                let (title, abstract_text) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str_or_null()?);
                Ok((cleaned(title), abstract_text.map(cleaned)))
            });
            read.optional().map_err(|error| self.failed(error))?.into_iter().for_each(&mut *sink);
        }
        Ok(())
    }

    /// All papers of a file, given by its path.
    pub fn papers_of_source(&self, name: &str) -> Result<PapersOfFile> {
        let of_source = "papers.removal IS NULL AND papers.number IN (
            SELECT paper FROM versions JOIN sources ON sources.number = versions.source
            WHERE sources.name = ? AND versions.removal IS NULL)";
        let by_others = "EXISTS (
            SELECT 1 FROM versions JOIN sources AS others ON others.number = versions.source
            WHERE paper = papers.number AND versions.removal IS NULL AND others.name <> ?)";
        let listed = |is_shared: &str| {
            let condition = format!("{of_source} AND {is_shared} {by_others} ORDER BY papers.number");
            self.listed(&condition, [name, name])
        };
        Ok(PapersOfFile { only: listed("NOT")?, shared: listed("")? })
    }

    /// The keys of all papers with a title key (see [`Paper::title_key`]).
    pub fn papers_titled(&self, title_key: &str) -> Result<Vec<PaperNumber>> {
        self.rows("SELECT number FROM papers WHERE title_key = ? AND removal IS NULL", [title_key], |row| row.get(0))
    }

    /// The papers that meet an SQL condition on `papers` and the `name` of their source. The condition may end with an
    /// order.
    pub(super) fn listed(&self, condition: &str, parameters: impl Params) -> Result<Vec<Listed>> {
        let sql = format!(
            "SELECT papers.number, record, name FROM papers JOIN sources ON sources.number = papers.source
             WHERE {condition}"
        );
        self.rows(&sql, parameters, |row| {
            Ok(Listed {
                number: row.get(0)?,
                paper: paper_from_json(&row.get::<_, String>(1)?, 1)?,
                source: row.get(2)?,
            })
        })
    }
}

/// Parses a record of the database, without control characters and invisible characters: a record may have been changed
/// by hand. Invalid JSON gives SQLite's error for a damaged file.
pub(super) fn paper_from_json(json: &str, column: usize) -> rusqlite::Result<Paper> {
    let paper = from_json(json, column)?;
    Ok(if may_have_unprintable(json) { paper.printable() } else { paper })
}

/// Whether a record in JSON has a character to clean, or an escape other than those of quotes and backslashes. Almost no
/// record has one, and the test is much faster than cleaning.
fn may_have_unprintable(json: &str) -> bool {
    let mut escapes = json.match_indices('\\').map(|(at, _)| at);
    while let Some(at) = escapes.next() {
        match json.as_bytes().get(at + 1) {
            Some(b'"') => {}
            Some(b'\\') => {
                escapes.next();
            }
            _ => return true,
        }
    }
    // JSON has no control characters below U+0020 without an escape.
    json.contains(|c| c > '~' && is_unprintable(c))
}

/// Parses a record of the database as it is. Invalid JSON gives SQLite's error for a damaged file.
pub(super) fn from_json(json: &str, column: usize) -> rusqlite::Result<Paper> {
    serde_json::from_str(json).map_err(|error| damaged(column, error))
}

pub(super) fn json(paper: &Paper) -> rusqlite::Result<String> {
    serde_json::to_string(paper).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// SQLite's error for an invalid value in a column of text, which means that the file is damaged.
pub(super) fn damaged(column: usize, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
}
