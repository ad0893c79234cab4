//! One state of a library, with everything that questions need.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::connections::Connection;
use super::event::{Event, Observer};
use super::generation::{Generation, nothing_embedded};
use super::live::Lag;
use super::open::Engine;
use super::question::{Question, Seed};
use crate::embed::{Embedder, Side};
use crate::library::PaperNumber;
use crate::paper::Paper;
use crate::vector::Embedded;
use crate::{Error, Result};

/// One state of a library: papers, texts and vectors in one read transaction, and the indexes of that state. Later
/// changes are not seen.
///
/// Keep it only for a short time: while it exists, the database's write-ahead log cannot be emptied.
pub struct Snapshot<'e> {
    pub(super) engine: &'e Engine,
    pub(super) library: Connection<'e>,
    generation: Option<Arc<Generation>>,
    pub(super) observer: Observer<'e>,
    /// The vectors of texts that were embedded for this snapshot, by [`Side`] and text.
    embedded: RefCell<[HashMap<String, Embedded>; 2]>,
}

/// The text of a seed.
pub(super) struct SeedText {
    /// Empty for plain text.
    pub title: String,
    pub abstract_text: Option<String>,
    /// The text that is embedded.
    pub text: String,
}

impl From<&Paper> for SeedText {
    fn from(paper: &Paper) -> Self {
        Self { title: paper.title.clone(), abstract_text: paper.abstract_text.clone(), text: paper.text() }
    }
}

impl From<&str> for SeedText {
    fn from(text: &str) -> Self {
        Self { title: String::new(), abstract_text: Some(text.to_owned()), text: text.to_owned() }
    }
}

impl Engine {
    /// Returns the present state of the library with its indexes, for any number of questions.
    ///
    /// # Errors
    /// [`Error::NoLibrary`] if the library was deleted; errors of reading the database or the indexes.
    pub fn snapshot<'e>(&'e self, observer: Observer<'e>) -> Result<Snapshot<'e>> {
        Snapshot::take(self, Lag::No, observer)
    }
}

impl<'e> Snapshot<'e> {
    pub(super) fn take(engine: &'e Engine, lag: Lag, observer: Observer<'e>) -> Result<Self> {
        let (library, generation) = engine.live.begin(lag, observer)?;
        Ok(Self { engine, library, generation, observer, embedded: RefCell::default() })
    }

    /// Whether a question names a paper that is newer than the indexes.
    pub(super) fn is_too_old_for(&self, question: &Question) -> Result<bool> {
        let Some(generation) = &self.generation else { return Ok(false) };
        if self.library.state()? == generation.moment {
            return Ok(false);
        }
        let is_new = |number: PaperNumber| generation.vectors.position(number).is_none();
        Ok(question.named_seeds().filter_map(Seed::number).any(is_new))
    }

    /// The library.
    pub fn library(&self) -> &Connection<'e> {
        &self.library
    }

    /// The name of the state that is searched; `None` while nothing is embedded.
    pub fn state(&self) -> Option<&str> {
        self.generation.as_ref().map(|generation| generation.moment.state.as_str())
    }

    /// A paper by its number.
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

    /// Returns the model. It is fetched if necessary, and loaded at the first call.
    ///
    /// # Errors
    /// [`Error::OtherModel`] if another model made the library's vectors; [`Error::ModelUnavailable`].
    pub fn embedder(&self) -> Result<&'e Embedder> {
        self.engine.embedder(&self.library, self.observer)
    }

    /// Makes a seed or candidate from a paper of a file. If the library has the same work, the seed is the library's
    /// paper, since its text is likely to be longer.
    pub(super) fn seed(&self, paper: Paper) -> Result<Seed> {
        let same = self.library.matching_paper(&paper)?;
        Ok(same.map_or_else(|| Seed::Foreign(Box::new(paper)), |listed| Seed::Stored(listed.number)))
    }

    /// A seed's text.
    pub(super) fn text_of(&self, seed: &Seed) -> Result<SeedText> {
        Ok(match seed {
            Seed::Stored(number) => SeedText::from(&self.paper(*number)?),
            Seed::Foreign(paper) => SeedText::from(paper.as_ref()),
            Seed::Text(text) => SeedText::from(text.as_str()),
        })
    }

    /// Embeds texts together, except texts that were embedded before. [`embedded`](Self::embedded) returns their
    /// vectors.
    pub(super) fn embed(&self, side: Side, mut texts: Vec<String>) -> Result<()> {
        texts.retain(|text| !self.embedded.borrow()[side as usize].contains_key(text));
        texts.sort_unstable();
        texts.dedup();
        if texts.is_empty() {
            return Ok(());
        }
        let (mut done, total) = (0, texts.len() as u64);
        let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
        let embedded = self.embedder()?.embed(&refs, side, &mut |more| {
            done += more as u64;
            if total > 1 {
                (self.observer)(Event::Embedding { done, total });
            }
        })?;
        self.embedded.borrow_mut()[side as usize].extend(texts.into_iter().zip(embedded));
        Ok(())
    }

    /// Returns the vectors of a text, and embeds it if necessary.
    pub(super) fn embedded(&self, side: Side, text: &str) -> Result<Embedded> {
        self.embed(side, vec![text.to_owned()])?;
        self.embedded.borrow()[side as usize].get(text).cloned().ok_or(Error::EmptyText)
    }

    /// Drops the vectors of questions, since a question is seldom repeated.
    pub(super) fn forget_embedded_questions(&self) {
        self.embedded.borrow_mut()[Side::Query as usize].clear();
    }

    /// The number of papers that can be searched, and the number of papers in the graph.
    pub fn index_size(&self) -> (usize, usize) {
        self.generation.as_ref().map_or((0, 0), |generation| (generation.vectors.len(), generation.vectors.graph_len()))
    }
}
