//! `relata similar`, and how papers that are named are found.

use std::collections::HashSet;

use super::Outcome;
use super::args::{Common, SimilarArgs};
use super::asking::Asking;
use super::export::chosen;
use super::output::Output;
use super::progress::Progress;
use super::steering::Steering;
use crate::library::{Library, Listed};
use crate::rank::facets::Facet;
use crate::recommender::TextQuery;

pub(super) fn run(args: &SimilarArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.asking.answer.format, output)?;
    let mut recommender = common.open()?;
    let steering = Steering::of(&args.asking.steering, &recommender)?;
    let progress = Progress::new(common);
    let observer = |event: crate::recommender::Event| progress.observe(event);
    let mut asking = Asking::by(&args.seeds, steering.profile.is_some(), &recommender, output)?;
    asking.in_respect(args.facet.as_deref().and_then(Facet::from_name));
    asking.follow(&args.asking.answer, &TextQuery::default(), &steering, &recommender, &observer, output)?;
    let found = asking.steered(&steering, &recommender, &observer)?;
    drop(progress);
    let outcome = asking.answer(&found, format, output)?;
    steering.shown(&mut recommender, &found)?;
    Ok(outcome)
}

/// The papers that were named. Several words may be one title without quotes, which is tried first.
pub(super) fn find_all(library: &Library, names: &[String]) -> crate::Result<Vec<Listed>> {
    if names.len() > 1
        && let Some(found) = library.find_if_known(&names.join(" "))?
    {
        return Ok(vec![found]);
    }
    each_once(names.iter().map(|name| library.find(name)))
}

/// The papers found, one that was named twice only once.
pub(super) fn each_once(found: impl Iterator<Item = crate::Result<Listed>>) -> crate::Result<Vec<Listed>> {
    let mut seen = HashSet::new();
    let mut papers: Vec<Listed> = found.collect::<crate::Result<_>>()?;
    papers.retain(|listed| seen.insert(listed.number));
    Ok(papers)
}
