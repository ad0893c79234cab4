//! `relata search`.

use super::Outcome;
use super::args::{Common, SearchArgs};
use super::asking::Asking;
use super::export::chosen;
use super::output::Output;
use super::progress::Progress;
use super::steering::Steering;
use crate::recommender::TextQuery;

pub(super) fn run(args: &SearchArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.asking.answer.format, output)?;
    let mut recommender = common.open()?;
    let steering = Steering::of(&args.asking.steering, &recommender)?;
    let progress = Progress::new(common);
    let observer = |event: crate::recommender::Event| progress.observe(event);
    let typed = if args.verbatim { args.text.join(" ") } else { TextQuery::joined(&args.text) };
    let words = if args.verbatim { TextQuery::verbatim(&typed) } else { TextQuery::parse(&typed) };
    words.doubts.iter().for_each(|doubt| output.note(doubt));
    let mut asking = Asking::about(&words.text, &typed);
    asking.unlike(&args.not, &recommender)?;
    asking.follow(&args.asking.answer, &words, &steering, &recommender, &observer, output)?;
    let found = if words.text.trim().is_empty() && asking.question.among.is_some() {
        asking.by_conditions_alone();
        recommender.newest(&asking.question, &observer)?
    } else {
        asking.steered(&steering, &recommender, &observer)?
    };
    drop(progress);
    let outcome = asking.answer(&found, format, output)?;
    steering.shown(&mut recommender, &found)?;
    Ok(outcome)
}
