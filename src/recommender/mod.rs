//! The one-call façade: a library, its index and its model behind the questions that relata answers.
//!
//! What is not needed is not loaded: papers that are in the library are compared by the vectors they have, without the
//! model.

mod add;
mod batch;
mod intake;
mod works;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::embed::store::{FetchEvent, ModelChoice, ModelStore};
use crate::embed::{EmbedOptions, Embedder, KnownModel, Side, default_model};
use crate::index::hnsw::BuildParams;
use crate::index::{self, Expected, Scope, VectorIndex};
use crate::library::{Library, LiveRow, PaperNumber};
use crate::paper::Paper;
use crate::search::{self, Hit};
use crate::vector::ModelIdentity;
use crate::{Error, Result};

pub use add::{AddOptions, AddSummary, Skipped, Timings, source_name};
pub use batch::{BatchEntry, BatchItem};
pub use intake::{Intake, Taken};

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
    /// The paper; shared, since a batch names many papers again and again.
    pub paper: Arc<Paper>,
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
    options: EmbedOptions,
    embedder: OnceCell<Embedder>,
    index: OnceCell<VectorIndex>,
}

impl Recommender {
    /// Opens the library in `folder`. `model` is the model to embed with; without one, the model of the library's
    /// vectors, or the default for a library that has none yet. `options` are how it embeds. Neither model nor index is
    /// read before a question needs it.
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::Corrupt`], [`Error::NewerLibrary`], or [`Error::Input`] for a foreign database.
    pub fn open(folder: &Path, models: ModelStore, model: Option<ModelChoice>, options: EmbedOptions) -> Result<Self> {
        Ok(Self::with(Library::open(folder)?, models, model, options))
    }

    /// As [`open`](Self::open), and makes the library if there is none.
    pub fn open_or_create(
        folder: &Path,
        models: ModelStore,
        model: Option<ModelChoice>,
        options: EmbedOptions,
    ) -> Result<Self> {
        Ok(Self::with(Library::open_or_create(folder)?, models, model, options))
    }

    fn with(library: Library, models: ModelStore, model: Option<ModelChoice>, options: EmbedOptions) -> Self {
        Self { library, models, model, options, embedder: OnceCell::new(), index: OnceCell::new() }
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Papers like the seeds taken together, at most `options.top_k`; seeds, and other papers of exactly their titles,
    /// are left out. Order: score descending, then the paper that was embedded first.
    ///
    /// # Errors
    /// [`Error::NotEmbedded`] when a seed has no vector yet; [`Error::EmptyLibrary`].
    pub fn similar(
        &self,
        seeds: &[PaperNumber],
        options: SearchOptions,
        observer: Observer,
    ) -> Result<Vec<Recommendation>> {
        let index = self.index(observer)?;
        let mut vectors = Vec::new();
        let mut excluded: HashSet<PaperNumber> = seeds.iter().copied().collect();
        for &number in seeds {
            let paper = self.paper(number)?;
            let position = index.position(number).ok_or_else(|| Error::NotEmbedded { id: paper.id.to_string() })?;
            vectors.push(index.vector(position));
            excluded.extend(self.library.papers_titled(&paper.title_key())?);
        }
        let hits = search::near(index, &vectors, options.top_k, options.scope(), &excluded);
        self.recommendations(&hits, &mut HashMap::new())
    }

    /// Papers like a text, on the side of the query, in the order of [`similar`](Self::similar).
    ///
    /// # Errors
    /// [`Error::EmptyText`], [`Error::EmptyLibrary`], [`Error::OtherModel`], or what keeps the model from being loaded.
    pub fn search(&self, text: &str, options: SearchOptions, observer: Observer) -> Result<Vec<Recommendation>> {
        self.near_text(text, Side::Query, options, observer)
    }

    /// Papers like a paper that is not in the library, given as text: title and abstract, say. Errors as for
    /// [`search`](Self::search).
    pub fn similar_to_text(
        &self,
        text: &str,
        options: SearchOptions,
        observer: Observer,
    ) -> Result<Vec<Recommendation>> {
        self.near_text(text, Side::Paper, options, observer)
    }

    fn near_text(
        &self,
        text: &str,
        side: Side,
        options: SearchOptions,
        observer: Observer,
    ) -> Result<Vec<Recommendation>> {
        // Asked first: an empty library needs no model.
        let index = self.index(observer)?;
        let embedding = self.embedder(observer)?.embed_one(text, side)?.vector;
        let hits = search::near(index, &[embedding.as_slice()], options.top_k, options.scope(), &HashSet::new());
        self.recommendations(&hits, &mut HashMap::new())
    }

    /// Hits with their papers, which are read once into `read`.
    fn recommendations(
        &self,
        hits: &[Hit],
        read: &mut HashMap<PaperNumber, Arc<Paper>>,
    ) -> Result<Vec<Recommendation>> {
        let recommendation = |(place, hit): (usize, &Hit)| {
            let Hit { key, score, similarity, seed } = *hit;
            let paper = match read.get(&key) {
                Some(paper) => paper.clone(),
                None => read.entry(key).or_insert(Arc::new(self.paper(key)?)).clone(),
            };
            Ok(Recommendation { rank: place + 1, score, similarity, seed, paper })
        };
        hits.iter().enumerate().map(recommendation).collect()
    }

    fn paper(&self, number: PaperNumber) -> Result<Paper> {
        let listed = self.library.paper(number)?;
        listed.map(|listed| listed.paper).ok_or_else(|| Error::Corrupt {
            path: self.library.database().to_owned(),
            detail: format!("paper {number} is missing"),
        })
    }

    /// The model, fetched if need be and loaded at the first call.
    ///
    /// # Errors
    /// [`Error::OtherModel`] when the library's vectors are another's; [`Error::ModelUnavailable`].
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
        let embedder = self.models.load(&choice, self.options, &mut |event| observer(Event::Fetch(event)))?;
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
        let (index, stale) = self.library.snapshot(|| self.open_index(&model, observer))?;
        if index.is_empty() {
            return Err(Error::EmptyLibrary { path });
        }
        let waiting = self.library.count()?.saturating_sub(index.len() as u64);
        if waiting > 0 {
            observer(Event::Notice(format!(
                "{waiting} papers are not embedded yet and cannot be found; `relata add` of their file embeds them"
            )));
        }
        if let Some(made_from) = stale {
            // Kept for the next time if nobody else is writing; an answer does not depend on it.
            if let Ok(_lock) = self.library.try_lock()
                && self.library.state()? == made_from.state
            {
                let _ = index.store(&self.cache(), &made_from);
            }
        }
        Ok(self.index.get_or_init(|| index))
    }

    /// The index up to date with the database, and, if it is not so on disk, what it was made from.
    fn open_index(&self, model: &ModelIdentity, observer: Observer) -> Result<(VectorIndex, Option<Expected>)> {
        let expected = Expected { model_sha256: model.sha256.clone(), dim: model.dim, state: self.library.state()? };
        let cached = index::open_cached(&self.cache(), &expected);
        if let Some(damage) = cached.damage {
            observer(Event::Notice(format!(
                "{damage}; the index is made anew from {}",
                self.library.database().display()
            )));
        }
        let base = match cached.index {
            Some(index) if cached.fresh => return Ok((index, None)),
            base => base,
        };
        let live: Vec<index::Row> = self
            .library
            .live_rows()?
            .into_iter()
            .map(|LiveRow { version, paper }| index::Row { version, key: paper })
            .collect();
        let index = VectorIndex::refresh(base, &live, model.dim, |papers, sink| {
            self.library.read_vectors(papers.iter().copied(), model.dim, |embedding| sink(embedding.as_slice()))
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
            stale = Some(Expected { model_sha256: model.sha256, dim: model.dim, state: self.library.state()? });
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
}
