//! What is answered to a [`Request`](super::Request).

use serde::Serialize;

use super::json::{Named, six_decimals};
use super::recommendation::Recommendation;
use crate::rank::Ranker;
use crate::rank::facets::Facet;

/// Papers that were asked for, and how the question was understood.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// [`SCHEMA_VERSION`](super::json::SCHEMA_VERSION).
    pub schema_version: u32,
    /// Names the state of the library that was searched; another name with each change. Not in the JSON.
    #[serde(skip)]
    pub state: Option<String>,
    /// The question as it was understood.
    pub query: Understood,
    /// Best first. Empty if nothing is close and the request does not say `anyway`.
    pub results: Vec<Recommendation>,
    /// Whether none of the nearest papers is close by the library's own measure.
    pub nothing_close: bool,
    /// Why there are no results; `null` if there are some.
    pub nothing: Option<Nothing>,
    /// Names of candidates that stand for no paper; the key is there only when candidates were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Vec<String>>,
    /// What the user should know: words that look like conditions but are not, lists without a known paper.
    pub notes: Vec<String>,
}

/// Why an answer has no results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nothing {
    /// The nearest papers are no nearer than papers on other subjects are.
    Close,
    /// No paper of the library meets the conditions.
    Admitted,
    /// Only the papers that were asked by, or excluded ones, meet the conditions.
    OtherAdmitted,
    /// The library has only the papers that were asked by.
    Other,
    /// No candidate was given that is known.
    Candidates,
}

/// A question as it was understood. Every key is there unless it says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Understood {
    /// What kind of question it is.
    pub kind: Kind,
    /// Papers of the library that were asked by; those of the profile among them.
    pub papers: Vec<Named>,
    /// Those of them that the request names.
    #[serde(skip)]
    pub named: Vec<Named>,
    /// Lists that were asked by.
    pub like: Vec<ListSummary>,
    /// What the pasted text, or the file that was asked about, is called.
    pub file: Option<String>,
    /// The text, as it was typed.
    pub text: Option<String>,
    /// Papers that the answer should be unlike, those of the profile left out.
    pub not: Vec<Named>,
    /// The profile; the key is there only when one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// In what respect papers should be like the seeds.
    pub facet: Option<Facet>,
    /// Which parts of a comparison count.
    pub ranker: Ranker,
    /// From 0 (by score) to 1 (avoid papers like those above).
    #[serde(serialize_with = "six_decimals")]
    pub diversity: f32,
    /// In how many years of age a score halves.
    pub half_life_years: Option<f32>,
    /// How many papers were asked for.
    pub top_k: usize,
    /// Whether every paper was compared.
    pub exact: bool,
    /// How many papers meet the conditions; `null` without conditions.
    pub admitted: Option<usize>,
    /// How many papers were left out although they may meet them.
    pub excluded: usize,
    /// How many candidates were given; the key is there only when some were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<usize>,
    /// How many passages a manuscript has; the key is there only for manuscripts and lists that were asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passages: Option<usize>,
}

/// Kinds of questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// By papers, perhaps with a text beside them.
    #[default]
    Papers,
    /// By a text alone.
    Text,
    /// By a pasted text or a text file alone.
    TextFile,
    /// By conditions alone: the newest papers that meet them.
    Filters,
    /// By the passages of a manuscript.
    Draft,
}

/// A list that was asked by.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListSummary {
    /// What it is called.
    pub file: String,
    /// How many papers it has.
    pub papers: usize,
}
