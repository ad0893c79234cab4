//! Groups of papers: communities of the graph of close neighbours.
//!
//! Each paper is joined to its nearest papers that are close, and the graph is cut where it is thinnest: Traag, Waltman and
//! van Eck, "From Louvain to Leiden: guaranteeing well-connected communities" (2019), in the crate leiden-rs, with the
//! modularity of Reichardt and Bornholdt (2006). An edge weighs what its ends agree on: the share of their neighbours that
//! they have in common (Jarvis and Patrick, 1973), which keeps papers that everything is near to from joining subjects.
//!
//! Why not HDBSCAN: in hundreds of dimensions densities hardly differ. Of 2,000 papers from conferences it made two clusters
//! that had nothing to do with subjects, and left 34 % (least size 5) or 78 % (10) in none. Here a paper is left out if it is
//! close to none, or if its cluster is too small to be one.

use std::collections::BTreeMap;

use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig, QualityType};

use super::{Batch, Cluster};
use crate::vector::dot;

/// Neighbours that a paper is joined to: the root of the number of papers, within these bounds. With 15 among 34 papers,
/// 31 of them were in two clusters.
const JOINED: (usize, usize) = (5, 15);

/// The order in which the algorithm visits papers is drawn from this.
const SEED: u64 = 1;

/// How finely the graph is cut; 1 is the definition of modularity.
const RESOLUTION: f64 = 1.0;

/// Rounds of the algorithm; it ends before when nothing is gained any more.
const ROUNDS: usize = 10;

/// Clusters, greatest first, of equals the one with the first paper; without terms.
pub(super) fn clusters(batch: &Batch) -> Vec<Cluster> {
    let least = fewest_papers(batch.len());
    let mut groups: Vec<Vec<usize>> = communities(batch).into_iter().filter(|group| group.len() >= least).collect();
    groups.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    groups.into_iter().map(|group| cluster(batch, group)).collect()
}

/// Fewer papers than this are no cluster: among few papers two may be a subject, among hundreds they are a pair.
fn fewest_papers(papers: usize) -> usize {
    (papers / 20).clamp(2, 5)
}

/// How many neighbours of a paper are looked at.
pub(super) fn joined(papers: usize) -> usize {
    let (least, most) = JOINED;
    papers.isqrt().clamp(least, most)
}

/// Papers that are joined, in groups; each paper is in one.
fn communities(batch: &Batch) -> Vec<Vec<usize>> {
    let config = LeidenConfig {
        seed: Some(SEED),
        resolution: RESOLUTION,
        quality: QualityType::RBConfiguration,
        max_iterations: ROUNDS,
        ..LeidenConfig::default()
    };
    let mut graph = GraphDataBuilder::new(batch.len());
    for ([a, b], weight) in edges(batch) {
        // Refused are weights that are negative or infinite, and papers that are not there.
        if graph.add_edge(a, b, weight).is_err() {
            return Vec::new();
        }
    }
    // Without any edge there is nothing to cut.
    let Ok(found) = graph.build().and_then(|graph| Leiden::new(config).run(&graph)) else { return Vec::new() };
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in 0..batch.len() {
        groups.entry(found.partition.community_of(place)).or_default().push(place);
    }
    groups.into_values().collect()
}

/// Pairs of papers one of which is among the nearest of the other, and close; ascending, with their weights.
fn edges(batch: &Batch) -> BTreeMap<[usize; 2], f64> {
    let neighbors: Vec<Vec<usize>> = (0..batch.len())
        .map(|place| {
            let mut close: Vec<usize> = batch.close(place, joined(batch.len())).map(|(other, _)| other).collect();
            close.sort_unstable();
            close
        })
        .collect();
    let mut edges = BTreeMap::new();
    for (place, others) in neighbors.iter().enumerate() {
        for &other in others {
            let pair = [place.min(other), place.max(other)];
            edges.entry(pair).or_insert_with(|| in_common(&neighbors, pair));
        }
    }
    edges
}

/// The share of the neighbours of either that are neighbours of both, each being its own neighbour too.
fn in_common(neighbors: &[Vec<usize>], [a, b]: [usize; 2]) -> f64 {
    let has = |list: usize, place: usize| list == place || neighbors[list].binary_search(&place).is_ok();
    let of_a = neighbors[a].iter().copied().chain([a]);
    let shared = of_a.filter(|&place| has(b, place)).count();
    let all = neighbors[a].len() + neighbors[b].len() + 2 - shared;
    // At least one of the two is the other's neighbour, so this is above 0.
    shared as f64 / all as f64
}

fn cluster(batch: &Batch, papers: Vec<usize>) -> Cluster {
    let sum = sum(batch, &papers);
    let nearness = |place: usize| dot(batch.vector(place), &sum);
    // Of equals the first.
    let representative = papers.iter().copied().rev().max_by(|&a, &b| nearness(a).total_cmp(&nearness(b)));
    let count = papers.len() as f64;
    // The square of the sum of unit vectors holds each pair twice and each paper with itself once.
    let square: f64 = sum.iter().map(|value| f64::from(*value).powi(2)).sum();
    let cohesion = ((square - count) / (count * (count - 1.0))).clamp(-1.0, 1.0) as f32;
    Cluster { representative: representative.unwrap_or_default(), cohesion, papers, terms: Vec::new() }
}

/// The sum of the vectors of papers.
pub(super) fn sum(batch: &Batch, papers: &[usize]) -> Vec<f32> {
    let mut sum = vec![0.0f64; batch.vectors.dim()];
    for &place in papers {
        sum.iter_mut().zip(batch.vector(place)).for_each(|(sum, value)| *sum += f64::from(*value));
    }
    sum.into_iter().map(|value| value as f32).collect()
}
