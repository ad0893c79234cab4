//! Rates a similarity by the similarities of random pairs of papers in the library.

/// The share of random pairs that a close paper's similarity exceeds.
///
/// Among 87,395 papers on machine learning, the nearest papers to 707 summaries and 300 papers of the subject all exceed
/// more; for 18 of 20 short texts on other subjects, the nearest exceeds fewer (one of the two others, "honey bee waggle
/// dance", has a paper there).
pub const CLOSE: f32 = 0.95;

/// A cosine that is close in every library: the value of [`CLOSE`] in a library of many subjects. In a library of one
/// subject, most pairs are as similar as a short text and a paper on the same subject.
pub const CLOSE_ANYWHERE: f32 = 0.42;

/// The smallest library that can tell what is close: the nearest of 200 papers to a text on their subject is far in three of
/// ten cases; of 2,000 papers, in one of twenty.
pub const FEWEST_PAPERS: usize = 2_000;

/// Similarities of pairs of papers drawn at random, ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration(Vec<f32>);

impl Calibration {
    /// From a sample, in any order.
    pub fn new(mut sample: Vec<f32>) -> Self {
        sample.sort_unstable_by(f32::total_cmp);
        Self(sample)
    }

    /// The share of pairs, 0 to 1, that are less similar. `None` without a sample.
    pub fn percentile(&self, similarity: f32) -> Option<f32> {
        let below = self.0.partition_point(|&other| other < similarity);
        (!self.0.is_empty()).then(|| below as f32 / self.0.len() as f32)
    }

    /// Whether a similarity is close in this library, by [`CLOSE`] or [`CLOSE_ANYWHERE`].
    pub fn is_close(&self, similarity: f32) -> bool {
        similarity >= CLOSE_ANYWHERE || self.percentile(similarity).is_none_or(|percentile| percentile >= CLOSE)
    }

    /// The similarity below which a share of the pairs is. `None` without a sample.
    pub fn quantile(&self, share: f32) -> Option<f32> {
        let at = (share.clamp(0.0, 1.0) * self.0.len() as f32) as usize;
        self.0.get(at.min(self.0.len().saturating_sub(1))).copied()
    }
}

/// `drawn` pseudo-random pairs of two of `count` things, always the same; none of fewer than two things.
pub fn random_pairs(count: usize, drawn: usize) -> impl Iterator<Item = [usize; 2]> {
    // Knuth's multiplier (The Art of Computer Programming, volume 2, 3.3.4); the upper half is the random one.
    let mut state = 0u64;
    let mut draw = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((state >> 32) * below as u64) >> 32) as usize
    };
    let drawn = if count < 2 { 0 } else { drawn };
    (0..drawn).map(move |_| {
        let first = draw(count);
        [first, (first + 1 + draw(count - 1)) % count]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_share_of_pairs_below() {
        let calibration = Calibration::new(vec![0.4, 0.1, 0.3, 0.2]);
        assert_eq!(calibration.percentile(0.05), Some(0.0));
        assert_eq!(calibration.percentile(0.25), Some(0.5));
        assert_eq!(calibration.percentile(0.4), Some(0.75));
        assert_eq!(calibration.percentile(0.5), Some(1.0));
        assert_eq!(calibration.quantile(0.5), Some(0.3));
        assert!(calibration.is_close(0.42) && !calibration.is_close(0.35));
        let alike = Calibration::new(vec![0.7, 0.8, 0.9]);
        assert!(alike.is_close(0.5) && !alike.is_close(0.3), "a library of one subject");
        assert!(Calibration::new(vec![0.0, 0.1]).is_close(0.2), "papers that have little in common");
        assert_eq!((Calibration::new(vec![]).percentile(0.5), Calibration::new(vec![]).quantile(0.5)), (None, None));
    }
}
