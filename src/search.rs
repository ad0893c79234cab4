//! From a query to hits: which vectors are candidates, and what each scores.

use std::collections::HashSet;

use crate::index::{Neighbor, Scope, TopK, VectorIndex};
use crate::rank::profile_score;
use crate::vector::dot;

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

/// The `top_k` papers closest to the queries (vectors of the seeds) taken together; `excluded` keys are left out. Order:
/// score descending, then position ascending.
///
/// [`Scope::Exact`] scores every paper; [`Scope::Fast`] scores those that a walk of the graph finds near some seed.
pub fn near(index: &VectorIndex, queries: &[&[f32]], top_k: usize, scope: Scope, excluded: &HashSet<i64>) -> Vec<Hit> {
    let excluded: HashSet<u32> = excluded.iter().filter_map(|&key| index.position(key)).collect();
    let best = match (queries, scope) {
        ([], _) => return Vec::new(),
        ([query], _) => index.search(&[query], top_k, scope, &excluded).pop().unwrap_or_default(),
        (_, Scope::Fast) if index.graph_len() > 0 => {
            let found = index.search(queries, CANDIDATES_PER_SEED.max(top_k), scope, &excluded);
            let candidates: HashSet<u32> = found.iter().flatten().map(|neighbor| neighbor.position).collect();
            best_of(index, queries, candidates.into_iter(), top_k)
        }
        _ => {
            let live = |position: &u32| index.key(*position).is_some() && !excluded.contains(position);
            best_of(index, queries, (0..index.end()).filter(live), top_k)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Row;
    use crate::index::hnsw::BuildParams;
    use crate::vector::Embedding;

    /// 3,000 vectors around 30 directions.
    fn index() -> VectorIndex {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        };
        let centres: Vec<Vec<f32>> = (0..30).map(|_| (0..24).map(|_| random()).collect()).collect();
        let rows: Vec<Row> = (0..3000).map(|number| Row { version: number as u128, key: number }).collect();
        let mut index = VectorIndex::refresh(None, &rows, 24, |keys, sink| {
            for key in keys {
                let centre = &centres[*key as usize % centres.len()];
                let vector = Embedding::new(centre.iter().map(|value| value + 0.7 * random()).collect())?;
                sink(vector.as_slice());
            }
            Ok(())
        })
        .unwrap();
        index.build_graph(BuildParams { parallel: false, ..BuildParams::default() }, &mut |_| ()).unwrap();
        index
    }

    #[test]
    fn the_fast_way_finds_nearly_what_the_exact_one_does() {
        let index = index();
        let excluded = HashSet::from([0, 30, 60]);
        let (mut shared, mut all) = (0, 0);
        for seeds in [&[0u32][..], &[0, 1], &[5, 35, 65, 95], &[1, 2, 3, 4, 5, 6]] {
            let queries: Vec<&[f32]> = seeds.iter().map(|&position| index.vector(position)).collect();
            let [exact, fast] = [Scope::Exact, Scope::Fast].map(|scope| near(&index, &queries, 10, scope, &excluded));
            assert!(exact.iter().chain(&fast).all(|hit| !excluded.contains(&hit.key)));
            assert!(fast.is_sorted_by(|a, b| a.score >= b.score));
            shared += fast.iter().filter(|hit| exact.contains(hit)).count();
            all += exact.len();
        }
        assert!(all == 40 && shared >= 39, "{shared} of {all}");
    }

    #[test]
    fn the_score_of_a_hit_is_that_of_its_similarities_and_its_seed_the_nearest() {
        let index = index();
        let queries: Vec<&[f32]> = [10, 11, 12, 13].map(|position| index.vector(position)).into();
        for hit in near(&index, &queries, 20, Scope::Exact, &HashSet::new()) {
            let vector = index.vector(index.position(hit.key).unwrap());
            let mut similarities: Vec<f32> = queries.iter().map(|query| dot(query, vector)).collect();
            assert_eq!(hit.similarity, similarities[hit.seed]);
            assert!(similarities.iter().all(|similarity| *similarity <= hit.similarity));
            assert_eq!(hit.score, profile_score(&mut similarities));
        }
    }

    #[test]
    fn a_batch_gives_what_single_questions_give() {
        let index = index();
        let queries: Vec<&[f32]> = (0..50).map(|position| index.vector(position)).collect();
        for (query, batch) in queries.iter().zip(near_each(&index, &queries, 7)) {
            assert_eq!(batch, near(&index, &[query], 7, Scope::Exact, &HashSet::new()));
        }
    }
}
