//! Maximal marginal relevance: an order that avoids redundant papers.
//!
//! Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing
//! summaries" (SIGIR 1998): the next paper is the one with the greatest λ · score − (1 − λ) · (its greatest similarity
//! to a chosen paper).

/// Chooses `top_k` papers by their `scores`, which must descend. Returns their places in the order of choice. With a
/// `lambda` of 1 only relevance counts; with 0 only diversity counts. Of papers with equal values, chooses the first.
/// Computes `top_k` · |scores| similarities.
pub fn mmr(scores: &[f32], lambda: f32, top_k: usize, similarity: impl Fn(usize, usize) -> f32) -> Vec<usize> {
    let mut nearest_chosen = vec![0.0f32; scores.len()];
    let mut left: Vec<usize> = (0..scores.len()).collect();
    let mut chosen = Vec::new();
    while chosen.len() < top_k && !left.is_empty() {
        let value = |place: usize| lambda * scores[place] - (1.0 - lambda) * nearest_chosen[place];
        let mut best = 0;
        for at in 1..left.len() {
            if value(left[at]) > value(left[best]) {
                best = at;
            }
        }
        let next = left.remove(best);
        for &place in &left {
            nearest_chosen[place] = nearest_chosen[place].max(similarity(next, place));
        }
        chosen.push(next);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_second_of_two_equal_papers_comes_later() {
        // Papers 0 and 1 are the same, and paper 2 is different.
        let similarity = |a: usize, b: usize| if a + b == 1 { 1.0 } else { 0.1 };
        assert_eq!(mmr(&[0.9, 0.89, 0.6], 0.5, 3, similarity), [0, 2, 1]);
        assert_eq!(mmr(&[0.9, 0.89, 0.6], 1.0, 2, similarity), [0, 1]);
        assert_eq!(mmr(&[], 0.5, 3, similarity), [0usize; 0]);
    }

    proptest! {
        #[test]
        fn without_diversity_the_order_is_that_of_relevance(scores in prop::collection::vec(0u8..5, 0..20), k in 0usize..25) {
            let mut scores: Vec<f32> = scores.into_iter().map(f32::from).collect();
            scores.sort_by(|a, b| b.total_cmp(a));
            let order: Vec<usize> = (0..scores.len().min(k)).collect();
            prop_assert_eq!(mmr(&scores, 1.0, k, |a, b| (a * b) as f32), order);
        }

        #[test]
        fn each_paper_is_chosen_once(scores in prop::collection::vec(-1f32..1.0, 0..20), lambda in 0f32..=1.0) {
            let mut chosen = mmr(&scores, lambda, scores.len(), |a, b| ((a + b) % 7) as f32 / 7.0);
            chosen.sort_unstable();
            prop_assert_eq!(chosen, (0..scores.len()).collect::<Vec<_>>());
        }
    }
}
