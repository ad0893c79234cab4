//! From the options of every command to an engine.

use std::path::{Path, PathBuf};

use super::args::Common;
use crate::engine::{EmbedOptions, Engine, ModelChoice, ModelStore, Precision};

impl Common {
    pub(super) fn models(&self) -> crate::Result<ModelStore> {
        ModelStore::from_env()
    }

    pub(super) fn embed_options(&self) -> EmbedOptions {
        // A graphics card that relata was built for is there to be used.
        let has_card = cfg!(any(feature = "cuda", feature = "metal"));
        let default = if has_card { Precision::F32 } else { Precision::default() };
        let precision = self.precision.as_deref().and_then(|name| name.parse().ok()).unwrap_or(default);
        EmbedOptions { precision, kernels: None }
    }

    pub(super) fn model(&self) -> crate::Result<Option<ModelChoice>> {
        self.model.as_deref().map(ModelChoice::parse).transpose()
    }

    /// The library's folder: `--library`, else `RELATA_LIBRARY`, else the platform's folder for data.
    pub(super) fn library_folder(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.library {
            return Ok(folder.clone());
        }
        let folders = directories::ProjectDirs::from("", "", "relata");
        let folders = folders.ok_or_else(|| anyhow::anyhow!("no home folder is known; name one with --library DIR"))?;
        Ok(folders.data_dir().join("library"))
    }

    /// The engine of the library that is there.
    pub(super) fn open(&self) -> anyhow::Result<Engine> {
        let mut engine = Engine::open(&self.library_folder()?, self.models()?, self.model()?, self.embed_options())?;
        engine.use_facet_model(self.facet_model.as_deref());
        Ok(engine)
    }

    pub(super) fn open_or_create(&self) -> anyhow::Result<Engine> {
        Ok(self.open_or_create_in(&self.library_folder()?)?)
    }

    /// As [`open_or_create`](Self::open_or_create), in a folder that the verb chose.
    pub(super) fn open_or_create_in(&self, folder: &Path) -> crate::Result<Engine> {
        Engine::open_or_create(folder, self.models()?, self.model()?, self.embed_options())
    }
}
