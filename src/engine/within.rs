//! The papers of a batch ranked beside each other, as [`Snapshot::rank`](super::Snapshot::rank) would with the
//! nearest of the batch as candidates; but each is read and tokenized once, not for every paper that it is near to.

use rayon::prelude::*;

use super::gathered::Gathered;
use super::recommendation::Recommendation;
use crate::index::Neighbor;
use crate::rank::{Pair, Parts, Weights, sentences};

/// For each paper the best `top_k` among `nearest`, by score, of equals by place. `meaning` says of a similarity its percentile
/// and whether it is close.
pub(super) fn within(
    gathered: &Gathered,
    nearest: &[Vec<Neighbor>],
    top_k: usize,
    meaning: &(dyn Fn(f32) -> (Option<f32>, bool) + Sync),
) -> Vec<Vec<Recommendation>> {
    let compared = |place: usize, neighbor: &Neighbor| {
        let (other, document) = (neighbor.position as usize, neighbor.similarity);
        let sentences = sentences::similarity(&gathered.weighted[place], &gathered.weighted[other]);
        let terms = gathered.terms[place].cosine(&gathered.terms[other]);
        let pair = Pair { document, sentences: sentences.unwrap_or(document), terms };
        (other, document, Weights::PAPER.parts(pair))
    };
    let ranked = |(place, nearest): (usize, &Vec<Neighbor>)| {
        let mut ranked: Vec<(usize, f32, Parts)> = nearest.iter().map(|neighbor| compared(place, neighbor)).collect();
        ranked.sort_by(|a, b| b.2.score().total_cmp(&a.2.score()).then(a.0.cmp(&b.0)));
        ranked.truncate(top_k);
        let recommendation = |(rank, (other, similarity, parts)): (usize, (usize, f32, Parts))| {
            let (percentile, is_close) = meaning(similarity);
            Recommendation {
                rank: rank + 1,
                score: parts.score(),
                parts,
                similarity,
                percentile,
                is_close,
                seed: None,
                candidate: Some(other),
                number: gathered.numbers[other],
                because: None,
                paper: gathered.papers[other].clone(),
            }
        };
        ranked.into_iter().enumerate().map(recommendation).collect()
    };
    nearest.par_iter().enumerate().map(ranked).collect()
}
