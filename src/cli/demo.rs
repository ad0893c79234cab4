//! `relata demo`: runs `similar`, `search` and `report` on the papers that ship with the program.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::added::in_words;
use super::global::Common;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use super::report;
use crate::Error;
use crate::engine::{AddRequest, AddSummary, Engine, Event, ModelStore, ReportRequest, Request, delete_database};

/// Real papers; each abstract was written for relata.
const SAMPLE: &str = include_str!("../../examples/landmark-papers.jsonl");

/// The seed of the example of `similar`.
const SEED: &str = "Attention Is All You Need";

/// The text of the example of `search`.
const QUESTION: &str = "robots that learn how to grasp things";

/// Try relata on 208 well-known papers
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/demo.txt"))]
pub(super) struct DemoArgs {
    /// Write the report to this file
    #[arg(short, long, value_name = "OUT", default_value = "relata-demo.html")]
    pub output: PathBuf,
}

pub(super) fn run(args: &DemoArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = report::format_of(&args.output)?;
    let models = ModelStore::from_env()?;
    let folder = demo_folder(&models)?;
    let progress = Progress::new(common);
    let observer = |event: Event| progress.observe(event);
    let add = || -> crate::Result<(Engine, AddSummary)> {
        let engine = common.open_or_create_in(&folder)?;
        let sample = folder.join("landmark-papers.jsonl");
        std::fs::write(&sample, SAMPLE).map_err(Error::io("write", &sample))?;
        let summary = engine.add(&AddRequest::of([sample]), &observer)?;
        Ok((engine, summary))
    };
    let (engine, summary) = match add() {
        // The demo library is damaged, or another version or model made it. It has no data of the user: replace it.
        Err(
            Error::Corrupt { .. }
            | Error::Database { .. }
            | Error::OtherLibraryFormat { .. }
            | Error::OtherModel { .. },
        ) => {
            delete_database(&folder)?;
            add()?
        }
        added => added?,
    };
    progress.clear();
    let similar = engine.ask(&Request { top_k: Some(5), ..Request::like([SEED]) }, &observer)?;
    let search = engine.ask(&Request { top_k: Some(5), ..Request::about(QUESTION) }, &observer)?;
    let title = Some("Landmark papers".to_owned());
    let report = engine.report(&ReportRequest { all: true, title, ..ReportRequest::default() }, &observer)?;
    drop(progress);
    let report = report.report.context("the demo has no papers")?;
    report::write(&report, format, &args.output)?;
    let shown = args.output.canonicalize().unwrap_or_else(|_| args.output.clone());
    if output.json {
        let papers = report.entries.len();
        output.json(&json!({
            "library": folder, "papers": papers, "similar": similar, "search": search, "report": shown,
        }))?;
        return Ok(Outcome::Done);
    }
    output.line(format!("$ export RELATA_LIBRARY={}", folder.display()))?;
    output.line("$ relata add $RELATA_LIBRARY/landmark-papers.jsonl")?;
    output.line(format!("{}\n", in_words(&summary, false)))?;
    output.line(format!("$ relata similar {SEED:?} -k 5"))?;
    output.recommendations(&similar.results)?;
    output.line(format!("\n$ relata search {QUESTION:?} -k 5"))?;
    output.recommendations(&search.results)?;
    output.line(format!("\n$ relata report --all -o {}", args.output.display()))?;
    let papers = papers_counted(report.entries.len());
    output.line(format!("Wrote a report on {papers} to {}; open it in a browser", shown.display()))?;
    output.line("\nNow add papers of your own: relata add FILE")?;
    Ok(Outcome::Done)
}

/// Returns the folder of the demo library. It is beside the models and is kept, so that a second demo embeds nothing.
/// The user's own library is not used.
fn demo_folder(models: &ModelStore) -> anyhow::Result<PathBuf> {
    let cache = models.root().parent().context("the folder of models has no parent folder")?;
    Ok(cache.join("demo-library"))
}
