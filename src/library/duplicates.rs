//! Papers that several records are of, and papers that may be of one work though they were not joined.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rusqlite::params;

use super::identity::{Features, Verdict, compare};
use super::{Library, Listed, PaperNumber, Version};
use crate::{Error, Result};

/// A paper and what its files say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The paper.
    pub listed: Listed,
    /// Its versions, in the order in which they came.
    pub versions: Vec<Version>,
}

/// Two papers that may be one.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookalikes {
    /// The one that came first.
    pub first: Listed,
    /// The other.
    pub second: Listed,
    /// What they share, and what speaks against their being one.
    pub why: &'static str,
}

/// A key or identifier that more papers have says too little to compare them all with one another.
const MOST_PAPERS: i64 = 64;

/// Papers that are held in memory at a time.
const MOST_READ: usize = 1000;

impl Library {
    /// The papers that have more than one version, in the order in which they were added: those after the paper
    /// `after`, at most `limit`.
    pub fn works(&self, after: PaperNumber, limit: usize) -> Result<Vec<Work>> {
        let condition = "papers.number > ? AND removal IS NULL AND 1 < (
            SELECT count(*) FROM versions WHERE paper = papers.number AND versions.removal IS NULL)
            ORDER BY papers.number LIMIT ?";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let listed = self.listed(condition, params![after, limit])?;
        listed.into_iter().map(|listed| Ok(Work { versions: self.versions(listed.number)?, listed })).collect()
    }

    /// Tells `each` pair of papers that look like one work, but not enough to be joined, or of which a person said that
    /// they are two; in the order in which the papers were added.
    pub fn lookalikes<E: From<Error>>(&self, each: impl FnMut(Lookalikes) -> Result<(), E>) -> Result<(), E> {
        self.each_lookalike(each).unwrap_or_else(|error| Err(self.failed(error).into()))
    }

    /// The outer error is one of the database's.
    fn each_lookalike<E: From<Error>>(
        &self,
        mut each: impl FnMut(Lookalikes) -> Result<(), E>,
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
        // SQLite sorts them, on disk where they are many.
        let mut statement = self.connection.prepare(&format!("{by_title} UNION {by_identifier} ORDER BY 1, 2"))?;
        let mut pairs = statement.query([])?;
        let mut read = Read { library: self, papers: BTreeMap::new() };
        while let Some(pair) = pairs.next()? {
            if let Err(error) =
                read.compare(pair.get(0)?, pair.get(1)?).map_err(E::from).and_then(|found| match found {
                    Some(found) => each(found),
                    None => Ok(()),
                })
            {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }
}

/// Papers read lately, so that one that is in many pairs is not read for each.
struct Read<'l> {
    library: &'l Library,
    papers: BTreeMap<PaperNumber, Option<(Listed, Features)>>,
}

impl Read<'_> {
    fn compare(&mut self, first: PaperNumber, second: PaperNumber) -> Result<Option<Lookalikes>> {
        if self.papers.len() > MOST_READ {
            self.papers.clear();
        }
        for number in [first, second] {
            if let Entry::Vacant(place) = self.papers.entry(number) {
                let listed = self.library.paper(number)?;
                place.insert(listed.map(|listed| {
                    let features = Features::of(&listed.paper);
                    (listed, features)
                }));
            }
        }
        let (Some(Some((first, a))), Some(Some((second, b)))) = (self.papers.get(&first), self.papers.get(&second))
        else {
            return Ok(None);
        };
        let why = match compare(a, b) {
            Verdict::Possible(why) => why,
            Verdict::Same(_) => "alike in every way, but kept apart, or like several papers that are not one",
            Verdict::Other => return Ok(None),
        };
        Ok(Some(Lookalikes { first: first.clone(), second: second.clone(), why }))
    }
}
