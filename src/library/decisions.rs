//! A person's decisions about which records are of one work. A decision overrides the comparison of the records, also
//! when their files are added again.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};

use super::candidates::MOST_VERSIONS;
use super::connection::advance;
use super::placement::{Change, regroup};
use super::versions::{VersionNumber, versions_of};
use super::{Library, Listed, PaperNumber, WriteLock};
use crate::{Error, Result};

impl Library {
    /// Splits the version at `place` from the paper; without `place`, splits the paper into one paper for each version.
    /// Places count from 1 in the order of [`Library::versions`]. Returns the resulting papers.
    /// [`Library::undo_decision`] undoes it.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when the paper has no such version, only one version, or too many to group.
    pub fn split_paper(&mut self, _lock: &WriteLock, paper: PaperNumber, place: Option<usize>) -> Result<Vec<Listed>> {
        let versions = self.version_numbers(paper)?;
        let count = versions.len();
        let refused = |reason: String| Err(Error::InvalidParameter(reason));
        if count < 2 {
            return refused("the paper has only one version; nothing to split".to_owned());
        }
        if count > MOST_VERSIONS {
            return refused(format!(
                "the paper has {count} versions; only papers with up to {MOST_VERSIONS} can be split"
            ));
        }
        if place.is_some_and(|place| place == 0 || place > count) {
            return refused(format!("the paper has versions 1 to {count}; `relata show` lists them"));
        }
        let is_split = |(a, b): &(usize, usize)| place.is_none_or(|place| *a + 1 == place || *b + 1 == place);
        let pairs = (0..count).flat_map(|b| (0..b).map(move |a| (a, b))).filter(is_split);
        let pairs: Vec<_> = pairs.map(|(a, b)| (versions[a], versions[b])).collect();
        self.decide(&pairs, false, None)
    }

    /// Joins two papers into one with the number and id of `a`. [`Library::undo_decision`] undoes it.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when `a` and `b` are the same paper, or have too many versions to group.
    pub fn join(&mut self, _lock: &WriteLock, a: PaperNumber, b: PaperNumber) -> Result<Vec<Listed>> {
        if a == b {
            return Err(Error::InvalidParameter("both names match the same paper".to_owned()));
        }
        let (ours, theirs) = (self.version_numbers(a)?, self.version_numbers(b)?);
        let count = ours.len() + theirs.len();
        if count > MOST_VERSIONS {
            let reason = format!("the two papers have {count} versions; only up to {MOST_VERSIONS} can be joined");
            return Err(Error::InvalidParameter(reason));
        }
        // Decides about every pair, to override all earlier decisions about them.
        let pairs: Vec<_> = ours.iter().flat_map(|a| theirs.iter().map(move |b| (*a.min(b), *a.max(b)))).collect();
        self.decide(&pairs, true, Some(a))
    }

    /// Undoes the last decision and returns the papers of its versions. The next call undoes the decision before.
    pub fn undo_decision(&mut self, _lock: &WriteLock) -> Result<Vec<Listed>> {
        let papers = self.transaction(|transaction| {
            let last = "number = (SELECT max(number) FROM decisions)";
            let pairs: Vec<(VersionNumber, VersionNumber)> = transaction
                .prepare(&format!("SELECT a, b FROM decisions WHERE {last}"))?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            transaction.execute(&format!("DELETE FROM decisions WHERE {last}"), [])?;
            apply(transaction, &pairs, None)
        })?;
        self.papers(papers)
    }

    fn version_numbers(&self, paper: PaperNumber) -> Result<Vec<VersionNumber>> {
        let versions = versions_of(&self.connection, paper).map_err(|error| self.failed(error))?;
        Ok(versions.into_iter().map(|version| version.number).collect())
    }

    /// Stores a decision about pairs of versions and applies it. Each pair has the smaller number first. A joined paper
    /// gets the number and id of `keeper`.
    fn decide(
        &mut self,
        pairs: &[(VersionNumber, VersionNumber)],
        together: bool,
        keeper: Option<PaperNumber>,
    ) -> Result<Vec<Listed>> {
        let papers = self.transaction(|transaction| {
            let next = "SELECT coalesce(max(number), 0) + 1 FROM decisions";
            let next: i64 = transaction.query_row(next, [], |row| row.get(0))?;
            for (a, b) in pairs {
                let sql = "INSERT INTO decisions (number, a, b, together) VALUES (?, ?, ?, ?)";
                transaction.prepare_cached(sql)?.execute(params![next, a, b, together])?;
            }
            apply(transaction, pairs, keeper)
        })?;
        self.papers(papers)
    }
}

/// Groups the versions of the pairs again and returns their papers.
fn apply(
    transaction: &Transaction,
    pairs: &[(VersionNumber, VersionNumber)],
    keeper: Option<PaperNumber>,
) -> rusqlite::Result<BTreeSet<PaperNumber>> {
    let versions: BTreeSet<VersionNumber> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    if versions.is_empty() {
        return Ok(BTreeSet::new());
    }
    let papers = regroup(transaction, &Change { versions, keeper, ..Change::default() })?;
    advance(transaction)?;
    Ok(papers)
}
