//! Saying which papers somebody likes and dislikes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::json::{Named, paper};
use super::names::named_papers;
use super::open::Engine;
use crate::Result;
use crate::library::{Change, Library, Opinion};
use crate::paper::Paper;

/// An opinion of some papers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpinionRequest {
    /// Whose opinion. A profile is made when something is first liked or disliked in it.
    pub profile: String,
    /// Papers of the library, by any name.
    pub papers: Vec<String>,
    /// The opinion; `null` clears the one that the profile has.
    pub opinion: Option<Opinion>,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpinionAnswer {
    /// The name of the profile.
    pub profile: String,
    /// Papers of which the profile thinks otherwise now.
    pub changes: Vec<OpinionChange>,
    /// Papers of which it thought so already.
    pub unchanged: Vec<Named>,
    /// Whether the profile was made now.
    pub is_new: bool,
    /// How many profiles there are now.
    pub profiles: usize,
    /// How many papers the profile likes now.
    pub liked: usize,
    /// How many it dislikes.
    pub disliked: usize,
}

/// A change of opinion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpinionChange {
    /// The opinion now.
    pub opinion: Option<Opinion>,
    /// The one before.
    pub before: Option<Opinion>,
    /// The paper.
    #[serde(serialize_with = "paper")]
    pub paper: Paper,
}

impl Engine {
    /// Records an opinion of papers. Needs neither model nor index.
    ///
    /// # Errors
    /// [`PaperNotFound`](crate::Error::PaperNotFound), [`AmbiguousPaper`](crate::Error::AmbiguousPaper);
    /// [`ProfileNotFound`](crate::Error::ProfileNotFound) if there is nothing to clear;
    /// [`InvalidParameter`](crate::Error::InvalidParameter) for a name that no profile can have.
    pub fn set_opinion(&self, request: &OpinionRequest) -> Result<OpinionAnswer> {
        let name = request.profile.trim();
        self.change(|library, lock| {
            let papers = named_papers(library, &request.papers)?;
            if request.opinion.is_none() {
                // Clearing an opinion does not make a profile.
                library.profile(name)?;
            }
            let is_new = library.profiles()?.iter().all(|profile| profile.name != name);
            let numbers: Vec<_> = papers.iter().map(|listed| listed.number).collect();
            let changes = library.say(lock, name, &numbers, request.opinion, Timestamp::now())?;
            let is_unchanged = |number| changes.iter().all(|change| change.paper != number);
            let unchanged = papers.iter().filter(|listed| is_unchanged(listed.number));
            let unchanged = unchanged.map(|listed| Named::from(&listed.paper)).collect();
            Ok(OpinionAnswer { unchanged, is_new, ..answer(library, name, &changes)? })
        })
    }

    /// Takes back the last [`set_opinion`](Self::set_opinion) of this opinion in a profile; called again, the one before it. Without
    /// changes, there was nothing to take back.
    ///
    /// # Errors
    /// [`ProfileNotFound`](crate::Error::ProfileNotFound).
    pub fn undo_opinion(&self, profile: &str, opinion: Option<Opinion>) -> Result<OpinionAnswer> {
        self.change(|library, lock| {
            let changes = library.undo_opinion(lock, profile.trim(), opinion)?;
            answer(library, profile.trim(), &changes)
        })
    }
}

fn answer(library: &Library, name: &str, changes: &[Change]) -> Result<OpinionAnswer> {
    let mut shown = Vec::with_capacity(changes.len());
    for &Change { paper, before, now } in changes {
        let listed = library.paper(paper)?;
        shown.extend(listed.map(|listed| OpinionChange { opinion: now, before, paper: listed.paper }));
    }
    let (profile, profiles) = (library.profile(name)?, library.profiles()?.len());
    Ok(OpinionAnswer {
        changes: shown,
        unchanged: Vec::new(),
        is_new: false,
        profiles,
        liked: profile.liked.len(),
        disliked: profile.disliked.len(),
        profile: profile.name,
    })
}
