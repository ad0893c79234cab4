//! Records which papers were seen.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;

use super::answer::Recommendation;
use super::json::{Papers, paper};
use super::open::Engine;
use super::snapshot::Snapshot;
use crate::Result;
use crate::library::{Library, PaperNumber, Profile};
use crate::paper::Paper;

/// The papers that were seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenList {
    /// In the order in which they were first seen.
    pub seen: Vec<SeenPaper>,
}

/// A paper that was seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenPaper {
    /// When it was first seen.
    pub at: Timestamp,
    /// The profile whose feed showed it; `None` if a person marked it.
    pub feed: Option<String>,
    /// The paper.
    #[serde(serialize_with = "paper")]
    pub paper: Paper,
}

impl Engine {
    /// The papers that were seen.
    pub fn shown(&self) -> Result<SeenList> {
        let library = self.library()?;
        let mut seen = Vec::new();
        for shown in library.shown()? {
            let listed = library.paper(shown.paper)?;
            seen.extend(listed.map(|listed| SeenPaper { at: shown.at, feed: shown.by, paper: listed.paper }));
        }
        Ok(SeenList { seen })
    }

    /// Marks papers as seen. Returns those that were not marked before.
    ///
    /// # Errors
    /// [`PaperNotFound`](crate::Error::PaperNotFound), [`AmbiguousPaper`](crate::Error::AmbiguousPaper).
    pub fn mark_seen(&self, names: &[String]) -> Result<Papers> {
        self.change(|library, lock| {
            let named = numbers_of(library, names)?;
            let new = library.mark_seen(lock, &named, Timestamp::now())?;
            Ok(library.papers(new)?.into())
        })
    }

    /// Marks recommended papers as seen.
    pub fn mark_shown(&self, shown: &[Recommendation]) -> Result<()> {
        let numbers: Vec<PaperNumber> = shown.iter().filter_map(|found| found.number).collect();
        self.change(|library, lock| library.mark_seen(lock, &numbers, Timestamp::now()).map(|_| ()))
    }

    /// Unmarks the papers with these names, or all papers if there are no names. Returns the papers that were marked.
    ///
    /// # Errors
    /// As for [`mark_seen`](Self::mark_seen).
    pub fn clear_seen(&self, names: &[String]) -> Result<Papers> {
        self.change(|library, lock| {
            let named = numbers_of(library, names)?;
            let cleared = library.clear_seen(lock, (!named.is_empty()).then_some(named.as_slice()))?;
            Ok(library.papers(cleared)?.into())
        })
    }

    /// Undoes the last [`mark_seen`](Self::mark_seen) and returns its papers. A further call undoes the one before.
    pub fn undo_seen(&self) -> Result<Papers> {
        self.change(|library, lock| {
            let papers = library.undo_seen(lock)?;
            Ok(library.papers(papers)?.into())
        })
    }
}

impl Snapshot<'_> {
    /// The papers that need not be shown again: those that were seen, and those that any profile likes or dislikes.
    pub fn seen(&self) -> Result<HashSet<PaperNumber>> {
        let mut seen: HashSet<PaperNumber> = self.library.shown()?.into_iter().map(|shown| shown.paper).collect();
        for profile in self.library.profiles()? {
            seen.extend(papers_with_opinion(&profile));
        }
        Ok(seen)
    }
}

/// The papers that a profile likes or dislikes.
pub(super) fn papers_with_opinion(profile: &Profile) -> HashSet<PaperNumber> {
    profile.liked.iter().chain(&profile.disliked).map(|opinion| opinion.paper).collect()
}

fn numbers_of(library: &Library, names: &[String]) -> Result<Vec<PaperNumber>> {
    Ok(library.named(names)?.into_iter().map(|listed| listed.number).collect())
}
