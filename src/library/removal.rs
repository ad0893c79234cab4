//! Removing papers from the library, and undoing that. Nothing is deleted.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};

use super::connection::advance;
use super::papers::json;
use super::placement::{Change, Index, regroup};
use super::versions::{VersionNumber, versions_of};
use super::{Library, Listed, PaperNumber, PapersOfFile, WriteLock};
use crate::Result;

impl Library {
    /// Removes papers with all their versions. [`Library::undo_remove`] restores the papers of the last call.
    pub fn remove(&mut self, _lock: &WriteLock, papers: &[PaperNumber]) -> Result<()> {
        self.transaction(|transaction| {
            let removal = next_removal(transaction)?;
            mark(transaction, papers, removal)?;
            advance(transaction)
        })
    }

    /// Removes the records of the file with the path `name`, and returns its papers. A paper that no other file has is
    /// removed. Any other paper keeps the records of its other files. [`Library::undo_remove`] restores everything.
    pub fn remove_source(&mut self, _lock: &WriteLock, name: &str) -> Result<PapersOfFile> {
        let of_source = self.papers_of_source(name)?;
        if of_source == PapersOfFile::default() {
            return Ok(of_source);
        }
        self.transaction(|transaction| {
            let removal = next_removal(transaction)?;
            let only: Vec<PaperNumber> = of_source.only.iter().map(|listed| listed.number).collect();
            mark(transaction, &only, removal)?;
            let mut versions: BTreeSet<VersionNumber> = BTreeSet::new();
            for listed in &of_source.shared {
                versions.extend(remove_versions(transaction, listed.number, name, removal)?);
            }
            regroup(transaction, &Change { versions, ..Change::default() })?;
            advance(transaction)
        })?;
        Ok(of_source)
    }

    /// Undoes the last [`Library::remove`] or [`Library::remove_source`] and returns the restored papers. The next call
    /// undoes the removal before that.
    pub fn undo_remove(&mut self, _lock: &WriteLock) -> Result<Vec<Listed>> {
        let restored = self.transaction(|transaction| {
            let last = next_removal(transaction)? - 1;
            if last == 0 {
                return Ok(BTreeSet::new());
            }
            let numbers = |sql: &str| -> rusqlite::Result<BTreeSet<VersionNumber>> {
                transaction.prepare(sql)?.query_map([last], |row| row.get(0))?.collect()
            };
            let mut versions = numbers("SELECT number FROM versions WHERE removal = ?")?;
            versions.extend(numbers(
                "SELECT versions.number FROM versions JOIN papers ON papers.number = paper
                 WHERE papers.removal = ? AND versions.removal IS NULL",
            )?);
            transaction.execute("UPDATE papers SET removal = NULL WHERE removal = ?", [last])?;
            let change = Change { restored: versions.clone(), versions, ..Change::default() };
            let papers = regroup(transaction, &change)?;
            advance(transaction)?;
            Ok(papers)
        })?;
        self.papers(restored)
    }
}

/// The number of the next removal. Removals are counted from 1.
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

/// Removes the versions of a file from a paper that other files have too. Returns the remaining versions.
fn remove_versions(
    transaction: &Transaction,
    paper: PaperNumber,
    name: &str,
    removal: i64,
) -> rusqlite::Result<Vec<VersionNumber>> {
    let sql = "SELECT number FROM sources WHERE name = ?";
    let source: i64 = transaction.prepare_cached(sql)?.query_row([name], |row| row.get(0))?;
    let (mut before, mut after, mut remaining) = (Index::default(), Index::default(), Vec::new());
    for version in versions_of(transaction, paper)? {
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
