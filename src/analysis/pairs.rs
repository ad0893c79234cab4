//! Selects the pairs of a batch that a report lists, and computes the similarities of all pairs.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::batch::Batch;
use super::results::{HeatMap, Pair, Relation, six_decimals};
use crate::rank::clusters::leaf_order;

/// The list contains at least this many of the most similar pairs.
const STRONGEST: usize = 200;

/// Returns the most similar pairs, all pairs of mutual nearest neighbours, and all pairs of `kin`, by similarity
/// descending, then by place.
pub(super) fn pairs(batch: &Batch, kin: &[([usize; 2], Relation)]) -> Vec<Pair> {
    let mut found: BTreeMap<[usize; 2], Relation> = BTreeMap::new();
    for (place, nearest) in batch.nearest.iter().enumerate() {
        for neighbor in nearest {
            found.insert(ordered(place, neighbor.position as usize), Relation::Distinct);
        }
    }
    found.extend(kin.iter().map(|&([a, b], kinship)| (ordered(a, b), kinship)));
    let mut pairs: Vec<Pair> = found.into_iter().map(|(papers, kinship)| pair(batch, papers, kinship)).collect();
    // The sort is stable: pairs of equal similarity stay in the order of their places.
    pairs.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    let mut rank = 0..;
    pairs.retain(|pair| {
        rank.next().is_some_and(|rank| rank < STRONGEST) || pair.is_mutual || pair.kinship != Relation::Distinct
    });
    pairs
}

fn ordered(a: usize, b: usize) -> [usize; 2] {
    [a.min(b), a.max(b)]
}

fn pair(batch: &Batch, papers: [usize; 2], kinship: Relation) -> Pair {
    let [a, b] = papers;
    let similarity = batch.similarity(a, b);
    let percentile = batch.percentile(similarity);
    let nearest_of = |place: usize| batch.nearest[place].first().map(|neighbor| neighbor.position as usize);
    let is_mutual = nearest_of(a) == Some(b) && nearest_of(b) == Some(a);
    Pair { papers, similarity, percentile, is_mutual, kinship }
}

/// The greatest number of papers for which a heat map is readable.
pub const MOST_IN_HEAT_MAP: usize = 300;

/// Returns the similarities of all pairs; `None` for fewer than 2 papers or more than [`MOST_IN_HEAT_MAP`].
pub(super) fn heat_map(batch: &Batch) -> Option<HeatMap> {
    let count = batch.len();
    if !(2..=MOST_IN_HEAT_MAP).contains(&count) {
        return None;
    }
    let order = leaf_order(count, |a, b| batch.similarity(a, b));
    let row = |&a: &usize| order.iter().map(move |&b| if a == b { 1.0 } else { batch.similarity(a, b) });
    Some(HeatMap { similarities: order.iter().flat_map(row).collect(), order })
}

/// Writes the similarities as a list of rows.
impl Serialize for HeatMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Rows<'a> {
            order: &'a [usize],
            #[serde(serialize_with = "six_decimals")]
            rows: Vec<&'a [f32]>,
        }
        // `chunks` panics if the size is 0.
        let rows = self.similarities.chunks(self.order.len().max(1)).collect();
        Rows { order: &self.order, rows }.serialize(serializer)
    }
}
