//! The results of an analysis, which are also its JSON.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// The analysis of a batch. Fields that no requested section shows are empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Analysis {
    /// Pairs of papers of the batch, most similar first.
    pub pairs: Vec<Pair>,
    /// Clusters, largest first. A paper is in at most one cluster.
    pub clusters: Vec<Cluster>,
    /// Papers without close neighbours in the batch, by the similarity of their nearest neighbour, ascending.
    pub orphans: Vec<Orphan>,
    /// Papers between two clusters, best first.
    pub bridges: Vec<Bridge>,
    /// The point of each paper on the map, 0 to 1 in both directions.
    #[serde(serialize_with = "six_decimals")]
    pub map: Vec<[f32; 2]>,
    /// The similarities of all pairs; `None` if they were not requested, or if the batch has one paper or too many.
    pub heat_map: Option<HeatMap>,
    /// Numbers of papers by year and venue.
    pub spread: Option<Spread>,
    /// Statistics of the vectors.
    pub embedding: Option<EmbeddingStatistics>,
}

/// Two papers of the batch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pair {
    /// The places of the two papers in the batch, the lower first.
    pub papers: [usize; 2],
    /// Cosine similarity of their vectors, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
    /// Share of the library's random pairs that are less similar, 0 to 1; `None` without a library.
    #[serde(serialize_with = "six_decimals")]
    pub percentile: Option<f32>,
    /// Whether each paper is the nearest neighbour of the other in the batch.
    #[serde(rename = "mutual")]
    pub is_mutual: bool,
    /// Whether they are versions or near duplicates.
    pub kinship: Relation,
}

/// The relation of two papers beyond their similarity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Two different works.
    Distinct,
    /// Nearly the same text.
    NearDuplicate,
    /// Versions of one work.
    Versions,
}

/// A group of papers that are closer to each other than to the rest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cluster {
    /// Places of the papers in the batch, ascending.
    pub papers: Vec<usize>,
    /// Terms that its papers share and other papers rarely have, best first.
    pub terms: Vec<String>,
    /// The place of the paper nearest to the centre.
    pub representative: usize,
    /// Mean similarity of the pairs of its papers, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub cohesion: f32,
}

/// A paper without close neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Orphan {
    /// Its place in the batch.
    pub paper: usize,
    /// Similarity to its nearest neighbour in the batch.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
}

/// A paper between clusters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bridge {
    /// Its place in the batch.
    pub paper: usize,
    /// Places of the clusters in [`Analysis::clusters`]; its own first, if it is in one.
    pub clusters: [usize; 2],
    /// Mean similarity to the other papers of each cluster.
    #[serde(serialize_with = "six_decimals")]
    pub similarities: [f32; 2],
}

/// The similarities of all pairs, in an order that puts similar papers side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The places of the papers, in the order of rows and columns.
    pub order: Vec<usize>,
    /// The similarities row by row, -1 to 1.
    pub similarities: Vec<f32>,
}

/// Numbers of papers by year and venue.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Spread {
    /// Years with their numbers of papers, ascending; years between the first and the last may have 0.
    pub years: Vec<(i16, usize)>,
    /// Papers without a year.
    pub without_year: usize,
    /// Venues with their numbers of papers, by number descending, then by name.
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
    /// Shares of the variance along the first principal components, greatest first.
    #[serde(serialize_with = "six_decimals")]
    pub variance_shares: Vec<f32>,
    /// The distribution of similarities of all pairs, or of a sample.
    pub similarities: Histogram,
    /// `(percentile, similarity)` of the library's random pairs, ascending. Percentiles of scores use this scale.
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

/// Writes numbers with six decimals, for `serialize_with`. Further decimals of single precision are not reliable.
pub(crate) fn six_decimals<S: Serializer>(numbers: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
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

/// Writes a shape as two keys, for `serialize_with`.
fn shape<S: Serializer>([vectors, dimensions]: &[usize; 2], serializer: S) -> Result<S::Ok, S::Error> {
    json!({ "vectors": vectors, "dimensions": dimensions }).serialize(serializer)
}
