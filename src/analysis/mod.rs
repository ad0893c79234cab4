//! Analyses a batch of papers: close pairs, clusters, a map, statistics.
//!
//! The same vectors and papers give the same result, on any number of threads. The *place* of a paper is its position
//! in the batch, from 0.

mod batch;
mod bridges;
mod clusters;
mod directions;
mod map;
mod near_duplicates;
mod pairs;
mod results;
mod section;
mod statistics;
mod years_and_venues;

#[cfg(test)]
mod tests;

pub use batch::{Batch, LibraryScale, NEIGHBORS, nearest};
pub use directions::Directions;
pub use near_duplicates::{NEAR_DUPLICATE, resemblance};
pub use pairs::MOST_IN_HEAT_MAP;
pub(crate) use results::six_decimals;
pub use results::{Analysis, Bridge, Cluster, EmbeddingStatistics, HeatMap, Histogram, Orphan, Pair, Relation, Spread};
pub use section::{Section, Sections};

impl Batch<'_> {
    /// Returns the pairs of papers that may be versions of one work or near duplicates, each pair once.
    pub fn duplicate_candidates(&self) -> Vec<[usize; 2]> {
        near_duplicates::candidates(self)
    }

    /// Computes the content of the given sections. `kin` contains the pairs that are versions or near duplicates. The
    /// clusters have no terms yet.
    pub fn analyse(&self, sections: &Sections, kin: &[([usize; 2], Relation)]) -> Analysis {
        let has = |section| sections.contains(&section);
        let mut analysis = Analysis::default();
        if has(Section::Pairs) {
            analysis.pairs = pairs::pairs(self, kin);
        }
        // The map is coloured by clusters.
        if has(Section::Clusters) || has(Section::Map) {
            analysis.clusters = clusters::clusters(self);
        }
        if has(Section::Clusters) {
            analysis.orphans = clusters::orphans(self);
            analysis.bridges = bridges::bridges(self, &analysis.clusters);
        }
        if has(Section::HeatMap) {
            analysis.heat_map = pairs::heat_map(self);
        }
        if has(Section::Spread) {
            analysis.spread = Some(years_and_venues::spread(&self.papers));
        }
        if has(Section::Map) || has(Section::Embedding) {
            let directions = Directions::of(self.vectors);
            if has(Section::Map) {
                analysis.map = map::map(self, &directions);
            }
            if has(Section::Embedding) {
                analysis.embedding = Some(statistics::statistics(self, &directions));
            }
        }
        analysis
    }
}
