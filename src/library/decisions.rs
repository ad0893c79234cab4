//! What a person says about which records are of one work: it holds against everything that the records say, now and
//! when their files are added again.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};

use super::moment::advance;
use super::neighbourhood::{Change, MOST_VERSIONS, regroup};
use super::versions::{Stored, VersionNumber, of_paper};
use super::{Library, Listed, PaperNumber, WriteLock};
use crate::{Error, Result};

impl Library {
    /// Makes a version of a paper a paper of its own: the one at `place`, counted from 1 as [`Library::versions`] lists
    /// them; all of them without one. Says which papers there are now. [`Library::undo_decision`] takes it back.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when the paper has no such version, or only one.
    pub fn split(&mut self, _lock: &WriteLock, paper: PaperNumber, place: Option<usize>) -> Result<Vec<Listed>> {
        let versions = of_paper(&self.connection, paper).map_err(|error| self.failed(error))?;
        let count = versions.len();
        if count < 2 {
            return Err(Error::InvalidParameter(
                "the paper has one version only; there is nothing to split".to_owned(),
            ));
        }
        if count > MOST_VERSIONS {
            let reason = format!("the paper has {count} versions; up to {MOST_VERSIONS} can be split");
            return Err(Error::InvalidParameter(reason));
        }
        if place.is_some_and(|place| place == 0 || place > count) {
            return Err(Error::InvalidParameter(format!(
                "the paper has versions 1 to {count}; `relata show` lists them"
            )));
        }
        let number = |place: usize| versions[place].number;
        let parts = |(a, b): &(usize, usize)| place.is_none_or(|place| *a + 1 == place || *b + 1 == place);
        let pairs = (0..count).flat_map(|b| (0..b).map(move |a| (a, b))).filter(parts);
        let decided: Vec<(VersionNumber, VersionNumber, bool)> =
            pairs.map(|(a, b)| (number(a), number(b), false)).collect();
        self.decide(&decided, None)
    }

    /// Makes one paper of two, with the number and the id of `a`. [`Library::undo_decision`] takes it back.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when they are one already, or have too many versions to be grouped.
    pub fn join(&mut self, _lock: &WriteLock, a: PaperNumber, b: PaperNumber) -> Result<Vec<Listed>> {
        if a == b {
            return Err(Error::InvalidParameter("both names are of one paper already".to_owned()));
        }
        let of = |paper| of_paper(&self.connection, paper).map_err(|error| self.failed(error));
        let (ours, theirs) = (of(a)?, of(b)?);
        let count = ours.len() + theirs.len();
        if count > MOST_VERSIONS {
            let reason = format!("the two have {count} versions; papers with up to {MOST_VERSIONS} can be joined");
            return Err(Error::InvalidParameter(reason));
        }
        let ordered = |a: &Stored, b: &Stored| (a.number.min(b.number), a.number.max(b.number), true);
        // Every pair, so that whatever was said before about one of them does not hold.
        let decided: Vec<_> = ours.iter().flat_map(|a| theirs.iter().map(move |b| ordered(a, b))).collect();
        self.decide(&decided, Some(a))
    }

    /// Takes back what was decided last, and says which papers that concerns; called again, what was decided before it.
    pub fn undo_decision(&mut self, _lock: &WriteLock) -> Result<Vec<Listed>> {
        let concerned = self.transaction(|transaction| {
            let last = "number = (SELECT max(number) FROM decisions)";
            let undone: BTreeSet<(VersionNumber, VersionNumber)> = transaction
                .prepare(&format!("SELECT a, b FROM decisions WHERE {last}"))?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            transaction.execute(&format!("DELETE FROM decisions WHERE {last}"), [])?;
            let concerned: BTreeSet<VersionNumber> = undone.iter().flat_map(|(a, b)| [*a, *b]).collect();
            settle(transaction, &Change { versions: concerned.into_iter().collect(), undone, ..Change::default() })
        })?;
        self.listed_in_order(concerned)
    }

    /// `decided` are the lesser number, the greater, and whether they are of one work. What is joined goes into `keeper`.
    fn decide(
        &mut self,
        decided: &[(VersionNumber, VersionNumber, bool)],
        keeper: Option<PaperNumber>,
    ) -> Result<Vec<Listed>> {
        let concerned = self.transaction(|transaction| {
            let next = "SELECT coalesce(max(number), 0) + 1 FROM decisions";
            let next: i64 = transaction.query_row(next, [], |row| row.get(0))?;
            for (a, b, together) in decided {
                let sql = "INSERT INTO decisions (number, a, b, together) VALUES (?, ?, ?, ?)";
                transaction.prepare_cached(sql)?.execute(params![next, a, b, together])?;
            }
            let concerned: BTreeSet<VersionNumber> = decided.iter().flat_map(|(a, b, _)| [*a, *b]).collect();
            settle(transaction, &Change { versions: concerned.into_iter().collect(), keeper, ..Change::default() })
        })?;
        self.listed_in_order(concerned)
    }

    fn listed_in_order(&self, papers: BTreeSet<PaperNumber>) -> Result<Vec<Listed>> {
        let listed = |number| Ok(self.paper(number)?.into_iter());
        Ok(papers.into_iter().map(listed).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }
}

/// Groups versions anew, and says in which papers they are.
fn settle(transaction: &Transaction, change: &Change) -> rusqlite::Result<BTreeSet<PaperNumber>> {
    if change.versions.is_empty() {
        return Ok(BTreeSet::new());
    }
    regroup(transaction, change)?;
    advance(transaction)?;
    let sql = "SELECT paper FROM versions WHERE number = ?";
    let paper = |number: &VersionNumber| transaction.prepare_cached(sql)?.query_row([number], |row| row.get(0));
    change.versions.iter().map(paper).collect()
}
