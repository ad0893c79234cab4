//! Papers and recommendations as JSON, and how numbers are written.

use serde::{Serialize, Serializer};

use crate::paper::{Identifiers, Paper};
use crate::rank::Parts;
use crate::recommender::{Explanation, Recommendation, SentenceMatch, SharedTerm};

/// A paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaperJson<'a> {
    /// The name in the library.
    pub id: &'a str,
    /// Public identifiers by kind: `{"arxiv": "1706.03762"}`; kinds that the paper has none of are left out.
    pub ids: &'a Identifiers,
    /// Title.
    pub title: &'a str,
    /// In the order of the paper.
    pub authors: &'a [String],
    /// Whether there are more authors than listed.
    pub et_al: bool,
    /// Year of publication.
    pub year: Option<i16>,
    /// Day of publication, `2017-06-12`.
    pub date: Option<jiff::civil::Date>,
    /// Journal, conference or repository.
    pub venue: Option<&'a str>,
    /// Where to read it: [`Paper::link`].
    pub url: Option<String>,
    /// Subject codes.
    pub categories: &'a [String],
    /// Keywords.
    pub keywords: &'a [String],
    /// Affiliations.
    pub organizations: &'a [String],
    /// Whether the source says that code is available.
    pub has_code: bool,
    /// Kind of work: [`Paper::kind`].
    pub kind: Option<&'a str>,
    /// What else the source said: [`Paper::details`].
    pub details: &'a std::collections::BTreeMap<String, String>,
    /// Abstract.
    #[serde(rename = "abstract")]
    pub abstract_text: Option<&'a str>,
}

impl<'a> From<&'a Paper> for PaperJson<'a> {
    fn from(paper: &'a Paper) -> Self {
        let url = paper.link();
        // Without `..`: a field that is added to papers does not compile here until somebody decides about it.
        let Paper {
            id,
            title,
            abstract_text,
            authors,
            et_al,
            year,
            date,
            venue,
            categories,
            keywords,
            organizations,
            ids,
            url: _,
            has_code,
            kind,
            details,
        } = paper;
        Self {
            id: id.as_str(),
            ids,
            title,
            authors,
            et_al: *et_al,
            year: *year,
            date: *date,
            venue: venue.as_deref(),
            url,
            categories,
            keywords,
            organizations,
            has_code: *has_code,
            kind: kind.as_deref(),
            details,
            abstract_text: abstract_text.as_deref(),
        }
    }
}

/// A paper in a list, without its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoredJson<'a> {
    /// From 1.
    pub rank: usize,
    /// What the order goes by, greatest first.
    #[serde(serialize_with = "six_decimals")]
    pub score: f32,
    /// What the score is made of; they add up to it.
    pub parts: PartsJson,
    /// Cosine similarity to the nearest seed or to the text, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
    /// The share of pairs of papers of the library, 0 to 1, that are less similar; `null` where it has none.
    pub percentile: Option<Rounded<f32>>,
    /// Why; the key is there only where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<BecauseJson<'a>>,
}

/// A recommended paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecommendationJson<'a> {
    /// Its place and why it stands there.
    #[serde(flatten)]
    pub scored: ScoredJson<'a>,
    /// Which seed gave it the greatest score, from 0, a text beside seeds being the last; the key is there only when several were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<usize>,
    /// Its place in the list of candidates, each name once, from 0; the key is there only when some were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate: Option<usize>,
    /// The paper.
    pub paper: PaperJson<'a>,
}

/// Why a paper was recommended: what makes it like the seed that it is most like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BecauseJson<'a> {
    /// Sentences that match, the most similar first.
    pub sentences: Vec<SentenceMatchJson<'a>>,
    /// Shared terms, the weightiest first.
    pub terms: Vec<SharedTermJson<'a>>,
}

/// Two sentences that match.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceMatchJson<'a> {
    /// The seed's.
    pub seed: &'a str,
    /// The recommended paper's.
    pub paper: &'a str,
    /// Cosine of their vectors, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
}

/// A shared term.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SharedTermJson<'a> {
    /// As the recommended paper has it.
    pub text: &'a str,
    /// Its share of what the two have in common, 0 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub share: f32,
}

impl<'a> From<&'a Explanation> for BecauseJson<'a> {
    fn from(explanation: &'a Explanation) -> Self {
        let Explanation { sentences, terms } = explanation;
        let sentence = |SentenceMatch { seed, paper, similarity }: &'a SentenceMatch| SentenceMatchJson {
            seed,
            paper,
            similarity: *similarity,
        };
        let term = |SharedTerm { text, share }: &'a SharedTerm| SharedTermJson { text, share: *share };
        Self { sentences: sentences.iter().map(sentence).collect(), terms: terms.iter().map(term).collect() }
    }
}

/// [`Parts`] of a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PartsJson {
    /// From the vectors of whole texts.
    #[serde(serialize_with = "six_decimals")]
    pub document: f32,
    /// From the vectors of sentences.
    #[serde(serialize_with = "six_decimals")]
    pub sentences: f32,
    /// From shared terms.
    #[serde(serialize_with = "six_decimals")]
    pub terms: f32,
    /// What likeness to disliked papers takes off.
    #[serde(serialize_with = "six_decimals")]
    pub disliked: f32,
    /// What age takes off.
    #[serde(serialize_with = "six_decimals")]
    pub age: f32,
}

impl From<Parts> for PartsJson {
    fn from(parts: Parts) -> Self {
        // Without `..`: a part that is added does not compile here until it is shown.
        let Parts { document, sentences, terms, disliked, age } = parts;
        Self { document, sentences, terms, disliked, age }
    }
}

impl<'a> From<&'a Recommendation> for ScoredJson<'a> {
    fn from(recommendation: &'a Recommendation) -> Self {
        // Without `..`: what is added does not compile here until somebody decides about it.
        let Recommendation {
            rank,
            score,
            parts,
            similarity,
            percentile,
            is_close: _,
            seed: _,
            candidate: _,
            number: _,
            because,
            paper: _,
        } = recommendation;
        Self {
            rank: *rank,
            score: *score,
            parts: (*parts).into(),
            similarity: *similarity,
            percentile: percentile.map(Rounded),
            because: because.as_ref().map(BecauseJson::from),
        }
    }
}

impl<'a> RecommendationJson<'a> {
    /// `seeds` is how many seeds the question had; a text counts as one.
    pub fn new(recommendation: &'a Recommendation, seeds: usize) -> Self {
        let Recommendation { seed, candidate, paper, .. } = recommendation;
        Self {
            scored: recommendation.into(),
            seed: (seeds > 1).then_some(*seed),
            candidate: *candidate,
            paper: paper.as_ref().into(),
        }
    }
}

/// Numbers that are written with six decimals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rounded<T>(pub T);

impl Serialize for Rounded<f32> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        six_decimals(&self.0, serializer)
    }
}

impl Serialize for Rounded<[f32; 2]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.map(Rounded).serialize(serializer)
    }
}

impl Serialize for Rounded<&[f32]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().copied().map(Rounded))
    }
}

pub(super) fn six_decimals<S: Serializer>(number: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(crate::formats::write::six_decimals(*number))
}
