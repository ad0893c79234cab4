//! `relata sync`.

use anyhow::bail;
use serde::Serialize;
use serde_json::{Value, json};

use super::added::{in_words, open, tell};
use super::args::{Common, SyncArgs, SyncArxivArgs, SyncPlace};
use super::new_library::Before;
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::engine::json::Versioned;
use crate::engine::{
    AddSummary, Engine, Interface, Servers, Source, SourceReport, SyncOptions, SyncSummary, SystemClock,
};

/// What `--json` prints.
#[derive(Serialize)]
struct SyncedJson<'a> {
    #[serde(flatten)]
    summary: &'a AddSummary,
    dry_run: bool,
    sources: Vec<Value>,
    error: Option<String>,
    library_papers: u64,
    seconds: f64,
}

pub(super) fn run(args: &SyncArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let servers = Servers::from_env()?;
    let nowhere = tempfile::tempdir()?;
    let before = Before::look(common)?;
    let engine = open(args.options.dry_run, common, nowhere.path())?;
    let outcome = sync_into(&engine, args, servers, common, output);
    before.restore(engine);
    outcome
}

fn sync_into(
    engine: &Engine,
    args: &SyncArgs,
    servers: Servers,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let mut options = SyncOptions { servers, ..SyncOptions::default() };
    (options.limit, options.dry_run) = (args.options.limit, args.options.dry_run);
    let sources = match &args.place {
        None => engine.known_sources()?,
        Some(SyncPlace::Arxiv(arxiv)) => {
            (options.since, options.until) = (arxiv.since, arxiv.until);
            arxiv_sources(arxiv, engine)?
        }
    };
    if sources.is_empty() {
        bail!(
            "nothing was synced into this library before; say what, such as \
             `relata sync arxiv --category cs.LG --since 2026-11-01`"
        );
    }
    let progress = Progress::new(common);
    let started = std::time::Instant::now();
    let summary = engine.sync(&sources, &options, &SystemClock, &|event| progress.observe(event))?;
    drop(progress);
    let seconds = (started.elapsed().as_secs_f64() * 1e3).round() / 1e3;
    let library_papers = engine.library()?.count()?;
    tell(&summary.papers, output);
    if output.json {
        output.json(&Versioned::from(SyncedJson {
            summary: &summary.papers,
            dry_run: options.dry_run,
            sources: summary.sources.iter().map(source_json).collect(),
            error: summary.failure.as_ref().map(ToString::to_string),
            library_papers,
            seconds,
        }))?;
    } else if !common.quiet {
        print(&summary, options.dry_run, library_papers, output)?;
    }
    if let Some(failure) = summary.failure {
        return Err(failure.into());
    }
    Ok(Outcome::found(summary.papers.added + summary.papers.updated > 0))
}

/// The categories that are named, each once; else those of the library, with `--oai` only those of that interface.
fn arxiv_sources(args: &SyncArxivArgs, engine: &Engine) -> crate::Result<Vec<Source>> {
    if args.categories.is_empty() {
        let known = engine.known_sources()?;
        return Ok(known.into_iter().filter(|source| !args.oai || source.interface == Interface::Oai).collect());
    }
    let interface = if args.oai { Interface::Oai } else { Interface::Search };
    let mut sources: Vec<Source> = Vec::new();
    for category in &args.categories {
        let source = Source { interface, category: category.clone() };
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    Ok(sources)
}

fn print(summary: &SyncSummary, dry_run: bool, papers: u64, output: &mut Output) -> anyhow::Result<()> {
    for SourceReport { source, since, received, deleted, complete, .. } in &summary.sources {
        if *received == 0 && !complete {
            // The error says so.
            continue;
        }
        let received = if *received == 0 { "nothing".to_owned() } else { papers_counted(*received) };
        let rest = if *complete || summary.failure.is_some() { "" } else { ", and there are more" };
        let interface = if source.interface == Interface::Oai { ", by OAI-PMH" } else { "" };
        output.line(format!("arxiv {}: {received} since {since}{interface}{rest}", source.category))?;
        if *deleted > 0 {
            output.note(format!("arxiv {}: {deleted} were deleted at arXiv; the library keeps them", source.category));
        }
    }
    let (would, embedded) = (if dry_run { "would be " } else { "" }, summary.papers.embedded);
    output.line(format!("{would}{}; {embedded} embedded", in_words(&summary.papers)))?;
    if !dry_run {
        output.line(format!("the library holds {}", papers_counted(papers)))?;
    }
    Ok(())
}

fn source_json(report: &SourceReport) -> Value {
    let SourceReport { source, since, received, changed, deleted, requests, complete } = report;
    let interface = match source.interface {
        Interface::Search => "api",
        Interface::Oai => "oai",
    };
    json!({
        "source": format!("arxiv:{}", source.category), "interface": interface, "since": since, "received": received,
        "changed": changed, "deleted": deleted, "requests": requests, "complete": complete,
    })
}
