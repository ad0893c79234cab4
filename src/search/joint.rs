//! Searches by vectors for many questions at once: comparing a batch with every vector is faster than walking the graph
//! for each, and exact.

use super::shortlist::{each, searched};
use super::{Indexes, SearchTask};
use crate::index::{Neighbor, Scope};

/// Fewest probes for a joint search.
const MANY_PROBES: usize = 64;

/// Most papers that a question in a joint search may reject: all questions must find as many more.
const FEW_REJECTED: usize = 64;

/// Searches near the probes of all questions. For each question a list for each of its searched probes that has a vector;
/// `None` for a question that is better answered alone.
pub fn search_jointly(indexes: Indexes, asked: &[Option<SearchTask>]) -> Vec<Option<Vec<Vec<Neighbor>>>> {
    let is_joint = |asked: &&SearchTask| {
        asked.question.scope == Scope::Fast && asked.question.wanted() > 0 && asked.admitted.rejected() <= FEW_REJECTED
    };
    let joint = || asked.iter().map(|asked| asked.as_ref().filter(is_joint));
    let per_question: Vec<Option<Vec<&[f32]>>> = joint().map(|asked| asked.map(vectors)).collect();
    let queries: Vec<&[f32]> = per_question.iter().flatten().flatten().copied().collect();
    if queries.len() < MANY_PROBES {
        return asked.iter().map(|_| None).collect();
    }
    let wanted = joint().flatten().map(|asked| each(&asked.question, asked.top_k) + asked.admitted.rejected());
    let top_k = wanted.max().unwrap_or_default();
    let mut found = indexes.vectors.search(&queries, top_k, Scope::Exact, &|_| true, 0).into_iter();
    let mut of_question = |(asked, vectors): (&SearchTask, &Vec<_>)| {
        let mut lists: Vec<Vec<Neighbor>> = found.by_ref().take(vectors.len()).collect();
        for list in &mut lists {
            list.retain(|neighbor| asked.admitted.contains(neighbor.position));
            list.truncate(each(&asked.question, asked.top_k));
        }
        lists
    };
    joint().zip(&per_question).map(|(asked, vectors)| asked.zip(vectors.as_ref()).map(&mut of_question)).collect()
}

/// The vectors of the searched probes.
fn vectors<'a>(asked: &SearchTask<'a>) -> Vec<&'a [f32]> {
    let probes: Vec<_> = asked.question.probes().collect();
    searched(&asked.question).into_iter().filter_map(|place| probes[place].slice()).collect()
}
