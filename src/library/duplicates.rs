//! Papers that several records are of, and papers that may be of one work though they were not joined.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rusqlite::params;

use super::identity::{Features, Verdict, compare};
use super::{Library, Listed, PaperNumber, Version};
use crate::Result;

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

    /// Pairs of papers that look like one work, but not enough to be joined, or of which a person said that they are
    /// two.
    pub fn lookalikes(&self) -> Result<Vec<Lookalikes>> {
        let mut pairs = Vec::new();
        for (table, column) in [("title_keys", "key"), ("identifiers", "value")] {
            let sql = format!(
                "WITH shared AS (SELECT {column} AS shared FROM {table} GROUP BY {column}
                                 HAVING count(*) BETWEEN 2 AND {MOST_PAPERS})
                 SELECT DISTINCT one.paper, other.paper FROM shared
                 JOIN {table} AS one ON one.{column} = shared JOIN {table} AS other ON other.{column} = shared
                 JOIN papers AS p ON p.number = one.paper JOIN papers AS q ON q.number = other.paper
                 WHERE one.paper < other.paper AND p.removal IS NULL AND q.removal IS NULL"
            );
            pairs
                .extend(self.rows(&sql, [], |row| Ok((row.get::<_, PaperNumber>(0)?, row.get::<_, PaperNumber>(1)?)))?);
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut read: BTreeMap<PaperNumber, Option<(Listed, Features)>> = BTreeMap::new();
        let mut found = Vec::new();
        for (first, second) in pairs {
            // Pairs are in order, and what lies before the first of one is not asked for again as a first.
            while read.first_key_value().is_some_and(|(number, _)| *number < first) {
                read.pop_first();
            }
            for number in [first, second] {
                if let Entry::Vacant(place) = read.entry(number) {
                    let listed = self.paper(number)?;
                    place.insert(listed.map(|listed| {
                        let features = Features::of(&listed.paper);
                        (listed, features)
                    }));
                }
            }
            let (Some(Some((first, a))), Some(Some((second, b)))) = (read.get(&first), read.get(&second)) else {
                continue;
            };
            let why = match compare(a, b) {
                Verdict::Possible(why) => why,
                Verdict::Same(_) => "alike in every way, but kept apart, or like several papers that are not one",
                Verdict::Other => continue,
            };
            found.push(Lookalikes { first: first.clone(), second: second.clone(), why });
        }
        Ok(found)
    }
}
