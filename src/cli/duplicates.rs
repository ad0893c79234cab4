//! `relata duplicates`.

use anyhow::Context;

use super::args::{Common, DuplicatesArgs};
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use super::versions::version_line;
use crate::engine::json::Versioned;
use crate::engine::{Decided, Decision, Engine, Lookalikes, WorkList};

const UNDO: &str = "`relata duplicates --undo` takes it back";

pub(super) fn run(args: &DuplicatesArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let decision = decision(args)?;
    if args.possible {
        return possible(&engine, output);
    }
    if decision.is_none() && !args.undo {
        return works(&engine, output);
    }
    let progress = Progress::new(common);
    let decided = match &decision {
        Some(decision) => engine.decide(decision, &|event| progress.observe(event))?,
        None => engine.undo_decision(&|event| progress.observe(event))?,
    };
    drop(progress);
    let papers = &decided.papers.papers;
    if output.json {
        output.json(&Versioned::from(&decided))?;
    } else {
        output.titles(papers)?;
        output.note(in_words(decision.as_ref(), &decided));
    }
    Ok(Outcome::found(!papers.is_empty()))
}

fn decision(args: &DuplicatesArgs) -> anyhow::Result<Option<Decision>> {
    if let Some(split) = &args.split {
        let version = split.get(1).map(|place| place.parse::<usize>());
        let version = version.transpose().with_context(|| format!("{:?} is no number of a version", split[1]))?;
        return Ok(Some(Decision::Split { paper: split[0].clone(), version }));
    }
    Ok(args.join.as_ref().map(|join| Decision::Join(join[0].clone(), join[1].clone())))
}

fn in_words(decision: Option<&Decision>, decided: &Decided) -> String {
    let count = papers_counted(decided.papers.papers.len() as u64);
    match (decision, &decided.named[..]) {
        _ if decided.papers.papers.is_empty() => "there is nothing to take back".to_owned(),
        (Some(Decision::Join(..)), [a, b]) => format!("{} and {} are one paper now, {}; {UNDO}", a.id, b.id, a.id),
        (Some(_), _) => format!("now {count}; {UNDO}"),
        (None, _) => format!("taken back: {count} as before"),
    }
}

fn works(engine: &Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut all = WorkList::default();
    let count = engine.each_work(|work| -> anyhow::Result<()> {
        if output.json {
            all.works.push(work);
            return Ok(());
        }
        output.titles([&work.paper])?;
        for (at, version) in work.versions.iter().enumerate() {
            output.line(format!("  {}", version_line(at + 1, version)))?;
        }
        Ok(())
    })?;
    if output.json {
        output.json(&Versioned::from(&all))?;
    } else {
        output.note(match count {
            0 => "no paper has more than one version; `relata duplicates --possible` lists what looks alike".to_owned(),
            _ => format!("{} with several versions", papers_counted(count)),
        });
    }
    Ok(Outcome::found(count > 0))
}

fn possible(engine: &Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut all = Lookalikes::default();
    let count = engine.each_lookalike(|pair| -> anyhow::Result<()> {
        if output.json {
            all.possible.push(pair);
            return Ok(());
        }
        output.line(format!("{}:", pair.why))?;
        for paper in pair.papers {
            let year = paper.year.map_or_else(|| "    ".to_owned(), |year| format!("{year:4}"));
            output.line(format!("  {year}  {}  {}", paper.id, paper.title))?;
        }
        Ok(())
    })?;
    if output.json {
        output.json(&Versioned::from(&all))?;
    } else {
        output.note(match count {
            0 => "no two papers look like one work".to_owned(),
            1 => "1 pair; `relata duplicates --join A B` makes one paper of two".to_owned(),
            count => format!("{count} pairs; `relata duplicates --join A B` makes one paper of two"),
        });
    }
    Ok(Outcome::found(count > 0))
}
