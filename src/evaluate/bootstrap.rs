//! Confidence intervals of means over queries by the percentile [bootstrap](https://doi.org/10.1145/1148170.1148261),
//! and a randomisation test for the difference of two runs (both as in Smucker, Allan and Carterette,
//! [2007](https://doi.org/10.1145/1321440.1321528)). Queries are resampled, not papers.

/// Number of resamples. With 10,000, the ends of a 95 % interval differ in the third digit between two seeds.
const RESAMPLES: usize = 10_000;

/// A mean with its 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The difference of two runs on the same queries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Mean of the differences, with its interval.
    pub mean: Interval,
    /// The two-sided p-value: the share of random swaps of the two runs, query by query, that give at least as great a
    /// difference.
    pub p_value: f64,
    /// Queries on which the first run is better.
    pub better: usize,
    /// Queries on which the first run is worse.
    pub worse: usize,
}

/// The mean of values, one per query; 0 without values.
pub fn mean(values: &[f64], seed: u64) -> Interval {
    let count = values.len();
    let mean = average(values.iter().copied(), count);
    let mut random = SplitMix64(seed);
    let draw = |_| average((0..count).map(|_| values[random.below(count)]), count);
    let mut means: Vec<f64> = if count == 0 { vec![0.0] } else { (0..RESAMPLES).map(draw).collect() };
    means.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| means[((means.len() - 1) as f64 * share).round() as usize];
    Interval { mean, low: at(0.025), high: at(0.975) }
}

/// The mean of differences, one per query.
pub fn difference(differences: &[f64], seed: u64) -> Difference {
    let count = differences.len();
    let interval = mean(differences, seed);
    let mut random = SplitMix64(seed ^ 0x5eed);
    let is_as_great = |_: &usize| {
        let swapped = differences.iter().map(|d| if random.next() >> 63 == 0 { *d } else { -*d });
        average(swapped, count).abs() >= interval.mean.abs() - 1e-12
    };
    // The observed difference is one of the possible swaps, so p is never 0.
    let as_great = (0..RESAMPLES).filter(is_as_great).count();
    Difference {
        mean: interval,
        p_value: (as_great + 1) as f64 / (RESAMPLES + 1) as f64,
        better: differences.iter().filter(|difference| **difference > 0.0).count(),
        worse: differences.iter().filter(|difference| **difference < 0.0).count(),
    }
}

fn average(values: impl Iterator<Item = f64>, count: usize) -> f64 {
    // An empty sum is -0, which adding 0 turns into 0.
    if count == 0 { 0.0 } else { values.sum::<f64>() / count as f64 + 0.0 }
}

/// [SplitMix64](https://doi.org/10.1145/2714064.2660195): small, and good enough for resampling.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, by multiplication: its bias is below 2⁻³² for any realistic number of queries.
    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }
}
