//! `relata show`.

use super::Outcome;
use super::args::{Common, ShowArgs};
use super::output::Output;
use super::similar::find_all;
use crate::report::json::PapersJson;

pub(super) fn run(args: &ShowArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let recommender = common.open()?;
    let papers = find_all(recommender.library(), &args.papers)?;
    if output.json {
        output.json(&papers.iter().map(|listed| &listed.paper).collect::<PapersJson>())?;
    } else {
        for (number, listed) in papers.iter().enumerate() {
            if number > 0 {
                output.line("")?;
            }
            output.paper(&listed.paper, &listed.source)?;
        }
    }
    Ok(Outcome::Done)
}
