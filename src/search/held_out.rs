//! Chooses how much the terms of all seeds together count in a profile with many seeds.
//!
//! The mean similarity by terms over all seeds is what a linear classifier of terms learns from the seeds. It should
//! count much for a narrow subject, such as a systematic review, and little for a broad one. The seeds show which it
//! is: each is compared with the others as if it were a paper of the library. The weight with the greatest average
//! precision of seeds among a sample of the library is chosen.

use crate::rank::profile::{MEAN_TERMS, by_rank};
use crate::rank::{Pair, Ranker, Weights};

/// The fewest seeds with which a weight is chosen. With fewer, the choice is noise.
pub(super) const MANY_SEEDS: usize = 50;

/// The greatest number of papers of the library that are compared with the seeds.
pub(super) const SAMPLED: usize = 2_000;

/// The greatest number of seeds that are compared with the others. With more seeds, the work would grow with the square
/// of their number.
pub(super) const LEFT_OUT: usize = 500;

/// The weights to choose from, besides the usual one.
const LARGER: [f32; 2] = [1.0, 2.5];

/// A paper this similar to a seed is the seed itself, or another version of it.
const SAME: f32 = 0.999;

/// Returns the weight of the mean similarity by terms with the greatest average precision. Returns the usual weight
/// unless a larger one is better by twice the standard error.
///
/// `liked` has for each seed that is left out its pairs with the other seeds, and `others` has for each sampled paper
/// its pairs with all seeds.
pub(super) fn chosen_weight(ranker: Ranker, liked: &[Vec<Pair>], others: &[&[Pair]]) -> f32 {
    let weights = Weights::PAPER.of(ranker);
    let summary = |pairs: &[Pair]| {
        let mut scores: Vec<f32> = pairs.iter().map(|pair| weights.parts(*pair).score()).collect();
        (by_rank(&mut scores), pairs.iter().map(|pair| pair.terms).sum::<f32>() / pairs.len().max(1) as f32)
    };
    // Without vectors, the same paper has the same terms.
    let is_other = |pairs: &&&[Pair]| pairs.iter().all(|pair| pair.document.max(pair.terms) < SAME);
    let liked: Vec<(f32, f32)> = liked.iter().map(|pairs| summary(pairs)).collect();
    let others: Vec<(f32, f32)> = others.iter().filter(is_other).map(|pairs| summary(pairs)).collect();
    let precisions_with = |weight: f32| {
        let scores = |summaries: &[(f32, f32)]| -> Vec<f32> {
            summaries.iter().map(|(mean, terms)| (mean + weight * terms) / (1.0 + weight)).collect()
        };
        precisions(&scores(&liked), &mut scores(&others))
    };
    let usual = precisions_with(MEAN_TERMS);
    let gain_of = |weight: f32| {
        let differences: Vec<f32> = precisions_with(weight).iter().zip(&usual).map(|(new, old)| new - old).collect();
        let (mean, error) = mean_and_error(&differences);
        (mean > 2.0 * error).then_some((mean, weight))
    };
    // Of equal gains, `max_by` returns the last.
    let best = LARGER.into_iter().rev().filter_map(gain_of).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or(MEAN_TERMS, |(_, weight)| weight)
}

/// Returns for each liked paper the share of liked papers among those with at least its score. The mean of these shares
/// is the average precision. Sorts `others`.
fn precisions(liked: &[f32], others: &mut [f32]) -> Vec<f32> {
    others.sort_unstable_by(|a, b| b.total_cmp(a));
    let precision = |score: &f32| {
        let liked = liked.iter().filter(|other| *other >= score).count();
        let others = others.partition_point(|other| other >= score);
        liked as f32 / (liked + others) as f32
    };
    liked.iter().map(precision).collect()
}

/// Returns the mean and its standard error.
fn mean_and_error(values: &[f32]) -> (f32, f32) {
    let count = values.len().max(2) as f32;
    let mean = values.iter().sum::<f32>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(document: f32, terms: f32) -> Pair {
        Pair { document, sentences: document, terms }
    }

    #[test]
    fn the_precision_of_a_liked_paper_is_the_share_of_liked_papers_above() {
        assert_eq!(precisions(&[0.5, 0.9], &mut [0.1, 0.7]), [2.0 / 3.0, 1.0]);
        assert_eq!(precisions(&[0.5], &mut [0.5]), [0.5], "an equal score counts as above");
    }

    #[test]
    fn terms_of_all_seeds_count_more_if_they_find_the_seeds() {
        // Each seed shares terms with all others, and other papers are nearer to the seeds by meaning.
        let liked = vec![vec![pair(0.3, 0.4); 3]; 4];
        let near = [pair(0.95, 0.0); 4];
        assert_eq!(chosen_weight(Ranker::Hybrid, &liked, &[&near[..]; 5]), 1.0);
        // Terms that other papers share as well do not help.
        let with_terms = near.map(|near| pair(near.document, 0.4));
        assert_eq!(chosen_weight(Ranker::Hybrid, &liked, &[&with_terms[..]; 5]), MEAN_TERMS);
        // The seeds themselves are no other papers.
        let seed = [pair(1.0, 1.0), pair(0.3, 0.4), pair(0.3, 0.4), pair(0.3, 0.4)];
        assert_eq!(chosen_weight(Ranker::Hybrid, &liked, &[&seed[..], &near[..]]), 1.0);
    }
}
