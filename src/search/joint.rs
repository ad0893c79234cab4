//! Searches by vectors for many questions at once. Comparing a batch with every vector is exact, and faster than a
//! search of the graph for each vector.

use super::shortlist::{candidates_per_probe, searched_probes};
use super::{Indexes, SearchTask};
use crate::index::{Neighbor, Scope};
use crate::rank::Ranker;

/// The minimum number of probes for a joint search.
const MANY_PROBES: usize = 64;

/// The maximum number of papers that a question in a joint search may reject. The search must find this many more
/// papers for every question.
const FEW_REJECTED: usize = 64;

/// Finds the papers nearest to the probes of all questions. Returns for each question one list for each searched probe
/// that has a vector, or `None` if the question must be searched alone.
pub fn search_jointly(indexes: Indexes, asked: &[Option<SearchTask>]) -> Vec<Option<Vec<Vec<Neighbor>>>> {
    let is_joint = |asked: &&SearchTask| {
        asked.question.scope == Scope::Fast
            && asked.question.ranker != Ranker::Lexical
            && asked.question.wanted() > 0
            && asked.admitted.rejected() <= FEW_REJECTED
    };
    let joint = || asked.iter().map(|asked| asked.as_ref().filter(is_joint));
    let per_question: Vec<Option<Vec<&[f32]>>> = joint().map(|asked| asked.map(vectors)).collect();
    let queries: Vec<&[f32]> = per_question.iter().flatten().flatten().copied().collect();
    if queries.len() < MANY_PROBES {
        return asked.iter().map(|_| None).collect();
    }
    let wanted =
        joint().flatten().map(|asked| candidates_per_probe(&asked.question, asked.top_k) + asked.admitted.rejected());
    let top_k = wanted.max().unwrap_or_default();
    let mut found = indexes.vectors.search(&queries, top_k, Scope::Exact, &|_| true, 0).into_iter();
    let mut of_question = |(asked, vectors): (&SearchTask, &Vec<_>)| {
        let mut lists: Vec<Vec<Neighbor>> = found.by_ref().take(vectors.len()).collect();
        for list in &mut lists {
            list.retain(|neighbor| asked.admitted.contains(neighbor.position));
            list.truncate(candidates_per_probe(&asked.question, asked.top_k));
        }
        lists
    };
    joint().zip(&per_question).map(|(asked, vectors)| asked.zip(vectors.as_ref()).map(&mut of_question)).collect()
}

/// The vectors of the searched probes.
fn vectors<'a>(asked: &SearchTask<'a>) -> Vec<&'a [f32]> {
    let probes: Vec<_> = asked.question.probes().collect();
    searched_probes(&asked.question).into_iter().filter_map(|place| probes[place].slice()).collect()
}
