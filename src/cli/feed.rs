//! `relata feed`.

use anyhow::{Context, bail};
use jiff::Timestamp;

use super::args::{Common, FeedArgs};
use super::new_file::NewFile;
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::engine::json::Versioned;
use crate::engine::{Feed, FeedRequest};
use crate::report::feed::{self, Digest, FeedFormat};

pub(super) fn run(args: &FeedArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = format_of(args)?;
    if output.json && args.output.is_none() && format.is_some() {
        bail!("--json and --format both say how to print; name a file with -o to have both");
    }
    let engine = common.open()?;
    let (profile, top_k) = (args.profile.profile.clone(), args.top_k as usize);
    let request = FeedRequest { profile, top_k, all: args.all, exclude_seen: args.exclude_seen };
    let progress = Progress::new(common);
    let feed = engine.feed(&request, &|event| progress.observe(event))?;
    drop(progress);
    let since = feed.since.filter(|_| !args.all);
    if feed.entries.is_empty() {
        if output.json {
            output.json(&Versioned::from(&feed))?;
        } else {
            output.note(nothing(&feed, since));
        }
        return Ok(Outcome::NothingFound);
    }
    let digest = Digest::new(&feed, since, feed.made_at);
    match (&args.output, format) {
        (Some(path), Some(format)) => {
            let mut file = NewFile::create(path)?;
            feed::write(&digest, format, &mut file)?;
            file.finish()?;
            let count = papers_counted(feed.entries.len() as u64);
            output.note(format!("{count} told of in {}", path.display()));
        }
        (None, Some(format)) => feed::write(&digest, format, output.writer())?,
        (_, None) if output.json => {}
        (_, None) => print(&digest, &feed, output)?,
    }
    if output.json {
        output.json(&Versioned::from(&feed))?;
    }
    // What nobody could read was not told.
    output.flush()?;
    if !args.keep {
        engine.mark_feed_read(&feed)?;
    }
    Ok(Outcome::Done)
}

/// `None`: as text, or JSON.
fn format_of(args: &FeedArgs) -> anyhow::Result<Option<FeedFormat>> {
    let named = args.format.as_deref().and_then(|name| name.parse().ok());
    let Some(path) = &args.output else { return Ok(named) };
    if args.format.as_deref() == Some("text") {
        bail!("--format text is for the terminal; files are written as atom, html or md");
    }
    let by_ending = || {
        FeedFormat::from_extension(path)
            .with_context(|| format!("{}: the ending says no format; use .atom, .html or .md", path.display()))
    };
    named.map_or_else(by_ending, Ok).map(Some)
}

fn nothing(feed: &Feed, since: Option<Timestamp>) -> String {
    let name = &feed.profile.name;
    if feed.candidates > 0 {
        let new = papers_counted(feed.candidates as u64);
        return format!(
            "nothing that came ({new}) is close to what {name:?} likes; `relata feed --all` chooses among all papers"
        );
    }
    match since {
        Some(since) => format!(
            "nothing new for {name:?} since {}; `relata feed --all` chooses among all papers",
            since.strftime("%Y-%m-%d")
        ),
        None => format!("there is no paper to tell of for {name:?}"),
    }
}

fn print(digest: &Digest, feed: &Feed, output: &mut Output) -> anyhow::Result<()> {
    output.line(digest.title())?;
    output.line(digest.lead())?;
    output.line("")?;
    for (entry, told) in digest.entries.iter().zip(&feed.entries) {
        output.recommendations(std::slice::from_ref(&told.found))?;
        let interest = entry.interest.as_ref().map(|interest| format!(" · {interest}")).unwrap_or_default();
        let why = format!("like “{}”{interest}", entry.because.title);
        for line in output.wrapped(&why, 17) {
            output.line(format!("{:17}{}", "", console::Style::new().dim().apply_to(line)))?;
        }
    }
    Ok(())
}
