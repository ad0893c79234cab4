//! Writes reports as JSON. [`engine::json`](crate::engine::json) defines the form of papers and recommendations, and
//! the types of the analysis define the form of the analysis. Papers are referred to by their places in `papers`,
//! clusters by their places in `clusters`, both from 0.
//!
//! Every key is always present, except where its field says otherwise. Values that are unknown or were not requested
//! are `null`, `[]` or `{}`. Keys are in the order of the fields below.

use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use crate::analysis::Analysis;
use crate::engine::json::{PaperJson, SCHEMA_VERSION, parts, six_decimals};
use crate::engine::{BatchEntry, Explanation, Recommendation};
use crate::rank::Parts;

/// A whole report: `{"schema_version", "report", "papers", "pairs", "clusters", "orphans", "bridges", "map",
/// "heat_map", "spread", "embedding"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportJson<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The title of the report, and how it was made.
    pub report: ReportHeadJson<'a>,
    /// Its papers, in order.
    pub papers: Vec<EntryJson<'a>>,
    /// The analysis of the papers as a set. Its keys are on the same level as `papers`.
    #[serde(flatten)]
    pub analysis: &'a Analysis,
}

/// The title of a report, and how it was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportHeadJson<'a> {
    /// Title.
    pub title: &'a str,
    /// Day of the report, ISO 8601.
    pub made_at: &'a str,
    /// Name of the model.
    pub model: &'a str,
    /// Number of papers in the library.
    pub library_papers: u64,
    /// The requested number of nearest papers.
    pub top_k: usize,
    /// Names of the requested sections.
    pub sections: Vec<&'static str>,
}

/// A paper of a report with its nearest papers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryJson<'a> {
    /// The paper.
    pub paper: PaperJson<'a>,
    /// Whether the library contains it.
    pub in_library: bool,
    /// The nearest papers of the library, best first.
    pub nearest: &'a [Recommendation],
    /// The nearest of the report's own papers, best first.
    pub within: Vec<WithinJson<'a>>,
}

/// One of the nearest papers within a report: a [`Recommendation`] without the paper, which is already in `papers`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WithinJson<'a> {
    /// The place in this list, from 1.
    pub rank: usize,
    /// The score by which the papers are ordered, greatest first.
    #[serde(serialize_with = "six_decimals")]
    pub score: f32,
    /// The parts that add up to the score.
    #[serde(serialize_with = "parts")]
    pub parts: Parts,
    /// Cosine similarity to the paper, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
    /// The share of the library's random pairs that are less similar, 0 to 1; `null` if unknown.
    #[serde(serialize_with = "six_decimals")]
    pub percentile: Option<f32>,
    /// The reasons. The key is present only if reasons were requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'a Explanation>,
    /// Place of the paper in `papers`, from 0.
    pub place: usize,
}

impl<'a> WithinJson<'a> {
    /// Returns `None` for a recommendation that is not one of the report's own papers.
    fn new(found: &'a Recommendation) -> Option<Self> {
        let &Recommendation { rank, score, parts, similarity, percentile, ref because, candidate, .. } = found;
        Some(Self { rank, score, parts, similarity, percentile, because: because.as_ref(), place: candidate? })
    }
}

impl<'a> From<&'a BatchEntry> for EntryJson<'a> {
    fn from(entry: &'a BatchEntry) -> Self {
        let within = entry.within.iter().filter_map(WithinJson::new).collect();
        Self { paper: (&entry.paper).into(), in_library: entry.in_library, nearest: &entry.nearest, within }
    }
}

impl<'a> From<&'a Report> for ReportJson<'a> {
    fn from(report: &'a Report) -> Self {
        let Report { title, library_papers, model, top_k, made_at, sections, entries, analysis } = report;
        let sections = sections.iter().map(|section| section.name()).collect();
        let head = ReportHeadJson { title, made_at, model, library_papers: *library_papers, top_k: *top_k, sections };
        let papers = entries.iter().map(EntryJson::from).collect();
        Self { schema_version: SCHEMA_VERSION, report: head, papers, analysis }
    }
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &ReportJson::from(report))?;
    out.write_all(b"\n")
}
