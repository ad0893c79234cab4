//! Estimates from the score of the first answer to a text whether this answer is right.
//!
//! Scores of texts are comparable between questions and between libraries, because each part is divided by the most
//! that it can be ([`Weights::TEXT`](super::Weights::TEXT)). So one logistic function of the score serves all
//! libraries.

/// The parameters of the logistic function 1 / (1 + exp(−(OFFSET + SLOPE · score))).
///
/// They were fitted to five sets of questions, each with the same weight. In three sets, experts or clicks judged
/// whether the first answer is relevant: summaries of papers, biomedical claims, and searches in all fields. In the
/// other two, no answer is right: the claims asked of a library on machine learning, and the summaries asked of a
/// library on biomedicine. BENCHMARKS.md has the reliability of each set.
const OFFSET: f32 = -4.05;
const SLOPE: f32 = 6.5;

/// Matches are weak if the confidence is below this. On the sets above, matches are weak for 93 % and 99 % of the
/// questions on other subjects, and for 1 % of the summaries and 12 % of the claims.
pub const WEAK: f32 = 0.2;

/// Returns the probability, 0 to 1, that the first answer to a text is relevant. `score` is its score without losses by
/// age or dislikes.
pub fn confidence(score: f32) -> f32 {
    1.0 / (1.0 + (-(OFFSET + SLOPE * score)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_rises_with_the_score() {
        let values: Vec<f32> = (0..=12).map(|tenth| confidence(tenth as f32 / 10.0)).collect();
        assert!(values.is_sorted() && values[0] > 0.0 && values[12] < 1.0, "{values:?}");
        assert!(confidence(0.3) < WEAK && confidence(0.5) > WEAK);
    }
}
