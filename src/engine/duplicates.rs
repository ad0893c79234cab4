//! Duplicates: papers with several versions, pairs that may be one paper, and decisions about them.

use serde::{Deserialize, Serialize};

use super::event::Observer;
use super::json::{Named, Papers, paper, papers};
use super::open::Engine;
use crate::library::{self, Listed};
use crate::paper::Paper;
use crate::{Error, Result};

/// The number of papers read at a time, so that a large library is not held in memory.
const PAGE: usize = 1000;

/// Papers with several versions.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WorkList {
    /// In the order in which they were added.
    pub works: Vec<Work>,
}

/// A paper and its versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Work {
    /// The paper.
    #[serde(serialize_with = "paper")]
    pub paper: Paper,
    /// Its versions, in the order in which they were added.
    pub versions: Vec<Version>,
}

/// A version of a paper: its record in one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Version {
    /// The file.
    pub file: String,
    /// The line; `None` if it is not known.
    pub line: Option<u64>,
    /// What it shares with another version of the paper (`doi:…`, `title and authors`); `None` for the first.
    pub same_by: Option<String>,
    /// The paper in this file.
    #[serde(serialize_with = "paper")]
    pub paper: Paper,
}

/// Pairs of papers that may be one paper.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PossibleDuplicates {
    /// In the order in which they were added.
    pub possible: Vec<Lookalike>,
}

/// Two papers that may be one paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lookalike {
    /// What they share, and why they were not joined.
    pub why: &'static str,
    /// The two papers, in the order in which they were added.
    #[serde(serialize_with = "papers")]
    pub papers: [Paper; 2],
}

/// A decision about duplicates. Papers are named by id, identifier or whole title.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Decision {
    /// Make versions of a paper separate papers.
    Split {
        /// The paper.
        paper: String,
        /// The version, counted from 1. Without it, all versions.
        #[serde(default)]
        version: Option<usize>,
    },
    /// Join two papers into one, which has the id of the first.
    Join(String, String),
}

/// The effect of a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionAnswer {
    /// The papers that the decision created or restored.
    #[serde(flatten)]
    pub papers: Papers,
    /// The papers that the decision names, as they were before.
    pub named: Vec<Named>,
}

impl Engine {
    /// Calls `take` with each paper that has several versions, in the order in which they were added. Returns their
    /// number.
    pub fn each_work<E: From<Error>>(&self, mut take: impl FnMut(Work) -> Result<(), E>) -> Result<u64, E> {
        let library = self.library()?;
        let (mut after, mut count) = (0, 0);
        loop {
            let page = library.works(after, PAGE)?;
            let Some(last) = page.last() else { return Ok(count) };
            after = last.number;
            count += page.len() as u64;
            for Listed { number, paper, .. } in page {
                let versions = library.versions(number)?.into_iter().map(Version::from).collect();
                take(Work { paper, versions })?;
            }
        }
    }

    /// Calls `take` with each pair of papers that look like one work but were not joined. Returns their number.
    pub fn each_lookalike<E: From<Error>>(&self, mut take: impl FnMut(Lookalike) -> Result<(), E>) -> Result<u64, E> {
        let mut count = 0;
        self.library()?.possible_duplicates(|papers, why| {
            count += 1;
            take(Lookalike { why, papers: papers.map(|listed| listed.paper) })
        })?;
        Ok(count)
    }

    /// Carries out a decision. It stays in force when files are added again.
    ///
    /// # Errors
    /// [`Error::PaperNotFound`], [`Error::AmbiguousPaper`]; [`Error::InvalidParameter`] for a version that does not
    /// exist, or two papers that are already one.
    pub fn decide(&self, decision: &Decision, observer: Observer) -> Result<DecisionAnswer> {
        self.change_papers(observer, |library, lock| {
            let (named, changed) = match decision {
                Decision::Split { paper, version } => {
                    let paper = library.find_whole(paper)?;
                    let changed = library.split_paper(lock, paper.number, *version)?;
                    (vec![paper], changed)
                }
                Decision::Join(first, second) => {
                    let (first, second) = (library.find_whole(first)?, library.find_whole(second)?);
                    let changed = library.join(lock, first.number, second.number)?;
                    (vec![first, second], changed)
                }
            };
            let named = named.iter().map(|listed| Named::from(&listed.paper)).collect();
            Ok(DecisionAnswer { papers: changed.into(), named })
        })
    }

    /// Undoes the last [`decide`](Self::decide). Returns no papers if there is nothing to undo.
    pub fn undo_decision(&self, observer: Observer) -> Result<DecisionAnswer> {
        let papers = self.change_papers(observer, |library, lock| library.undo_decision(lock))?;
        Ok(DecisionAnswer { papers: papers.into(), named: Vec::new() })
    }
}

impl From<library::Version> for Version {
    fn from(version: library::Version) -> Self {
        let library::Version { source, line, reason, paper } = version;
        Self { file: source, line: Some(line), same_by: reason, paper }
    }
}
