//! `relata list`.

use super::args::{Common, ListArgs};
use super::format::chosen;
use super::outcome::Outcome;
use super::output::{Output, byline, visible};
use crate::engine::json::Versioned;
use crate::engine::{Engine, ListRequest, Paper};

pub(super) fn run(args: &ListArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.format, output)?;
    let engine = common.open()?;
    if args.sources {
        return sources(&engine, output);
    }
    let request = ListRequest { filters: args.filters.filters(), offset: args.offset, limit: args.limit };
    if output.json {
        let answer = engine.list(&request)?;
        output.json(&Versioned::from(&answer))?;
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
    let year = paper.year.map_or_else(|| "    ".to_owned(), |year| format!("{year:4}"));
    for (number, line) in output.wrapped(&paper.title, 6).into_iter().enumerate() {
        output.line(format!("{}  {line}", if number == 0 { &year } else { "    " }))?;
    }
    for line in output.wrapped(&byline(paper), 6) {
        output.line(format!("      {}", console::Style::new().dim().apply_to(line)))?;
    }
    Ok(())
}

fn sources(engine: &Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let answer = engine.sources()?;
    if output.json {
        output.json(&Versioned::from(&answer))?;
    } else {
        for source in &answer.sources {
            output.line(format!("{:>8}  {}", source.papers, visible(&source.name)))?;
        }
    }
    Ok(Outcome::found(!answer.sources.is_empty()))
}
