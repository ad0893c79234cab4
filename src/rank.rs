//! From similarities to an order. Pure: no clock, no randomness, no I/O.

/// How many of the seeds a paper has to be close to.
///
/// On researchers' own ratings of papers given those they had written, the mean of the three best similarities did better
/// than the mean over all seeds (which blurs several interests into one) and than the maximum (which one odd seed can win).
const BEST_SEEDS: usize = 3;

/// Score of a paper given its similarity to each of the seeds: the mean of the three greatest, or of all if there are
/// fewer. Sorts `similarities` in descending order. 0 without seeds.
pub fn profile_score(similarities: &mut [f32]) -> f32 {
    similarities.sort_unstable_by(|a, b| b.total_cmp(a));
    let best = &similarities[..similarities.len().min(BEST_SEEDS)];
    if best.is_empty() { 0.0 } else { best.iter().sum::<f32>() / best.len() as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_scores_as_it_is_and_many_by_their_three_best() {
        assert_eq!(profile_score(&mut []), 0.0);
        assert_eq!(profile_score(&mut [0.25]), 0.25);
        assert_eq!(profile_score(&mut [0.25, 0.75]), 0.5);
        assert_eq!(profile_score(&mut [-1.0, 0.5, 0.25, 0.75, -1.0]), 0.5);
    }
}
