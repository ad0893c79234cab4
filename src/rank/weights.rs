//! Weights of the parts of a comparison.

use std::ops::{Add, Mul};

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::{Error, Result};

/// The parts of a comparison that determine the order of papers.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Ranker {
    /// All parts.
    #[default]
    Hybrid,
    /// The vectors of whole texts alone.
    Vector,
    /// The terms alone.
    Lexical,
    /// All parts, with the given weights. Used to measure the value of each part.
    #[serde(skip)]
    Weighted(Weights),
}

impl Ranker {
    /// The rankers of the command line.
    pub const ALL: [Self; 3] = [Self::Hybrid, Self::Vector, Self::Lexical];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the ranker with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ranker| ranker.name() == name)
    }
}

/// The similarities of a paper to a probe; greater is closer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pair {
    /// Cosine of the vectors of the whole texts, -1 to 1.
    pub document: f32,
    /// For papers, [`sentences::similarity`](super::sentences::similarity). For a text, the similarity of the paper's
    /// nearest sentence. -1 to 1.
    pub sentences: f32,
    /// For papers, the cosine of tf-idf vectors, 0 to 1. For a text, BM25 as a share of the most that its words could
    /// give, 0 to about 1.
    pub terms: f32,
}

/// The weight of each part; they add up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// The weight of [`Pair::document`].
    pub document: f32,
    /// The weight of [`Pair::sentences`].
    pub sentences: f32,
    /// The weight of [`Pair::terms`].
    pub terms: f32,
}

impl Weights {
    /// The weights for comparing a paper with a paper.
    ///
    /// On judgements of experts, nDCG at 20 % of the pool is 59.8 with documents alone, 60.6 with sentences alone, 53.6
    /// with terms alone, and 61.1 with these weights. Reciprocal rank fusion was worse. On shared keywords of authors,
    /// nDCG@10 is 0.038, 0.039, 0.040 and 0.047, in the same order. BENCHMARKS.md has the table.
    pub const PAPER: Self = Self { document: 0.2, sentences: 0.4, terms: 0.4 };

    /// The weights for comparing a paper with a short text: half for meaning, half for terms. Meaning is half the whole
    /// text and half the best sentence. BENCHMARKS.md has the value of each part on nine sets of judgements.
    pub const TEXT: Self = Self { document: 0.25, sentences: 0.25, terms: 0.5 };

    const VECTOR: Self = Self { document: 1.0, sentences: 0.0, terms: 0.0 };
    const LEXICAL: Self = Self { document: 0.0, sentences: 0.0, terms: 1.0 };

    /// Reads weights such as `document=1` and `terms=2`, and scales them so that they add up to 1. A part that is left
    /// out has the weight 0.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if a part is unknown, a weight is not a number of at least 0, or all are 0.
    pub fn parse(texts: &[String]) -> Result<Self> {
        let invalid = |reason: String| Error::InvalidParameter(format!("weights: {reason}"));
        let mut weights = serde_json::Map::new();
        for text in texts {
            let weight =
                text.split_once('=').and_then(|(part, number)| Some((part, number.trim().parse::<f64>().ok()?)));
            let weight = weight.filter(|(_, number)| *number >= 0.0 && number.is_finite());
            let Some((part, number)) = weight else {
                return Err(invalid(format!("{text:?} is not a weight; write a part and a number, such as terms=0.5")));
            };
            weights.insert(part.trim().to_owned(), number.into());
        }
        let sum: f64 = weights.values().filter_map(serde_json::Value::as_f64).sum();
        if sum <= 0.0 {
            return Err(invalid("one of the parts must have a weight above 0".to_owned()));
        }
        weights.values_mut().for_each(|number| *number = (number.as_f64().unwrap_or_default() / sum).into());
        serde_json::from_value(weights.into()).map_err(|error| invalid(error.to_string()))
    }

    /// Returns the weights of a ranker. For [`Ranker::Hybrid`], returns `self`.
    pub fn of(self, ranker: Ranker) -> Self {
        match ranker {
            Ranker::Hybrid => self,
            Ranker::Vector => Self::VECTOR,
            Ranker::Lexical => Self::LEXICAL,
            Ranker::Weighted(weights) => weights,
        }
    }

    /// The weighted parts of a pair.
    pub fn parts(self, pair: Pair) -> Parts {
        Parts {
            document: self.document * pair.document,
            sentences: self.sentences * pair.sentences,
            terms: self.terms * pair.terms,
            ..Parts::default()
        }
    }
}

/// The parts of a score, which is their sum.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Parts {
    /// The vectors of the whole texts.
    pub document: f32,
    /// The vectors of sentences.
    pub sentences: f32,
    /// Shared terms.
    pub terms: f32,
    /// Loss by similarity to disliked papers; at most 0.
    pub disliked: f32,
    /// Loss by age; at most 0.
    pub age: f32,
}

impl Parts {
    /// The score.
    pub fn score(&self) -> f32 {
        // Destructures without `..`, so that no part can be left out.
        let Self { document, sentences, terms, disliked, age } = *self;
        document + sentences + terms + disliked + age
    }
}

impl Parts {
    /// Combines each part with the same part of another score.
    fn combined(self, other: Self, combine: impl Fn(f32, f32) -> f32) -> Self {
        Self {
            document: combine(self.document, other.document),
            sentences: combine(self.sentences, other.sentences),
            terms: combine(self.terms, other.terms),
            disliked: combine(self.disliked, other.disliked),
            age: combine(self.age, other.age),
        }
    }
}

impl Add for Parts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.combined(other, |part, other| part + other)
    }
}

impl Mul<f32> for Parts {
    type Output = Self;

    fn mul(self, factor: f32) -> Self {
        self.combined(self, |part, _| part * factor)
    }
}

/// The smallest weight of a sentence in a comparison by a facet. It is above 0, so that all sentences count.
const LEAST_WEIGHT: f32 = 1e-3;

/// The share of the similarity by sentences that is computed with the weights of the facet. The rest is computed
/// without them, because the two or three sentences of a facet are a noisy measure alone.
const FACET_SENTENCES: f32 = 0.5;

/// The share of the similarity by terms that is computed from the words of the facet's sentences.
const FACET_WORDS: f32 = 0.25;

/// Returns the weight of a sentence in a comparison by a facet: the probability that the sentence has this facet.
///
/// The alternative is a hard choice: to use only sentences of the facet. It loses more to the classifier's errors (one
/// sentence in three) than it gains.
pub fn facet_weight(probability: f32) -> f32 {
    probability.max(LEAST_WEIGHT)
}

/// Mixes the facet into a pair. `sentences` is the similarity of the sentences weighted by the facet, and `words` is
/// the cosine of their words.
///
/// On judgements of experts, nDCG at 20 % of the pool is 61.3 without a facet, 61.2 with weighted sentences alone, and
/// 62.0 to 62.8 with the facet's words. Shares of 0.2 to 0.5 differ little. The quarter here is the share of this
/// study: 0.4 of the tf-idf part, which is 5/8 of the similarity by terms.
pub fn with_facet(pair: Pair, sentences: f32, words: f32) -> Pair {
    let mix = |own: f32, of_facet: f32, share: f32| (1.0 - share) * own + share * of_facet;
    Pair {
        document: pair.document,
        sentences: mix(pair.sentences, sentences, FACET_SENTENCES),
        terms: mix(pair.terms, words, FACET_WORDS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_sentences_outweigh_doubtful_ones_and_all_count() {
        assert_eq!(facet_weight(0.8), 0.8);
        assert!(facet_weight(0.0) > 0.0);
    }

    #[test]
    fn a_facet_counts_half_of_the_sentences_and_a_quarter_of_the_terms() {
        let pair = Pair { document: 0.5, sentences: 0.25, terms: 0.5 };
        assert_eq!(with_facet(pair, 0.75, 0.0), Pair { document: 0.5, sentences: 0.5, terms: 0.375 });
        assert_eq!(with_facet(pair, pair.sentences, pair.terms), pair);
    }

    #[test]
    fn weights_are_read_by_name_and_add_up_to_one() {
        let read = |texts: &[&str]| Weights::parse(&texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
        assert_eq!(
            read(&["document=1", "terms = 3"]).unwrap(),
            Weights { document: 0.25, sentences: 0.0, terms: 0.75 }
        );
        for (texts, message) in [
            (&["word=1"][..], "unknown field `word`, expected one of `document`, `sentences`, `terms`"),
            (&["terms"], "\"terms\" is not a weight; write a part and a number"),
            (&["terms=-1"], "not a weight"),
            (&["terms=inf"], "not a weight"),
            (&["terms=0"], "above 0"),
            (&[], "above 0"),
        ] {
            let error = read(texts).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
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
