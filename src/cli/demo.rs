//! `relata demo`: the three uses on the papers that ship with the program.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::Outcome;
use super::args::{Common, DemoArgs};
use super::output::Output;
use super::progress::Progress;
use super::report::{Asked, make, write_file};
use crate::Error;
use crate::recommender::{AddOptions, BatchItem, Question};
use crate::report::json::{ResultsJson, SCHEMA_VERSION};
use crate::report::{ReportFormat, Section};

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
    let observer = |event: crate::recommender::Event| progress.observe(event);
    let mut recommender = match common.open_or_create_in(&folder) {
        // Made by another version of relata, or damaged; nothing in it is the user's.
        Err(Error::Input { .. } | Error::Corrupt { .. } | Error::NewerLibrary { .. }) => {
            std::fs::remove_dir_all(&folder).with_context(|| format!("cannot replace {}", folder.display()))?;
            common.open_or_create_in(&folder)?
        }
        opened => opened?,
    };
    let sample = folder.join("landmark-papers.jsonl");
    std::fs::write(&sample, SAMPLE).with_context(|| format!("cannot write {}", sample.display()))?;
    let summary = recommender.add(std::slice::from_ref(&sample), &AddOptions::default(), &observer)?;
    progress.clear();
    let seed = recommender.library().find(SEED)?;
    let similar = recommender.recommend(&Question { top_k: 5, ..Question::like(&[seed.number]) }, &observer)?;
    let search = recommender.recommend(&Question { top_k: 5, ..Question::about(QUESTION) }, &observer)?;
    let all: Vec<BatchItem> = recommender.library().list(0, u64::MAX)?.into_iter().map(BatchItem::from).collect();
    let asked = Asked { sections: Section::ALL.into(), top_k: 10, reasons: None };
    let report = make(&recommender, "Landmark papers".to_owned(), all, asked, &observer)?;
    drop(progress);
    write_file(&report, format, &args.output)?;
    let shown = args.output.canonicalize().unwrap_or_else(|_| args.output.clone());
    if output.json {
        let paper = json!({ "id": seed.paper.id, "title": seed.paper.title });
        let similar =
            ResultsJson::new(json!({ "kind": "papers", "papers": [paper], "top_k": 5, "exact": false }), 1, &similar);
        let search =
            ResultsJson::new(json!({ "kind": "text", "text": QUESTION, "top_k": 5, "exact": false }), 1, &search);
        let (library, papers) = (&folder, report.entries.len());
        output.json(&json!({
            "schema_version": SCHEMA_VERSION, "library": library, "papers": papers,
            "similar": similar, "search": search, "report": shown,
        }))?;
        return Ok(Outcome::Done);
    }
    output.line(format!("$ export RELATA_LIBRARY={}", folder.display()))?;
    output.line("$ relata add $RELATA_LIBRARY/landmark-papers.jsonl")?;
    let (added, unchanged, embedded) = (summary.added, summary.unchanged, summary.embedded);
    output.line(format!("{added} added, {unchanged} unchanged; {embedded} embedded\n"))?;

    output.line(format!("$ relata similar {SEED:?} -k 5"))?;
    output.recommendations(&similar)?;
    output.line(format!("\n$ relata search {QUESTION:?} -k 5"))?;
    output.recommendations(&search)?;
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
fn demo_folder(models: &crate::embed::store::ModelStore) -> anyhow::Result<PathBuf> {
    let cache = models.root().parent().context("the model cache has no folder around it")?;
    Ok(cache.join("demo-library"))
}
