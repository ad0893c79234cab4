//! `relata train-facets`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};

use super::global::Common;
use super::new_file::NewFile;
use super::output::{Outcome, Output};
use super::progress::Progress;
use crate::engine::{
    Abstract, Event, Facet, FacetScores, FacetTraining, ModelChoice, ModelStore, OTHER, default_model,
};

/// Train the classifier that --facet uses
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/train-facets.txt"))]
pub(super) struct TrainFacetsArgs {
    /// Labelled abstracts to learn from; `-` is standard input
    #[arg(value_name = "TRAIN")]
    pub train: PathBuf,
    /// Other labelled abstracts, to measure the classifier on
    #[arg(long, value_name = "DEV")]
    pub dev: Option<PathBuf>,
    /// Write the classifier to this file
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
}

pub(super) fn run(args: &TrainFacetsArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Reads both files before the model is loaded, so that errors in them are reported at once.
    let training = FacetTraining::read(&args.train, args.dev.as_deref())?;
    let choice = common.model()?.unwrap_or(ModelChoice::Known(default_model()));
    let models = ModelStore::from_env()?;
    let embedder = Progress::during(common, |observer| {
        models.load(&choice, common.embed_options(), &mut |event| observer(Event::Fetch(event)))
    })?;
    let (model, train, dev) = training.run(&embedder)?;
    let mut file = NewFile::create(&args.out)?;
    file.write_all(model.to_json().as_bytes())?;
    file.finish()?;
    let measured = dev.as_ref().map(|dev| (dev, model.scores(dev)));
    if output.json {
        output.json(&json!({
            "model": embedder.identity().name, "out": args.out,
            "abstracts": train.len(), "sentences": sentences(&train),
            "dev": measured.map(|(dev, scores)| as_json(dev, &scores)),
        }))?;
        return Ok(Outcome::Done);
    }
    output.note(format!(
        "Trained on {} sentences of {} abstracts for the model {}; wrote {}",
        sentences(&train),
        train.len(),
        embedder.identity().short(),
        args.out.display()
    ));
    if let Some((dev, scores)) = measured {
        output.line(format!("On {} sentences of {} other abstracts:", sentences(dev), dev.len()))?;
        for (class, name) in classes() {
            output.line(format!("{name:12} F1 {:.3}", scores.f1(class)))?;
        }
        output.line(format!("macro-F1 of the facets {:.3}", scores.macro_f1()))?;
        output.line(format!("accuracy {:.3}", scores.accuracy()))?;
    }
    Ok(Outcome::Done)
}

fn sentences(abstracts: &[Abstract]) -> usize {
    abstracts.iter().map(|one| one.sentences.len()).sum()
}

/// Returns the number and the name of each class.
fn classes() -> impl Iterator<Item = (usize, &'static str)> {
    Facet::ALL.into_iter().map(|facet| (facet as usize, facet.name())).chain([(OTHER, "other")])
}

fn as_json(dev: &[Abstract], scores: &FacetScores) -> Value {
    let f1: Map<String, Value> = classes().map(|(class, name)| (name.to_owned(), scores.f1(class).into())).collect();
    json!({
        "abstracts": dev.len(), "sentences": sentences(dev), "f1": f1, "macro_f1": scores.macro_f1(),
        "accuracy": scores.accuracy(),
    })
}
