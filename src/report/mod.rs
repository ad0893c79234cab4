//! Reports on many papers, written for people (HTML, Markdown, a map as SVG and PNG), spreadsheets (CSV), reference
//! managers (BibTeX) and programs (JSON).
//!
//! A [`Report`] is a plain result of the engine. Each format has a writer that needs nothing else: no clock, no
//! library, no network.

mod bibtex;
pub mod compare;
mod csv;
pub mod feed;
pub mod graph;
mod head;
mod html;
pub mod json;
mod map;
mod markdown;
mod wording;

use std::io::{self, Write};
use std::path::Path;

use strum::{EnumString, IntoStaticStr, VariantArray};

pub use crate::engine::{Report, Section, Sections};
use crate::formats::write::visible::Visible;

/// The formats in which a report can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum ReportFormat {
    /// One self-contained page.
    #[strum(to_string = "html", serialize = "htm")]
    Html,
    /// CommonMark.
    #[strum(to_string = "markdown", serialize = "md")]
    Markdown,
    /// A table: one row per pair of a paper and one of its nearest papers.
    Csv,
    /// A table: one row per pair of papers of the report.
    #[strum(to_string = "pairs.csv")]
    PairsCsv,
    /// A table: one row per paper of the report.
    #[strum(to_string = "papers.csv")]
    PapersCsv,
    /// The whole report; see [`json::ReportJson`].
    Json,
    /// The papers that the sections show.
    #[strum(to_string = "bib", serialize = "bibtex")]
    Bibtex,
    /// The map alone, as a drawing.
    Svg,
    /// The map alone, as a picture.
    Png,
}

impl ReportFormat {
    /// All formats, HTML first.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The file extensions that [`from_path`](Self::from_path) accepts, for messages.
    pub const EXTENSIONS: &str =
        ".html, .md, .csv, .pairs.csv, .papers.csv, .json or .bib; .svg or .png for the map alone";

    /// Its name, which is also one of its file extensions.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The format for a file's extension, in upper or lower case; `None` for an unknown extension.
    pub fn from_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy();
        // Tries the longest extension first, as in `bees.pairs.csv`.
        name.match_indices('.').find_map(|(dot, _)| name[dot + 1..].parse().ok())
    }

    /// Whether it shows the reasons why papers are close.
    pub fn has_reasons(self) -> bool {
        matches!(self, Self::Html | Self::Markdown | Self::Json)
    }

    /// The sections that it can show.
    pub fn sections(self) -> Sections {
        match self {
            Self::Csv => [Section::Within, Section::Nearest].into(),
            Self::PairsCsv => [Section::Pairs].into(),
            Self::PapersCsv => [Section::Map, Section::Clusters, Section::Within, Section::Nearest].into(),
            Self::Svg | Self::Png => [Section::Map, Section::Clusters].into(),
            Self::Bibtex | Self::Html | Self::Markdown | Self::Json => Section::ALL.iter().copied().collect(),
        }
    }
}

/// Writes `report` to `out` through a buffer, and flushes `out`. No format has control characters or invisible
/// characters.
///
/// # Errors
/// Errors of `out`; [`io::ErrorKind::InvalidInput`] for SVG and PNG if the report has no map.
pub fn write(report: &Report, format: ReportFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let text = &mut Visible::text(&mut out);
    match format {
        ReportFormat::Html => html::write(report, text),
        ReportFormat::Markdown => markdown::write(report, text),
        ReportFormat::Csv => csv::nearest(report, text),
        ReportFormat::PairsCsv => csv::pairs(report, text),
        ReportFormat::PapersCsv => csv::papers(report, text),
        ReportFormat::Json => json::write(report, &mut Visible::json(&mut out)),
        ReportFormat::Bibtex => bibtex::write(report, text),
        ReportFormat::Svg => map::write_svg(report, &mut out),
        ReportFormat::Png => map::write_png(report, &mut out),
    }?;
    out.flush()
}

#[cfg(test)]
mod tests;
