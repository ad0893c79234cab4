//! `relata feed`.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use clap::builder::PossibleValuesParser;
use console::Style;
use jiff::Timestamp;

use super::global::Common;
use super::new_file::{NewFile, unknown_extension};
use super::output::{Outcome, Output, papers_counted};
use super::profile::ProfileNameArgs;
use super::progress::Progress;
use super::steering::top_k;
use crate::engine::{Feed, FeedRequest};
use crate::report::feed::{self, Digest, FeedFormat};

/// Recommend new papers for a profile
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/feed.txt"))]
pub(super) struct FeedArgs {
    #[command(flatten)]
    pub profile: ProfileNameArgs,
    /// How many papers to recommend
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = top_k)]
    pub top_k: usize,
    /// Format: text, atom (for feed readers), html or md (Markdown) [default: text, or by the file extension]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["text"].into_iter().chain(FeedFormat::ALL.iter().map(|format| format.name()))))]
    pub format: Option<String>,
    /// Write to this file; if there is nothing new, the file is not changed [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Recommend from all papers, including those shown before
    #[arg(long, conflicts_with = "since_last")]
    pub all: bool,
    /// Recommend from papers added since the last feed; this is the default
    #[arg(long)]
    pub since_last: bool,
    /// Do not mark the papers as shown; the next feed shows them again
    #[arg(long)]
    pub keep: bool,
    /// Leave out all papers that you have seen or that the feed of any profile has shown
    #[arg(long)]
    pub exclude_seen: bool,
}

pub(super) fn run(args: &FeedArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = format_of(args)?;
    if output.json && args.output.is_none() && format.is_some() {
        bail!("--json and --format cannot both be printed; write one of them to a file with -o");
    }
    let engine = common.open()?;
    let (profile, top_k) = (args.profile.profile.clone(), args.top_k);
    let request = FeedRequest { profile, top_k, all: args.all, exclude_seen: args.exclude_seen };
    let feed = Progress::during(common, |observer| engine.feed(&request, observer))?;
    let since = feed.since.filter(|_| !args.all);
    if feed.entries.is_empty() {
        if output.json {
            output.json(&feed)?;
        } else {
            output.note(nothing(&feed, since));
        }
        return Ok(Outcome::NothingFound);
    }
    let digest = Digest::new(&feed, since);
    match (&args.output, format) {
        (Some(path), Some(format)) => {
            let mut file = NewFile::create(path)?;
            feed::write(&digest, format, &mut file)?;
            file.finish()?;
            output.note(format!("Wrote {} to {}", papers_counted(feed.entries.len()), path.display()));
        }
        (None, Some(format)) => feed::write(&digest, format, output.writer())?,
        (_, None) if output.json => {}
        (_, None) => print(&digest, &feed, output)?,
    }
    if output.json {
        output.json(&feed)?;
    }
    // Marks papers as shown only if they could be written.
    output.flush()?;
    if !args.keep {
        engine.mark_feed_read(&feed)?;
    }
    Ok(Outcome::Done)
}

/// Returns the format of the file or of the output; `None` for text and JSON.
fn format_of(args: &FeedArgs) -> anyhow::Result<Option<FeedFormat>> {
    let named = args.format.as_deref().and_then(|name| name.parse().ok());
    match &args.output {
        Some(_) if args.format.as_deref() == Some("text") => {
            bail!("--format text cannot be written to a file; use atom, html or md")
        }
        Some(path) if named.is_none() => {
            let format = FeedFormat::from_extension(path);
            format.map(Some).ok_or_else(|| unknown_extension(path, ".atom, .html or .md, or --format"))
        }
        _ => Ok(named),
    }
}

fn nothing(feed: &Feed, since: Option<Timestamp>) -> String {
    let name = &feed.profile.name;
    match (feed.candidates, since) {
        (0, None) => format!("Nothing to recommend for profile {name:?}."),
        (0, Some(since)) => {
            let day = since.strftime("%Y-%m-%d");
            format!("Nothing new for profile {name:?} since {day}. Use --all to choose among all papers.")
        }
        (new, _) => {
            let new = papers_counted(new);
            format!("No close match for profile {name:?} among {new}. Use --all to choose among all papers.")
        }
    }
}

fn print(digest: &Digest, feed: &Feed, output: &mut Output) -> anyhow::Result<()> {
    output.line(digest.title())?;
    output.heading(&digest.lead())?;
    for (entry, shown) in digest.entries.iter().zip(&feed.entries) {
        output.recommendations(std::slice::from_ref(&shown.found))?;
        let interest = entry.interest.as_ref().map(|interest| format!(" · {interest}")).unwrap_or_default();
        for line in output.wrapped(&format!("like “{}”{interest}", entry.because.title), 17) {
            output.styled(&" ".repeat(17), &Style::new().dim(), &line)?;
        }
    }
    Ok(())
}
