//! JSON of what a bibliography or a manuscript does not cite.

use serde::Serialize;
use serde_json::Value;

use super::json::{RecommendationJson, SCHEMA_VERSION};

/// `{"schema_version", "query", "cited", "results", "nothing_close"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MissingJson<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What was asked.
    pub query: Value,
    /// What is cited.
    pub cited: CitedJson,
    /// Best first.
    pub results: Vec<ResultJson<'a>>,
    /// Whether none of them is close by the library's own measure.
    pub nothing_close: bool,
}

impl<'a> MissingJson<'a> {
    /// Of results, best first.
    pub fn new(query: Value, cited: CitedJson, results: Vec<ResultJson<'a>>, nothing_close: bool) -> Self {
        Self { schema_version: SCHEMA_VERSION, query, cited, results, nothing_close }
    }
}

/// What is cited.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CitedJson {
    /// `{"id", "title"}` of papers of the library.
    pub in_library: Vec<Value>,
    /// Titles, identifiers or references of what it does not hold.
    pub not_in_library: Vec<String>,
    /// Keys that no bibliography has.
    pub unresolved: Vec<String>,
}

/// A paper that is not cited.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultJson<'a> {
    /// As in every other answer.
    #[serde(flatten)]
    pub recommendation: RecommendationJson<'a>,
    /// Why it is here: what is cited, or said, that is nearest.
    pub reason: Reason,
}

/// What a paper is nearest to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// An entry of the list.
    Entry {
        /// As the list calls it.
        id: String,
        /// Its title.
        title: String,
    },
    /// A sentence of the manuscript.
    Sentence {
        /// The sentence, or the passage, if it has no sentence.
        text: String,
        /// The heading that it stands under.
        heading: Option<String>,
    },
}
