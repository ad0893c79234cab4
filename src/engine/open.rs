//! The engine itself: what all questions share.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::connections::Connection;
use super::event::{Event, Observer};
use super::generation::is_cached;
use super::live::Live;
use crate::embed::store::{ModelChoice, ModelStore};
use crate::embed::{EmbedOptions, Embedder, KnownModel, default_model};
use crate::library::Library;
use crate::rank::facets::FacetModel;
use crate::{Error, Result};

/// A library, ready to answer, from as many threads as there are: share it in an [`Arc`].
///
/// Each question sees one state of the library, however many are asked at once and whoever writes meanwhile, this process
/// or another. What is not needed is not loaded: papers that are in the library are compared by the vectors they have,
/// without the model.
///
/// Do not ask it from threads of rayon's global pool, which the engine works with, or from an observer: it would wait for
/// itself.
pub struct Engine {
    pub(super) live: Arc<Live>,
    pub(super) models: ModelStore,
    pub(super) model: Option<ModelChoice>,
    options: EmbedOptions,
    embedder: OnceLock<Embedder>,
    /// Held while the model is loaded, so that it is loaded once.
    loading: Mutex<()>,
    pub(super) facet_file: Option<PathBuf>,
    pub(super) facets: OnceLock<FacetModel>,
}

impl Engine {
    /// Opens the library in `folder`. It embeds with `model`; without one, with the model of the library's vectors, or with
    /// the default model if there are none yet. Model and indexes are read when a question first needs them.
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::Corrupt`], [`Error::NewerLibrary`], or [`Error::Input`] for a foreign database.
    pub fn open(folder: &Path, models: ModelStore, model: Option<ModelChoice>, options: EmbedOptions) -> Result<Self> {
        Self::with(Library::open(folder)?, models, model, options)
    }

    /// As [`open`](Self::open), and makes the library if there is none.
    pub fn open_or_create(
        folder: &Path,
        models: ModelStore,
        model: Option<ModelChoice>,
        options: EmbedOptions,
    ) -> Result<Self> {
        Self::with(Library::open_or_create(folder)?, models, model, options)
    }

    fn with(library: Library, models: ModelStore, model: Option<ModelChoice>, options: EmbedOptions) -> Result<Self> {
        let live = Arc::new(Live::new(library)?);
        let (embedder, loading, facets) = (OnceLock::new(), Mutex::new(()), OnceLock::new());
        Ok(Self { live, models, model, options, embedder, loading, facet_file: None, facets })
    }

    /// Names the file of the classifier of sentences, instead of the one that ships.
    pub fn use_facet_model(&mut self, file: Option<&Path>) {
        self.facet_file = file.map(Path::to_owned);
        self.facets.take();
    }

    /// The library's folder.
    pub fn folder(&self) -> &Path {
        self.live.connections().folder()
    }

    /// One state of the library, for what needs no index: listing, looking up, counting.
    pub fn library(&self) -> Result<Connection<'_>> {
        self.live.connections().read()
    }

    /// Whether no paper waits to be embedded and the indexes on disk are those of the present state.
    ///
    /// # Errors
    /// What keeps the library from being read.
    pub fn is_up_to_date(&self) -> Result<bool> {
        let library = self.library()?;
        Ok(library.count_pending()? == 0 && is_cached(&library)?)
    }

    /// Closes the engine, and takes back a library that holds nothing and has never held anything; whether that was so.
    pub fn discard_if_empty(self) -> Result<bool> {
        match Arc::into_inner(self.live) {
            Some(live) => live.into_connections().into_library()?.discard_if_empty(),
            // An index is being made, so there are papers.
            None => Ok(false),
        }
    }

    /// Fetches and loads the model if that was not done yet and there is something to compare with.
    pub(super) fn preload(&self, observer: Observer) -> Result<()> {
        if self.embedder.get().is_some() {
            return Ok(());
        }
        let library = self.live.connections().take()?;
        if library.model()?.is_some() {
            self.embedder(&library, observer)?;
        }
        Ok(())
    }

    /// The model, fetched if need be and loaded at the first call.
    ///
    /// # Errors
    /// [`Error::OtherModel`] when the library's vectors are another's; [`Error::ModelUnavailable`].
    pub(super) fn embedder(&self, library: &Library, observer: Observer) -> Result<&Embedder> {
        let stored = library.model()?;
        let embedder = match self.embedder.get() {
            Some(embedder) => embedder,
            None => {
                let _loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
                match self.embedder.get() {
                    Some(embedder) => embedder,
                    None => {
                        let choice = self.choice(stored.as_ref().map(|stored| (&*stored.name, stored.short())))?;
                        let embedder =
                            self.models.load(&choice, self.options, &mut |event| observer(Event::Fetch(event)))?;
                        if stored.as_ref().is_some_and(|stored| stored.sha256 != embedder.identity().sha256) {
                            return Err(other_model(library, stored, &embedder));
                        }
                        self.embedder.get_or_init(|| embedder)
                    }
                }
            }
        };
        match stored {
            // The library may have been replaced by another one since the model was loaded.
            Some(stored) if stored.sha256 != embedder.identity().sha256 => {
                Err(other_model(library, Some(stored), embedder))
            }
            _ => Ok(embedder),
        }
    }

    /// The model that was named, else the one of the library's vectors, else the default.
    fn choice(&self, stored: Option<(&str, String)>) -> Result<ModelChoice> {
        match (&self.model, stored) {
            (Some(choice), _) => Ok(choice.clone()),
            (None, None) => Ok(ModelChoice::Known(default_model())),
            (None, Some((name, short))) => KnownModel::by_name(name).map(ModelChoice::Known).map_err(|_| {
                Error::InvalidParameter(format!(
                    "the library's vectors were made by the model {short}; name its folder with --model DIR"
                ))
            }),
        }
    }
}

fn other_model(library: &Library, stored: Option<crate::vector::ModelIdentity>, embedder: &Embedder) -> Error {
    let library_model = stored.map(|stored| stored.short()).unwrap_or_default();
    let current = embedder.identity().short();
    Error::OtherModel { path: library.folder().to_owned(), library: library_model, current }
}
