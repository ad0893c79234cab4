//! `relata list`.

use clap::Args;
use console::Style;

use super::format::FormatArgs;
use super::global::Common;
use super::output::{Outcome, Output, byline, year};
use super::steering::FilterArgs;
use crate::engine::{Engine, ListRequest, Paper};
use crate::formats::write::visible::visible;

/// List papers
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/list.txt"))]
pub(super) struct ListArgs {
    /// List at most N papers
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Skip the first N papers
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,
    /// List the files and arXiv categories that papers came from, instead of papers
    #[arg(long, conflicts_with = "format")]
    pub sources: bool,
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub filters: FilterArgs,
}

pub(super) fn run(args: &ListArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = args.format.chosen(output)?;
    let request = ListRequest { filters: args.filters.filters()?, offset: args.offset, limit: args.limit };
    let engine = common.open()?;
    if args.sources {
        return sources(&engine, output);
    }
    if output.json {
        let answer = engine.list(&request)?;
        output.json(&answer)?;
        return Ok(Outcome::found(!answer.papers.is_empty()));
    }
    let listed = if let Some(format) = format {
        let mut writer = format.writer(output.writer());
        let listed = engine.list_pages(&request, |page| {
            Ok::<_, anyhow::Error>(page.iter().try_for_each(|listed| writer.paper(&listed.paper))?)
        })?;
        writer.finish()?;
        listed
    } else {
        engine.list_pages(&request, |page| page.iter().try_for_each(|listed| print(&listed.paper, output)))?
    };
    Ok(Outcome::found(listed > 0))
}

fn print(paper: &Paper, output: &mut Output) -> anyhow::Result<()> {
    for (number, line) in output.wrapped(&paper.title, 6).into_iter().enumerate() {
        output.line(format!("{}  {line}", year(paper.year.filter(|_| number == 0))))?;
    }
    for line in output.wrapped(&byline(paper), 6) {
        output.styled("      ", &Style::new().dim(), &line)?;
    }
    Ok(())
}

fn sources(engine: &Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let answer = engine.sources()?;
    if output.json {
        output.json(&answer)?;
    } else {
        for source in &answer.sources {
            output.line(format!("{:>8}  {}", source.papers, visible(&source.name)))?;
        }
    }
    Ok(Outcome::found(!answer.sources.is_empty()))
}
