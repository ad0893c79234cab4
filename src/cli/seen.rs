//! `relata seen`.

use super::args::{Common, SeenArgs};
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use crate::engine::json::Versioned;
use crate::engine::{Engine, SeenPaper};

pub(super) fn run(args: &SeenArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    if args.list {
        return list(&engine, output);
    }
    let takes_back = args.undo || args.clear;
    let answer = match (args.undo, args.clear) {
        (true, _) => engine.undo_seen()?,
        (false, true) => engine.clear_seen(&args.papers)?,
        (false, false) => engine.mark_seen(&args.papers)?,
    };
    if output.json {
        output.json(&Versioned::from(&answer))?;
    } else {
        output.titles(&answer.papers)?;
        output.note(match answer.papers.len() {
            0 if takes_back => "there is nothing to take back".to_owned(),
            0 => "seen already".to_owned(),
            count => {
                format!("{} {}", papers_counted(count as u64), if takes_back { "not seen any more" } else { "seen" })
            }
        });
    }
    Ok(Outcome::found(!takes_back || !answer.papers.is_empty()))
}

fn list(engine: &Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let answer = engine.shown()?;
    if output.json {
        output.json(&Versioned::from(&answer))?;
    } else {
        for SeenPaper { at, feed, paper } in &answer.seen {
            let by = feed.as_ref().map(|name| format!("  (feed of {name:?})")).unwrap_or_default();
            output.line(format!("{}  {}  {}{by}", at.strftime("%Y-%m-%d"), paper.id, paper.title))?;
        }
        if answer.seen.is_empty() {
            output.note("no paper was shown yet");
        }
    }
    Ok(Outcome::found(!answer.seen.is_empty()))
}
