//! One state of a library, for all that a question needs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::connections::Reader;
use super::event::Observer;
use super::generation::{Generation, nothing_embedded};
use super::live::Lag;
use super::question::{Question, Seed};
use super::shared::Engine;
use crate::embed::{Embedder, Side};
use crate::library::PaperNumber;
use crate::paper::Paper;
use crate::vector::Embedded;
use crate::{Error, Result};

/// A library as it stood when the snapshot was taken: papers, texts and vectors in one read transaction, and the indexes of
/// the same state. What others write meanwhile is not seen.
///
/// Short-lived: while it is there, the database's write-ahead log cannot be emptied.
pub struct Snapshot<'e> {
    pub(super) engine: &'e Engine,
    pub(super) library: Reader<'e>,
    generation: Option<Arc<Generation>>,
    pub(super) observer: Observer<'e>,
    /// What papers that are in no index are embedded to, by text, while a batch of them is worked on.
    pub(super) passing: RefCell<HashMap<String, Embedded>>,
}

impl Engine {
    /// One state of the library, with its indexes, for as many questions as are to be answered from it.
    ///
    /// # Errors
    /// [`Error::NoLibrary`] when it was deleted; what keeps database or indexes from being read.
    pub fn snapshot<'e>(&'e self, observer: Observer<'e>) -> Result<Snapshot<'e>> {
        Snapshot::take(self, Lag::No, observer)
    }
}

impl<'e> Snapshot<'e> {
    pub(super) fn take(engine: &'e Engine, lag: Lag, observer: Observer<'e>) -> Result<Self> {
        let (library, generation) = engine.live.begin(lag, observer)?;
        Ok(Self { engine, library, generation, observer, passing: RefCell::default() })
    }

    /// Whether a question names a paper that was embedded since the indexes were made.
    pub(super) fn is_too_old_for(&self, question: &Question) -> Result<bool> {
        let Some(generation) = &self.generation else { return Ok(false) };
        if self.library.moment()? == generation.moment {
            return Ok(false);
        }
        let seeds = question.liked.iter().chain(&question.disliked).chain(question.candidates.iter().flatten());
        let is_new =
            |seed: &Seed| matches!(seed, Seed::Stored(number) if generation.vectors.position(*number).is_none());
        Ok(seeds.into_iter().any(is_new))
    }

    /// The library.
    pub fn library(&self) -> &Reader<'e> {
        &self.library
    }

    /// The name of the state that is searched; `None` while nothing is embedded.
    pub fn state(&self) -> Option<&str> {
        self.generation.as_ref().map(|generation| generation.moment.state.as_str())
    }

    /// A paper that was asked for by number.
    pub(super) fn paper(&self, number: PaperNumber) -> Result<Paper> {
        let listed = self.library.paper(number)?;
        listed.map(|listed| listed.paper).ok_or_else(|| Error::Corrupt {
            path: self.library.database().to_owned(),
            detail: format!("paper {number} is missing"),
        })
    }

    /// The indexes.
    ///
    /// # Errors
    /// [`Error::EmptyLibrary`], [`Error::NothingEmbedded`].
    pub(super) fn generation(&self) -> Result<&Generation> {
        match &self.generation {
            Some(generation) => Ok(generation),
            None => Err(nothing_embedded(&self.library)?),
        }
    }

    /// The model, fetched if need be and loaded at the first call.
    ///
    /// # Errors
    /// [`Error::OtherModel`] when the library's vectors are another's; [`Error::ModelUnavailable`].
    pub fn embedder(&self) -> Result<&'e Embedder> {
        self.engine.embedder(&self.library, self.observer)
    }

    /// What a text that belongs to the batch in work is embedded to.
    pub(super) fn embedded_before(&self, text: &str, side: Side) -> Option<Embedded> {
        if side == Side::Paper { self.passing.borrow().get(text).cloned() } else { None }
    }

    /// How many papers can be searched, and how many of them through the graph.
    pub fn index_size(&self) -> (usize, usize) {
        self.generation.as_ref().map_or((0, 0), |generation| (generation.vectors.len(), generation.vectors.graph_len()))
    }
}
