//! `relata rank`.

use std::collections::HashSet;
use std::sync::Arc;

use super::Outcome;
use super::args::{Common, RankArgs};
use super::asking::Asking;
use super::export::chosen;
use super::output::{Output, visible};
use super::progress::Progress;
use super::reading::{Given, papers_or_names};
use super::steering::Steering;
use crate::paper::Paper;
use crate::recommender::{Recommender, Seed};

pub(super) fn run(args: &RankArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.format, output)?;
    let recommender = common.open()?;
    let steering = Steering::by_profile(args.profile.as_deref(), &recommender)?;
    let progress = Progress::new(common);
    let mut asking = Asking::by(&args.seeds, steering.profile.is_some(), &recommender, output)?;
    asking.ordered(&args.ranking);
    let candidates = Candidates::of(papers_or_names(&args.candidates, output)?, &recommender)?;
    let count = candidates.seeds.len();
    asking.with_size(args.top_k.map_or(count, |top_k| top_k as usize), false);
    asking.question.explain = output.json;
    let heading = asking.among_candidates(count + candidates.unknown.len());
    asking.question.candidates = Some(candidates.seeds);
    let mut ranked = asking.steered(&steering, &recommender, &|event| progress.observe(event))?;
    drop(progress);
    // As the file has them, with the ids that they have there.
    for recommendation in &mut ranked {
        let Some(place) = recommendation.candidate else { continue };
        recommendation.candidate = Some(candidates.places[place]);
        if let Some(paper) = &candidates.papers[place] {
            recommendation.paper = paper.clone();
        }
    }
    asking.answer_under(&heading, &ranked, &candidates.unknown, format, output)?;
    if !candidates.unknown.is_empty() && !output.json {
        output
            .note(format!("not in the library, and so behind all others: {}", visible(&candidates.unknown.join(", "))));
    }
    if count == 0 && candidates.unknown.is_empty() {
        output.note("there is no paper to rank");
    }
    Ok(if count == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// What is to be ranked.
#[derive(Default)]
struct Candidates {
    seeds: Vec<Seed>,
    /// For each of them where in the list it stands.
    places: Vec<usize>,
    /// For each of them the paper as the file has it, if it has papers.
    papers: Vec<Option<Arc<Paper>>>,
    /// Names that stand for no paper, each once.
    unknown: Vec<String>,
}

impl Candidates {
    fn of(given: Given, recommender: &Recommender) -> crate::Result<Self> {
        let mut candidates = Self::default();
        match given {
            Given::Papers(papers) => {
                candidates.places = (0..papers.len()).collect();
                for paper in papers {
                    candidates.papers.push(Some(Arc::new(paper.clone())));
                    candidates.seeds.push(recommender.seed(paper)?);
                }
            }
            Given::Names(names) => {
                let mut seen = HashSet::new();
                for (place, name) in names.into_iter().filter(|name| seen.insert(name.clone())).enumerate() {
                    match recommender.library().number_or_titled(&name)? {
                        Some(number) => {
                            candidates.places.push(place);
                            candidates.papers.push(None);
                            candidates.seeds.push(Seed::Stored(number));
                        }
                        None => candidates.unknown.push(name),
                    }
                }
            }
        }
        Ok(candidates)
    }
}
