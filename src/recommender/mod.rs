//! The one-call façade: a library, its index and its model behind the questions that relata answers.
//!
//! What is not needed is not loaded: papers that are in the library are compared by the vectors they have, without the
//! model.

mod add;
mod batch;
mod doctor;
mod explain;
mod facets;
mod feed;
mod gathered;
mod graph;
mod indexes;
mod intake;
mod interests;
mod missing;
mod overview;
mod prepare;
mod question;
mod recommend;
mod restrict;
mod summary;
mod text_query;
mod within;
mod works;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::embed::store::{FetchEvent, ModelChoice, ModelStore};
use crate::embed::{EmbedOptions, Embedder, KnownModel, Side, default_model};
use crate::library::{Library, PaperNumber};
use crate::paper::Paper;
use crate::rank::facets::FacetModel;
use crate::vector::Embedded;
use crate::{Error, Result};
use indexes::OpenIndexes;

pub use crate::lexical::SharedTerm;
pub use add::{AddOptions, source_name};
pub use batch::{Batch, BatchEntry, BatchItem, BatchOptions};
pub use doctor::Finding;
pub use explain::{Explanation, SentenceMatch};
pub use facets::{LabelledAbstract, embed_labelled, read_labelled};
pub use feed::{Feed, FeedEntry, FeedOptions};
pub use graph::{Edge, GraphOptions, NeighborGraph};
pub use intake::{Intake, Taken};
pub use interests::Interest;
pub use missing::{Citations, Cited};
pub use question::{Question, Ranked, RankedPaper, Recency, Recommendation, Seed};
pub use summary::{AddSummary, Skipped, SkippedList, Timings};
pub use text_query::TextQuery;

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
    /// So many papers have been compared with all others.
    Comparing {
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

/// A library, ready to answer.
pub struct Recommender {
    library: Library,
    models: ModelStore,
    model: Option<ModelChoice>,
    options: EmbedOptions,
    embedder: OnceCell<Embedder>,
    /// What papers that are in no index are embedded to, by text, while a batch of them is worked on.
    passing: RefCell<HashMap<String, Embedded>>,
    indexes: OnceCell<OpenIndexes>,
    facet_file: Option<PathBuf>,
    facets: OnceCell<FacetModel>,
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
        let (embedder, indexes, facets) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let passing = RefCell::default();
        Self { library, models, model, options, embedder, passing, indexes, facet_file: None, facets }
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The library, and the end of the recommender.
    pub fn into_library(self) -> Library {
        self.library
    }

    /// A paper that was asked for by number.
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

    /// What a text that belongs to the batch in work is embedded to.
    fn embedded_before(&self, text: &str, side: Side) -> Option<Embedded> {
        if side == Side::Paper { self.passing.borrow().get(text).cloned() } else { None }
    }

    /// The folder of everything that is derived from the database.
    fn cache(&self) -> PathBuf {
        self.library.folder().join("cache")
    }
}
