//! Raises papers whose neighbours among the results fit the question, too. A paper in a group of good papers is more
//! often a good one than a paper that only happens to be near the seed.

use super::shortlist::{Candidate, Hit};
use crate::index::{Neighbor, TopK, VectorIndex};
use crate::vector::dot;

/// The number of best papers that support each other. With 100, results are about the same.
const SUPPORTED: usize = 200;

/// The number of a paper's nearest papers that support it.
const NEIGHBOURS: usize = 10;

/// The share of a score that is the mean score of the neighbours. Shares from 0.1 to 0.3 are about equally good.
const SHARE: f32 = 0.2;

/// Mixes into the score of each of the best papers the mean score of its nearest papers among them, weighted by their
/// cosines. Each part is mixed in the same way, so parts still add up to the score. `hits` must be sorted, and are
/// sorted again. The other papers stay below, because no mean is less than the least of the best scores.
///
/// A score then also depends on the other results, so it must not be used where scores of pairs are compared.
pub fn add_support(hits: &mut [Hit], vectors: &VectorIndex) {
    let supported = SUPPORTED.min(hits.len());
    let best = &mut hits[..supported];
    let of = |hit: &Hit| match hit.paper {
        Candidate::Stored(position) => Some(vectors.vector(position)),
        Candidate::Foreign(_) => None,
    };
    let Some(own): Option<Vec<&[f32]>> = best.iter().map(of).collect() else { return };
    let mut nearest: Vec<TopK> = own.iter().map(|_| TopK::new(NEIGHBOURS)).collect();
    for first in 0..own.len() {
        for second in first + 1..own.len() {
            let similarity = dot(own[first], own[second]);
            // A mean needs positive weights.
            if similarity > 0.0 {
                nearest[first].push(Neighbor { position: second as u32, similarity });
                nearest[second].push(Neighbor { position: first as u32, similarity });
            }
        }
    }
    let alone: Vec<_> = best.iter().map(|hit| hit.parts).collect();
    for (hit, nearest) in best.iter_mut().zip(nearest) {
        let nearest = nearest.into_sorted();
        let sum: f32 = nearest.iter().map(|neighbor| neighbor.similarity).sum();
        if sum > 0.0 {
            hit.parts = nearest.iter().fold(hit.parts * (1.0 - SHARE), |parts, neighbor| {
                parts + alone[neighbor.position as usize] * (SHARE * neighbor.similarity / sum)
            });
        }
    }
    Hit::sort(hits);
}
