//! `relata demo`: the three uses on the papers that ship with the program.

use std::path::PathBuf;

use anyhow::Context;

use super::Outcome;
use super::args::{Common, DemoArgs};
use super::output::Output;
use super::progress::Progress;
use super::report::{make, write_file};
use crate::recommender::{AddOptions, BatchItem, Recommender, SearchOptions};
use crate::report::ReportFormat;

/// Real papers; each abstract was written for relata.
const SAMPLE: &str = include_str!("../../examples/landmark-papers.jsonl");

/// The question by example.
const SEED: &str = "Attention Is All You Need";

/// The question by description.
const QUESTION: &str = "robots that learn how to grasp things";

pub(super) fn run(args: &DemoArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = ReportFormat::from_extension(&args.output)
        .with_context(|| format!("{}: use an ending of .html, .md, .csv or .json", args.output.display()))?;
    let models = common.models()?;
    let folder = demo_folder(&models)?;
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let sample = folder.join("landmark-papers.jsonl");
    std::fs::write(&sample, SAMPLE).with_context(|| format!("cannot write {}", sample.display()))?;

    let progress = Progress::new(common);
    let observer = |event: crate::recommender::Event| progress.observe(event);
    let mut recommender = Recommender::open_or_create(&folder, models, common.model()?)?;
    let summary = recommender.add(std::slice::from_ref(&sample), &AddOptions::default(), &observer)?;
    progress.clear();
    let library = format!("--library {}", folder.display());
    output.line(format!("$ relata add landmark-papers.jsonl {library}"))?;
    let (added, unchanged, embedded) = (summary.added, summary.unchanged, summary.embedded);
    output.line(format!("{added} added, {unchanged} unchanged; {embedded} embedded\n"))?;

    let options = SearchOptions { top_k: 5, exact: false };
    let seed = recommender.library().find(SEED)?;
    output.line(format!("$ relata similar {SEED:?} -k 5"))?;
    output.recommendations(&recommender.similar(&[seed.number], options, &observer)?)?;

    output.line(format!("\n$ relata search {QUESTION:?} -k 5"))?;
    output.recommendations(&recommender.search(QUESTION, options, &observer)?)?;

    output.line(format!("\n$ relata report --all -o {}", args.output.display()))?;
    let all: Vec<BatchItem> = recommender.library().list(0, u64::MAX)?.into_iter().map(BatchItem::from).collect();
    let report = make(&recommender, "Landmark papers".to_owned(), all, 10, &observer)?;
    drop(progress);
    write_file(&report, format, &args.output)?;
    let shown = args.output.canonicalize().unwrap_or_else(|_| args.output.clone());
    output.line(format!(
        "{} papers with their nearest: open {} in a browser",
        report.entries.len(),
        shown.display()
    ))?;
    output.line("\nNow add papers of your own: relata add FILE")?;
    Ok(Outcome::Done)
}

/// Beside the models, so that the user's own library is left alone and a second demo embeds nothing.
fn demo_folder(models: &crate::embed::store::ModelStore) -> anyhow::Result<PathBuf> {
    let cache = models.root().parent().context("the model cache has no folder around it")?;
    Ok(cache.join("demo-library"))
}
