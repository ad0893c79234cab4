//! Vectors near the probes of many questions, looked for all at once: to compare a batch with every vector is faster than
//! to walk the graph for each of them, and misses nothing.

use super::shortlist::{each, searched};
use super::{Admitted, Indexes, Question};
use crate::index::{Neighbor, Scope};

/// Probes from which on they are looked for together.
const MANY_PROBES: usize = 64;

/// Papers that a question may reject and still be answered together with the others: as many more have to be found.
const FEW_REJECTED: usize = 64;

/// What is asked, of which papers, and how many are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The question.
    pub question: Question<'a>,
    /// The papers that may be found.
    pub admitted: &'a Admitted,
    /// How many are wanted.
    pub top_k: usize,
}

/// For each question what is near the probes by which its candidates are found: a list for each of them that has a vector;
/// `None` for a question that is better answered by itself.
pub fn near_together(indexes: Indexes, asked: &[Option<Asked>]) -> Vec<Option<Vec<Vec<Neighbor>>>> {
    let is_joint = |asked: &&Asked| {
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
    let mut of_question = |(asked, vectors): (&Asked, &Vec<_>)| {
        let mut lists: Vec<Vec<Neighbor>> = found.by_ref().take(vectors.len()).collect();
        for list in &mut lists {
            list.retain(|neighbor| asked.admitted.contains(neighbor.position));
            list.truncate(each(&asked.question, asked.top_k));
        }
        lists
    };
    joint().zip(&per_question).map(|(asked, vectors)| asked.zip(vectors.as_ref()).map(&mut of_question)).collect()
}

/// Those near which candidates are looked for.
fn vectors<'a>(asked: &Asked<'a>) -> Vec<&'a [f32]> {
    let probes: Vec<_> = asked.question.probes().collect();
    searched(&asked.question).into_iter().filter_map(|place| probes[place].slice()).collect()
}
