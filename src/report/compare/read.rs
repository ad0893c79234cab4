//! Reads a report's JSON. Unknown keys are ignored, and parts may be missing.

use std::path::Path;

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::engine::json::SCHEMA_VERSION;
use crate::{Error, Paper, Result};

/// A report.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReportRead {
    /// Its head.
    pub report: Head,
    pub(super) papers: Vec<EntryRead>,
    #[serde(default)]
    pub(super) clusters: Option<Vec<ClusterRead>>,
}

/// The head of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Title of the report.
    pub title: String,
    /// Day of the report, ISO 8601.
    #[serde(default)]
    pub made_at: String,
    /// Name of the model.
    #[serde(default)]
    pub model: String,
    /// Number of papers in the library.
    #[serde(default)]
    pub library_papers: u64,
    /// The requested number of nearest papers; `null` if unknown.
    #[serde(default)]
    pub top_k: Option<usize>,
    /// Names of its sections. `None` if unknown: then every part that is present counts.
    #[serde(default, skip_serializing)]
    pub sections: Option<Vec<String>>,
}

/// A paper with its nearest papers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct EntryRead {
    pub paper: Paper,
    #[serde(default)]
    pub nearest: Option<Vec<FoundRead>>,
    #[serde(default)]
    pub within: Option<Vec<FoundRead>>,
}

/// One of the nearest papers of a paper.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct FoundRead {
    #[serde(default)]
    pub score: f64,
    /// The paper, if it is from the library.
    #[serde(default)]
    pub paper: Option<Paper>,
    /// The place of the paper in the report, from 0, if it is from the report.
    #[serde(default)]
    pub place: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct ClusterRead {
    pub papers: Vec<Member>,
    #[serde(default)]
    pub terms: Vec<String>,
}

/// A paper of a cluster.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Member {
    /// By its place in the report, from 0.
    Place(usize),
    /// By its id.
    Id(String),
}

impl ReportRead {
    /// Returns its clusters; `None` if it has no section of clusters. A section may be without clusters.
    pub(super) fn clusters(&self) -> Option<&[ClusterRead]> {
        self.clusters.as_deref().filter(|_| self.has("clusters"))
    }

    /// Returns a list of one of its papers; `None` if it has no section with such lists.
    pub(super) fn list<'r>(&'r self, entry: &'r EntryRead, list: List) -> Option<Vec<Found<'r>>> {
        let found = match list {
            List::Nearest => &entry.nearest,
            List::Within => &entry.within,
        };
        let of_report = |place: usize| self.papers.get(place).map(|entry| &entry.paper);
        let paper = |found: &'r FoundRead| found.paper.as_ref().or_else(|| of_report(found.place?));
        let found = found.as_deref().filter(|_| self.has(list.name()))?;
        Some(found.iter().filter_map(|found| Some(Found { paper: paper(found)?, score: found.score })).collect())
    }

    /// Whether any of its papers has a list of this kind.
    pub(super) fn has_lists(&self, list: List) -> bool {
        self.papers.iter().any(|entry| self.list(entry, list).is_some())
    }

    fn has(&self, section: &str) -> bool {
        self.report.sections.as_ref().is_none_or(|sections| sections.iter().any(|name| name == section))
    }
}

/// The kind of a paper's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum List {
    /// Its nearest papers in the library.
    Nearest,
    /// Its nearest papers in the report.
    Within,
}

impl List {
    /// The name of the section, which is also the JSON key.
    fn name(self) -> &'static str {
        self.into()
    }
}

/// A paper in a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'r> {
    pub paper: &'r Paper,
    pub score: f64,
}

/// Reads a report; `path` is for messages.
///
/// # Errors
/// [`Error::Input`] if the text is not a report, or was written by a newer version of relata.
pub fn read(text: &[u8], path: &Path) -> Result<ReportRead> {
    #[derive(Deserialize)]
    struct Version {
        schema_version: u32,
    }
    let failed = |reason: String| Error::Input { path: path.to_owned(), reason };
    let not_a_report = |error: serde_json::Error| {
        failed(format!("is not a report ({error}); `relata report -o NAME.json` writes one"))
    };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let Version { schema_version } = serde_json::from_slice(text).map_err(not_a_report)?;
    if schema_version > SCHEMA_VERSION {
        return Err(failed(format!(
            "is a report of schema_version {schema_version}, this relata reads up to {SCHEMA_VERSION}; use a newer relata"
        )));
    }
    serde_json::from_slice(text).map_err(not_a_report)
}
