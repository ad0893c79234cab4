//! The one-call façade: a library, its index and its model behind the questions that relata answers.
//!
//! What is not needed is not loaded: papers that are in the library are compared by the vectors they have, without the
//! model.

mod add;
mod batch;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::embed::store::{FetchEvent, ModelChoice, ModelStore};
use crate::embed::{Embedder, KnownModel, Side, default_model};
use crate::index::hnsw::BuildParams;
use crate::index::{self, Expected, Scope, VectorIndex};
use crate::library::{Library, LiveRow, PaperNumber};
use crate::paper::Paper;
use crate::search::{self, Hit};
use crate::vector::{Embedding, ModelIdentity};
use crate::{Error, Result};

pub use add::{AddOptions, AddSummary, Skipped};
pub use batch::{BatchEntry, BatchItem};

/// What a recommender reports while it works; told from the calling thread unless said otherwise.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A model is on its way.
    Fetch(FetchEvent<'a>),
    /// Something that the user should know, though the work goes on.
    Notice(String),
    /// So many papers of a file have been read.
    Reading {
        /// The file.
        file: &'a Path,
        /// Papers so far.
        papers: u64,
    },
    /// So many of the texts are embedded; told from any thread.
    Embedding {
        /// Done.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// So many vectors are in the graph.
    Graph {
        /// Done.
        done: u64,
        /// Of how many.
        total: u64,
    },
}

/// Receives [`Event`]s.
pub type Observer<'a> = &'a (dyn Fn(Event) + Sync);

/// A related paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    /// From 1.
    pub rank: usize,
    /// What the order goes by, greatest first; with one seed or a text, the similarity.
    pub score: f32,
    /// Cosine similarity to the nearest seed or to the text, -1 to 1.
    pub similarity: f32,
    /// Which seed is nearest, counted from 0 in the order in which they were given.
    pub seed: usize,
    /// The paper.
    pub paper: Paper,
}

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchOptions {
    /// How many to recommend.
    pub top_k: usize,
    /// Whether to compare with every paper, whatever the size of the library.
    pub exact: bool,
}

impl SearchOptions {
    fn scope(self) -> Scope {
        if self.exact { Scope::Exact } else { Scope::Fast }
    }
}

/// A library, ready to answer.
pub struct Recommender {
    library: Library,
    models: ModelStore,
    model: Option<ModelChoice>,
    embedder: OnceCell<Embedder>,
    index: OnceCell<VectorIndex>,
}

impl Recommender {
    /// Opens the library in `folder`. `model` is the model to embed with; without one, the model of the library's vectors,
    /// or the default for a library that has none yet.
    pub fn open(folder: &Path, models: ModelStore, model: Option<ModelChoice>) -> Result<Self> {
        Ok(Self::with(Library::open(folder)?, models, model))
    }

    /// As [`open`](Self::open), and makes the library if there is none.
    pub fn open_or_create(folder: &Path, models: ModelStore, model: Option<ModelChoice>) -> Result<Self> {
        Ok(Self::with(Library::open_or_create(folder)?, models, model))
    }

    fn with(library: Library, models: ModelStore, model: Option<ModelChoice>) -> Self {
        Self { library, models, model, embedder: OnceCell::new(), index: OnceCell::new() }
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The library, to change it; caches follow at the next question.
    pub fn library_mut(&mut self) -> &mut Library {
        self.index.take();
        &mut self.library
    }

    /// Papers like the seeds, seeds (and other papers of exactly their titles) left out.
    ///
    /// # Errors
    /// [`Error::NotEmbedded`] when a seed has no vector yet.
    pub fn similar(
        &self,
        seeds: &[PaperNumber],
        options: SearchOptions,
        observer: Observer,
    ) -> Result<Vec<Recommendation>> {
        let index = self.index(observer)?;
        let mut embeddings = Vec::new();
        let mut titles = HashSet::new();
        for &number in seeds {
            let paper = self.paper(number)?;
            let position = index.position(number).ok_or_else(|| Error::NotEmbedded { id: paper.id.to_string() })?;
            embeddings.push(Embedding::new(index.vector(position).to_vec())?);
            titles.insert(paper.title_key());
        }
        self.recommend(&embeddings, seeds, &titles, options, observer)
    }

    /// Papers like a text, on the side of the query.
    pub fn search(&self, text: &str, options: SearchOptions, observer: Observer) -> Result<Vec<Recommendation>> {
        // Asked first: an empty library needs no model.
        self.index(observer)?;
        let embedding = self.embedder(observer)?.embed_one(text, Side::Query)?;
        self.recommend(&[embedding], &[], &HashSet::new(), options, observer)
    }

    /// Papers like a paper that is not in the library, given as text: title and abstract, say.
    pub fn similar_to_text(
        &self,
        text: &str,
        options: SearchOptions,
        observer: Observer,
    ) -> Result<Vec<Recommendation>> {
        self.index(observer)?;
        let embedding = self.embedder(observer)?.embed_one(text, Side::Paper)?;
        self.recommend(&[embedding], &[], &HashSet::new(), options, observer)
    }

    fn recommend(
        &self,
        seeds: &[Embedding],
        excluded: &[PaperNumber],
        titles: &HashSet<String>,
        options: SearchOptions,
        observer: Observer,
    ) -> Result<Vec<Recommendation>> {
        let excluded: HashSet<PaperNumber> = excluded.iter().copied().collect();
        // A library holds a work a few times at most: as preprint, at the conference, in the journal.
        let spare = 3 * titles.len();
        let hits = search::near(self.index(observer)?, seeds, options.top_k + spare, options.scope(), &excluded);
        self.recommendations(&hits, titles, options.top_k)
    }

    /// Hits with their papers, without those whose title is in `titles`.
    fn recommendations(&self, hits: &[Hit], titles: &HashSet<String>, top_k: usize) -> Result<Vec<Recommendation>> {
        let mut recommendations = Vec::with_capacity(hits.len());
        for hit in hits {
            if recommendations.len() == top_k {
                break;
            }
            let paper = self.paper(hit.key)?;
            if !titles.contains(&paper.title_key()) {
                let Hit { score, similarity, seed, .. } = *hit;
                recommendations.push(Recommendation {
                    rank: recommendations.len() + 1,
                    score,
                    similarity,
                    seed,
                    paper,
                });
            }
        }
        Ok(recommendations)
    }

    fn paper(&self, number: PaperNumber) -> Result<Paper> {
        let listed = self.library.paper(number)?;
        listed.map(|listed| listed.paper).ok_or_else(|| Error::Corrupt {
            path: self.library.database().to_owned(),
            detail: format!("paper {number} is missing"),
        })
    }

    /// The model, loaded at the first call.
    pub fn embedder(&self, observer: Observer) -> Result<&Embedder> {
        if let Some(embedder) = self.embedder.get() {
            return Ok(embedder);
        }
        let stored = self.library.model()?;
        let choice = match (&self.model, &stored) {
            (Some(choice), _) => choice.clone(),
            (None, None) => ModelChoice::Known(default_model()),
            (None, Some(stored)) => ModelChoice::Known(KnownModel::by_name(&stored.name).map_err(|_| {
                Error::InvalidParameter(format!(
                    "the library's vectors were made by the model {}; name its folder with --model DIR",
                    stored.short()
                ))
            })?),
        };
        let embedder = self.models.load(&choice, &mut |event| observer(Event::Fetch(event)))?;
        if let Some(stored) = stored.filter(|stored| stored.sha256 != embedder.identity().sha256) {
            let (library, current) = (stored.short(), embedder.identity().short());
            return Err(Error::OtherModel { path: self.library.folder().to_owned(), library, current });
        }
        Ok(self.embedder.get_or_init(|| embedder))
    }

    /// The folder of everything that is derived from the database.
    fn cache(&self) -> PathBuf {
        self.library.folder().join("cache")
    }

    /// The index, opened at the first call; made anew if what is on disk is missing, damaged or out of date.
    fn index(&self, observer: Observer) -> Result<&VectorIndex> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let path = self.library.folder().to_owned();
        let Some(model) = self.library.model()? else { return Err(Error::EmptyLibrary { path }) };
        let (index, stale) = self.open_index(&model, observer)?;
        if index.is_empty() {
            return Err(Error::EmptyLibrary { path });
        }
        if let Some(made_from) = stale {
            // Kept for the next time if nobody else is writing; an answer does not depend on it.
            if let Ok(_lock) = self.library.lock() {
                let _ = index.store(&self.cache(), &made_from);
            }
        }
        Ok(self.index.get_or_init(|| index))
    }

    /// The index up to date with the database, and, if it is not so on disk, what it was made from.
    fn open_index(&self, model: &ModelIdentity, observer: Observer) -> Result<(VectorIndex, Option<Expected>)> {
        let generation = self.library.generation()?;
        let expected = Expected { model_sha256: model.sha256.clone(), dim: model.dim, generation };
        let cached = index::open_cached(&self.cache(), &expected);
        if let Some(damage) = cached.damage {
            observer(Event::Notice(format!(
                "{damage}; the index is made anew from {}",
                self.library.database().display()
            )));
        }
        if let (true, Some(index)) = (cached.fresh, cached.index.clone()) {
            return Ok((index, None));
        }
        let live: Vec<index::Row> = self
            .library
            .live_rows()?
            .into_iter()
            .map(|LiveRow { vector, paper }| index::Row { version: vector, key: paper })
            .collect();
        let index = VectorIndex::refresh(cached.index, &live, model.dim, |versions, sink| {
            self.library.read_vectors(versions.iter().copied(), model.dim, |embedding| sink(embedding.as_slice()))
        })?;
        Ok((index, Some(expected)))
    }

    /// Brings the index on disk up to date, graph included; the caller holds the lock.
    fn update_index(&mut self, observer: Observer) -> Result<()> {
        self.index.take();
        let Some(model) = self.library.model()? else { return Ok(()) };
        let (mut index, mut stale) = self.open_index(&model, observer)?;
        if index.wants_graph() {
            let total = index.len() as u64;
            observer(Event::Graph { done: 0, total });
            index
                .build_graph(BuildParams::default(), &mut |done| observer(Event::Graph { done: done as u64, total }))?;
            let generation = self.library.generation()?;
            stale = Some(Expected { model_sha256: model.sha256, dim: model.dim, generation });
        }
        match stale {
            Some(made_from) => index.store(&self.cache(), &made_from),
            None => Ok(()),
        }
    }

    /// How many papers can be searched, and how many of them through the graph.
    pub fn index_size(&self, observer: Observer) -> Result<(usize, usize)> {
        match self.index(observer) {
            Err(Error::EmptyLibrary { .. }) => Ok((0, 0)),
            index => index.map(|index| (index.len(), index.graph_len())),
        }
    }

    /// Brings the index up to date after papers were removed or brought back.
    pub fn refresh(&mut self, observer: Observer) -> Result<()> {
        let lock = self.library.lock()?;
        let updated = self.update_index(observer);
        drop(lock);
        updated
    }
}
