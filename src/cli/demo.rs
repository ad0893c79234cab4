//! `relata demo`: the three uses on the papers that ship with the program.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::args::{Common, DemoArgs};
use super::outcome::Outcome;
use super::output::Output;
use super::progress::Progress;
use super::report_file;
use crate::Error;
use crate::engine::json::Versioned;
use crate::engine::{AddRequest, ModelStore, ReportRequest, Request};
use crate::report::ReportFormat;

/// Real papers; each abstract was written for relata.
const SAMPLE: &str = include_str!("../../examples/landmark-papers.jsonl");

/// The question by example.
const SEED: &str = "Attention Is All You Need";

/// The question by description.
const QUESTION: &str = "robots that learn how to grasp things";

pub(super) fn run(args: &DemoArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = ReportFormat::from_path(&args.output)
        .with_context(|| format!("{}: use an ending of {}", args.output.display(), ReportFormat::ENDINGS))?;
    let models = common.models()?;
    let folder = demo_folder(&models)?;
    let progress = Progress::new(common);
    let observer = |event: crate::engine::Event| progress.observe(event);
    let engine = match common.open_or_create_in(&folder) {
        // Made by another version of relata, or damaged; nothing in it is the user's.
        Err(Error::Input { .. } | Error::Corrupt { .. } | Error::NewerLibrary { .. }) => {
            std::fs::remove_dir_all(&folder).with_context(|| format!("cannot replace {}", folder.display()))?;
            common.open_or_create_in(&folder)?
        }
        opened => opened?,
    };
    let sample = folder.join("landmark-papers.jsonl");
    std::fs::write(&sample, SAMPLE).with_context(|| format!("cannot write {}", sample.display()))?;
    let summary = engine.add(&AddRequest::of([sample]), &observer)?;
    progress.clear();
    let similar = engine.ask(&Request { top_k: Some(5), ..Request::like([SEED]) }, &observer)?;
    let search = engine.ask(&Request { top_k: Some(5), ..Request::about(QUESTION) }, &observer)?;
    let title = Some("Landmark papers".to_owned());
    let report = engine.report(&ReportRequest { all: true, title, ..ReportRequest::default() }, &observer)?;
    drop(progress);
    let report = report.report.context("the demo has no papers")?;
    report_file::write(&report, format, &args.output)?;
    let shown = args.output.canonicalize().unwrap_or_else(|_| args.output.clone());
    if output.json {
        let papers = report.entries.len();
        let demo = json!({
            "library": folder, "papers": papers, "similar": similar, "search": search, "report": shown,
        });
        output.json(&Versioned::from(demo))?;
        return Ok(Outcome::Done);
    }
    output.line(format!("$ export RELATA_LIBRARY={}", folder.display()))?;
    output.line("$ relata add $RELATA_LIBRARY/landmark-papers.jsonl")?;
    let (added, unchanged, embedded) = (summary.added, summary.unchanged, summary.embedded);
    output.line(format!("{added} added, {unchanged} unchanged; {embedded} embedded\n"))?;

    output.line(format!("$ relata similar {SEED:?} -k 5"))?;
    output.recommendations(&similar.results)?;
    output.line(format!("\n$ relata search {QUESTION:?} -k 5"))?;
    output.recommendations(&search.results)?;
    output.line(format!("\n$ relata report --all -o {}", args.output.display()))?;
    output.line(format!(
        "{} papers with their nearest: open {} in a browser",
        report.entries.len(),
        shown.display()
    ))?;
    output.line("\nNow add papers of your own: relata add FILE")?;
    Ok(Outcome::Done)
}

/// Beside the models, so that the user's own library is left alone and a second demo embeds nothing.
fn demo_folder(models: &ModelStore) -> anyhow::Result<PathBuf> {
    let cache = models.root().parent().context("the model cache has no folder around it")?;
    Ok(cache.join("demo-library"))
}
