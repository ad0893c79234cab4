//! Which papers of a library pass a filter.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use rusqlite::Row;

use super::filter::{Facts, Filter};
use super::{Library, PaperNumber};
use crate::Result;

/// All that a filter asks about. An index holds these columns in this order, so that no record is read.
pub(super) const FACTS: &str =
    "SELECT number, record ->> 'year', record ->> 'date', record ->> 'venue', record ->> 'categories',
    record ->> 'authors', record ->> '$.details.author', record ->> 'abstract' IS NULL
    FROM papers WHERE removal IS NULL";

impl Library {
    /// The numbers of the papers that pass a filter, ascending.
    pub fn filtered(&self, filter: &Filter) -> Result<Vec<PaperNumber>> {
        let brought: HashMap<&str, HashSet<PaperNumber>> =
            filter.sources().map(|part| Ok((part, self.brought_by(part)?))).collect::<Result<_>>()?;
        let mut admitted = self.rows(FACTS, [], |row| {
            let (number, facts) = facts(row)?;
            let is_from = |part: &str| brought.get(part).is_some_and(|papers| papers.contains(&number));
            Ok(filter.admits(&facts, is_from).then_some(number))
        })?;
        admitted.sort_unstable();
        Ok(admitted.into_iter().flatten().collect())
    }

    /// The newest `limit` of some papers, newest first; those of a year alone are as old as its last day, those without
    /// come last, and of equals the one that was added later comes first.
    pub fn newest(&self, papers: &HashSet<PaperNumber>, limit: usize) -> Result<Vec<PaperNumber>> {
        let mut dated = self.rows(FACTS, [], |row| {
            let (number, facts) = facts(row)?;
            let day = facts.date.or_else(|| Date::new(facts.year?, 12, 31).ok());
            Ok((day, number))
        })?;
        dated.retain(|(_, number)| papers.contains(number));
        dated.sort_unstable_by(|a, b| b.cmp(a));
        Ok(dated.into_iter().take(limit).map(|(_, number)| number).collect())
    }

    /// The papers that a file brought whose path has a part, in lower case.
    fn brought_by(&self, part: &str) -> Result<HashSet<PaperNumber>> {
        let sources = self.rows("SELECT number, name FROM sources", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get_ref(1)?.as_str()?.to_lowercase()))
        })?;
        let mut papers = HashSet::new();
        for (source, _) in sources.iter().filter(|(_, name)| name.contains(part)) {
            let sql = "SELECT paper FROM versions WHERE source = ? AND removal IS NULL";
            papers.extend(self.rows(sql, [source], |row| row.get::<_, PaperNumber>(0))?);
        }
        Ok(papers)
    }
}

fn facts<'a>(row: &'a Row) -> rusqlite::Result<(PaperNumber, Facts<'a>)> {
    let text = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str_or_null()?);
    let facts = Facts {
        year: row.get(1)?,
        date: text(2)?.and_then(|date| date.parse().ok()),
        venue: text(3)?,
        categories: text(4)?,
        authors: text(5)?,
        names: text(6)?,
        has_abstract: !row.get::<_, bool>(7)?,
    };
    Ok((row.get(0)?, facts))
}
