//! Every pair's similarity, in an order that brings like papers together.

use serde::{Serialize, Serializer};

use super::{Batch, HeatMap, six_decimals};
use crate::rank::clusters::leaf_order;

/// Papers of which a heat map can be read.
pub const MOST_IN_HEAT_MAP: usize = 300;

/// None for more papers than can be read, and for one alone.
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
        // At least 1, which `chunks` demands; without papers there is nothing to cut.
        let rows = self.similarities.chunks(self.order.len().max(1)).collect();
        Rows { order: &self.order, rows }.serialize(serializer)
    }
}
