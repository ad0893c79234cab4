//! `relata similar`.

use super::answer;
use super::args::{Common, SimilarArgs};
use super::format::chosen;
use super::outcome::Outcome;
use super::output::Output;
use crate::engine::Request;

pub(super) fn run(args: &SimilarArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.asking.answer.format, output)?;
    let engine = common.open()?;
    let mut request = Request { facet: args.facet.as_deref().and_then(|name| name.parse().ok()), ..Request::default() };
    answer::steered(&mut request, &args.asking.steering);
    answer::by_seeds(&mut request, &args.seeds, output)?;
    answer::shaped(&mut request, &args.asking.answer, format, output)?;
    answer::ask(&engine, &request, format, args.asking.steering.mark_seen, common, output)
}
