//! What there is to say of a batch as a whole, as JSON. Papers are named by their places in `papers`, clusters by their
//! places in `clusters`, both from 0. What was not asked for, or is not told of so large a batch, is `[]` or `null`.

use serde::{Serialize, Serializer};

use crate::analysis::{Analysis, Bridge, Cluster, EmbeddingStatistics, HeatMap, Kinship, Orphan, Pair, Spread};
use crate::engine::json::{parts, percentile, six_decimals};
use crate::engine::{Explanation, Recommendation};
use crate::rank::Parts;

/// The keys of a report beside its papers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnalysisJson<'a> {
    /// Pairs of papers of the batch, most similar first.
    pub pairs: Vec<PairJson>,
    /// Groups, greatest first; a paper is in one at most.
    pub clusters: Vec<ClusterJson<'a>>,
    /// Papers that nothing in the batch is close to, the loneliest first.
    pub orphans: Vec<OrphanJson>,
    /// Papers between two clusters, those that join them best first.
    pub bridges: Vec<BridgeJson>,
    /// The point of each paper, `[x, y]`, 0 to 1.
    pub map: Vec<Rounded<[f32; 2]>>,
    /// Every pair's similarity.
    pub heat_map: Option<HeatMapJson<'a>>,
    /// Years and venues.
    pub spread: Option<SpreadJson<'a>>,
    /// What the vectors are like.
    pub embedding: Option<EmbeddingJson<'a>>,
}

/// Two papers of the batch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairJson {
    /// Their places, the lesser first.
    pub papers: [usize; 2],
    /// Cosine similarity of their vectors, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
    /// The share of pairs of the library, 0 to 1, that are less similar.
    pub percentile: Option<Rounded<f32>>,
    /// Whether each is the other's nearest in the batch.
    pub mutual: bool,
    /// `"distinct"` works, `"near_duplicate"` (nearly the same text) or `"versions"` of one work.
    pub kinship: &'static str,
}

/// Papers that are closer to each other than to the rest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClusterJson<'a> {
    /// Places, ascending.
    pub papers: &'a [usize],
    /// Terms that its papers share and the others seldom have, the best first.
    pub terms: &'a [String],
    /// The paper nearest to the middle.
    pub representative: usize,
    /// Mean similarity of its pairs, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub cohesion: f32,
}

/// A paper alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrphanJson {
    /// Its place.
    pub paper: usize,
    /// Similarity to the nearest of the batch.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
}

/// A paper between clusters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BridgeJson {
    /// Its place.
    pub paper: usize,
    /// The clusters, its own first, if it is in one.
    pub clusters: [usize; 2],
    /// Mean similarity to the papers of each.
    pub similarities: Rounded<[f32; 2]>,
}

/// All similarities, in an order that brings like ones together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeatMapJson<'a> {
    /// The places of the papers, in the order of rows and columns.
    pub order: &'a [usize],
    /// A list for each row, -1 to 1.
    pub rows: Vec<Rounded<&'a [f32]>>,
}

/// Years and venues.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpreadJson<'a> {
    /// Every year from the first to the last, `[year, papers]`.
    pub years: &'a [(i16, usize)],
    /// Papers without a year.
    pub without_year: usize,
    /// `[venue, papers]`, those with most papers first.
    pub venues: &'a [(String, usize)],
    /// Papers without a venue.
    pub without_venue: usize,
}

/// What the vectors are like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmbeddingJson<'a> {
    /// Number of vectors.
    pub vectors: usize,
    /// Numbers in each.
    pub dimensions: usize,
    /// How many directions the vectors use: the exponential of the entropy of the shares of variance.
    #[serde(serialize_with = "six_decimals")]
    pub effective_rank: f32,
    /// Share of variance of the first directions, greatest first.
    pub variance_shares: Rounded<&'a [f32]>,
    /// The similarities of pairs by size: as many bins of equal width as there are counts.
    pub similarities: HistogramJson<'a>,
    /// `[percentile, similarity]`, ascending: which similarity a share of the library's pairs does not reach.
    pub percentile_scale: Vec<Rounded<[f32; 2]>>,
}

/// Counts of numbers by size.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistogramJson<'a> {
    /// Where the first bin begins and the last one ends.
    pub range: Rounded<[f32; 2]>,
    /// Of each bin.
    pub counts: &'a [u64],
}

/// One of the nearest of a paper within the batch: a [`Recommendation`] without the paper, which the report has already.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WithinJson<'a> {
    /// From 1.
    pub rank: usize,
    /// What the order goes by, greatest first.
    #[serde(serialize_with = "six_decimals")]
    pub score: f32,
    /// What the score is made of; they add up to it.
    #[serde(serialize_with = "parts")]
    pub parts: Parts,
    /// Cosine similarity to the paper, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
    /// The share of pairs of papers of the library, 0 to 1, that are less similar; `null` where it has none.
    #[serde(serialize_with = "percentile")]
    pub percentile: Option<f32>,
    /// Why; the key is there only where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'a Explanation>,
    /// Place of the paper in `papers`, from 0.
    pub place: usize,
}

impl<'a> WithinJson<'a> {
    /// `None` for what is not of a batch.
    pub fn new(found: &'a Recommendation) -> Option<Self> {
        let Recommendation { rank, score, parts, similarity, percentile, because, candidate, .. } = found;
        let (rank, score, parts, similarity, percentile) = (*rank, *score, *parts, *similarity, *percentile);
        Some(Self { rank, score, parts, similarity, percentile, because: because.as_ref(), place: (*candidate)? })
    }
}

/// Numbers that are written with six decimals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rounded<T>(pub T);

impl Serialize for Rounded<f32> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        six_decimals(&self.0, serializer)
    }
}

impl Serialize for Rounded<[f32; 2]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.map(Rounded).serialize(serializer)
    }
}

impl Serialize for Rounded<&[f32]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().copied().map(Rounded))
    }
}

impl<'a> From<&'a Analysis> for AnalysisJson<'a> {
    fn from(analysis: &'a Analysis) -> Self {
        // Without `..`, here and below: what is added does not compile until somebody decides about it.
        let Analysis { pairs, clusters, orphans, bridges, map, heat_map, spread, embedding } = analysis;
        Self {
            pairs: pairs.iter().map(PairJson::from).collect(),
            clusters: clusters.iter().map(ClusterJson::from).collect(),
            orphans: orphans.iter().map(|&Orphan { paper, similarity }| OrphanJson { paper, similarity }).collect(),
            bridges: bridges.iter().map(BridgeJson::from).collect(),
            map: map.iter().copied().map(Rounded).collect(),
            heat_map: heat_map.as_ref().map(HeatMapJson::from),
            spread: spread.as_ref().map(SpreadJson::from),
            embedding: embedding.as_ref().map(EmbeddingJson::from),
        }
    }
}

impl From<&Pair> for PairJson {
    fn from(&Pair { papers, similarity, percentile, is_mutual, kinship }: &Pair) -> Self {
        let kinship = kinship_name(kinship);
        Self { papers, similarity, percentile: percentile.map(Rounded), mutual: is_mutual, kinship }
    }
}

/// What programs call it.
pub(in crate::report) fn kinship_name(kinship: Kinship) -> &'static str {
    match kinship {
        Kinship::Distinct => "distinct",
        Kinship::NearDuplicate => "near_duplicate",
        Kinship::Versions => "versions",
    }
}

impl<'a> From<&'a Cluster> for ClusterJson<'a> {
    fn from(Cluster { papers, terms, representative, cohesion }: &'a Cluster) -> Self {
        Self { papers, terms, representative: *representative, cohesion: *cohesion }
    }
}

impl From<&Bridge> for BridgeJson {
    fn from(&Bridge { paper, clusters, similarities }: &Bridge) -> Self {
        Self { paper, clusters, similarities: Rounded(similarities) }
    }
}

impl<'a> From<&'a HeatMap> for HeatMapJson<'a> {
    fn from(HeatMap { order, similarities }: &'a HeatMap) -> Self {
        // At least 1, which `chunks` demands; without papers there is nothing to cut.
        Self { order, rows: similarities.chunks(order.len().max(1)).map(Rounded).collect() }
    }
}

impl<'a> From<&'a Spread> for SpreadJson<'a> {
    fn from(Spread { years, without_year, venues, without_venue }: &'a Spread) -> Self {
        Self { years, without_year: *without_year, venues, without_venue: *without_venue }
    }
}

impl<'a> From<&'a EmbeddingStatistics> for EmbeddingJson<'a> {
    fn from(statistics: &'a EmbeddingStatistics) -> Self {
        let EmbeddingStatistics { shape, effective_rank, variance_shares, similarities, percentile_scale } = statistics;
        let [vectors, dimensions] = *shape;
        Self {
            vectors,
            dimensions,
            effective_rank: *effective_rank,
            variance_shares: Rounded(variance_shares),
            similarities: HistogramJson { range: Rounded(similarities.range), counts: &similarities.counts },
            percentile_scale: percentile_scale.iter().map(|&(share, value)| Rounded([share, value])).collect(),
        }
    }
}
