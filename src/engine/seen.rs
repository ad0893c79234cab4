//! Papers that were shown, and noting that they were.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;

use super::answer::Recommendation;
use super::json::{Papers, paper};
use super::names::named_papers;
use super::open::Engine;
use super::snapshot::Snapshot;
use crate::Result;
use crate::library::{Library, PaperNumber, Profile};
use crate::paper::Paper;

/// What was shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenList {
    /// In the order in which it was first shown.
    pub seen: Vec<SeenPaper>,
}

/// A paper that was shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenPaper {
    /// When it was first.
    pub at: Timestamp,
    /// The profile whose feed showed it; `None` if a person said that it was seen.
    pub feed: Option<String>,
    /// The paper.
    #[serde(serialize_with = "paper")]
    pub paper: Paper,
}

impl Engine {
    /// What was shown.
    pub fn shown(&self) -> Result<SeenList> {
        let library = self.library()?;
        let mut seen = Vec::new();
        for shown in library.shown()? {
            let listed = library.paper(shown.paper)?;
            seen.extend(listed.map(|listed| SeenPaper { at: shown.at, feed: shown.by, paper: listed.paper }));
        }
        Ok(SeenList { seen })
    }

    /// Notes that a person has seen papers, and returns those that were not known to be.
    ///
    /// # Errors
    /// [`PaperNotFound`](crate::Error::PaperNotFound), [`AmbiguousPaper`](crate::Error::AmbiguousPaper).
    pub fn mark_seen(&self, names: &[String]) -> Result<Papers> {
        self.change(|library, lock| {
            let named = numbers_of(library, names)?;
            let new = library.mark_seen(lock, &named, Timestamp::now())?;
            listed(library, new)
        })
    }

    /// Notes that recommended papers were shown, as if a person had said that they are seen.
    pub fn mark_shown(&self, shown: &[Recommendation]) -> Result<()> {
        let numbers: Vec<PaperNumber> = shown.iter().filter_map(|found| found.number).collect();
        self.change(|library, lock| library.mark_seen(lock, &numbers, Timestamp::now()).map(|_| ()))
    }

    /// Forgets that papers were shown, or all papers if none is named, and returns those that were.
    ///
    /// # Errors
    /// As for [`mark_seen`](Self::mark_seen).
    pub fn clear_seen(&self, names: &[String]) -> Result<Papers> {
        self.change(|library, lock| {
            let named = numbers_of(library, names)?;
            let cleared = library.clear_seen(lock, (!named.is_empty()).then_some(named.as_slice()))?;
            listed(library, cleared)
        })
    }

    /// Takes back the last [`mark_seen`](Self::mark_seen), and returns its papers; called again, the one before it.
    pub fn undo_seen(&self) -> Result<Papers> {
        self.change(|library, lock| {
            let papers = library.undo_seen(lock)?;
            listed(library, papers)
        })
    }
}

impl Snapshot<'_> {
    /// Everything that somebody need not be shown again: what was shown, and what any profile has an opinion of.
    pub fn seen(&self) -> Result<HashSet<PaperNumber>> {
        let mut seen: HashSet<PaperNumber> = self.library.shown()?.into_iter().map(|shown| shown.paper).collect();
        for profile in self.library.profiles()? {
            seen.extend(opinionated(&profile));
        }
        Ok(seen)
    }
}

/// The papers of which a profile has an opinion.
pub(super) fn opinionated(profile: &Profile) -> HashSet<PaperNumber> {
    profile.liked.iter().chain(&profile.disliked).map(|said| said.paper).collect()
}

fn numbers_of(library: &Library, names: &[String]) -> Result<Vec<PaperNumber>> {
    Ok(named_papers(library, names)?.into_iter().map(|listed| listed.number).collect())
}

fn listed(library: &Library, papers: Vec<PaperNumber>) -> Result<Papers> {
    let mut listed = Vec::with_capacity(papers.len());
    for paper in papers {
        listed.extend(library.paper(paper)?);
    }
    Ok(listed.into())
}
