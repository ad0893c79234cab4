//! From a question to scored papers: which are candidates, and how each compares with what is asked.
//!
//! It goes in two steps, since between them the vectors of sentences are read, which are not in an index: a *shortlist*
//! by whole texts and terms ([`Shortlist::find`], [`Shortlist::of`]), then the score ([`Shortlist::score`]).

mod admitted;
mod representatives;
mod shortlist;
mod together;

#[cfg(test)]
mod tests;

pub use admitted::Admitted;
pub use shortlist::{Candidate, Hit, Shortlist};
pub use together::{Asked, near_together};

use std::sync::Arc;

use crate::index::{Scope, VectorIndex};
use crate::lexical::{Document, LexicalIndex, Term};
use crate::rank::Ranker;
use crate::rank::sentences::Weighted;
use crate::vector::Embedding;

/// The indexes of a library; both over the same positions.
#[derive(Debug, Clone, Copy)]
pub struct Indexes<'a> {
    /// Of whole texts' vectors.
    pub vectors: &'a VectorIndex,
    /// Of terms.
    pub terms: &'a LexicalIndex,
}

/// A text that papers are compared with, or a paper that is not in the indexes.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Of the whole text; none where vectors do not count.
    pub vector: Option<Embedding>,
    /// Its sentences, or those that are to be compared.
    pub sentences: Arc<[Weighted]>,
    /// Its terms.
    pub words: Words,
}

impl Probe {
    fn slice(&self) -> Option<&[f32]> {
        self.vector.as_ref().map(Embedding::as_slice)
    }
}

/// The terms of a probe, and how they are compared.
#[derive(Debug, Clone)]
pub enum Words {
    /// A paper's, by the cosine of tf-idf vectors.
    Paper(Document),
    /// Those of a short text, by BM25 as a share of the best score in the library.
    Question(Vec<Term>),
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Seeds: what papers should be like, by the rule of [`crate::rank::profile`].
    pub liked: &'a [Probe],
    /// A text that papers should be like; beside seeds it counts as much as all of them together.
    pub text: Option<&'a Probe>,
    /// What they should not be like.
    pub disliked: &'a [Probe],
    /// Which parts count.
    pub ranker: Ranker,
    /// How to look for candidates.
    pub scope: Scope,
}

impl<'a> Question<'a> {
    /// Liked, text, disliked: the order in which pairs are kept.
    fn probes(&self) -> impl Iterator<Item = &'a Probe> + use<'a> {
        self.liked.iter().chain(self.text).chain(self.disliked)
    }

    /// Those by which candidates are found.
    fn wanted(&self) -> usize {
        self.liked.len() + usize::from(self.text.is_some())
    }
}
