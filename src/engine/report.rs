//! What a report says, whatever it is written to.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::batch::BatchEntry;
use crate::analysis::Analysis;

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

impl Report {
    /// Whether it has something to show in `section`.
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
                // Of a whole library both are one list.
                Section::Nearest => !(self.shows(Section::Within) && self.entries.iter().all(is_nearest_here)),
            }
    }
}

/// Whether the nearest of the library are those of the batch.
fn is_nearest_here(entry: &BatchEntry) -> bool {
    let (within, nearest) = (entry.within.iter(), entry.nearest.iter());
    entry.in_library && within.map(|found| &found.paper.id).eq(nearest.map(|found| &found.paper.id))
}

/// A part of a report; as JSON it is its [`name`](Self::name).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name that people and programs use: `map`, `clusters`, `pairs`, `heat-map`, `spread`, `embedding`, `within`,
    /// `nearest`.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Which sections a report has.
pub type Sections = BTreeSet<Section>;
