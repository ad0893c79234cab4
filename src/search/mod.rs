//! Finds and scores papers for a question.
//!
//! There are two steps. [`Shortlist::find`] or [`Shortlist::of`] makes a *shortlist* by whole texts and terms, and
//! [`Shortlist::score`] scores it. In between, the caller reads the sentence vectors of the shortlist, since no index
//! has them.

mod allowed_papers;
mod comparison;
mod held_out;
mod joint;
mod probe;
mod representatives;
mod shortlist;
mod support;

#[cfg(test)]
mod tests;

pub use allowed_papers::AllowedPapers;
pub use comparison::Candidate;
pub use joint::search_jointly;
pub use probe::{Content, FacetContent, Probe, Words};
pub use shortlist::{Hit, Shortlist};
pub use support::add_support;

use crate::index::{Scope, VectorIndex};
use crate::lexical::LexicalIndex;
use crate::rank::Ranker;

/// The indexes of a library. A paper has the same position in both.
#[derive(Debug, Clone, Copy)]
pub struct Indexes<'a> {
    /// The index of the vectors of whole texts.
    pub vectors: &'a VectorIndex,
    /// The index of terms.
    pub terms: &'a LexicalIndex,
}

/// A question.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Seeds: papers that the results should resemble, by the rule of [`crate::rank::profile`].
    pub liked: &'a [Probe],
    /// A text that the results should resemble; it counts as much as all seeds together.
    pub text: Option<&'a Probe>,
    /// Papers that the results should not resemble.
    pub disliked: &'a [Probe],
    /// Which parts of a comparison count in the score.
    pub ranker: Ranker,
    /// How to search for candidates.
    pub scope: Scope,
}

/// A question, the papers that may be found, and the number of papers to find.
#[derive(Debug, Clone, Copy)]
pub struct SearchTask<'a> {
    /// The question.
    pub question: Question<'a>,
    /// The papers that may be found.
    pub admitted: &'a AllowedPapers,
    /// The number of papers to find.
    pub top_k: usize,
}

impl<'a> Question<'a> {
    /// The probes in the order of a candidate's pairs: liked, text, disliked.
    fn probes(&self) -> impl Iterator<Item = &'a Probe> + use<'a> {
        self.liked.iter().chain(self.text).chain(self.disliked)
    }

    /// Number of probes that the results should resemble.
    fn wanted(&self) -> usize {
        self.liked.len() + usize::from(self.text.is_some())
    }
}
