//! What a bibliography or a manuscript does not cite.

use serde::Serialize;

use crate::engine::answer::{Nothing, Understood};
use crate::engine::json::Named;
use crate::engine::recommendation::Recommendation;

/// Papers that are not cited and perhaps should be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MissingAnswer {
    /// [`SCHEMA_VERSION`](crate::engine::json::SCHEMA_VERSION).
    pub schema_version: u32,
    /// The question as it was understood.
    pub query: Understood,
    /// What is cited.
    pub cited: CitedPapers,
    /// Best first. Empty if nothing is close and the request does not say `anyway`.
    pub results: Vec<MissingPaper>,
    /// Whether none of the nearest papers is close by the library's own measure.
    pub nothing_close: bool,
    /// Why there are no results; `null` if there are some.
    pub nothing: Option<Nothing>,
    /// What the user should know: records that were skipped, files that are not there, what is cited and not found.
    pub notes: Vec<String>,
}

/// What is cited.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CitedPapers {
    /// How many papers a list has, each counted once; `null` for a manuscript.
    pub entries: Option<usize>,
    /// Papers of the library.
    pub in_library: Vec<Named>,
    /// Titles, identifiers or references of what it does not hold.
    pub not_in_library: Vec<String>,
    /// Keys that no bibliography has.
    pub unresolved: Vec<String>,
}

/// A paper that is not cited.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MissingPaper {
    /// As in every other answer.
    #[serde(flatten)]
    pub recommendation: Recommendation,
    /// Why it is here: what is cited, or said, that is nearest.
    pub reason: Reason,
}

/// What a paper is nearest to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// An entry of the list.
    Entry(Named),
    /// A sentence of the manuscript.
    Sentence {
        /// The sentence, or the passage, if it has no sentence.
        text: String,
        /// The heading that it stands under.
        heading: Option<String>,
    },
}
