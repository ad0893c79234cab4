//! The pairs of a batch that are worth showing: the strongest, those that are each other's nearest, and kin.

use std::collections::BTreeMap;

use super::{Batch, Kinship, Pair};

/// So many of the strongest pairs are listed, whatever they are.
const STRONGEST: usize = 200;

/// Pairs by similarity, then by place: the strongest, all that are mutually nearest, and all of `kin`.
pub(super) fn pairs(batch: &Batch, kin: &[([usize; 2], Kinship)]) -> Vec<Pair> {
    let mut found: BTreeMap<[usize; 2], Kinship> = BTreeMap::new();
    for (place, nearest) in batch.nearest.iter().enumerate() {
        for neighbor in nearest {
            found.insert(ordered(place, neighbor.position as usize), Kinship::Distinct);
        }
    }
    found.extend(kin.iter().map(|&([a, b], kinship)| (ordered(a, b), kinship)));
    let mut pairs: Vec<Pair> = found.into_iter().map(|(papers, kinship)| pair(batch, papers, kinship)).collect();
    // Stable: of equals the order of the places stays.
    pairs.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    let mut rank = 0..;
    pairs.retain(|pair| {
        rank.next().is_some_and(|rank| rank < STRONGEST) || pair.is_mutual || pair.kinship != Kinship::Distinct
    });
    pairs
}

fn ordered(a: usize, b: usize) -> [usize; 2] {
    [a.min(b), a.max(b)]
}

fn pair(batch: &Batch, papers: [usize; 2], kinship: Kinship) -> Pair {
    let [a, b] = papers;
    let similarity = batch.similarity(a, b);
    let percentile = batch.percentile(similarity);
    let nearest_of = |place: usize| batch.nearest[place].first().map(|neighbor| neighbor.position as usize);
    let is_mutual = nearest_of(a) == Some(b) && nearest_of(b) == Some(a);
    Pair { papers, similarity, percentile, is_mutual, kinship }
}
