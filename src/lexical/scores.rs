//! Compares papers by their terms. The time is proportional to the number of postings of the terms.
//!
//! The similarity of two papers is 5/8 of the cosine of their tf-idf vectors and 3/8 of their similarity by BM25, in
//! which each paper is once the question and once the text:
//! ½ · (BM25(a → b) + BM25(b → a)) / √(BM25(a → a) · BM25(b → b)). Only words count for BM25, and of a word of the
//! question at most [`MAX_QUERY_COUNT`](super::weights::MAX_QUERY_COUNT) occurrences.

use super::postings::LexicalIndex;
use super::terms::{Document, Term};
use super::weights::{as_question, bm25, bm25_idf, frequency_weights, length_norm, tf_idf};

/// The share of BM25 in the similarity of two papers by terms. With this share, citations, shared keywords and
/// reviewers' choices are predicted slightly better than with tf-idf alone (BENCHMARKS.md).
const BM25_SHARE: f32 = 0.375;

/// The terms of a text with their weights, for comparisons with many texts.
#[derive(Debug, Clone, PartialEq)]
pub struct TermVector {
    /// Ascending by term.
    weights: Vec<TermWeight>,
    /// Length of the vector of tf-idf weights.
    norm: f32,
    /// The root of the BM25 score of the text for itself as a question.
    own_root: f32,
}

/// The weights of a term in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
struct TermWeight {
    term: Term,
    tf_idf: f32,
    /// How often it counts if the text is the question; 0 for a pair.
    as_question: f32,
    /// Its BM25 score if the text is compared with a question; 0 for a pair.
    bm25: f32,
}

impl TermVector {
    /// Returns the similarity of both texts, 0 to 1. The time is proportional to the number of terms of both.
    pub fn similarity(&self, other: &Self) -> f32 {
        let mut rest = other.weights.as_slice();
        let (mut dot, mut bm25) = (0.0, 0.0);
        for own in &self.weights {
            while let Some((first, later)) = rest.split_first()
                && first.term < own.term
            {
                rest = later;
            }
            if let Some(other) = rest.first().filter(|first| first.term == own.term) {
                dot += own.tf_idf * other.tf_idf;
                bm25 += own.as_question * other.bm25 + other.as_question * own.bm25;
            }
        }
        mixed(dot, self.norm * other.norm, bm25, self.own_root * other.own_root)
    }
}

/// Returns the similarity for the dot product of two tf-idf vectors, the product of their lengths, the sum of both BM25
/// scores, and the product of the roots of both texts' own scores.
fn mixed(dot: f32, norms: f32, bm25: f32, own_roots: f32) -> f32 {
    // Rounding could make the cosine more than 1, and a short paper can match a question better than the question
    // itself. Both quotients are always computed, so that the compiler can handle several papers at once. Without terms
    // they are 0 / 0, of which `min` makes 1; the conditions at the end replace this by 0.
    let cosine = (dot / norms).min(1.0);
    let bm25 = (0.5 * bm25 / own_roots).min(1.0);
    if dot > 0.0 { (1.0 - BM25_SHARE) * cosine + if own_roots > 0.0 { BM25_SHARE * bm25 } else { 0.0 } } else { 0.0 }
}

impl LexicalIndex {
    /// Returns the similarity, 0 to 1, between a text and each paper, by position. Ignores terms that are not in the
    /// index.
    pub fn similarities(&self, document: &Document) -> Vec<f32> {
        let own = self.term_vector(document);
        // For each paper the dot product of tf-idf vectors and the sum of both BM25 scores, which are needed together.
        let mut totals = vec![[0.0; 2]; self.end() as usize];
        let (frequencies, length_norms) = (frequency_weights(), self.length_norms());
        for TermWeight { term, tf_idf: weight, as_question: question, bm25: own_bm25 } in own.weights {
            let (positions, counts) = self.postings(term);
            let weight = weight * self.idf(term);
            if term.is_pair() {
                for (&position, &count) in positions.iter().zip(counts) {
                    totals[position as usize][0] += weight * frequencies[usize::from(count)];
                }
                continue;
            }
            let idf = question * bm25_idf(self.len(), positions.len());
            for (&position, &count) in positions.iter().zip(counts) {
                let [dot, sum] = &mut totals[position as usize];
                *dot += weight * frequencies[usize::from(count)];
                *sum += bm25(count, idf, length_norms[position as usize]) + as_question(count) * own_bm25;
            }
        }
        let of_papers = self.norms().iter().zip(self.own_roots());
        let similarity = |([dot, sum], (norm, own_root)): ([f32; 2], (&f32, &f32))| {
            mixed(dot, own.norm * norm, sum, own.own_root * own_root)
        };
        totals.into_iter().zip(of_papers).map(similarity).collect()
    }

    /// Returns the similarity of two texts, 0 to 1, with the weights of this index. For a paper of the index, the
    /// result is the same as that of [`similarities`](Self::similarities).
    pub fn similarity(&self, first: &Document, second: &Document) -> f32 {
        self.term_vector(first).similarity(&self.term_vector(second))
    }

    /// Returns the weights of a text's terms.
    pub fn term_vector(&self, document: &Document) -> TermVector {
        let length_norm = length_norm(document.length, self.mean_length());
        let weight = |&(term, count): &(Term, u8)| {
            let with_term = self.postings(term).0.len();
            let tf_idf = (with_term > 0).then(|| tf_idf(count, self.idf(term)))?;
            if term.is_pair() {
                return Some(TermWeight { term, tf_idf, as_question: 0.0, bm25: 0.0 });
            }
            let bm25 = bm25(count, bm25_idf(self.len(), with_term), length_norm);
            Some(TermWeight { term, tf_idf, as_question: as_question(count), bm25 })
        };
        let weights: Vec<TermWeight> = document.terms.iter().filter_map(weight).collect();
        let norm = weights.iter().map(|weight| weight.tf_idf * weight.tf_idf).sum::<f32>().sqrt();
        let own_root = weights.iter().map(|weight| weight.as_question * weight.bm25).sum::<f32>().sqrt();
        TermVector { weights, norm, own_root }
    }
}
