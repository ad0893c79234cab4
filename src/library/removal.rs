//! Taking papers out of the library, and bringing them back. Nothing is deleted.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};

use super::moment::advance;
use super::neighbourhood::{Change, regroup};
use super::settling::Index;
use super::stored_record::json;
use super::versions::{VersionNumber, of_paper};
use super::{Library, Listed, OfSource, PaperNumber, WriteLock};
use crate::Result;

impl Library {
    /// Takes papers out, with all their versions; [`Library::undo_remove`] brings the papers of the last call back.
    pub fn remove(&mut self, _lock: &WriteLock, papers: &[PaperNumber]) -> Result<()> {
        self.transaction(|transaction| {
            let removal = next_removal(transaction)?;
            mark(transaction, papers, removal)?;
            advance(transaction)
        })
    }

    /// Takes out what a file brought, by its path, and says which papers that concerns: those that no other file
    /// brought go, the others are what the other files say of them. [`Library::undo_remove`] brings everything back.
    pub fn remove_source(&mut self, _lock: &WriteLock, name: &str) -> Result<OfSource> {
        let of_source = self.papers_of_source(name)?;
        if of_source == OfSource::default() {
            return Ok(of_source);
        }
        self.transaction(|transaction| {
            let removal = next_removal(transaction)?;
            let only: Vec<PaperNumber> = of_source.only.iter().map(|listed| listed.number).collect();
            mark(transaction, &only, removal)?;
            let mut staying: BTreeSet<VersionNumber> = BTreeSet::new();
            for listed in &of_source.shared {
                staying.extend(part(transaction, listed.number, name, removal)?);
            }
            regroup(transaction, &Change { versions: staying.into_iter().collect(), ..Change::default() })?;
            advance(transaction)
        })?;
        Ok(of_source)
    }

    /// Brings back what the last [`Library::remove`] or [`Library::remove_source`] took out, and says which papers that
    /// concerns; called again, what the one before it took.
    pub fn undo_remove(&mut self, _lock: &WriteLock) -> Result<Vec<Listed>> {
        let back: BTreeSet<PaperNumber> = self.transaction(|transaction| {
            let last = next_removal(transaction)? - 1;
            if last == 0 {
                return Ok(BTreeSet::new());
            }
            let numbers = |sql: &str| -> rusqlite::Result<Vec<i64>> {
                transaction.prepare(sql)?.query_map([last], |row| row.get(0))?.collect()
            };
            let mut back: BTreeSet<PaperNumber> =
                numbers("SELECT number FROM papers WHERE removal = ?")?.into_iter().collect();
            transaction.execute("UPDATE papers SET removal = NULL WHERE removal = ?", [last])?;
            let mut versions = numbers("SELECT number FROM versions WHERE removal = ? ORDER BY number")?;
            let of_papers = "SELECT number FROM versions WHERE paper = ? AND removal IS NULL";
            for paper in &back {
                let mut statement = transaction.prepare_cached(of_papers)?;
                let found = statement.query_map([paper], |row| row.get(0))?;
                versions.extend(found.collect::<rusqlite::Result<Vec<VersionNumber>>>()?);
            }
            let touched = versions.iter().copied().collect();
            regroup(transaction, &Change { versions: versions.clone(), touched, ..Change::default() })?;
            back.clear();
            for version in versions {
                let sql = "SELECT paper FROM versions WHERE number = ?";
                back.insert(transaction.prepare_cached(sql)?.query_row([version], |row| row.get(0))?);
            }
            advance(transaction)?;
            Ok(back)
        })?;
        let listed = |number| Ok(self.paper(number)?.into_iter());
        Ok(back.into_iter().map(listed).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }
}

/// Counted from 1.
fn next_removal(transaction: &Transaction) -> rusqlite::Result<i64> {
    let last = "SELECT max(coalesce((SELECT max(removal) FROM papers), 0),
                           coalesce((SELECT max(removal) FROM versions), 0))";
    transaction.query_row(last, [], |row| row.get::<_, i64>(0)).map(|last| last + 1)
}

fn mark(transaction: &Transaction, papers: &[PaperNumber], removal: i64) -> rusqlite::Result<()> {
    for paper in papers {
        let sql = "UPDATE papers SET removal = ? WHERE number = ? AND removal IS NULL";
        transaction.prepare_cached(sql)?.execute([removal, *paper])?;
    }
    Ok(())
}

/// Takes the versions of a file out of a paper that stays, and says which remain.
fn part(
    transaction: &Transaction,
    paper: PaperNumber,
    name: &str,
    removal: i64,
) -> rusqlite::Result<Vec<VersionNumber>> {
    let sql = "SELECT number FROM sources WHERE name = ?";
    let source: i64 = transaction.prepare_cached(sql)?.query_row([name], |row| row.get(0))?;
    let (mut before, mut after, mut remaining) = (Index::default(), Index::default(), Vec::new());
    for version in of_paper(transaction, paper)? {
        before.extend(&version.features);
        if version.source == source {
            let sql = "UPDATE versions SET removal = ?, record = ? WHERE number = ?";
            transaction.prepare_cached(sql)?.execute(params![removal, json(&version.record)?, version.number])?;
        } else {
            after.extend(&version.features);
            remaining.push(version.number);
        }
    }
    after.store(transaction, paper, &before)?;
    Ok(remaining)
}
