//! Papers with several versions, and pairs of papers that may be of one work but were not joined.

use rusqlite::params;

use super::identity::{Features, Verdict, compare};
use super::{Library, Listed, PaperNumber, Version};
use crate::{Error, Result};

/// A paper with its versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The paper.
    pub listed: Listed,
    /// Its versions, in order of arrival.
    pub versions: Vec<Version>,
}

/// Two papers that may be of one work.
#[derive(Debug, Clone, PartialEq)]
pub struct PossibleDuplicates {
    /// The one added first.
    pub first: Listed,
    /// The other.
    pub second: Listed,
    /// What they share, and what contradicts that they are of one work.
    pub why: &'static str,
}

/// The papers with a title key or identifier of more papers than this are not compared.
const MOST_PAPERS: i64 = 64;

impl Library {
    /// The papers with several versions, in the order in which they were added: those after the paper `after`, at most
    /// `limit`.
    pub fn works(&self, after: PaperNumber, limit: usize) -> Result<Vec<Work>> {
        let condition = "papers.number > ? AND removal IS NULL AND 1 < (
            SELECT count(*) FROM versions WHERE paper = papers.number AND versions.removal IS NULL)
            ORDER BY papers.number LIMIT ?";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let listed = self.listed(condition, params![after, limit])?;
        listed.into_iter().map(|listed| Ok(Work { versions: self.versions(listed.number)?, listed })).collect()
    }

    /// Passes to `each` all pairs of papers that may be of one work, also those that a person split, in the order in which
    /// the papers were added.
    pub fn possible_duplicates<E: From<Error>>(
        &self,
        each: impl FnMut(PossibleDuplicates) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each_lookalike(each).unwrap_or_else(|error| Err(self.failed(error).into()))
    }

    /// The outer error is the database's.
    fn each_lookalike<E: From<Error>>(
        &self,
        mut each: impl FnMut(PossibleDuplicates) -> Result<(), E>,
    ) -> rusqlite::Result<Result<(), E>> {
        let shared = |table: &str, column: &str| {
            format!(
                "SELECT one.paper AS first, other.paper AS second
                 FROM (SELECT {column} AS shared FROM {table} GROUP BY {column}
                       HAVING count(*) BETWEEN 2 AND {MOST_PAPERS})
                 JOIN {table} AS one ON one.{column} = shared JOIN {table} AS other ON other.{column} = shared
                 JOIN papers AS p ON p.number = one.paper JOIN papers AS q ON q.number = other.paper
                 WHERE one.paper < other.paper AND p.removal IS NULL AND q.removal IS NULL"
            )
        };
        let (by_title, by_identifier) = (shared("title_keys", "key"), shared("identifiers", "value"));
        // SQLite sorts the pairs, on disk if they are many.
        let mut statement = self.connection.prepare(&format!("{by_title} UNION {by_identifier} ORDER BY 1, 2"))?;
        let mut pairs = statement.query([])?;
        while let Some(pair) = pairs.next()? {
            let found = self.lookalike(pair.get(0)?, pair.get(1)?).map_err(E::from);
            if let Err(error) = found.and_then(|found| found.map_or(Ok(()), &mut each)) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    fn lookalike(&self, first: PaperNumber, second: PaperNumber) -> Result<Option<PossibleDuplicates>> {
        let (Some(first), Some(second)) = (self.paper(first)?, self.paper(second)?) else { return Ok(None) };
        let why = match compare(&Features::of(&first.paper), &Features::of(&second.paper)) {
            Verdict::Possible(why) => why,
            Verdict::Same(_) => "they match, but were kept apart, or match several papers that differ",
            Verdict::Other => return Ok(None),
        };
        Ok(Some(PossibleDuplicates { first, second, why }))
    }
}
