//! `relata model`.

use clap::{Args, Subcommand};
use indicatif::HumanBytes;
use serde_json::json;

use super::global::Common;
use super::output::{Outcome, Output};
use super::progress::Progress;
use crate::engine::{Event, Kernels, KnownModel, ModelChoice, ModelStore, default_model, known_models};

/// List, fetch or describe models
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/model.txt"))]
pub(super) struct ModelArgs {
    #[command(subcommand)]
    pub command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelCommand {
    /// List the known models, and whether each is fetched
    List,
    /// Fetch a model and verify it
    Fetch {
        /// Name of a known model [default: that of --model, or the default model]
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Describe the model of --model, or the default model
    Info,
}

pub(super) fn run(args: &ModelArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let models = ModelStore::from_env()?;
    // Loading also verifies every byte of a model that was fetched before.
    let load = |choice: &ModelChoice| {
        Progress::during(common, |observer| {
            models.load(choice, common.embed_options(), &mut |event| observer(Event::Fetch(event)))
        })
    };
    match &args.command {
        ModelCommand::List if output.json => {
            let one = |model: &KnownModel| {
                json!({
                    "name": model.name, "about": model.about, "licence": model.licence, "bytes": model.bytes(),
                    "here": models.has(model), "folder": models.folder(model),
                })
            };
            output.json(&json!({ "models": known_models().iter().map(one).collect::<Vec<_>>() }))?;
        }
        ModelCommand::List => {
            for model in known_models() {
                let folder = models.folder(model);
                let place = if models.has(model) { folder.display().to_string() } else { "not fetched".to_owned() };
                output.line(format!("{}  {}", model.name, HumanBytes(model.bytes())))?;
                output.line(format!("  {}; {}\n  {place}", model.about, model.licence))?;
            }
        }
        ModelCommand::Fetch { name } => {
            let model = name.as_deref().or(common.model.as_deref()).map_or(Ok(default_model()), KnownModel::by_name)?;
            let was_here = models.has(model);
            load(&ModelChoice::Known(model))?;
            let folder = models.folder(model);
            if output.json {
                output.json(&json!({ "name": model.name, "folder": folder }))?;
            } else {
                let how = if was_here { "is already fetched and undamaged" } else { "fetched" };
                output.line(format!("{} {how}: {}", model.name, folder.display()))?;
            }
        }
        ModelCommand::Info => {
            let embedder = load(&common.model()?.unwrap_or(ModelChoice::Known(default_model())))?;
            let (folder, identity) = (embedder.folder(), embedder.identity());
            let known = known_models().iter().find(|known| known.name == identity.name);
            let kernels = embedder.kernels().map(Kernels::name);
            let licence = known.map(|known| known.licence.as_str());
            let (tokens, pooling) = (folder.max_tokens(), folder.pooling().name());
            if output.json {
                output.json(&json!({
                    "name": identity.name, "sha256": identity.sha256, "folder": folder.path, "dim": identity.dim,
                    "max_tokens": tokens, "pooling": pooling, "multilingual": identity.multilingual, "licence": licence,
                    "precision": embedder.precision().name(), "kernels": kernels,
                }))?;
            } else {
                output.line(format!("model       {}", identity.short()))?;
                output.line(format!("folder      {}", folder.path.display()))?;
                output.line(format!("dimensions  {}", identity.dim))?;
                output.line(format!("reads       up to {tokens} tokens, {pooling} pooling"))?;
                let languages = if identity.multilingual { "several" } else { "English" };
                output.line(format!("languages   {languages}"))?;
                output.line(format!("computes    in {}, by {}", embedder.precision(), kernels.unwrap_or("candle")))?;
                output.line(format!("licence     {}", licence.unwrap_or("see its folder")))?;
            }
        }
    }
    Ok(Outcome::Done)
}
