//! `relata rank`.

use super::answer;
use super::args::{Common, RankArgs};
use super::format::chosen;
use super::outcome::Outcome;
use super::output::{Output, papers_counted, visible};
use super::progress::Progress;
use crate::engine::{PaperList, Request};

pub(super) fn run(args: &RankArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.format, output)?;
    let engine = common.open()?;
    let mut request = Request { profile: args.profile.clone(), explain: output.json, ..Request::default() };
    answer::by_seeds(&mut request, &args.seeds, output)?;
    answer::ordered(&mut request, &args.ranking);
    request.top_k = args.top_k.map(|top_k| top_k as usize);
    request.candidates = Some(answer::list(PaperList::read_papers_or_names(&args.candidates), output)?);
    let progress = Progress::new(common);
    let answer = engine.ask(&request, &|event| progress.observe(event))?;
    drop(progress);
    let count = papers_counted(answer.query.candidates.unwrap_or_default() as u64);
    let heading = answer::heading(&format!("{count} by likeness to"), &answer.query);
    answer::print_under(&heading, &answer, format, output)?;
    let unknown = answer.unknown.as_deref().unwrap_or_default();
    if !unknown.is_empty() && !output.json {
        output.note(format!("not in the library, and so behind all others: {}", visible(&unknown.join(", "))));
    }
    if let Some(nothing) = answer.nothing.filter(|_| unknown.is_empty()) {
        output.note(answer::in_words(nothing));
    }
    Ok(Outcome::found(!answer.results.is_empty()))
}
