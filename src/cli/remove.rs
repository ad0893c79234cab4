//! `relata remove`.

use clap::Args;

use super::global::Common;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use crate::engine::{Removal, Removed};

/// Remove papers, or bring them back
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/remove.txt"))]
pub(super) struct RemoveArgs {
    /// Papers in the library, each by id, arXiv id, DOI, URL or title
    #[arg(value_name = "PAPER", required_unless_present_any = ["source", "undo"])]
    pub papers: Vec<String>,
    /// Remove the papers of this file, except those that other files have too (see `relata list --sources`)
    #[arg(long, value_name = "FILE", conflicts_with = "papers")]
    pub source: Option<String>,
    /// Bring back what the last `remove` removed
    #[arg(long, conflicts_with_all = ["papers", "source"])]
    pub undo: bool,
    /// Print what would be removed; change nothing
    #[arg(short = 'n', long, conflicts_with = "undo")]
    pub dry_run: bool,
}

pub(super) fn run(args: &RemoveArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let removal = match &args.source {
        Some(source) => Removal::Source(source.clone()),
        None => Removal::Papers(args.papers.clone()),
    };
    let removed = Progress::during(common, |observer| match args.undo {
        true => engine.undo_remove(observer),
        false => engine.remove(&removal, args.dry_run, observer),
    })?;
    if output.json {
        output.json(&removed)?;
    } else {
        print(&removed, args, output)?;
    }
    Ok(Outcome::found(!removed.papers.papers.is_empty() || removed.staying > 0))
}

fn print(Removed { papers, staying }: &Removed, args: &RemoveArgs, output: &mut Output) -> anyhow::Result<()> {
    output.titles(&papers.papers)?;
    let done = match (args.undo, args.dry_run) {
        (true, _) => "brought back",
        (false, true) => "would be removed",
        (false, false) => "removed; `relata remove --undo` brings them back",
    };
    output.note(match (papers.papers.len(), &args.source) {
        (0, _) if *staying > 0 => "nothing to remove: every paper of that file is also in other files".to_owned(),
        (0, Some(source)) => format!("no paper came from {source:?}; `relata list --sources` lists the files"),
        (0, None) => "nothing to bring back".to_owned(),
        (count, _) => format!("{} {done}", papers_counted(count)),
    });
    if *staying > 0 {
        let keeps = if args.dry_run { "would keep" } else { "keeps" };
        output.note(format!("the library {keeps} {} that other files have too", papers_counted(*staying)));
    }
    Ok(())
}
