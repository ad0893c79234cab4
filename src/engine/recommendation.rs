//! What is answered: papers in order, and why each is there.

use std::sync::Arc;

use serde::Serialize;

use super::json::{parts, percentile, shared_paper, six_decimals, terms};
use crate::lexical::SharedTerm;
use crate::library::PaperNumber;
use crate::paper::Paper;
use crate::rank::Parts;

/// Which paper was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoundPaper {
    /// One of the library.
    Stored(PaperNumber),
    /// One that was given as a candidate, by its place among the candidates.
    Given(usize),
}

/// A related paper. As JSON, numbers have six decimals, more than single precision holds reliably.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommendation {
    /// From 1.
    pub rank: usize,
    /// What the order goes by, greatest first: the sum of `parts`. With `diversity` the order is another.
    #[serde(serialize_with = "six_decimals")]
    pub score: f32,
    /// What the score is made of.
    #[serde(serialize_with = "parts")]
    pub parts: Parts,
    /// Cosine similarity to the nearest seed or to the text, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
    /// The share of pairs of papers of this library, 0 to 1, that are less similar than this one and its seed; `None` where
    /// the library has no pair.
    #[serde(serialize_with = "percentile")]
    pub percentile: Option<f32>,
    /// Whether that is close for this library ([`Calibration::is_close`]); of a library that is too small to say, every
    /// paper is.
    ///
    /// [`Calibration::is_close`]: crate::rank::calibration::Calibration::is_close
    #[serde(skip)]
    pub is_close: bool,
    /// Why, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Explanation>,
    /// If several were given, the seed that gave it the greatest score: counted from 0 in the order in which they were
    /// given; the text comes after the seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<usize>,
    /// Its place among the candidates that were given, if some were; each name counts once, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate: Option<usize>,
    /// Its number in the library, if it is there.
    #[serde(skip)]
    pub number: Option<PaperNumber>,
    /// The paper; shared, since a batch names many papers again and again.
    #[serde(serialize_with = "shared_paper")]
    pub paper: Arc<Paper>,
}

/// Why a paper was recommended, beside [`Recommendation::parts`]: what makes it like the one seed (or text) that it is
/// most like, [`Recommendation::seed`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Explanation {
    /// Sentences that match, the most similar first, each in one pair only.
    pub sentences: Vec<SentenceMatch>,
    /// Shared terms, the weightiest first.
    #[serde(serialize_with = "terms")]
    pub terms: Vec<SharedTerm>,
}

/// Two sentences that match.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceMatch {
    /// The seed's.
    pub seed: String,
    /// The recommended paper's.
    pub paper: String,
    /// Cosine of their vectors, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
}
