//! `relata duplicates`.

use clap::Args;

use super::global::Common;
use super::output::{Outcome, Output, papers_counted, year};
use super::progress::Progress;
use crate::engine::{BY_HAND, Decision, DecisionAnswer, Engine, PossibleDuplicates, SAME_RECORD, Version, WorkList};
use crate::formats::write::visible::visible;

/// List papers with several versions; join or split them
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/duplicates.txt"))]
pub(super) struct DuplicatesArgs {
    /// List pairs of papers that may be one work but are not joined
    #[arg(long, conflicts_with_all = ["split", "join", "undo"])]
    pub possible: bool,
    /// Make a version of PAPER a paper of its own; without VERSION, split off every version
    #[arg(long, num_args = 1..=2, value_names = ["PAPER", "VERSION"], conflicts_with_all = ["join", "undo"])]
    pub split: Option<Vec<String>>,
    /// Join two papers; the joined paper has the id of the first
    #[arg(long, num_args = 2, value_names = ["PAPER", "PAPER"], conflicts_with = "undo")]
    pub join: Option<Vec<String>>,
    /// Undo the last --split or --join
    #[arg(long)]
    pub undo: bool,
}

const UNDO: &str = "`relata duplicates --undo` undoes it";

pub(super) fn run(args: &DuplicatesArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let decision = decision(args)?;
    if args.possible {
        return possible(&engine, output);
    }
    if decision.is_none() && !args.undo {
        return works(&engine, output);
    }
    let decided = Progress::during(common, |observer| match &decision {
        Some(decision) => engine.decide(decision, observer),
        None => engine.undo_decision(observer),
    })?;
    let papers = &decided.papers.papers;
    if output.json {
        output.json(&&decided)?;
    } else {
        output.titles(papers)?;
        output.note(in_words(decision.as_ref(), &decided));
    }
    Ok(Outcome::found(!papers.is_empty()))
}

fn decision(args: &DuplicatesArgs) -> anyhow::Result<Option<Decision>> {
    if let Some(split) = &args.split {
        let version = split.get(1).map(|place| place.parse::<usize>());
        let version = version
            .transpose()
            .map_err(|_| anyhow::anyhow!("{:?} is not a version number; `relata show` lists the versions", split[1]))?;
        return Ok(Some(Decision::Split { paper: split[0].clone(), version }));
    }
    Ok(args.join.as_ref().map(|join| Decision::Join(join[0].clone(), join[1].clone())))
}

fn in_words(decision: Option<&Decision>, decided: &DecisionAnswer) -> String {
    let count = papers_counted(decided.papers.papers.len());
    match (decision, &decided.named[..]) {
        _ if decided.papers.papers.is_empty() => "nothing to undo".to_owned(),
        (Some(Decision::Join(..)), [a, b]) => format!("{} and {} are now one paper, {}; {UNDO}", a.id, b.id, a.id),
        (Some(_), _) => format!("split into {count}; {UNDO}"),
        (None, _) => format!("undone; restored {count}"),
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
        output.json(&&all)?;
    } else {
        output.note(match count {
            0 => "no paper has several versions; `relata duplicates --possible` lists papers that may be one work"
                .to_owned(),
            _ => format!("{} with several versions", papers_counted(count)),
        });
    }
    Ok(Outcome::found(count > 0))
}

fn possible(engine: &Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut all = PossibleDuplicates::default();
    let count = engine.each_lookalike(|pair| -> anyhow::Result<()> {
        if output.json {
            all.possible.push(pair);
            return Ok(());
        }
        output.line(format!("{}:", pair.why))?;
        for paper in pair.papers {
            output.line(format!("  {}  {}  {}", year(paper.year), paper.id, paper.title))?;
        }
        Ok(())
    })?;
    if output.json {
        output.json(&&all)?;
    } else {
        output.note(match count {
            0 => "no two papers look like one work".to_owned(),
            1 => "1 pair; `relata duplicates --join A B` joins two papers".to_owned(),
            count => format!("{count} pairs; `relata duplicates --join A B` joins two papers"),
        });
    }
    Ok(Outcome::found(count > 0))
}

/// "2  published.bib:17  smith2020, by doi:10.1000/x".
pub(super) fn version_line(place: usize, version: &Version) -> String {
    let line = version.line.map(|line| format!(":{line}")).unwrap_or_default();
    let reason = match version.same_by.as_deref() {
        None => String::new(),
        Some(reason @ (BY_HAND | SAME_RECORD)) => format!(", {reason}"),
        Some(reason) => format!(", by {reason}"),
    };
    format!("{place}  {}{line}  {}{reason}", visible(&version.file), version.paper.id)
}
