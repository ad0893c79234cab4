//! Computes a paper's score for many seeds from its score for each seed.
//!
//! The seeds are ranked by their score for the paper: B(1) ≥ B(2) ≥ … The score is the weighted mean
//! (Σ B(r) / r) / (Σ 1 / r), so near seeds count most, and an unusual seed that happens to be near cannot decide alone.
//! To this mean, the mean similarity by terms over all seeds is added with a weight w, and the sum is divided by 1 + w.
//! The weight is [`MEAN_TERMS`], or greater if a large profile shows that this is better. For a single seed, the score
//! is the score for this seed.
//!
//! BENCHMARKS.md compares this with the mean, the maximum and the mean of the three best seeds.

use super::Parts;

/// The weight of the mean similarity by terms over all seeds. The terms of all seeds add up, like the weights of a
/// linear classifier that was trained on them. From 0.4 to 1.0, the measured values are equal within their errors.
pub const MEAN_TERMS: f32 = 0.4;

/// Returns the score of a paper. `scores` has its score for each seed, and `mean_terms` its mean similarity by terms
/// over all seeds, which has the weight `terms_weight`. Sorts `scores` in descending order. 0 without seeds.
pub fn profile_score(scores: &mut [f32], mean_terms: f32, terms_weight: f32) -> f32 {
    let mean = by_rank(scores);
    if scores.len() < 2 { mean } else { (mean + terms_weight * mean_terms) / (1.0 + terms_weight) }
}

/// Returns the mean of scores, weighted by rank. Sorts `scores` in descending order. 0 without scores.
pub fn by_rank(scores: &mut [f32]) -> f32 {
    scores.sort_unstable_by(|a, b| b.total_cmp(a));
    scores.iter().zip(rank_weights(scores.len())).map(|(score, weight)| score * weight).sum()
}

/// Returns the parts of [`profile_score`], which add up to it. Sorts `parts` by score, descending.
pub fn profile_parts(parts: &mut [Parts], mean_terms: f32, terms_weight: f32) -> Parts {
    parts.sort_by(|a, b| b.score().total_cmp(&a.score()));
    let weighted = parts.iter().zip(rank_weights(parts.len())).map(|(parts, weight)| *parts * weight);
    let mean = weighted.fold(Parts::default(), |sum, parts| sum + parts);
    if parts.len() < 2 {
        return mean;
    }
    let terms = Parts { terms: terms_weight * mean_terms, ..Parts::default() };
    (mean + terms) * (1.0 / (1.0 + terms_weight))
}

/// Returns the weights of seeds by rank: 1/r, divided by their sum.
fn rank_weights(seeds: usize) -> impl Iterator<Item = f32> {
    let sum: f32 = (1..=seeds).map(|rank| 1.0 / rank as f32).sum();
    (1..=seeds).map(move |rank| 1.0 / (rank as f32 * sum))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn near_seeds_count_most_and_the_terms_of_all_seeds_are_added() {
        let close = |a: f32, b: f32| assert!((a - b).abs() < 1e-6, "{a} {b}");
        close(profile_score(&mut [], 0.5, 0.4), 0.0);
        close(profile_score(&mut [0.25], 0.5, 0.4), 0.25);
        close(profile_score(&mut [0.25, 0.75], 0.5, 0.4), ((0.75 + 0.25 / 2.0) / 1.5 + 0.4 * 0.5) / 1.4);
        close(profile_score(&mut [0.0, 0.6, -0.6], 0.0, 0.4), (0.6 - 0.6 / 3.0) / (1.0 + 0.5 + 1.0 / 3.0) / 1.4);
    }

    proptest! {
        #[test]
        fn the_parts_of_a_profile_add_up_to_its_score(pairs in prop::collection::vec((-1f32..1.0, -1f32..1.0), 0..8), terms_weight in 0f32..3.0) {
            let mut parts: Vec<Parts> =
                pairs.iter().map(|&(document, terms)| Parts { document, terms, ..Parts::default() }).collect();
            let mut scores: Vec<f32> = parts.iter().map(Parts::score).collect();
            let mean_terms = parts.iter().map(|parts| parts.terms).sum::<f32>() / parts.len().max(1) as f32;
            let parts = profile_parts(&mut parts, mean_terms, terms_weight);
            prop_assert!((parts.score() - profile_score(&mut scores, mean_terms, terms_weight)).abs() < 1e-5);
        }
    }
}
