//! Computes a paper's score for many seeds from its score for each seed.

use super::Parts;

/// The number of seeds that count for a paper: the seeds that are closest to it.
///
/// This was tested on researchers' ratings of papers, with the papers that they had written as seeds. The mean of the
/// three best similarities was better than the mean over all seeds, which blurs several interests. It was also better
/// than the maximum, which a single unusual seed can determine.
pub const BEST_SEEDS: usize = 3;

/// Returns the mean of the [`BEST_SEEDS`] greatest scores, or of all if there are fewer; 0 without seeds. Sorts
/// `scores` in descending order.
pub fn profile_score(scores: &mut [f32]) -> f32 {
    scores.sort_unstable_by(|a, b| b.total_cmp(a));
    let best = &scores[..scores.len().min(BEST_SEEDS)];
    if best.is_empty() { 0.0 } else { best.iter().sum::<f32>() / best.len() as f32 }
}

/// Returns the parts of [`profile_score`], which add up to it. Sorts `parts` by score, descending.
pub fn profile_parts(parts: &mut [Parts]) -> Parts {
    parts.sort_by(|a, b| b.score().total_cmp(&a.score()));
    let best = &parts[..parts.len().min(BEST_SEEDS)];
    best.iter().fold(Parts::default(), |sum, parts| sum + *parts) * (1.0 / best.len().max(1) as f32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_score_is_the_mean_of_the_three_best_seeds() {
        assert_eq!(profile_score(&mut []), 0.0);
        assert_eq!(profile_score(&mut [0.25]), 0.25);
        assert_eq!(profile_score(&mut [0.25, 0.75]), 0.5);
        assert_eq!(profile_score(&mut [-1.0, 0.5, 0.25, 0.75, -1.0]), 0.5);
    }

    proptest! {
        #[test]
        fn the_parts_of_a_profile_add_up_to_its_score(pairs in prop::collection::vec((-1f32..1.0, -1f32..1.0), 0..8)) {
            let mut parts: Vec<Parts> =
                pairs.iter().map(|&(document, terms)| Parts { document, terms, ..Parts::default() }).collect();
            let mut scores: Vec<f32> = parts.iter().map(Parts::score).collect();
            prop_assert!((profile_parts(&mut parts).score() - profile_score(&mut scores)).abs() < 1e-5);
        }
    }
}
