//! Every pair's similarity, in an order that brings like papers together.

use super::{Batch, HeatMap};
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
