//! `relata seen`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Outcome;
use super::args::{Common, SeenArgs};
use super::output::{Output, papers_counted};
use super::similar::find_all;
use crate::library::{Library, PaperNumber};
use crate::report::json::{PaperJson, PapersJson, SCHEMA_VERSION};

pub(super) fn run(args: &SeenArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut library = common.open_library()?;
    if args.list {
        return list(&library, output);
    }
    let named: Vec<PaperNumber> = match args.papers.as_slice() {
        [] => Vec::new(),
        papers => find_all(&library, papers)?.into_iter().map(|listed| listed.number).collect(),
    };
    let lock = library.lock()?;
    let (papers, done) = if args.undo {
        (library.undo_seen(&lock)?, "not seen any more")
    } else if args.clear {
        let papers = Some(named.as_slice()).filter(|named| !named.is_empty());
        (library.clear_seen(&lock, papers)?, "not seen any more")
    } else {
        (library.mark_seen(&lock, &named, Timestamp::now())?, "seen")
    };
    let mut listed = Vec::new();
    for paper in papers {
        listed.extend(library.paper(paper)?);
    }
    if output.json {
        output.json(&listed.iter().map(|listed| &listed.paper).collect::<PapersJson>())?;
    } else {
        for listed in &listed {
            output.line(format!("{}  {}", listed.paper.id, listed.paper.title))?;
        }
        output.note(match listed.len() {
            0 if args.undo || args.clear => "there is nothing to take back".to_owned(),
            0 => "seen already".to_owned(),
            count => format!("{} {done}", papers_counted(count as u64)),
        });
    }
    let is_in_vain = listed.is_empty() && (args.undo || args.clear);
    Ok(if is_in_vain { Outcome::NothingFound } else { Outcome::Done })
}

fn list(library: &Library, output: &mut Output) -> anyhow::Result<Outcome> {
    let shown = library.shown()?;
    let mut listed: Vec<Value> = Vec::new();
    for shown in &shown {
        let Some(paper) = library.paper(shown.paper)?.map(|listed| listed.paper) else { continue };
        if output.json {
            listed.push(json!({ "at": shown.at, "feed": shown.by, "paper": PaperJson::from(&paper) }));
            continue;
        }
        let by = shown.by.as_ref().map(|name| format!("  (feed of {name:?})")).unwrap_or_default();
        output.line(format!("{}  {}  {}{by}", shown.at.strftime("%Y-%m-%d"), paper.id, paper.title))?;
    }
    if output.json {
        output.json(&json!({ "schema_version": SCHEMA_VERSION, "seen": listed }))?;
    } else if shown.is_empty() {
        output.note("no paper was shown yet");
    }
    Ok(if shown.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
