//! Analyses a batch of papers: close pairs, clusters, a map, statistics.
//!
//! Pure: the same vectors and papers give the same result, on any number of threads. Papers are identified by their places in
//! the batch, from 0.

mod bridges;
mod clusters;
mod directions;
mod map;
mod near_duplicates;
mod pairs;
mod statistics;
mod years_and_venues;

#[cfg(test)]
mod tests;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::index::{Matrix, Neighbor, exact};
use crate::paper::Paper;
use crate::rank::calibration::{CLOSE_ANYWHERE, Calibration, FEWEST_PAPERS};
use crate::vector::dot;

pub use directions::Directions;
pub use near_duplicates::{NEARLY_THE_SAME, resemblance};
pub use pairs::MOST_IN_HEAT_MAP;

/// Fewest nearest neighbours that are kept for each paper; clusters, bridges and the map are made from them.
pub const NEIGHBORS: usize = 30;

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

/// The papers to analyse.
pub struct Batch<'a> {
    /// The papers.
    pub papers: Vec<&'a Paper>,
    /// Their vectors, a row for each.
    pub vectors: &'a Matrix,
    /// For each paper its nearest neighbours, at least [`NEIGHBORS`] if there are as many.
    pub nearest: Vec<Vec<Neighbor>>,
    /// The scale of similarities in the library, if there is one.
    pub library: Option<LibraryScale<'a>>,
}

/// The scale of similarities in a library.
#[derive(Debug, Clone, Copy)]
pub struct LibraryScale<'a> {
    /// The similarities of its random pairs.
    pub calibration: &'a Calibration,
    /// Number of its papers.
    pub papers: usize,
}

impl<'a> Batch<'a> {
    /// A batch with the nearest `neighbors` of each paper, or [`NEIGHBORS`] if that is more.
    ///
    /// # Panics
    /// If the numbers of rows and papers differ.
    pub fn new(
        papers: Vec<&'a Paper>,
        vectors: &'a Matrix,
        neighbors: usize,
        library: Option<LibraryScale<'a>>,
    ) -> Self {
        assert_eq!(papers.len(), vectors.len(), "there must be one vector for each paper");
        Self { nearest: nearest(vectors, neighbors.max(NEIGHBORS)), papers, vectors, library }
    }

    /// Number of papers.
    pub fn len(&self) -> usize {
        self.papers.len()
    }

    /// Whether there are no papers.
    pub fn is_empty(&self) -> bool {
        self.papers.is_empty()
    }

    /// Cosine similarity of two papers, -1 to 1.
    pub fn similarity(&self, a: usize, b: usize) -> f32 {
        cosine(self.vector(a), self.vector(b))
    }

    /// Whether a similarity is close: by the library's scale if the library is large enough, else by [`CLOSE_ANYWHERE`].
    pub fn is_close(&self, similarity: f32) -> bool {
        match self.library {
            Some(LibraryScale { calibration, papers }) if papers >= FEWEST_PAPERS => calibration.is_close(similarity),
            _ => similarity >= CLOSE_ANYWHERE,
        }
    }

    /// The share of pairs of the library that are less similar; `None` without a library that has any.
    pub fn percentile(&self, similarity: f32) -> Option<f32> {
        self.library?.calibration.percentile(similarity)
    }

    /// Pairs of papers that may be versions of one work or near duplicates; each pair once.
    pub fn lookalikes(&self) -> Vec<[usize; 2]> {
        near_duplicates::candidates(self)
    }

    /// Computes the wanted parts. `kin` are the pairs that are versions or near duplicates; clusters have no terms yet.
    pub fn analyse(&self, wanted: Wanted, kin: &[([usize; 2], Kinship)]) -> Analysis {
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

    fn vector(&self, place: usize) -> &[f32] {
        self.vectors.row(place as u32)
    }

    /// The close ones among the `limit` nearest neighbours.
    fn close(&self, place: usize, limit: usize) -> impl Iterator<Item = (usize, f32)> {
        let close = self.nearest[place].iter().take(limit).filter(|neighbor| self.is_close(neighbor.similarity));
        close.map(|neighbor| (neighbor.position as usize, neighbor.similarity))
    }
}

/// The dot product of unit vectors, without the excess of rounding.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    dot(a, b).clamp(-1.0, 1.0)
}

/// For each row the `top_k` other rows most similar to it, in the order of [`Neighbor`], exactly.
pub fn nearest(matrix: &Matrix, top_k: usize) -> Vec<Vec<Neighbor>> {
    let mut found = exact::all_pairs(matrix, top_k, &|_| true, &|_| ());
    found.iter_mut().flatten().for_each(|neighbor| neighbor.similarity = neighbor.similarity.clamp(-1.0, 1.0));
    found
}

/// The analysis of a batch. Parts that were not wanted are empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Analysis {
    /// Pairs of papers of the batch, most similar first.
    pub pairs: Vec<Pair>,
    /// Groups, largest first; a paper is in one at most.
    pub clusters: Vec<Cluster>,
    /// Papers without close neighbours in the batch, loneliest first.
    pub orphans: Vec<Orphan>,
    /// Papers between two clusters, best first.
    pub bridges: Vec<Bridge>,
    /// For each paper its point on the map, 0 to 1 in both directions.
    #[serde(serialize_with = "six_decimals")]
    pub map: Vec<[f32; 2]>,
    /// The similarities of all pairs; `None` for batches that are too large.
    pub heat_map: Option<HeatMap>,
    /// Numbers of papers by year and venue.
    pub spread: Option<Spread>,
    /// Statistics of the vectors.
    pub embedding: Option<EmbeddingStatistics>,
}

/// Two papers of the batch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pair {
    /// The places of both, the lower first.
    pub papers: [usize; 2],
    /// Cosine similarity of their vectors, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
    /// Share of pairs of the library that are less similar, 0 to 1; `None` without a library to compare with.
    #[serde(serialize_with = "six_decimals")]
    pub percentile: Option<f32>,
    /// Whether each is the other's nearest in the batch.
    #[serde(rename = "mutual")]
    pub is_mutual: bool,
    /// Whether they are versions or near duplicates.
    pub kinship: Kinship,
}

/// The relation of two papers beyond their similarity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinship {
    /// Two works.
    Distinct,
    /// Nearly the same text.
    NearDuplicate,
    /// Versions of one work.
    Versions,
}

/// A group of papers that are closer to each other than to the rest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cluster {
    /// Places, ascending.
    pub papers: Vec<usize>,
    /// Terms that its papers share and other papers rarely have, best first.
    pub terms: Vec<String>,
    /// The place of the paper nearest to the centre.
    pub representative: usize,
    /// Mean similarity of its pairs, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub cohesion: f32,
}

/// A paper without close neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Orphan {
    /// Its place.
    pub paper: usize,
    /// Similarity to its nearest neighbour in the batch.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
}

/// A paper between clusters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bridge {
    /// Its place.
    pub paper: usize,
    /// Places of the clusters in [`Analysis::clusters`]; its own first, if it is in one.
    pub clusters: [usize; 2],
    /// Mean similarity to the papers of each.
    #[serde(serialize_with = "six_decimals")]
    pub similarities: [f32; 2],
}

/// The similarities of all pairs, in an order that puts similar papers side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The places of the papers, in the order of rows and columns.
    pub order: Vec<usize>,
    /// Row by row in that order, -1 to 1.
    pub similarities: Vec<f32>,
}

/// Numbers of papers by year and venue.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Spread {
    /// Years with their numbers of papers, ascending; years between the first and the last may have 0.
    pub years: Vec<(i16, usize)>,
    /// Papers without a year.
    pub without_year: usize,
    /// Venues, those with most papers first, of equals by name.
    pub venues: Vec<(String, usize)>,
    /// Papers without a venue.
    pub without_venue: usize,
}

/// Statistics of the vectors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmbeddingStatistics {
    /// Number of vectors and of dimensions.
    #[serde(flatten, serialize_with = "shape")]
    pub shape: [usize; 2],
    /// Effective number of directions: the exponential of the entropy of the shares of variance.
    #[serde(serialize_with = "six_decimals")]
    pub effective_rank: f32,
    /// Share of variance of the first directions, greatest first.
    #[serde(serialize_with = "six_decimals")]
    pub variance_shares: Vec<f32>,
    /// The distribution of similarities of all pairs, or of a sample.
    pub similarities: Histogram,
    /// `(percentile, similarity)` of the library's random pairs, ascending: the scale of the percentiles of scores.
    #[serde(serialize_with = "six_decimals")]
    pub percentile_scale: Vec<(f32, f32)>,
}

/// A histogram.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Histogram {
    /// Start of the first bin and end of the last.
    #[serde(serialize_with = "six_decimals")]
    pub range: [f32; 2],
    /// Counts of the bins, which have equal widths.
    pub counts: Vec<u64>,
}

/// For `serialize_with`: numbers with six decimals, more than single precision holds reliably.
fn six_decimals<S: Serializer>(numbers: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
    fn round(value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(round),
            // Adding 0 makes a negative zero positive.
            Value::Number(number) => *value = number.as_f64().map(|number| (number * 1e6).round() / 1e6 + 0.0).into(),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(numbers).map_err(serde::ser::Error::custom)?;
    round(&mut value);
    value.serialize(serializer)
}

/// For `serialize_with`: a shape as two keys.
fn shape<S: Serializer>([vectors, dimensions]: &[usize; 2], serializer: S) -> Result<S::Ok, S::Error> {
    json!({ "vectors": vectors, "dimensions": dimensions }).serialize(serializer)
}
