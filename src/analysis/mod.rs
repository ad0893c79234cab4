//! What papers look like as a set: who is close to whom, in which groups, and how that can be drawn.
//!
//! Pure: everything is computed from vectors, similarities and what the papers say, and the same input gives the same
//! result, on however many threads. Papers are known by their places in the batch, from 0.

mod bridges;
mod clusters;
mod directions;
mod heat_map;
mod kinship;
mod map;
mod orphans;
mod pairs;
mod spread;
mod statistics;

#[cfg(test)]
mod tests;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::index::{Matrix, Neighbor, exact};
use crate::paper::Paper;
use crate::rank::calibration::{CLOSE_ANYWHERE, Calibration, FEWEST_PAPERS};
use crate::vector::dot;

pub use directions::Directions;
pub use heat_map::MOST_IN_HEAT_MAP;
pub use kinship::{NEARLY_THE_SAME, resemblance};

/// Nearest papers that are known of each; clusters, bridges and the map are made from them.
pub const NEIGHBORS: usize = 30;

/// Which parts of an [`Analysis`] are made.
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

/// What is analysed.
pub struct Batch<'a> {
    /// The papers.
    pub papers: Vec<&'a Paper>,
    /// Their vectors, a row for each.
    pub vectors: &'a Matrix,
    /// For each the nearest others, at least [`NEIGHBORS`] if there are as many.
    pub nearest: Vec<Vec<Neighbor>>,
    /// What similarities mean in the library, if there is one.
    pub library: Option<LibraryScale<'a>>,
}

/// What similarities mean in a library.
#[derive(Debug, Clone, Copy)]
pub struct LibraryScale<'a> {
    /// Its random pairs.
    pub calibration: &'a Calibration,
    /// How many papers it has.
    pub papers: usize,
}

impl<'a> Batch<'a> {
    /// With the nearest `neighbors` of each paper, or [`NEIGHBORS`] if that is more.
    ///
    /// # Panics
    /// When there are not as many rows as papers.
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

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.papers.is_empty()
    }

    /// Cosine similarity of two papers, -1 to 1.
    pub fn similarity(&self, a: usize, b: usize) -> f32 {
        cosine(self.vector(a), self.vector(b))
    }

    /// Whether a similarity is close: by the measure of the library, if that is large enough to have one.
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

    /// Two papers of the batch that are candidates for being one work, or nearly one text; each pair once.
    pub fn lookalikes(&self) -> Vec<[usize; 2]> {
        kinship::candidates(self)
    }

    /// Everything that is wanted. `kin` are pairs that are more than alike; clusters have no terms yet.
    pub fn analyse(&self, wanted: Wanted, kin: &[([usize; 2], Kinship)]) -> Analysis {
        let mut analysis = Analysis::default();
        let directions = (wanted.map || wanted.embedding).then(|| Directions::of(self.vectors));
        if wanted.pairs {
            analysis.pairs = pairs::pairs(self, kin);
        }
        if wanted.clusters {
            analysis.clusters = clusters::clusters(self);
            analysis.orphans = orphans::orphans(self);
            analysis.bridges = bridges::bridges(self, &analysis.clusters);
        }
        if wanted.heat_map {
            analysis.heat_map = heat_map::heat_map(self);
        }
        if wanted.spread {
            analysis.spread = Some(spread::spread(&self.papers));
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

    /// The nearest others that are close, at most `limit`.
    fn close(&self, place: usize, limit: usize) -> impl Iterator<Item = (usize, f32)> {
        let close = self.nearest[place].iter().take(limit).filter(|neighbor| self.is_close(neighbor.similarity));
        close.map(|neighbor| (neighbor.position as usize, neighbor.similarity))
    }
}

/// The dot product of unit vectors without what rounding adds.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    dot(a, b).clamp(-1.0, 1.0)
}

/// For each row the `top_k` other rows most similar to it, in the order of [`Neighbor`], exactly.
pub fn nearest(matrix: &Matrix, top_k: usize) -> Vec<Vec<Neighbor>> {
    let mut found = exact::all_pairs(matrix, top_k, &|_| true, &|_| ());
    found.iter_mut().flatten().for_each(|neighbor| neighbor.similarity = neighbor.similarity.clamp(-1.0, 1.0));
    found
}

/// What there is to say of a batch as a whole. Parts that were not asked for are empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Analysis {
    /// Pairs of papers of the batch, most similar first.
    pub pairs: Vec<Pair>,
    /// Groups, greatest first; a paper is in one at most.
    pub clusters: Vec<Cluster>,
    /// Papers that nothing in the batch is close to, the loneliest first.
    pub orphans: Vec<Orphan>,
    /// Papers between two clusters, those that join them best first.
    pub bridges: Vec<Bridge>,
    /// For each paper of the batch its point, 0 to 1 in both directions; none where no map was asked for.
    #[serde(serialize_with = "six_decimals")]
    pub map: Vec<[f32; 2]>,
    /// Every pair's similarity; none for batches that are too large.
    pub heat_map: Option<HeatMap>,
    /// How the batch spreads over years and venues.
    pub spread: Option<Spread>,
    /// What the vectors themselves are like.
    pub embedding: Option<EmbeddingStatistics>,
}

/// Two papers of the batch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pair {
    /// The places of both, the lesser first.
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
    /// Whether they may be one work.
    pub kinship: Kinship,
}

/// What two papers are to each other beyond being alike.
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

/// Papers that are closer to each other than to the rest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cluster {
    /// Places, ascending.
    pub papers: Vec<usize>,
    /// Terms that its papers share and the others seldom have, the best first.
    pub terms: Vec<String>,
    /// The paper nearest to the middle.
    pub representative: usize,
    /// Mean similarity of its pairs, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub cohesion: f32,
}

/// A paper alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Orphan {
    /// Its place.
    pub paper: usize,
    /// Similarity to the nearest of the batch.
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

/// All similarities, in an order that brings like ones together.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The places of the papers, in the order of rows and columns.
    pub order: Vec<usize>,
    /// Row by row in that order, -1 to 1.
    pub similarities: Vec<f32>,
}

/// Years and venues.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Spread {
    /// Every year from the first to the last with its number of papers.
    pub years: Vec<(i16, usize)>,
    /// Papers without a year.
    pub without_year: usize,
    /// Venues, those with most papers first, of equals by name.
    pub venues: Vec<(String, usize)>,
    /// Papers without a venue.
    pub without_venue: usize,
}

/// What the vectors are like, whatever they stand for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmbeddingStatistics {
    /// Number of vectors and of dimensions.
    #[serde(flatten, serialize_with = "shape")]
    pub shape: [usize; 2],
    /// How many directions the vectors use: the exponential of the entropy of the shares of variance.
    #[serde(serialize_with = "six_decimals")]
    pub effective_rank: f32,
    /// Share of variance of the first directions, greatest first.
    #[serde(serialize_with = "six_decimals")]
    pub variance_shares: Vec<f32>,
    /// How the similarities of all pairs (of many, of a sample) are distributed.
    pub similarities: Histogram,
    /// Which similarity is reached by a share of the library's pairs: `(percentile, similarity)`, ascending; the scale
    /// that percentiles of scores go by.
    #[serde(serialize_with = "six_decimals")]
    pub percentile_scale: Vec<(f32, f32)>,
}

/// Counts of numbers by size.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Histogram {
    /// Where the first bin begins and the last one ends.
    #[serde(serialize_with = "six_decimals")]
    pub range: [f32; 2],
    /// Of as many bins of equal width.
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
