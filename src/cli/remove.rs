//! `relata remove`.

use super::args::{Common, RemoveArgs};
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::engine::json::Versioned;
use crate::engine::{Event, Removal, Removed};

pub(super) fn run(args: &RemoveArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let progress = Progress::new(common);
    let observer = |event: Event| progress.observe(event);
    let removed = if args.undo {
        engine.undo_remove(&observer)?
    } else {
        let removal = match &args.source {
            Some(source) => Removal::Source(source.clone()),
            None => Removal::Papers(args.papers.clone()),
        };
        engine.remove(&removal, args.dry_run, &observer)?
    };
    drop(progress);
    if output.json {
        output.json(&Versioned::from(&removed))?;
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
    output.note(match papers.papers.len() {
        0 if *staying > 0 => "no paper came from that file alone".to_owned(),
        0 => match &args.source {
            Some(source) => format!("no paper came from {source:?}; `relata list --sources` shows the files"),
            None => "there is nothing to bring back".to_owned(),
        },
        count => format!("{} {done}", papers_counted(count as u64)),
    });
    if *staying > 0 {
        let stay = match (args.dry_run, staying) {
            (true, _) => "would stay",
            (false, 1) => "stays",
            (false, _) => "stay",
        };
        let count = papers_counted(*staying as u64);
        let them = if *staying == 1 { "it" } else { "them" };
        output.note(format!("{count} {stay}, since other files brought {them} too"));
    }
    Ok(())
}
