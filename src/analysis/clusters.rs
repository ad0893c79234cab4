//! Groups of papers: communities of the graph of close neighbours.
//!
//! An edge joins each paper to each close paper among its nearest neighbours. The Leiden algorithm finds communities
//! (Traag, Waltman and van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", 2019; crate
//! leiden-rs) with the modularity of Reichardt and Bornholdt (2006). The weight of an edge is the share of neighbours
//! that its two papers have in common (Jarvis and Patrick, 1973). With this weight, a paper that is near to everything
//! does not connect subjects.
//!
//! Why not HDBSCAN: in hundreds of dimensions densities hardly differ. From 2,000 conference papers it made two
//! clusters that did not match subjects. It left out 34 % of the papers with a minimum cluster size of 5, and 78 % with
//! 10. Here a paper is left out if it has no close neighbour or its cluster is too small.

use std::collections::BTreeMap;

use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig, QualityType};

use super::batch::Batch;
use super::results::{Cluster, Orphan};
use crate::vector::dot;

/// Bounds of the number of neighbours that a paper is joined to. Within these bounds, the number is the square root of
/// the number of papers. Small batches need fewer neighbours: with 15 neighbours for each of 34 papers, two clusters
/// had 31 of the papers.
const JOINED: (usize, usize) = (5, 15);

/// Seed of the order in which the algorithm visits papers.
const SEED: u64 = 1;

/// Greater values give smaller clusters. The definition of modularity has 1.
const RESOLUTION: f64 = 1.0;

/// Maximum number of rounds of the algorithm. It ends earlier when nothing improves.
const ROUNDS: usize = 10;

/// Returns the clusters, largest first; clusters of equal size are ordered by their first paper. They have no terms
/// yet.
pub(super) fn clusters(batch: &Batch) -> Vec<Cluster> {
    let least = fewest_papers(batch.len());
    let mut groups: Vec<Vec<usize>> = communities(batch).into_iter().filter(|group| group.len() >= least).collect();
    groups.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    groups.into_iter().map(|group| cluster(batch, group)).collect()
}

/// Minimum size of a cluster. Two papers can be a subject in a small batch, but not among hundreds of papers.
fn fewest_papers(papers: usize) -> usize {
    (papers / 20).clamp(2, 5)
}

/// Maximum number of nearest neighbours that a paper is joined to.
pub(super) fn neighbors_joined(papers: usize) -> usize {
    let (least, most) = JOINED;
    papers.isqrt().clamp(least, most)
}

/// The communities of the graph; each paper is in one.
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
        // Fails only for negative or infinite weights and unknown papers.
        if graph.add_edge(a, b, weight).is_err() {
            return Vec::new();
        }
    }
    // A graph without edges has no communities.
    let Ok(found) = graph.build().and_then(|graph| Leiden::new(config).run(&graph)) else { return Vec::new() };
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in 0..batch.len() {
        groups.entry(found.partition.community_of(place)).or_default().push(place);
    }
    groups.into_values().collect()
}

/// Returns the pairs in which one paper is a close neighbour of the other, with their weights. Pairs are in ascending
/// order.
fn edges(batch: &Batch) -> BTreeMap<[usize; 2], f64> {
    let neighbors: Vec<Vec<usize>> = (0..batch.len())
        .map(|place| {
            let mut close: Vec<usize> =
                batch.close(place, neighbors_joined(batch.len())).map(|(other, _)| other).collect();
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

/// Returns the number of common neighbours of two papers, divided by the number of papers that are a neighbour of
/// either. Each paper counts as its own neighbour.
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
    // `max_by` returns the last of equals; in reverse order, that is the first paper.
    let representative = papers.iter().copied().rev().max_by(|&a, &b| nearness(a).total_cmp(&nearness(b)));
    let count = papers.len() as f64;
    // The squared length of the sum contains the similarity of each pair twice, and of each paper with itself once.
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

/// Returns the papers without close neighbours, by the similarity of their nearest neighbour ascending, then by place.
/// A batch of one paper has no orphans.
pub(super) fn orphans(batch: &Batch) -> Vec<Orphan> {
    let nearest = batch.nearest.iter().enumerate();
    let nearest = nearest.filter_map(|(paper, nearest)| Some((paper, nearest.first()?.similarity)));
    let mut orphans: Vec<Orphan> = nearest
        .filter(|(_, similarity)| !batch.is_close(*similarity))
        .map(|(paper, similarity)| Orphan { paper, similarity })
        .collect();
    orphans.sort_by(|a, b| a.similarity.total_cmp(&b.similarity).then(a.paper.cmp(&b.paper)));
    orphans
}
