//! `relata seen`.

use clap::Args;

use super::global::Common;
use super::output::{Outcome, Output, papers_counted};
use crate::engine::{Engine, SeenPaper};

/// Mark papers as seen, for --exclude-seen
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/seen.txt"))]
pub(super) struct SeenArgs {
    /// Papers in the library, each by id, arXiv id, DOI, URL or title
    #[arg(value_name = "PAPER", required_unless_present_any = ["list", "clear", "undo"])]
    pub papers: Vec<String>,
    /// List seen papers, each with the day and the feed that showed it
    #[arg(long, conflicts_with_all = ["papers", "clear", "undo"])]
    pub list: bool,
    /// Unmark these papers, or all if none is named
    #[arg(long, conflicts_with = "undo")]
    pub clear: bool,
    /// Undo the last `seen`
    #[arg(long, conflicts_with = "papers")]
    pub undo: bool,
}

pub(super) fn run(args: &SeenArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    if args.list {
        return list(&engine, output);
    }
    let unmarks = args.undo || args.clear;
    let answer = match (args.undo, args.clear) {
        (true, _) => engine.undo_seen()?,
        (false, true) => engine.clear_seen(&args.papers)?,
        (false, false) => engine.mark_seen(&args.papers)?,
    };
    if output.json {
        output.json(&answer)?;
    } else {
        output.titles(&answer.papers)?;
        output.note(match answer.papers.len() {
            0 if args.undo => "nothing to undo".to_owned(),
            0 if unmarks => "nothing to clear".to_owned(),
            0 => "already marked as seen".to_owned(),
            count => {
                format!("{} {} as seen", papers_counted(count), if unmarks { "no longer marked" } else { "marked" })
            }
        });
    }
    Ok(Outcome::found(!unmarks || !answer.papers.is_empty()))
}

fn list(engine: &Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let answer = engine.shown()?;
    if output.json {
        output.json(&answer)?;
    } else {
        for SeenPaper { at, feed, paper } in &answer.seen {
            let by = feed.as_ref().map(|name| format!("  (feed of {name:?})")).unwrap_or_default();
            output.line(format!("{}  {}  {}{by}", at.strftime("%Y-%m-%d"), paper.id, paper.title))?;
        }
        if answer.seen.is_empty() {
            output.note("no paper has been seen yet");
        }
    }
    Ok(Outcome::found(!answer.seen.is_empty()))
}
