//! Reports as JSON. Papers and recommendations in them are written as [`engine::json`](crate::engine::json) writes them.
//!
//! Every key is always there; what is unknown is `null`, `[]` or `{}`. The order of keys is the order of the fields below.

mod analysis;

use std::io::{self, Write};

use serde::Serialize;

pub(super) use analysis::kinship_name;
pub use analysis::{
    AnalysisJson, BridgeJson, ClusterJson, EmbeddingJson, HeatMapJson, HistogramJson, OrphanJson, PairJson, Rounded,
    SpreadJson, WithinJson,
};

use super::Report;
use crate::engine::json::{PaperJson, SCHEMA_VERSION};
use crate::engine::{BatchEntry, Recommendation};

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
    pub nearest: &'a [Recommendation],
    /// The nearest of the report's own papers, best first.
    pub within: Vec<WithinJson<'a>>,
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
        Self { schema_version: SCHEMA_VERSION, report: head, papers, analysis: analysis.into() }
    }
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &ReportJson::from(report))?;
    out.write_all(b"\n")
}
