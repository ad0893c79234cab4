//! What each part of a comparison counts.

use std::ops::{Add, Mul};

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// Which parts an order goes by.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Ranker {
    /// All of them.
    #[default]
    Hybrid,
    /// The vectors of whole texts alone.
    Vector,
    /// The terms alone.
    Lexical,
    /// As told, to measure what each part is worth.
    #[serde(skip)]
    Weighted(Weights),
}

impl Ranker {
    /// Those that can be named on the command line.
    pub const ALL: [Self; 3] = [Self::Hybrid, Self::Vector, Self::Lexical];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The ranker of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ranker| ranker.name() == name)
    }
}

/// How a paper compares with a probe; each a similarity, greater is closer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pair {
    /// Cosine of the vectors of the whole texts, -1 to 1.
    pub document: f32,
    /// [`sentences::similarity`](super::sentences::similarity), -1 to 1.
    pub sentences: f32,
    /// Cosine of tf-idf vectors, or BM25 as a share of the best score that a text gets in the library; 0 to 1.
    pub terms: f32,
}

/// What each part counts; they add up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Of [`Pair::document`].
    pub document: f32,
    /// Of [`Pair::sentences`].
    pub sentences: f32,
    /// Of [`Pair::terms`].
    pub terms: f32,
}

impl Weights {
    /// For a paper beside a paper.
    ///
    /// Judgements of experts (nDCG at 20 % of the pool): documents alone 59.8, sentences alone 60.6, terms alone 53.6,
    /// these together 61.1; reciprocal rank fusion did worse. Shared keywords of authors (nDCG@10): 0.038, 0.039, 0.040 and
    /// 0.047; BENCHMARKS.md has the table.
    pub const PAPER: Self = Self { document: 0.325, sentences: 0.325, terms: 0.35 };

    /// For a paper beside a short text. One-sentence summaries find their paper with MRR@10 0.739 by vectors, 0.863 by
    /// terms, and 0.885 by both, half each.
    pub const TEXT: Self = Self { document: 0.5, sentences: 0.0, terms: 0.5 };

    const VECTOR: Self = Self { document: 1.0, sentences: 0.0, terms: 0.0 };
    const LEXICAL: Self = Self { document: 0.0, sentences: 0.0, terms: 1.0 };

    /// These weights, or those of the one part that is asked for.
    pub fn of(self, ranker: Ranker) -> Self {
        match ranker {
            Ranker::Hybrid => self,
            Ranker::Vector => Self::VECTOR,
            Ranker::Lexical => Self::LEXICAL,
            Ranker::Weighted(weights) => weights,
        }
    }

    /// The share of each part in the score.
    pub fn parts(self, pair: Pair) -> Parts {
        Parts {
            document: self.document * pair.document,
            sentences: self.sentences * pair.sentences,
            terms: self.terms * pair.terms,
            ..Parts::default()
        }
    }
}

/// How a score came about: what each part adds to it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Parts {
    /// The vectors of the whole texts.
    pub document: f32,
    /// The vectors of sentences.
    pub sentences: f32,
    /// Shared terms.
    pub terms: f32,
    /// What likeness to disliked papers takes off; at most 0.
    pub disliked: f32,
    /// What age takes off; at most 0.
    pub age: f32,
}

impl Parts {
    /// The score.
    pub fn score(&self) -> f32 {
        // Without `..`: no part can be left out.
        let Self { document, sentences, terms, disliked, age } = *self;
        document + sentences + terms + disliked + age
    }
}

impl Add for Parts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            document: self.document + other.document,
            sentences: self.sentences + other.sentences,
            terms: self.terms + other.terms,
            disliked: self.disliked + other.disliked,
            age: self.age + other.age,
        }
    }
}

impl Mul<f32> for Parts {
    type Output = Self;

    fn mul(self, factor: f32) -> Self {
        Self {
            document: self.document * factor,
            sentences: self.sentences * factor,
            terms: self.terms * factor,
            disliked: self.disliked * factor,
            age: self.age * factor,
        }
    }
}

/// The probability below which a sentence is taken for no more likely of a facet: it keeps weights above 0.
const LEAST_PROBABILITY: f32 = 1e-3;

/// How much a sentence counts when papers are compared by a facet, given how probably it is of it: the square, so that
/// those that are clearly of the facet decide and a doubtful one still has a say.
///
/// A hard choice loses more to the classifier's errors (one sentence in three) than it gains. Judgements of experts say
/// that a facet's sentences are better than all, 61.5 to 61.7 instead of 61.1 (nDCG at 20 % of the pool). On weak labels
/// (375 papers; better are those that share a keyword which stands mostly in sentences of the facet than those that share
/// another; nDCG at 20 % in points over all sentences, standard error 0.3) the hard choice has -0.1, weights by the
/// probability, its square and its fourth power +0.5, +0.5 and +0.3. Neither preferring matches of the same facet, nor
/// adding the title, nor a greater weight of the sentences, nor the mean vector of a facet's sentences in place of half the
/// document's gained more than that beyond the error.
pub fn facet_weight(probability: f32) -> f32 {
    probability.max(LEAST_PROBABILITY).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_a_facet_outweigh_all_others_together_and_none_is_without_weight() {
        assert!(facet_weight(0.8) > 10.0 * facet_weight(0.2));
        assert!(facet_weight(0.0) > 0.0);
    }

    #[test]
    fn weights_add_up_to_one_and_parts_to_the_score() {
        for weights in [Weights::PAPER, Weights::TEXT] {
            for ranker in [Ranker::Hybrid, Ranker::Vector, Ranker::Lexical] {
                let Weights { document, sentences, terms } = weights.of(ranker);
                assert!((document + sentences + terms - 1.0).abs() < 1e-6);
            }
        }
        let pair = Pair { document: 0.5, sentences: 0.25, terms: 0.125 };
        let parts = Weights { document: 0.5, sentences: 0.25, terms: 0.25 }.parts(pair);
        assert_eq!(parts.score(), 0.25 + 0.0625 + 0.03125);
        assert_eq!((parts + parts).score(), 2.0 * parts.score());
        assert_eq!((parts * 0.5).score(), 0.5 * parts.score());
    }
}
