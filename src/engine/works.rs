//! Works that several records are of: which there are, which there may be, and deciding it by hand.

use serde::{Deserialize, Serialize};

use super::event::Observer;
use super::json::{Named, Papers, paper, papers};
use super::open::Engine;
use super::writer::Writer;
use crate::library::{self, Listed, PaperNumber};
use crate::paper::Paper;
use crate::{Error, Result};

/// Papers taken from the library at a time, so that a large one is not held in memory.
const PAGE: usize = 1000;

/// Papers of which several records are.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WorkList {
    /// In the order in which they were added.
    pub works: Vec<Work>,
}

/// A paper and what its files say about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Work {
    /// The paper.
    #[serde(serialize_with = "paper")]
    pub paper: Paper,
    /// Its versions, in the order in which they were added.
    pub versions: Vec<Version>,
}

/// What one file says about a paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Version {
    /// The file.
    pub file: String,
    /// The line; `None` if it is not known.
    pub line: Option<u64>,
    /// What it shares with another version of its paper (`doi:…`, `title and authors`); `None` for the first.
    pub same_by: Option<String>,
    /// What the file says.
    #[serde(serialize_with = "paper")]
    pub paper: Paper,
}

/// Pairs of papers that may be one.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Lookalikes {
    /// In the order in which they were added.
    pub possible: Vec<Lookalike>,
}

/// Two papers that may be one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lookalike {
    /// What they share, and what speaks against their being one.
    pub why: &'static str,
    /// The two, the one that was added first in front.
    #[serde(serialize_with = "papers")]
    pub papers: [Paper; 2],
}

/// What a person decides about works. Papers are named by id, identifier or whole title.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Decision {
    /// Versions of a paper are papers of their own.
    Split {
        /// The paper.
        paper: String,
        /// The version, counted from 1; without it, each.
        #[serde(default)]
        version: Option<usize>,
    },
    /// Two papers are one, under the id of the first.
    Join(String, String),
}

/// What a decision led to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decided {
    /// The papers that it left, or brought back.
    #[serde(flatten)]
    pub papers: Papers,
    /// The papers that it named, as they were before.
    pub named: Vec<Named>,
}

impl Engine {
    /// Calls `take` with each paper that has several versions, in the order in which they were added; returns how many
    /// there are.
    pub fn each_work<E: From<Error>>(&self, mut take: impl FnMut(Work) -> Result<(), E>) -> Result<u64, E> {
        let library = self.library()?;
        let (mut after, mut count) = (0, 0);
        loop {
            let page = library.works(after, PAGE)?;
            let Some(last) = page.last() else { return Ok(count) };
            after = last.listed.number;
            count += page.len() as u64;
            page.into_iter().map(Work::from).try_for_each(&mut take)?;
        }
    }

    /// Calls `take` with each pair of papers that look like one work but were not joined; returns how many there are.
    pub fn each_lookalike<E: From<Error>>(&self, mut take: impl FnMut(Lookalike) -> Result<(), E>) -> Result<u64, E> {
        let mut count = 0;
        self.library()?.lookalikes(|library::Lookalikes { first, second, why }| {
            count += 1;
            take(Lookalike { why, papers: [first.paper, second.paper] })
        })?;
        Ok(count)
    }

    /// Carries out a decision, which holds when files are added again.
    ///
    /// # Errors
    /// [`Error::PaperNotFound`], [`Error::AmbiguousPaper`]; [`Error::InvalidParameter`] for a version that is not there, or
    /// papers that are one already.
    pub fn decide(&self, decision: &Decision, observer: Observer) -> Result<Decided> {
        let mut writer = self.writer(observer)?;
        let find = |writer: &Writer, name: &str| writer.library().find_whole(name);
        let (named, left) = match decision {
            Decision::Split { paper, version } => {
                let found = find(&writer, paper)?;
                let left = writer.split(found.number, *version)?;
                (vec![found], left)
            }
            Decision::Join(first, second) => {
                let (first, second) = (find(&writer, first)?, find(&writer, second)?);
                let left = writer.join(first.number, second.number)?;
                (vec![first, second], left)
            }
        };
        let named = named.iter().map(|listed| Named::from(&listed.paper)).collect();
        Ok(Decided { papers: left.into(), named })
    }

    /// Takes back the last [`decide`](Self::decide); without papers, there was none.
    pub fn undo_decision(&self, observer: Observer) -> Result<Decided> {
        Ok(Decided { papers: self.writer(observer)?.undo_decision()?.into(), named: Vec::new() })
    }
}

impl Writer<'_> {
    /// Makes a version of a paper, or each of them, a paper of its own; see
    /// [`Library::split`](crate::library::Library::split).
    pub fn split(&mut self, paper: PaperNumber, place: Option<usize>) -> Result<Vec<Listed>> {
        let lock = self.library().lock()?;
        let papers = self.library_mut().split(&lock, paper, place)?;
        self.catch_up(&lock)?;
        Ok(papers)
    }

    /// Makes one paper of two; see [`Library::join`](crate::library::Library::join).
    pub fn join(&mut self, a: PaperNumber, b: PaperNumber) -> Result<Vec<Listed>> {
        let lock = self.library().lock()?;
        let papers = self.library_mut().join(&lock, a, b)?;
        self.catch_up(&lock)?;
        Ok(papers)
    }

    /// Takes back the last [`split`](Self::split) or [`join`](Self::join), and says which papers that concerns.
    pub fn undo_decision(&mut self) -> Result<Vec<Listed>> {
        let lock = self.library().lock()?;
        let papers = self.library_mut().undo_decision(&lock)?;
        if !papers.is_empty() {
            self.catch_up(&lock)?;
        }
        Ok(papers)
    }
}

impl From<library::Work> for Work {
    fn from(work: library::Work) -> Self {
        Self { paper: work.listed.paper, versions: work.versions.into_iter().map(Version::from).collect() }
    }
}

impl From<library::Version> for Version {
    fn from(version: library::Version) -> Self {
        let library::Version { source, line, reason, paper } = version;
        Self { file: source, line, same_by: reason, paper }
    }
}
