//! Opens a library for questions. All questions share one [`Engine`].

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
use crate::vector::ModelIdentity;
use crate::{Error, Result};

/// An open library that answers questions from many threads: share it in an [`Arc`].
///
/// Each question sees one state of the library, even while this or another process writes. The model is loaded only
/// when it is needed: papers of the library are compared by their stored vectors.
///
/// Do not call it from an observer or from threads of rayon's global pool, which the engine uses: it would deadlock.
pub struct Engine {
    pub(super) live: Arc<Live>,
    pub(super) models: ModelStore,
    pub(super) model: Option<ModelChoice>,
    options: EmbedOptions,
    embedder: OnceLock<Embedder>,
    /// Held while the model is loaded, so that it is loaded only once.
    loading: Mutex<()>,
    pub(super) facet_file: Option<PathBuf>,
    pub(super) facets: OnceLock<FacetModel>,
    notice: Option<String>,
}

impl Engine {
    /// Opens the library in `folder`. Texts are embedded with `model`; without it, with the model of the library's
    /// vectors, or the default model if there are none. Model and indexes are read when they are first needed.
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::Corrupt`], [`Error::OtherLibraryFormat`], or [`Error::Input`] for a foreign
    /// database.
    pub fn open(folder: &Path, models: ModelStore, model: Option<ModelChoice>, options: EmbedOptions) -> Result<Self> {
        Self::with(Library::open(folder)?, models, model, options)
    }

    /// Opens a library as [`open`](Self::open) does. Creates it if there is none.
    pub fn open_or_create(
        folder: &Path,
        models: ModelStore,
        model: Option<ModelChoice>,
        options: EmbedOptions,
    ) -> Result<Self> {
        Self::with(Library::open_or_create(folder)?, models, model, options)
    }

    fn with(library: Library, models: ModelStore, model: Option<ModelChoice>, options: EmbedOptions) -> Result<Self> {
        let notice = library.notice();
        let live = Arc::new(Live::new(library)?);
        let (embedder, loading, facets) = (OnceLock::new(), Mutex::new(()), OnceLock::new());
        Ok(Self { live, models, model, options, embedder, loading, facet_file: None, facets, notice })
    }

    /// Uses the sentence classifier of a file instead of the built-in one.
    pub fn use_facet_model(&mut self, file: Option<&Path>) {
        self.facet_file = file.map(Path::to_owned);
        self.facets.take();
    }

    /// A message for the user about what was mended when the library was opened.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// The library's folder.
    pub fn folder(&self) -> &Path {
        self.live.connections.folder()
    }

    /// Returns a read transaction of the library, to list, look up and count papers without indexes.
    pub fn library(&self) -> Result<Connection<'_>> {
        self.live.connections.read()
    }

    /// Whether all papers are embedded and the indexes on disk are up to date.
    ///
    /// # Errors
    /// Errors of reading the library.
    pub fn is_up_to_date(&self) -> Result<bool> {
        let library = self.library()?;
        Ok(library.count_pending()? == 0 && is_cached(&library)?)
    }

    /// Closes the engine, and deletes the library if nothing was ever added to it. Returns whether the library was
    /// deleted.
    pub fn discard_if_empty(self) -> Result<bool> {
        match Arc::into_inner(self.live) {
            Some(live) => live.connections.into_library()?.discard_if_empty(),
            // Another thread is making an index, so the library has papers.
            None => Ok(false),
        }
    }

    /// Fetches and loads the model if it is not loaded and the library has vectors.
    pub(super) fn preload(&self, observer: Observer) -> Result<()> {
        if self.embedder.get().is_some() {
            return Ok(());
        }
        let library = self.live.connections.take()?;
        if library.model()?.is_some() {
            self.embedder(&library, observer)?;
        }
        Ok(())
    }

    /// Returns the model. It is fetched if necessary, and loaded at the first call.
    ///
    /// # Errors
    /// [`Error::OtherModel`] if another model made the library's vectors; [`Error::ModelUnavailable`].
    pub(super) fn embedder(&self, library: &Library, observer: Observer) -> Result<&Embedder> {
        let stored = library.model()?;
        let check = |embedder: &Embedder| match &stored {
            Some(stored) if stored.sha256 != embedder.identity().sha256 => Err(Error::OtherModel {
                path: library.folder().to_owned(),
                library: stored.short(),
                current: embedder.identity().short(),
            }),
            _ => Ok(()),
        };
        // The library may have been replaced since the model was loaded.
        let loaded = || self.embedder.get().map(|embedder| check(embedder).map(|()| embedder));
        if let Some(embedder) = loaded() {
            return embedder;
        }
        let _loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(embedder) = loaded() {
            return embedder;
        }
        let choice = self.choice(stored.as_ref())?;
        let embedder = self.models.load(&choice, self.options, &mut |event| observer(Event::Fetch(event)))?;
        check(&embedder)?;
        Ok(self.embedder.get_or_init(|| embedder))
    }

    /// The model that the user chose, else the model of the library's vectors, else the default model.
    fn choice(&self, stored: Option<&ModelIdentity>) -> Result<ModelChoice> {
        match (&self.model, stored) {
            (Some(choice), _) => Ok(choice.clone()),
            (None, None) => Ok(ModelChoice::Known(default_model())),
            (None, Some(stored)) => KnownModel::by_name(&stored.name).map(ModelChoice::Known).map_err(|_| {
                Error::InvalidParameter(format!(
                    "the library's vectors were made by the model {}; name its folder with --model DIR",
                    stored.short()
                ))
            }),
        }
    }
}
