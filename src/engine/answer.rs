//! Answers to questions: papers in order, and why each was recommended.

use std::sync::Arc;

use serde::Serialize;

use super::json::{Named, paper, parts, six_decimals, terms};
use super::known_items::Reading;
use crate::lexical::SharedTerm;
use crate::library::PaperNumber;
use crate::paper::Paper;
use crate::rank::facets::Facet;
use crate::rank::{Parts, Ranker};

/// The answer to a [`Request`](super::Request) or a [`MissingRequest`](super::MissingRequest): papers, and how the
/// question was understood.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// [`SCHEMA_VERSION`](super::json::SCHEMA_VERSION).
    pub schema_version: u32,
    /// The name of the library's state that was searched. Each change of what can be searched gives the state a new
    /// name. Not in the JSON.
    #[serde(skip)]
    pub state: Option<String>,
    /// The question as it was understood.
    pub query: QuerySummary,
    /// Best first. Empty if no paper is close, unless the request sets `anyway` or ranks candidates, or the library has
    /// the words of the text.
    pub results: Vec<Recommendation>,
    /// The probability, 0 to 1, that the first result is relevant; only for a text without seeds and candidates. See
    /// [`confidence`](crate::rank::confidence::confidence).
    #[serde(serialize_with = "six_decimals")]
    pub confidence: Option<f32>,
    /// Whether no result is close. For a text, the confidence is low. For seeds, even the nearest paper is no more
    /// similar than papers on other subjects usually are in this library. Always false if vectors are not compared.
    pub nothing_close: bool,
    /// Why there are no results; `null` if there are some.
    pub nothing: Option<NoResults>,
    /// Names of candidates that match no paper; only in answers that rank candidates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Vec<String>>,
    /// What the draft or bibliography cites; only in answers about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cited: Option<CitedPapers>,
    /// What the user should know: words that look like conditions but are not, lists without a known paper, records
    /// that were skipped, citations that were not found.
    pub notes: Vec<String>,
}

/// Why an answer has no results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoResults {
    /// No paper is close: [`Answer::nothing_close`].
    NoneClose,
    /// Papers are compared by words, and no other paper has a word of the question.
    NoSharedWord,
    /// No paper of the library meets the conditions.
    NoneAllowed,
    /// Only seeds and excluded papers meet the conditions.
    NoOtherAllowed,
    /// The library contains only seeds and excluded papers.
    NoOther,
    /// None of the candidates is known.
    NoCandidates,
}

/// A question as it was understood. JSON always has all keys, unless a field says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct QuerySummary {
    /// What kind of question it is.
    pub kind: Kind,
    /// Seeds of the library that the request names. With a profile, all seeds that are in the library, including those
    /// of lists and of the profile.
    pub papers: Vec<Named>,
    /// Seeds of the library that the request names. Not in the JSON.
    #[serde(skip)]
    pub named: Vec<Named>,
    /// Lists of seeds.
    pub like: Vec<ListSummary>,
    /// The name of the pasted text, or of the file that the request is about.
    pub file: Option<String>,
    /// The text, as it was typed.
    pub text: Option<String>,
    /// How the text was understood; `null` without a text.
    pub understood: Option<Understood>,
    /// The papers that the text names, which are the first results; `null` if it names none.
    pub reading: Option<Reading>,
    /// Papers to which results should not be similar, without those of the profile.
    pub not: Vec<Named>,
    /// The profile; only if the request names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The facet in which papers should be similar to the seeds.
    pub facet: Option<Facet>,
    /// Which parts of a comparison count in the score.
    pub ranker: Ranker,
    /// From 0 (by score) to 1 (avoid papers like those above).
    #[serde(serialize_with = "six_decimals")]
    pub diversity: f32,
    /// The age in years at which a score is halved.
    pub half_life_years: Option<f32>,
    /// The maximum number of results.
    pub top_k: usize,
    /// Whether the search was exact, that is, compared every paper.
    pub exact: bool,
    /// How many papers meet the conditions; `null` without conditions.
    pub admitted: Option<usize>,
    /// How many papers were excluded, whether they meet the conditions or not.
    pub excluded: usize,
    /// The number of candidates; only in answers that rank candidates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<usize>,
    /// The number of passages of the draft; only in answers about a draft or a bibliography.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passages: Option<usize>,
}

/// How the text of a question was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Understood {
    /// The words that papers are ranked by. If there are none, the newest papers are first.
    pub ranked_by: String,
    /// The conditions that papers must meet, in the language of [`TextQuery`](super::TextQuery) and with all operators;
    /// `None` without conditions.
    pub conditions: Option<String>,
}

/// A kind of question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Papers as seeds, perhaps with a text.
    #[default]
    Papers,
    /// A text alone.
    Text,
    /// A pasted text or a text file alone.
    TextFile,
    /// Conditions alone: the answer has the newest papers that meet them.
    Filters,
    /// The passages of a draft.
    Draft,
}

/// A list of seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListSummary {
    /// The name of the list.
    pub file: String,
    /// How many papers it has.
    pub papers: usize,
}

/// A recommended paper. Numbers have six decimals in JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommendation {
    /// From 1.
    pub rank: usize,
    /// The sum of `parts`. Results are ordered by it, greatest first, unless the request asks for diversity. Papers
    /// that the text names ([`QuerySummary::reading`]) are before others.
    #[serde(serialize_with = "six_decimals")]
    pub score: f32,
    /// The parts of the score.
    #[serde(serialize_with = "parts")]
    pub parts: Parts,
    /// Cosine similarity to the nearest seed or to the text, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
    /// The share of pairs of papers in this library, 0 to 1, that are less similar than this paper and its seed; `None`
    /// if the library has fewer than two papers.
    #[serde(serialize_with = "six_decimals")]
    pub percentile: Option<f32>,
    /// Whether `similarity` is close for this library ([`Calibration::is_close`]). In a library of fewer than 2,000
    /// papers, every paper is close.
    ///
    /// [`Calibration::is_close`]: crate::rank::calibration::Calibration::is_close
    #[serde(skip)]
    pub is_close: bool,
    /// Why it was recommended, if the request asks for reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Explanation>,
    /// With several seeds, the index of the seed that gave the greatest score, counted from 0. The text has the last
    /// index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<usize>,
    /// The paper's index among the candidates, if there are any, counted from 0. A repeated name counts once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate: Option<usize>,
    /// The paper's number, if it is in the library.
    #[serde(skip)]
    pub number: Option<PaperNumber>,
    /// The paper. It is shared, because many papers occur several times in the results of a batch.
    #[serde(serialize_with = "paper")]
    pub paper: Arc<Paper>,
    /// The nearest entry or sentence; only in answers about a draft or a bibliography.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Why a paper is similar to its nearest seed or text ([`Recommendation::seed`]).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Explanation {
    /// With several seeds, the seed that the explanation is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// Pairs of matching sentences, the most similar first. A sentence is in at most one pair. Formulas ("Extensive
    /// experiments show …") and sentences that are not close are left out, so there may be none.
    pub sentences: Vec<SentenceMatch>,
    /// Shared terms, the greatest share of the similarity first.
    #[serde(serialize_with = "terms")]
    pub terms: Vec<SharedTerm>,
}

/// A seed, as a person knows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum About {
    /// A paper.
    Paper(Named),
    /// A text.
    Text {
        /// The text.
        text: String,
    },
}

/// Two matching sentences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceMatch {
    /// The sentence of the seed.
    pub seed: String,
    /// The sentence of the recommended paper.
    pub paper: String,
    /// Cosine of their vectors, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
}

/// What a draft or a bibliography cites.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CitedPapers {
    /// The number of papers of a bibliography, each counted once; `null` for a draft.
    pub entries: Option<usize>,
    /// Cited papers that are in the library.
    pub in_library: Vec<Named>,
    /// Titles, identifiers or references of cited papers that are not in the library.
    pub not_in_library: Vec<String>,
    /// Citation keys that match no entry of a bibliography and no paper of the library.
    pub unresolved: Vec<String>,
}

/// What a recommended paper is nearest to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// An entry of the bibliography.
    Entry(Named),
    /// A sentence of the draft, and what the draft cites.
    Sentence {
        /// The sentence, or the whole passage if it has no sentence.
        text: String,
        /// The heading above it.
        heading: Option<String>,
        /// The included file that contains the sentence; `null` for the draft itself.
        file: Option<String>,
        /// The line of the sentence, counted from 1; `null` if it was not found in the file.
        line: Option<usize>,
        /// The nearest cited work.
        cited: Option<Named>,
        /// Authors of the paper who also wrote a cited work.
        authors: Vec<String>,
    },
}
