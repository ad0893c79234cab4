//! A report on a batch of papers, and its sections.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::answer::Recommendation;
use crate::analysis::{Analysis, Wanted};
use crate::paper::Paper;

/// A batch of papers, each with its nearest, and the batch as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Heading.
    pub title: String,
    /// The number of papers in the library.
    pub library_papers: u64,
    /// Name of the model that made the vectors.
    pub model: String,
    /// How many nearest papers were asked for. An entry may have fewer.
    pub top_k: usize,
    /// The day of the report, as an ISO 8601 date.
    pub made_at: String,
    /// The sections that were asked for.
    pub sections: Sections,
    /// The papers, in the order in which they are shown.
    pub entries: Vec<BatchEntry>,
    /// The batch as a whole; places are those of `entries`.
    pub analysis: Analysis,
}

/// A paper of a report, with its nearest papers.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchEntry {
    /// The paper.
    pub paper: Paper,
    /// Whether it is in the library.
    pub in_library: bool,
    /// The nearest papers of the library, best first, without the paper itself and others with exactly its title.
    pub nearest: Vec<Recommendation>,
    /// The nearest papers of the batch, best first; [`Recommendation::candidate`] is the place in the batch. If the batch is
    /// the whole library, they are the same as `nearest`.
    pub within: Vec<Recommendation>,
}

impl Report {
    /// Whether there is something to show in a section.
    pub fn shows(&self, section: Section) -> bool {
        let Analysis { pairs, clusters, orphans, bridges, map, heat_map, spread, embedding } = &self.analysis;
        self.sections.contains(&section)
            && match section {
                Section::Map => !map.is_empty() && map.len() == self.entries.len(),
                Section::Clusters => !clusters.is_empty() || !orphans.is_empty() || !bridges.is_empty(),
                Section::Pairs => !pairs.is_empty(),
                Section::HeatMap => heat_map.is_some(),
                Section::Spread => {
                    spread.as_ref().is_some_and(|spread| !spread.years.is_empty() || !spread.venues.is_empty())
                }
                // A single vector has no statistics.
                Section::Embedding => embedding.as_ref().is_some_and(|statistics| statistics.shape[0] > 1),
                Section::Within => self.entries.iter().any(|entry| !entry.within.is_empty()),
                // For a whole library, both lists are the same.
                Section::Nearest => !(self.shows(Section::Within) && self.entries.iter().all(is_nearest_here)),
            }
    }
}

/// Whether the nearest papers of the library are those of the batch.
fn is_nearest_here(entry: &BatchEntry) -> bool {
    let (within, nearest) = (entry.within.iter(), entry.nearest.iter());
    entry.in_library && within.map(|found| &found.paper.id).eq(nearest.map(|found| &found.paper.id))
}

/// A section of a report; in JSON, its [`name`](Self::name).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Section {
    /// A map of all papers.
    Map,
    /// Clusters, papers in no cluster, papers between clusters.
    Clusters,
    /// The most similar pairs, near-duplicates, versions.
    Pairs,
    /// The similarity of every pair.
    HeatMap,
    /// Years and venues.
    Spread,
    /// Statistics of the vectors.
    Embedding,
    /// The nearest papers of the batch to each paper.
    Within,
    /// The nearest papers of the library to each paper.
    Nearest,
}

impl Section {
    /// All, in the order in which a report shows them.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name in options and in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The sections of a report.
pub type Sections = BTreeSet<Section>;

/// What has to be analysed for sections.
pub(super) fn analysis_for(sections: &Sections) -> Wanted {
    let has = |section| sections.contains(&section);
    Wanted {
        pairs: has(Section::Pairs),
        // The map is coloured by clusters.
        clusters: has(Section::Clusters) || has(Section::Map),
        map: has(Section::Map),
        heat_map: has(Section::HeatMap),
        spread: has(Section::Spread),
        embedding: has(Section::Embedding),
    }
}
