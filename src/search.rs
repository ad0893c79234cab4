//! From a query to hits: which vectors are candidates, and what each scores.

use std::collections::HashSet;

use crate::index::{Neighbor, Scope, TopK, VectorIndex};
use crate::rank::profile_score;
use crate::vector::{Embedding, dot};

/// Candidates fetched for each seed when there are several: a paper can be fourth for every seed and first for all
/// together, so many more than are asked for.
const CANDIDATES_PER_SEED: usize = 200;

/// A paper that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Its key in the index.
    pub key: i64,
    /// What hits are ordered by, greatest first: [`profile_score`] of the similarities to the seeds.
    pub score: f32,
    /// Cosine similarity to the nearest seed, -1 to 1.
    pub similarity: f32,
    /// Which seed that is, counted from 0.
    pub seed: usize,
}

/// The `top_k` papers closest to the seeds taken together, best first; `excluded` keys are left out.
///
/// [`Scope::Exact`] scores every paper; [`Scope::Fast`] scores those that a walk of the graph finds near some seed.
pub fn near(index: &VectorIndex, seeds: &[Embedding], top_k: usize, scope: Scope, excluded: &HashSet<i64>) -> Vec<Hit> {
    let excluded: HashSet<u32> = excluded.iter().filter_map(|&key| index.position(key)).collect();
    let queries: Vec<&[f32]> = seeds.iter().map(Embedding::as_slice).collect();
    let best = match (queries.as_slice(), scope) {
        ([], _) => return Vec::new(),
        ([query], _) => index.search(&[query], top_k, scope, &excluded).pop().unwrap_or_default(),
        (_, Scope::Fast) if index.graph_len() > 0 => {
            let found = index.search(&queries, CANDIDATES_PER_SEED.max(top_k), scope, &excluded);
            let candidates: HashSet<u32> = found.iter().flatten().map(|neighbor| neighbor.position).collect();
            best_of(index, &queries, candidates.into_iter(), top_k)
        }
        _ => {
            let live = |position: &u32| index.key(*position).is_some() && !excluded.contains(position);
            best_of(index, &queries, (0..index.end()).filter(live), top_k)
        }
    };
    let hit = |scored: Neighbor| {
        let vector = index.vector(scored.position);
        let nearest = queries.iter().enumerate().map(|(seed, query)| (dot(query, vector), seed));
        // Of equally near seeds the first.
        let (similarity, seed) = nearest.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
        Some(Hit { key: index.key(scored.position)?, score: scored.similarity, similarity, seed })
    };
    best.into_iter().filter_map(hit).collect()
}

/// Scores `candidates` against all queries; what [`Neighbor`] calls similarity is the score here.
fn best_of(
    index: &VectorIndex,
    queries: &[&[f32]],
    candidates: impl Iterator<Item = u32>,
    top_k: usize,
) -> Vec<Neighbor> {
    let mut best = TopK::new(top_k);
    let mut similarities = vec![0.0; queries.len()];
    for position in candidates {
        let vector = index.vector(position);
        similarities.iter_mut().zip(queries).for_each(|(similarity, query)| *similarity = dot(query, vector));
        best.push(Neighbor { position, similarity: profile_score(&mut similarities) });
    }
    best.into_sorted()
}

/// The `top_k` papers closest to each of many vectors, by exact products over the whole batch.
pub fn near_each(index: &VectorIndex, vectors: &[&[f32]], top_k: usize) -> Vec<Vec<Hit>> {
    let found = index.search(vectors, top_k, Scope::Exact, &HashSet::new());
    let hit = |neighbor: &Neighbor| {
        let Neighbor { position, similarity } = *neighbor;
        Some(Hit { key: index.key(position)?, score: similarity, similarity, seed: 0 })
    };
    found.iter().map(|neighbors| neighbors.iter().filter_map(hit).collect()).collect()
}
