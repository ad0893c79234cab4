//! `relata sync`.

use anyhow::bail;
use serde_json::{Value, json};

use super::Outcome;
use super::add::{in_words, open, tell, to_json};
use super::args::{Common, SyncArgs, SyncArxivArgs, SyncPlace};
use super::new_library::Before;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::library::Library;
use crate::recommender::Recommender;
use crate::sync::{
    Interface, Servers, Source, SourceReport, SyncOptions, SyncSummary, SystemClock, known_sources, sync,
};

pub(super) fn run(args: &SyncArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let servers = Servers::from_env()?;
    let nowhere = tempfile::tempdir()?;
    let before = Before::look(common)?;
    let mut recommender = open(args.options.dry_run, common, nowhere.path())?;
    let outcome = sync_into(&mut recommender, args, servers, common, output);
    before.restore(recommender);
    outcome
}

fn sync_into(
    recommender: &mut Recommender,
    args: &SyncArgs,
    servers: Servers,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let mut options = SyncOptions { servers, ..SyncOptions::default() };
    (options.limit, options.dry_run) = (args.options.limit, args.options.dry_run);
    let sources = match &args.place {
        None => known_sources(recommender.library())?,
        Some(SyncPlace::Arxiv(arxiv)) => {
            (options.since, options.until) = (arxiv.since, arxiv.until);
            arxiv_sources(arxiv, recommender.library())?
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
    let summary = sync(recommender, &sources, &options, &SystemClock, &|event| progress.observe(event))?;
    drop(progress);
    let seconds = started.elapsed().as_secs_f64();
    let papers = recommender.library().count()?;
    tell(&summary.papers, output);
    if output.json {
        let mut json = to_json(&summary.papers);
        json.insert("dry_run".to_owned(), options.dry_run.into());
        json.insert("sources".to_owned(), Value::from_iter(summary.sources.iter().map(source_json)));
        json.insert("error".to_owned(), summary.failure.as_ref().map(ToString::to_string).into());
        json.insert("library_papers".to_owned(), papers.into());
        json.insert("seconds".to_owned(), ((seconds * 1e3).round() / 1e3).into());
        output.json(&json)?;
    } else if !common.quiet {
        print(&summary, options.dry_run, papers, output)?;
    }
    if let Some(failure) = summary.failure {
        return Err(failure.into());
    }
    let is_new = summary.papers.added + summary.papers.updated > 0;
    Ok(if is_new { Outcome::Done } else { Outcome::NothingFound })
}

/// The categories that are named, each once; else those of the library, with `--oai` only those of that interface.
fn arxiv_sources(args: &SyncArxivArgs, library: &Library) -> crate::Result<Vec<Source>> {
    if args.categories.is_empty() {
        let known = known_sources(library)?;
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
