//! `relata sync`.

use anyhow::bail;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Value, json};

use super::added::{as_json, in_words, open, print_problems, seconds_since};
use super::global::Common;
use super::new_library::Before;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use crate::engine::{
    Category, Engine, Interface, Servers, Source, SourceReport, SyncOptions, SyncSummary, SystemClock,
};
use crate::temporary;

/// Add new papers from arXiv
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/sync.txt"))]
pub(super) struct SyncArgs {
    #[command(subcommand)]
    pub place: Option<SyncPlace>,
    #[command(flatten)]
    pub options: SyncOptionsArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum SyncPlace {
    Arxiv(SyncArxivArgs),
}

/// Options of `sync` and of its commands.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct SyncOptionsArgs {
    /// Stop after N added or updated papers per category; the next sync continues from there
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// Query the server and print what would be added; change nothing
    #[arg(short = 'n', long, global = true)]
    pub dry_run: bool,
}

/// Add new papers from arXiv
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/sync-arxiv.txt"))]
pub(super) struct SyncArxivArgs {
    /// A category (cs.LG, hep-th) or an archive (cs); may be repeated [default: those synced before]
    #[arg(long = "category", value_name = "NAME")]
    pub categories: Vec<Category>,
    /// First day: 2026-11-01, today, yesterday, 7d (seven days ago) or 2w [default: where the last sync ended]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub since: Option<Date>,
    /// Last day [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub until: Option<Date>,
    /// Use arXiv's harvesting interface (OAI-PMH) instead of its search interface
    #[arg(long)]
    pub oai: bool,
}

pub(super) fn run(args: &SyncArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let servers = Servers::from_env()?;
    let scratch_folder = temporary::Folder::new()?;
    let before = Before::opening(common)?;
    let engine = open(args.options.dry_run, common, scratch_folder.path())?;
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
            "nothing was synced into this library before; name a category, as in \
             `relata sync arxiv --category cs.LG --since 2026-11-01`"
        );
    }
    let started = std::time::Instant::now();
    let summary = Progress::during(common, |observer| engine.sync(&sources, &options, &SystemClock, observer))?;
    let seconds = seconds_since(started);
    let library_papers = engine.library()?.count()?;
    print_problems(&summary.papers, output);
    if output.json {
        let sources: Vec<Value> = summary.sources.iter().map(source_json).collect();
        let error = summary.failure.as_ref().map(ToString::to_string);
        let more = json!({
            "dry_run": options.dry_run, "sources": sources, "error": error, "library_papers": library_papers,
            "seconds": seconds,
        });
        output.json(&as_json(&summary.papers, more)?)?;
    } else if !common.quiet {
        print(&summary, options.dry_run, library_papers, output)?;
    }
    if let Some(failure) = summary.failure {
        return Err(failure.into());
    }
    Ok(Outcome::found(summary.papers.added + summary.papers.updated > 0))
}

/// Returns the sources to sync: the named categories, each once. If none is named, returns all sources that were synced
/// before; with `--oai`, only those of OAI-PMH.
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
            // The error message reports this source.
            continue;
        }
        let received = if *received == 0 { "nothing".to_owned() } else { papers_counted(*received) };
        let rest = if *complete || summary.failure.is_some() { "" } else { "; there are more" };
        let interface = if source.interface == Interface::Oai { ", by OAI-PMH" } else { "" };
        output.line(format!("arxiv {}: {received} since {since}{interface}{rest}", source.category))?;
        if *deleted > 0 {
            output.note(format!("arxiv {}: arXiv deleted papers ({deleted}); the library keeps them", source.category));
        }
    }
    output.line(in_words(&summary.papers, dry_run))?;
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

/// Parses a date, or a day relative to today. Days are in UTC, as at arXiv.
fn day(text: &str) -> Result<Date, String> {
    day_relative_to(text, Timestamp::now().to_zoned(TimeZone::UTC).date())
        .ok_or_else(|| "write 2026-11-01, today, yesterday, 7d (seven days ago) or 2w".to_owned())
}

fn day_relative_to(text: &str, today: Date) -> Option<Date> {
    let text = text.trim().to_ascii_lowercase();
    let ago = |count: &str, days: i64| {
        let days = count.parse::<u32>().ok().map(i64::from)?.checked_mul(days)?;
        today.checked_sub(Span::new().try_days(days).ok()?).ok()
    };
    match text.as_str() {
        "today" => Some(today),
        "yesterday" => ago("1", 1),
        text if text.ends_with('d') => ago(&text[..text.len() - 1], 1),
        text if text.ends_with('w') => ago(&text[..text.len() - 1], 7),
        text => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_a_date_or_relative_to_today() {
        let today = date(2026, 3, 1);
        for (text, expected) in [
            ("2026-02-14", date(2026, 2, 14)),
            ("today", today),
            (" Yesterday ", date(2026, 2, 28)),
            ("0d", today),
            ("7d", date(2026, 2, 22)),
            ("2W", date(2026, 2, 15)),
        ] {
            assert_eq!(day_relative_to(text, today), Some(expected), "{text}");
        }
        let days = ["", "d", "tomorrow", "-1d", "1.5w", "7", "last week", "4000000000d", "4000000000w"];
        for text in days.into_iter().chain(["14.02.2026", "2026-02-30"]) {
            assert_eq!(day_relative_to(text, today), None, "{text}");
        }
        assert!(day("soon").unwrap_err().contains("write 2026-11-01"));
    }
}
