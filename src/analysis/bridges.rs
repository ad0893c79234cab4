//! Papers between two clusters.

use std::collections::BTreeMap;

use super::batch::Batch;
use super::clusters::{neighbors_joined, sum};
use super::results::{Bridge, Cluster};
use crate::vector::dot;

/// Minimum share of a paper's close neighbours that must be in the other cluster. Neighbours in no cluster do not
/// count. [`FEWEST`] applies too.
const SHARE: f32 = 0.25;

/// Minimum number of close neighbours in the other cluster. A single one may be chance.
const FEWEST: usize = 2;

/// Maximum number of bridges: the first number, or the number of papers divided by the second number if that is
/// greater.
const LISTED: (usize, usize) = (10, 50);

/// Returns papers with close neighbours in two clusters. They are ordered by their mean similarity to the less similar
/// of the two clusters, descending, then by place.
pub(super) fn bridges(batch: &Batch, clusters: &[Cluster]) -> Vec<Bridge> {
    let mut cluster_of: Vec<Option<usize>> = vec![None; batch.len()];
    for (number, cluster) in clusters.iter().enumerate() {
        cluster.papers.iter().for_each(|&place| cluster_of[place] = Some(number));
    }
    let sums: Vec<Vec<f32>> = clusters.iter().map(|cluster| sum(batch, &cluster.papers)).collect();
    let to_cluster = |place: usize, number: usize| {
        let all = dot(batch.vector(place), &sums[number]);
        let count = clusters[number].papers.len() as f32;
        // A paper's similarity to itself, 1, does not count.
        let mean = if cluster_of[place] == Some(number) { (all - 1.0) / (count - 1.0) } else { all / count };
        mean.clamp(-1.0, 1.0)
    };
    let bridge = |paper: usize| {
        let clusters = between(batch, &cluster_of, paper)?;
        Some(Bridge { paper, clusters, similarities: clusters.map(|number| to_cluster(paper, number)) })
    };
    let mut bridges: Vec<Bridge> = (0..batch.len()).filter_map(bridge).collect();
    let weaker = |bridge: &Bridge| bridge.similarities[0].min(bridge.similarities[1]);
    bridges.sort_by(|a, b| weaker(b).total_cmp(&weaker(a)).then(a.paper.cmp(&b.paper)));
    let (at_least, one_in) = LISTED;
    bridges.truncate(at_least.max(batch.len() / one_in));
    bridges
}

/// Returns the two clusters that a paper is between, or `None`. Its own cluster is the first, if it is in one. Then the
/// clusters with most of its neighbours are chosen.
fn between(batch: &Batch, cluster_of: &[Option<usize>], paper: usize) -> Option<[usize; 2]> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for number in batch.close(paper, neighbors_joined(batch.len())).filter_map(|(other, _)| cluster_of[other]) {
        *counts.entry(number).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let is_enough = |count: usize| count >= FEWEST && count as f32 >= SHARE * all as f32;
    let own = cluster_of[paper];
    let mut others: Vec<(usize, usize)> = counts
        .into_iter()
        .filter(|&(number, count)| Some(number) != own && is_enough(count))
        .map(|(number, count)| (count, number))
        .collect();
    others.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut found = own.into_iter().chain(others.into_iter().map(|(_, number)| number));
    Some([found.next()?, found.next()?])
}
