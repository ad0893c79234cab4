//! `relata duplicates`.

use anyhow::Context;
use serde_json::{Value, json};

use super::Outcome;
use super::args::{Common, DuplicatesArgs};
use super::output::{Output, papers_counted};
use super::progress::Progress;
use super::show::{version_json, version_line};
use crate::library::{Library, Listed, Lookalikes, Work};
use crate::report::json::{PaperJson, PapersJson, SCHEMA_VERSION};

const UNDO: &str = "`relata duplicates --undo` takes it back";

/// Papers taken from the library at a time, so that a large one is not held in memory.
const PAGE: usize = 1000;

pub(super) fn run(args: &DuplicatesArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut recommender = common.open()?;
    if args.possible {
        return possible(recommender.library(), output);
    }
    let progress = Progress::new(common);
    let observer = |event: crate::recommender::Event| progress.observe(event);
    let (papers, done) = if let Some(split) = &args.split {
        let listed = recommender.library().find_whole(&split[0])?;
        let place = split.get(1).map(|place| place.parse::<usize>());
        let place = place.transpose().with_context(|| format!("{:?} is no number of a version", split[1]))?;
        let papers = recommender.split(listed.number, place, &observer)?;
        let done = format!("now {}; {UNDO}", papers_counted(papers.len() as u64));
        (papers, done)
    } else if let Some(join) = &args.join {
        let [a, b] = [&join[0], &join[1]].map(|name| recommender.library().find_whole(name));
        let (a, b) = (a?, b?);
        let papers = recommender.join(a.number, b.number, &observer)?;
        (papers, format!("{} and {} are one paper now, {}; {UNDO}", a.paper.id, b.paper.id, a.paper.id))
    } else if args.undo {
        let papers = recommender.undo_decision(&observer)?;
        let done = format!("taken back: {} as before", papers_counted(papers.len() as u64));
        (papers, done)
    } else {
        drop(progress);
        return works(recommender.library(), output);
    };
    drop(progress);
    changed(&papers, &done, output)
}

/// The papers that a decision left.
fn changed(papers: &[Listed], done: &str, output: &mut Output) -> anyhow::Result<Outcome> {
    if output.json {
        output.json(&papers.iter().map(|listed| &listed.paper).collect::<PapersJson>())?;
    } else {
        for listed in papers {
            output.line(format!("{}  {}", listed.paper.id, listed.paper.title))?;
        }
        output.note(match papers.len() {
            0 => "there is nothing to take back".to_owned(),
            _ => done.to_owned(),
        });
    }
    Ok(if papers.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

fn works(library: &Library, output: &mut Output) -> anyhow::Result<Outcome> {
    let (mut after, mut count, mut all) = (0, 0, Vec::new());
    loop {
        let page = library.works(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.listed.number;
        for work in &page {
            count += 1;
            if output.json {
                all.push(work_json(work));
                continue;
            }
            output.line(format!("{}  {}", work.listed.paper.id, work.listed.paper.title))?;
            for (at, version) in work.versions.iter().enumerate() {
                output.line(format!("  {}", version_line(at + 1, version)))?;
            }
        }
    }
    if output.json {
        output.json(&json!({ "schema_version": SCHEMA_VERSION, "works": all }))?;
    } else {
        output.note(match count {
            0 => "no paper has more than one version; `relata duplicates --possible` lists what looks alike".to_owned(),
            _ => format!("{} with several versions", papers_counted(count)),
        });
    }
    Ok(if count == 0 { Outcome::NothingFound } else { Outcome::Done })
}

fn work_json(work: &Work) -> Value {
    let versions: Vec<Value> = work.versions.iter().map(version_json).collect();
    json!({ "paper": PaperJson::from(&work.listed.paper), "versions": versions })
}

fn possible(library: &Library, output: &mut Output) -> anyhow::Result<Outcome> {
    let (mut count, mut pairs) = (0, Vec::new());
    library.lookalikes(|found| -> anyhow::Result<()> {
        count += 1;
        let Lookalikes { first, second, why } = found;
        if output.json {
            let papers = [&first, &second].map(|listed| PaperJson::from(&listed.paper));
            pairs.push(json!({ "why": why, "papers": papers }));
            return Ok(());
        }
        output.line(format!("{why}:"))?;
        for listed in [first, second] {
            let year = listed.paper.year.map_or_else(|| "    ".to_owned(), |year| format!("{year:4}"));
            output.line(format!("  {year}  {}  {}", listed.paper.id, listed.paper.title))?;
        }
        Ok(())
    })?;
    if output.json {
        output.json(&json!({ "schema_version": SCHEMA_VERSION, "possible": pairs }))?;
    } else {
        output.note(match count {
            0 => "no two papers look like one work".to_owned(),
            1 => "1 pair; `relata duplicates --join A B` makes one paper of two".to_owned(),
            count => format!("{count} pairs; `relata duplicates --join A B` makes one paper of two"),
        });
    }
    Ok(if count == 0 { Outcome::NothingFound } else { Outcome::Done })
}
