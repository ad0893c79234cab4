//! Reports: what a batch of papers is near, written for people (HTML, Markdown), spreadsheets (CSV) and programs (JSON).
//!
//! A [`Report`] is a plain result; each format has a writer of its own that takes nothing else: no clock, no library, no
//! network. The JSON of single papers and recommendations is in [`json`], where the command line finds it too.

mod csv;
pub mod feed;
mod head;
mod html;
pub mod json;
mod markdown;
mod wording;

use std::io::{self, Write};
use std::path::Path;

use crate::analysis::Analysis;
use crate::recommender::BatchEntry;

/// A batch of papers, each with its nearest, and where that came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Heading.
    pub title: String,
    /// How many papers the library held when it was asked.
    pub library_papers: u64,
    /// Name of the model that made the vectors.
    pub model: String,
    /// How many nearest papers were asked for; an entry may have fewer.
    pub top_k: usize,
    /// Day of the report as an ISO 8601 date, given by the caller so that the same input writes the same bytes.
    pub made_at: String,
    /// What it shows.
    pub sections: Sections,
    /// The papers, in the order in which they are to be shown.
    pub entries: Vec<BatchEntry>,
    /// What there is to say of them as a whole; places are those of `entries`.
    pub analysis: Analysis,
}

/// A part of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// The points of all papers.
    Map,
    /// Groups, orphans, bridges.
    Clusters,
    /// The strongest pairs, near-duplicates, versions.
    Pairs,
    /// Every pair's similarity.
    HeatMap,
    /// Years and venues.
    Spread,
    /// Statistics of the vectors.
    Embedding,
    /// For each paper its nearest within the batch.
    Within,
    /// For each paper its nearest in the library.
    Nearest,
}

impl Section {
    /// All, in the order in which a report shows them.
    pub const ALL: [Self; 8] = [
        Self::Map,
        Self::Clusters,
        Self::Pairs,
        Self::HeatMap,
        Self::Spread,
        Self::Embedding,
        Self::Within,
        Self::Nearest,
    ];

    /// The name used on the command line: `map`, `clusters`, `pairs`, `heat-map`, `spread`, `embedding`, `within`,
    /// `nearest`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Clusters => "clusters",
            Self::Pairs => "pairs",
            Self::HeatMap => "heat-map",
            Self::Spread => "spread",
            Self::Embedding => "embedding",
            Self::Within => "within",
            Self::Nearest => "nearest",
        }
    }
}

/// Which sections a report has.
pub type Sections = std::collections::BTreeSet<Section>;

/// The formats a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportFormat {
    /// One self-contained page.
    Html,
    /// CommonMark.
    Markdown,
    /// One row per pair of papers.
    Csv,
    /// Everything; see [`json::ReportJson`].
    Json,
}

impl ReportFormat {
    /// All formats, the one for reading first.
    pub const ALL: [Self; 4] = [Self::Html, Self::Markdown, Self::Csv, Self::Json];

    /// The name used on the command line: `html`, `markdown`, `csv`, `json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// The format that a file's name asks for, upper or lower case; `None` when it names none.
    pub fn from_extension(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Writes `report` to `out`, piece by piece and through a buffer; `out` is flushed.
///
/// # Errors
/// Those of `out`, and nothing else.
pub fn write(report: &Report, format: ReportFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        ReportFormat::Html => html::write(report, &mut out),
        ReportFormat::Markdown => markdown::write(report, &mut out),
        ReportFormat::Csv => csv::write(report, &mut out),
        ReportFormat::Json => json::write(report, &mut out),
    }?;
    out.flush()
}

#[cfg(test)]
mod tests;
