//! `relata search`.

use super::answer;
use super::args::{Common, SearchArgs};
use super::format::chosen;
use super::outcome::Outcome;
use super::output::Output;
use crate::engine::{Request, TextQuery};

pub(super) fn run(args: &SearchArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.asking.answer.format, output)?;
    let engine = common.open()?;
    let text = if args.verbatim { args.text.join(" ") } else { TextQuery::joined(&args.text) };
    let mut request = Request { verbatim: args.verbatim, ..Request::about(text) };
    answer::steered(&mut request, &args.asking.steering);
    answer::unlike(&mut request, &args.not);
    answer::shaped(&mut request, &args.asking.answer, format, output)?;
    answer::ask(&engine, &request, format, args.asking.steering.mark_seen, common, output)
}
