//! `relata model`.

use indicatif::HumanBytes;
use serde_json::json;

use super::args::{Common, ModelArgs, ModelCommand};
use super::outcome::Outcome;
use super::output::Output;
use super::progress::Progress;
use crate::engine::json::SCHEMA_VERSION;
use crate::engine::{Event, Kernels, KnownModel, ModelChoice, default_model, known_models};

pub(super) fn run(args: &ModelArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let models = common.models()?;
    match &args.command {
        ModelCommand::List => {
            if output.json {
                let one = |model: &KnownModel| {
                    json!({
                        "name": model.name, "about": model.about, "licence": model.licence, "bytes": model.bytes(),
                        "here": models.has(model), "folder": models.folder(model),
                    })
                };
                let list: Vec<_> = known_models().iter().map(one).collect();
                output.json(&json!({ "schema_version": SCHEMA_VERSION, "models": list }))?;
            } else {
                for model in known_models() {
                    let here = if models.has(model) { "here" } else { "not fetched" };
                    output.line(format!("{}  {}, {here}", model.name, HumanBytes(model.bytes())))?;
                    output.line(format!("  {}; {}", model.about, model.licence))?;
                }
            }
        }
        ModelCommand::Fetch { name } => {
            let model = name.as_deref().or(common.model.as_deref()).map_or(Ok(default_model()), KnownModel::by_name)?;
            let progress = Progress::new(common);
            let here = models.has(model);
            // Loading verifies every byte, of a model that has been here for long too.
            models.load(&ModelChoice::Known(model), common.embed_options(), &mut |event| {
                progress.observe(Event::Fetch(event))
            })?;
            drop(progress);
            let folder = models.folder(model);
            if output.json {
                output.json(&json!({ "schema_version": SCHEMA_VERSION, "name": model.name, "folder": folder }))?;
            } else {
                let how = if here { "was here already, and is whole" } else { "fetched" };
                output.line(format!("{} {how}: {}", model.name, folder.display()))?;
            }
        }
        ModelCommand::Info => {
            let choice = common.model()?.unwrap_or(ModelChoice::Known(default_model()));
            let progress = Progress::new(common);
            let embedder =
                models.load(&choice, common.embed_options(), &mut |event| progress.observe(Event::Fetch(event)))?;
            drop(progress);
            let (folder, identity) = (embedder.folder(), embedder.identity());
            let known = known_models().iter().find(|known| known.name == identity.name);
            let kernels = embedder.kernels().map(Kernels::name);
            let licence = known.map(|known| known.licence.as_str());
            if output.json {
                output.json(&json!({
                    "schema_version": SCHEMA_VERSION, "name": identity.name, "sha256": identity.sha256,
                    "folder": folder.path, "dim": identity.dim, "max_tokens": folder.max_tokens(),
                    "pooling": folder.pooling().name(), "licence": licence,
                    "precision": embedder.precision().name(), "kernels": kernels,
                }))?;
            } else {
                output.line(format!("model       {}", identity.short()))?;
                output.line(format!("folder      {}", folder.path.display()))?;
                output.line(format!("dimensions  {}", identity.dim))?;
                output.line(format!(
                    "reads       up to {} tokens, {} pooling",
                    folder.max_tokens(),
                    folder.pooling().name()
                ))?;
                let by = kernels.unwrap_or("candle");
                output.line(format!("computes    in {}, by {by}", embedder.precision()))?;
                output.line(format!("licence     {}", licence.unwrap_or("see its folder")))?;
            }
        }
    }
    Ok(Outcome::Done)
}
