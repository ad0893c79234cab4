//! `relata show`.

use clap::Args;

use super::duplicates::version_line;
use super::format::FormatArgs;
use super::global::Common;
use super::output::{Outcome, Output};
use crate::engine::ShownPaper;

/// Show everything about a paper
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/show.txt"))]
pub(super) struct ShowArgs {
    /// Papers in the library, each by id, arXiv id, DOI, URL or title
    #[arg(required = true, value_name = "PAPER")]
    pub papers: Vec<String>,
    #[command(flatten)]
    pub format: FormatArgs,
}

pub(super) fn run(args: &ShowArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = args.format.chosen(output)?;
    let engine = common.open()?;
    if let Some(format) = format {
        let papers = engine.library()?.named(&args.papers)?;
        let mut writer = format.writer(output.writer());
        papers.iter().try_for_each(|listed| writer.paper(&listed.paper))?;
        writer.finish()?;
        return Ok(Outcome::Done);
    }
    let answer = engine.show(&args.papers)?;
    if output.json {
        output.json(&answer)?;
        return Ok(Outcome::Done);
    }
    for (number, ShownPaper { paper, terms, versions, source }) in answer.papers.iter().enumerate() {
        if number > 0 {
            output.line("")?;
        }
        output.paper(paper, terms, source)?;
        if versions.len() > 1 {
            output.line("")?;
            output
                .line(format!("{} versions; `relata duplicates --split ID VERSION` splits one off:", versions.len()))?;
            for (at, version) in versions.iter().enumerate() {
                output.line(format!("  {}", version_line(at + 1, version)))?;
            }
        }
    }
    Ok(Outcome::Done)
}
