//! Statistics of the vectors.

use super::batch::{Batch, cosine};
use super::directions::Directions;
use super::results::{EmbeddingStatistics, Histogram};
use crate::rank::calibration::random_pairs;

/// Number of directions whose share of variance is listed. A phone can show this many bars.
const LISTED_DIRECTIONS: usize = 20;

/// Maximum number of pairs in the histogram. The shares in a sample of this size are exact to a thousandth.
const MOST_PAIRS: usize = 200_000;

/// Width of a bin. Labels are a tenth apart, which is four bins.
const BIN: f32 = 0.025;

/// The percentiles that the scale lists.
const PERCENTILES: [f32; 11] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999];

pub(super) fn statistics(batch: &Batch, directions: &Directions) -> EmbeddingStatistics {
    let shares = directions.shares();
    let scale = |percentile: f32| Some((percentile, batch.library?.calibration.quantile(percentile)?));
    EmbeddingStatistics {
        shape: [batch.len(), batch.vectors.dim()],
        effective_rank: directions.effective_rank() as f32,
        variance_shares: shares.iter().take(LISTED_DIRECTIONS).map(|share| *share as f32).collect(),
        similarities: histogram(&similarities(batch)),
        percentile_scale: PERCENTILES.into_iter().filter_map(scale).collect(),
    }
}

/// The similarities of all pairs, or of a pseudo-random sample that is always the same.
fn similarities(batch: &Batch) -> Vec<f32> {
    let count = batch.len();
    let all = count * count.saturating_sub(1) / 2;
    if all <= MOST_PAIRS {
        let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
        return pairs.map(|(a, b)| cosine(batch.vector(a), batch.vector(b))).collect();
    }
    random_pairs(count, MOST_PAIRS).map(|[a, b]| cosine(batch.vector(a), batch.vector(b))).collect()
}

/// Counts numbers in bins of equal width, from the least number to the greatest. Without numbers there are no bins.
fn histogram(numbers: &[f32]) -> Histogram {
    let bin = |number: f32| (number / BIN).floor() as i32;
    let bins = || numbers.iter().map(|number| bin(*number));
    let (Some(first), Some(last)) = (bins().min(), bins().max()) else {
        return Histogram { range: [0.0, 0.0], counts: Vec::new() };
    };
    let mut counts = vec![0; (last - first) as usize + 1];
    bins().for_each(|bin| counts[(bin - first) as usize] += 1);
    Histogram { range: [first as f32 * BIN, (last + 1) as f32 * BIN], counts }
}
