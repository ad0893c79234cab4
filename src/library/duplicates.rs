//! Papers with several versions, and pairs of papers that may be of one work but were not joined.

use rusqlite::params;

use super::identity::{Features, Verdict, compare};
use super::{Library, Listed, PaperNumber};
use crate::{Error, Result};

/// A title key or an identifier that more papers than this share is not used to find pairs.
const MOST_PAPERS: i64 = 64;

impl Library {
    /// At most `limit` papers with several versions, in the order in which they were added, beginning after the paper
    /// `after`.
    pub fn works(&self, after: PaperNumber, limit: usize) -> Result<Vec<Listed>> {
        let condition = "papers.number > ? AND removal IS NULL AND 1 < (
            SELECT count(*) FROM versions WHERE paper = papers.number AND versions.removal IS NULL)
            ORDER BY papers.number LIMIT ?";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.listed(condition, params![after, limit])
    }

    /// Passes every pair of papers that may be of one work to `each`, with a text: what they share and why they are not
    /// joined. Includes pairs that a person split. The pairs are in the order in which their papers were added.
    pub fn possible_duplicates<E: From<Error>>(
        &self,
        mut each: impl FnMut([Listed; 2], &'static str) -> Result<(), E>,
    ) -> Result<(), E> {
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
        let sql = format!("{by_title} UNION {by_identifier} ORDER BY 1, 2");
        for (first, second) in self.rows(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))? {
            if let Some((papers, why)) = self.possible_duplicate(first, second)? {
                each(papers, why)?;
            }
        }
        Ok(())
    }

    fn possible_duplicate(
        &self,
        first: PaperNumber,
        second: PaperNumber,
    ) -> Result<Option<([Listed; 2], &'static str)>> {
        let (Some(first), Some(second)) = (self.paper(first)?, self.paper(second)?) else { return Ok(None) };
        let why = match compare(&Features::of(&first.paper), &Features::of(&second.paper)) {
            Verdict::Possible(why) => why,
            Verdict::Same(_) => {
                "they match, but were split, added with --no-merge, or have versions that contradict each other"
            }
            Verdict::Other => return Ok(None),
        };
        Ok(Some(([first, second], why)))
    }
}
