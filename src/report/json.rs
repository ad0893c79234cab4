//! JSON: the views of papers and recommendations that reports and the command line's `--json` share.
//!
//! Every key is always there; what is unknown is `null`, `[]` or `{}`. Scores are rounded to six decimals, more than
//! single precision holds reliably. The order of keys is the order of the fields below.

mod analysis;
mod papers;

use std::io::{self, Write};

use serde::Serialize;

pub(super) use analysis::kinship_name;
pub use analysis::{
    AnalysisJson, BridgeJson, ClusterJson, EmbeddingJson, HeatMapJson, HistogramJson, OrphanJson, PairJson, SpreadJson,
    WithinJson,
};
pub use papers::{
    BecauseJson, PaperJson, PartsJson, RecommendationJson, Rounded, ScoredJson, SentenceMatchJson, SharedTermJson,
};

use super::Report;
use crate::paper::Paper;
use crate::recommender::{BatchEntry, Recommendation};

/// Version of everything in this module. It grows when a key changes its meaning or goes; a new key does not count.
pub const SCHEMA_VERSION: u32 = 1;

/// The answer to one question: `{"schema_version", "query", "results", "nothing_close"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultsJson<'a, Query = serde_json::Value> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What was asked.
    pub query: Query,
    /// Best first.
    pub results: Vec<RecommendationJson<'a>>,
    /// Whether none of them is close by the library's own measure.
    pub nothing_close: bool,
    /// Names of candidates that stand for no paper; the key is there only when candidates were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<&'a [String]>,
}

impl<'a, Query: Serialize> ResultsJson<'a, Query> {
    /// `seeds` is how many seeds the question had; a text counts as one.
    pub fn new(query: Query, seeds: usize, recommendations: &'a [Recommendation]) -> Self {
        let results = recommendations.iter().map(|found| RecommendationJson::new(found, seeds)).collect();
        let nothing_close = !recommendations.is_empty() && recommendations.iter().all(|found| !found.is_close);
        Self { schema_version: SCHEMA_VERSION, query, results, nothing_close, unknown: None }
    }
}

/// Papers as they are: `{"schema_version", "papers"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PapersJson<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// In the order in which they were given.
    pub papers: Vec<PaperJson<'a>>,
}

impl<'a> FromIterator<&'a Paper> for PapersJson<'a> {
    fn from_iter<Papers: IntoIterator<Item = &'a Paper>>(papers: Papers) -> Self {
        Self { schema_version: SCHEMA_VERSION, papers: papers.into_iter().map(PaperJson::from).collect() }
    }
}

/// A whole report: `{"schema_version", "report", "papers", "pairs", "clusters", "orphans", "bridges", "map", "heat_map",
/// "spread", "embedding"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportJson<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What the report is.
    pub report: ReportHeadJson<'a>,
    /// Its papers, in order.
    pub papers: Vec<EntryJson<'a>>,
    /// What there is to say of them as a whole, in keys beside `papers`.
    #[serde(flatten)]
    pub analysis: AnalysisJson<'a>,
}

/// What a report is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportHeadJson<'a> {
    /// Heading.
    pub title: &'a str,
    /// Day of the report, ISO 8601.
    pub made_at: &'a str,
    /// Name of the model.
    pub model: &'a str,
    /// Size of the library that was asked.
    pub library_papers: u64,
    /// How many nearest papers were asked for.
    pub top_k: usize,
    /// Names of the sections that were asked for.
    pub sections: Vec<&'static str>,
}

/// A paper of a report with its nearest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryJson<'a> {
    /// The paper.
    pub paper: PaperJson<'a>,
    /// Whether the library holds it.
    pub in_library: bool,
    /// The nearest of the library, best first.
    pub nearest: Vec<RecommendationJson<'a>>,
    /// The nearest of the report's own papers, best first.
    pub within: Vec<WithinJson<'a>>,
}

impl<'a> From<&'a BatchEntry> for EntryJson<'a> {
    fn from(entry: &'a BatchEntry) -> Self {
        let nearest = entry.nearest.iter().map(|found| RecommendationJson::new(found, 1)).collect();
        let within = entry.within.iter().filter_map(WithinJson::new).collect();
        Self { paper: (&entry.paper).into(), in_library: entry.in_library, nearest, within }
    }
}

impl<'a> From<&'a Report> for ReportJson<'a> {
    fn from(report: &'a Report) -> Self {
        let Report { title, library_papers, model, top_k, made_at, sections, entries, analysis } = report;
        let sections = sections.iter().map(|section| section.name()).collect();
        let head = ReportHeadJson { title, made_at, model, library_papers: *library_papers, top_k: *top_k, sections };
        let papers = entries.iter().map(EntryJson::from).collect();
        Self { schema_version: SCHEMA_VERSION, report: head, papers, analysis: analysis.into() }
    }
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &ReportJson::from(report))?;
    out.write_all(b"\n")
}
