//! A report on a batch of papers.

use super::answer::Recommendation;
use crate::analysis::{Analysis, Section, Sections};
use crate::paper::Paper;

/// A batch of papers, each with its nearest papers, and an analysis of the batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Heading.
    pub title: String,
    /// The number of papers in the library.
    pub library_papers: u64,
    /// Name of the model that made the vectors.
    pub model: String,
    /// The requested number of nearest papers for each paper. An entry may have fewer.
    pub top_k: usize,
    /// The day of the report, as an ISO 8601 date.
    pub made_at: String,
    /// The requested sections, without [`Section::Nearest`] if no paper of the library can be searched.
    pub sections: Sections,
    /// The papers, in the order in which they are shown.
    pub entries: Vec<BatchEntry>,
    /// The analysis of the batch. Its places are indexes of `entries`.
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
    /// The nearest papers of the batch, best first; [`Recommendation::candidate`] is the place in the batch. If the
    /// batch is the whole library, they are the same as `nearest`.
    pub within: Vec<Recommendation>,
}

impl Report {
    /// Whether a section was requested and has something to show.
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
                // If the batch is the whole library, both lists are the same and one is enough.
                Section::Nearest => !(self.shows(Section::Within) && self.entries.iter().all(is_nearest_here)),
            }
    }
}

/// Whether an entry has the same nearest papers in the library and in the batch.
fn is_nearest_here(entry: &BatchEntry) -> bool {
    let (within, nearest) = (entry.within.iter(), entry.nearest.iter());
    entry.in_library && within.map(|found| &found.paper.id).eq(nearest.map(|found| &found.paper.id))
}
