//! Scores all papers at once, term by term. The time is proportional to the number of postings of the terms.

use super::postings::LexicalIndex;
use super::terms::{Document, Term};
use super::weights::{bm25, bm25_idf, tf_idf};

/// The tf-idf weights of a text's terms.
#[derive(Debug, Clone, PartialEq)]
pub struct TermVector {
    /// The terms with their weights, ascending by term.
    weights: Vec<(Term, f32)>,
    norm: f32,
}

impl TermVector {
    /// Returns the cosine of both vectors, 0 to 1. The time is proportional to the number of terms of both.
    pub fn cosine(&self, other: &Self) -> f32 {
        let mut rest = other.weights.as_slice();
        let mut dot = 0.0;
        for &(term, weight) in &self.weights {
            while let Some((first, later)) = rest.split_first()
                && first.0 < term
            {
                rest = later;
            }
            if let Some(&(_, of_other)) = rest.first().filter(|(first, _)| *first == term) {
                dot += weight * of_other;
            }
        }
        // Rounding could make it more than 1.
        if dot > 0.0 { (dot / (self.norm * other.norm)).min(1.0) } else { 0.0 }
    }
}

impl LexicalIndex {
    /// Returns the cosine, 0 to 1, between the tf-idf vector of `document` and the tf-idf vector of each paper, by
    /// position. Ignores terms that are not in the index.
    pub fn tf_idf_cosines(&self, document: &Document) -> Vec<f32> {
        let mut scores = vec![0.0; self.end() as usize];
        let mut square = 0.0;
        for &(term, count) in &document.terms {
            let (positions, counts) = self.postings(term);
            if positions.is_empty() {
                continue;
            }
            let idf = self.idf(term);
            let weight = tf_idf(count, idf);
            square += f64::from(weight).powi(2);
            let products = Self::by_count(|count| weight * tf_idf(count, idf));
            for (&position, &count) in positions.iter().zip(counts) {
                scores[position as usize] += products[usize::from(count)];
            }
        }
        let norm = square.sqrt() as f32;
        for (score, of_paper) in scores.iter_mut().zip(self.norms()) {
            if *score > 0.0 {
                // Rounding could make it more than 1.
                *score = (*score / (norm * of_paper)).min(1.0);
            }
        }
        scores
    }

    /// Returns the BM25 score of each paper for the words of a question, by position. A paper without any of the words
    /// gets 0. A repeated word counts each time.
    pub fn bm25_scores(&self, words: impl IntoIterator<Item = Term>) -> Vec<f32> {
        let mut scores = vec![0.0; self.end() as usize];
        let lengths = self.lengths();
        for term in words {
            let (positions, counts) = self.postings(term);
            let idf = bm25_idf(self.len(), positions.len());
            for (&position, &count) in positions.iter().zip(counts) {
                scores[position as usize] += bm25(count, idf, lengths[position as usize], self.mean_length());
            }
        }
        scores
    }

    /// Returns the cosine of the tf-idf vectors of two texts, 0 to 1, with the weights of this index. For a paper of
    /// the index, the result is the same as that of [`tf_idf_cosines`](Self::tf_idf_cosines).
    pub fn tf_idf_cosine(&self, first: &Document, second: &Document) -> f32 {
        self.term_vector(first).cosine(&self.term_vector(second))
    }

    /// Returns the tf-idf vector of a text, for comparisons with many texts.
    pub fn term_vector(&self, document: &Document) -> TermVector {
        let known = document.terms.iter().filter(|(term, _)| !self.postings(*term).0.is_empty());
        let weights: Vec<(Term, f32)> = known.map(|&(term, count)| (term, tf_idf(count, self.idf(term)))).collect();
        let norm = weights.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        TermVector { weights, norm }
    }

    /// Returns the BM25 score of a text that is not in the index.
    pub fn bm25_score(&self, words: impl IntoIterator<Item = Term>, document: &Document) -> f32 {
        let score = |term: Term| {
            let at = document.terms.binary_search_by_key(&term, |(term, _)| *term).ok()?;
            let idf = bm25_idf(self.len(), self.postings(term).0.len());
            Some(bm25(document.terms[at].1, idf, document.length, self.mean_length()))
        };
        words.into_iter().filter_map(score).sum()
    }

    /// Returns the value of a function for every count, and 0 for a count of 0.
    fn by_count(value: impl Fn(u8) -> f32) -> [f32; 256] {
        std::array::from_fn(|count| if count == 0 { 0.0 } else { value(count as u8) })
    }
}
