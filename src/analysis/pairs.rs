//! The pairs of a batch that are listed, and the similarities of all pairs.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::batch::Batch;
use super::results::{HeatMap, Pair, Relation, six_decimals};
use crate::rank::clusters::leaf_order;

/// Number of the most similar pairs, which are always listed.
const STRONGEST: usize = 200;

/// The most similar pairs, all mutual nearest neighbours, and all of `kin`; by similarity, then by place.
pub(super) fn pairs(batch: &Batch, kin: &[([usize; 2], Relation)]) -> Vec<Pair> {
    let mut found: BTreeMap<[usize; 2], Relation> = BTreeMap::new();
    for (place, nearest) in batch.nearest.iter().enumerate() {
        for neighbor in nearest {
            found.insert(ordered(place, neighbor.position as usize), Relation::Distinct);
        }
    }
    found.extend(kin.iter().map(|&([a, b], kinship)| (ordered(a, b), kinship)));
    let mut pairs: Vec<Pair> = found.into_iter().map(|(papers, kinship)| pair(batch, papers, kinship)).collect();
    // Stable: equals stay in the order of places.
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

/// Most papers in a readable heat map.
pub const MOST_IN_HEAT_MAP: usize = 300;

/// The similarities of all pairs; `None` for one paper or too many.
pub(super) fn heat_map(batch: &Batch) -> Option<HeatMap> {
    let count = batch.len();
    if !(2..=MOST_IN_HEAT_MAP).contains(&count) {
        return None;
    }
    let order = leaf_order(count, |a, b| batch.similarity(a, b));
    let row = |&a: &usize| order.iter().map(move |&b| if a == b { 1.0 } else { batch.similarity(a, b) });
    Some(HeatMap { similarities: order.iter().flat_map(row).collect(), order })
}

/// With a list for each row.
impl Serialize for HeatMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Rows<'a> {
            order: &'a [usize],
            #[serde(serialize_with = "six_decimals")]
            rows: Vec<&'a [f32]>,
        }
        // `chunks` needs at least 1; without papers there is nothing to cut.
        let rows = self.similarities.chunks(self.order.len().max(1)).collect();
        Rows { order: &self.order, rows }.serialize(serializer)
    }
}
