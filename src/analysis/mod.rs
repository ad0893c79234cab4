//! Analyses a batch of papers: close pairs, clusters, a map, statistics.
//!
//! Pure: the same vectors and papers give the same result, on any number of threads. Papers are identified by their places in
//! the batch, from 0.

mod batch;
mod bridges;
mod clusters;
mod directions;
mod map;
mod near_duplicates;
mod pairs;
mod results;
mod statistics;
mod years_and_venues;

#[cfg(test)]
mod tests;

pub use batch::{Batch, LibraryScale, NEIGHBORS, nearest};
pub use directions::Directions;
pub use near_duplicates::{NEAR_DUPLICATE, resemblance};
pub use pairs::MOST_IN_HEAT_MAP;
pub use results::{Analysis, Bridge, Cluster, EmbeddingStatistics, HeatMap, Histogram, Orphan, Pair, Relation, Spread};

/// The parts of an [`Analysis`] to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// [`Analysis::pairs`].
    pub pairs: bool,
    /// [`Analysis::clusters`], orphans and bridges.
    pub clusters: bool,
    /// [`Analysis::map`].
    pub map: bool,
    /// [`Analysis::heat_map`].
    pub heat_map: bool,
    /// [`Analysis::spread`].
    pub spread: bool,
    /// [`Analysis::embedding`].
    pub embedding: bool,
}

impl Wanted {
    /// Everything.
    pub const ALL: Self =
        Self { pairs: true, clusters: true, map: true, heat_map: true, spread: true, embedding: true };
}

impl Batch<'_> {
    /// Pairs of papers that may be versions of one work or near duplicates; each pair once.
    pub fn duplicate_candidates(&self) -> Vec<[usize; 2]> {
        near_duplicates::candidates(self)
    }

    /// Computes the wanted parts. `kin` are the pairs that are versions or near duplicates; clusters have no terms yet.
    pub fn analyse(&self, wanted: Wanted, kin: &[([usize; 2], Relation)]) -> Analysis {
        let mut analysis = Analysis::default();
        let directions = (wanted.map || wanted.embedding).then(|| Directions::of(self.vectors));
        if wanted.pairs {
            analysis.pairs = pairs::pairs(self, kin);
        }
        if wanted.clusters {
            analysis.clusters = clusters::clusters(self);
            analysis.orphans = clusters::orphans(self);
            analysis.bridges = bridges::bridges(self, &analysis.clusters);
        }
        if wanted.heat_map {
            analysis.heat_map = pairs::heat_map(self);
        }
        if wanted.spread {
            analysis.spread = Some(years_and_venues::spread(&self.papers));
        }
        if let Some(directions) = directions {
            if wanted.map {
                analysis.map = map::map(self, &directions);
            }
            if wanted.embedding {
                analysis.embedding = Some(statistics::statistics(self, &directions));
            }
        }
        analysis
    }
}
