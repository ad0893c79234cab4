//! Options of every command. Opens the library that they choose.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::engine::{EmbedOptions, Engine, ModelChoice, ModelStore, Precision};
use crate::formats::write::visible::visible;

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Common {
    /// Folder of the library [default: in your data folder]
    #[arg(long, global = true, value_name = "DIR", env = "RELATA_LIBRARY", hide_env_values = true)]
    pub library: Option<PathBuf>,
    /// Embedding model, by name or folder (`relata model`)
    #[arg(long, global = true, value_name = "NAME|DIR", env = "RELATA_MODEL", hide_env_values = true)]
    pub model: Option<String>,
    /// Model precision: bf16 (default), int8 (faster), f32
    #[arg(long, global = true, value_name = "NAME", env = "RELATA_PRECISION", hide_env_values = true,
        hide_possible_values = true, value_parser = PossibleValuesParser::new(Precision::ALL.map(Precision::name)))]
    pub precision: Option<String>,
    /// Classifier for --facet, made by `relata train-facets`; required with any model but the default
    #[arg(long, global = true, value_name = "FILE", env = "RELATA_FACET_MODEL", hide_env_values = true, hide = true)]
    pub facet_model: Option<PathBuf>,
    /// Print only results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print JSON (docs/json.md documents it)
    #[arg(long, global = true)]
    pub json: bool,
}

impl Common {
    pub(super) fn embed_options(&self) -> EmbedOptions {
        // A build for a graphics card runs the model in f32, because bf16 and int8 run only on the CPU.
        let has_card = cfg!(any(feature = "cuda", feature = "metal"));
        let default = if has_card { Precision::F32 } else { Precision::default() };
        let precision = self.precision.as_deref().and_then(|name| name.parse().ok()).unwrap_or(default);
        EmbedOptions { precision, kernels: None }
    }

    pub(super) fn model(&self) -> crate::Result<Option<ModelChoice>> {
        self.model.as_deref().map(ModelChoice::parse).transpose()
    }

    /// Returns the library's folder: `--library`, else `RELATA_LIBRARY`, else `library` in relata's data folder.
    pub(super) fn library_folder(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.library {
            return Ok(folder.clone());
        }
        let folders = directories::ProjectDirs::from("", "", "relata");
        let folders =
            folders.ok_or_else(|| anyhow::anyhow!("no home folder found; name a folder with --library DIR"))?;
        Ok(folders.data_dir().join("library"))
    }

    /// Opens the engine of the library. Fails if there is no library.
    pub(super) fn open(&self) -> anyhow::Result<Engine> {
        let mut engine =
            Engine::open(&self.library_folder()?, ModelStore::from_env()?, self.model()?, self.embed_options())?;
        engine.use_facet_model(self.facet_model.as_deref());
        Ok(noted(engine))
    }

    pub(super) fn open_or_create(&self) -> anyhow::Result<Engine> {
        Ok(self.open_or_create_in(&self.library_folder()?)?)
    }

    /// Like [`open_or_create`](Self::open_or_create), but in `folder` instead of the library's folder.
    pub(super) fn open_or_create_in(&self, folder: &Path) -> crate::Result<Engine> {
        Engine::open_or_create(folder, ModelStore::from_env()?, self.model()?, self.embed_options()).map(noted)
    }
}

/// Prints what was mended when the library was opened, even with `--quiet`.
fn noted(engine: Engine) -> Engine {
    if let Some(notice) = engine.notice() {
        eprintln!("warning: {}", visible(notice));
    }
    engine
}
