//! Records which papers a profile likes and dislikes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::json::{Named, paper};
use super::open::Engine;
use crate::Result;
use crate::library::{Change, Library, Opinion};
use crate::paper::Paper;

/// A request to record an opinion of papers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpinionRequest {
    /// The name of the profile. It is created with its first opinion.
    pub profile: String,
    /// Papers of the library, each by its id, identifier, URL, title or a part of its title.
    pub papers: Vec<String>,
    /// The opinion; `null` clears it.
    pub opinion: Option<Opinion>,
}

/// The changed opinions of a profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpinionAnswer {
    /// The name of the profile.
    pub profile: String,
    /// The opinions that changed.
    pub changes: Vec<OpinionChange>,
    /// Papers that already had this opinion.
    pub unchanged: Vec<Named>,
    /// Whether the profile was created now.
    pub is_new: bool,
    /// The number of profiles now.
    pub profiles: usize,
    /// The number of papers that the profile likes now.
    pub liked: usize,
    /// The number of papers that it dislikes now.
    pub disliked: usize,
}

/// A changed opinion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpinionChange {
    /// The opinion now.
    pub opinion: Option<Opinion>,
    /// The opinion before.
    pub before: Option<Opinion>,
    /// The paper.
    #[serde(serialize_with = "paper")]
    pub paper: Paper,
}

impl Engine {
    /// Records an opinion of papers. Needs neither the model nor indexes.
    ///
    /// # Errors
    /// [`PaperNotFound`](crate::Error::PaperNotFound), [`AmbiguousPaper`](crate::Error::AmbiguousPaper);
    /// [`ProfileNotFound`](crate::Error::ProfileNotFound) if there is nothing to clear;
    /// [`InvalidParameter`](crate::Error::InvalidParameter) for an invalid name.
    pub fn set_opinion(&self, request: &OpinionRequest) -> Result<OpinionAnswer> {
        let name = request.profile.trim();
        self.change(|library, lock| {
            let papers = library.named(&request.papers)?;
            if request.opinion.is_none() {
                // Clearing an opinion does not create a profile.
                library.profile(name)?;
            }
            let is_new = library.profiles()?.iter().all(|profile| profile.name != name);
            let numbers: Vec<_> = papers.iter().map(|listed| listed.number).collect();
            let changes = library.set_opinion(lock, name, &numbers, request.opinion, Timestamp::now())?;
            let is_unchanged = |number| changes.iter().all(|change| change.paper != number);
            let unchanged = papers.iter().filter(|listed| is_unchanged(listed.number));
            let unchanged = unchanged.map(|listed| Named::from(&listed.paper)).collect();
            Ok(OpinionAnswer { unchanged, is_new, ..answer(library, name, &changes)? })
        })
    }

    /// Undoes the profile's last [`set_opinion`](Self::set_opinion) with this opinion. A further call undoes the one
    /// before. Returns no changes if there is nothing to undo.
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
