//! `relata show`.

use super::args::{Common, ShowArgs};
use super::format::chosen;
use super::outcome::Outcome;
use super::output::Output;
use super::versions::version_line;
use crate::engine::ShownPaper;
use crate::engine::json::Versioned;

pub(super) fn run(args: &ShowArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.format, output)?;
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
        output.json(&Versioned::from(&answer))?;
        return Ok(Outcome::Done);
    }
    for (number, ShownPaper { paper, terms, versions, source }) in answer.papers.iter().enumerate() {
        if number > 0 {
            output.line("")?;
        }
        output.paper(paper, terms, source)?;
        if versions.len() > 1 {
            output.line("")?;
            output.line(format!("{} versions, `relata duplicates --split ID VERSION` parts one:", versions.len()))?;
            for (at, version) in versions.iter().enumerate() {
                output.line(format!("  {}", version_line(at + 1, version)))?;
            }
        }
    }
    Ok(Outcome::Done)
}
