//! The papers of a library as a graph of nearest neighbours.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::event::{Event, Observer};
use super::generation::Generation;
use super::snapshot::Snapshot;
use crate::Result;
use crate::index::Neighbor;
use crate::library::{Filters, PaperNumber};

/// A request for a graph of neighbours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphRequest {
    /// The number of nearest papers to which each paper is joined.
    pub top_k: usize,
    /// The minimum similarity of joined papers. Without this, papers of any similarity are joined.
    #[serde(default)]
    pub min_similarity: Option<f32>,
    /// Keep only mutual nearest neighbours.
    #[serde(default)]
    pub mutual: bool,
    /// Conditions on the papers.
    #[serde(default)]
    pub filters: Filters,
}

/// A graph of neighbours.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NeighborGraph {
    /// All papers that meet the conditions and have a vector, ascending. Papers without neighbours are included.
    pub papers: Vec<PaperNumber>,
    /// Every pair once, ordered by source, then similarity descending.
    pub edges: Vec<Edge>,
    /// The number of papers that meet the conditions but have no vector.
    pub without_vector: u64,
}

/// Two joined papers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The paper that has the target among its nearest papers.
    pub source: PaperNumber,
    /// The other paper.
    pub target: PaperNumber,
    /// Cosine similarity of their vectors, -1 to 1.
    pub similarity: f32,
    /// Whether each paper is among the nearest papers of the other.
    pub is_mutual: bool,
}

impl Snapshot<'_> {
    /// Joins each paper to its nearest papers, which are found by comparing all pairs. Memory: `top_k` neighbours for
    /// each paper.
    ///
    /// # Errors
    /// [`EmptyLibrary`](crate::Error::EmptyLibrary), [`NothingEmbedded`](crate::Error::NothingEmbedded);
    /// [`InvalidParameter`](crate::Error::InvalidParameter) for conditions that cannot be read.
    pub fn neighbor_graph(&self, request: &GraphRequest) -> Result<NeighborGraph> {
        let among: Option<HashSet<PaperNumber>> =
            self.library.chosen(&[], &request.filters)?.map(|among| among.into_iter().collect());
        let of_all = among.as_ref().map_or_else(|| self.library.count(), |among| Ok(among.len() as u64))?;
        let indexes = self.generation()?;
        let is_chosen = |(number, _): &(PaperNumber, u32)| among.as_ref().is_none_or(|among| among.contains(number));
        let mut chosen: Vec<(PaperNumber, u32)> = indexes.numbered().filter(is_chosen).collect();
        chosen.sort_unstable();
        let (papers, positions): (Vec<PaperNumber>, Vec<u32>) = chosen.into_iter().unzip();
        let nearest = nearest(&positions, request, indexes, self.observer);
        let edges = edges(&papers, &nearest, request.mutual);
        let without_vector = of_all.saturating_sub(papers.len() as u64);
        Ok(NeighborGraph { papers, edges, without_vector })
    }
}

/// The nearest papers to each paper, most similar first. A [`Neighbor`] has the index of the paper in `positions`.
fn nearest(positions: &[u32], request: &GraphRequest, indexes: &Generation, observer: Observer) -> Vec<Vec<Neighbor>> {
    const NO_PLACE: u32 = u32::MAX;
    let mut places = vec![NO_PLACE; indexes.vectors.end() as usize];
    for (place, &position) in (0..).zip(positions) {
        places[position as usize] = place;
    }
    let accept = |position: u32| places[position as usize] != NO_PLACE;
    let (done, total) = (AtomicU64::new(0), positions.len() as u64);
    let progress = |more: usize| {
        let done = done.fetch_add(more as u64, Ordering::Relaxed) + more as u64;
        // The search also counts papers that do not meet the conditions.
        observer(Event::Comparing { done: done.min(total), total });
    };
    let mut found = indexes.vectors.all_pairs(request.top_k, &accept, &progress);
    let near = |&position: &u32| {
        let mut near = std::mem::take(&mut found[position as usize]);
        near.retain(|neighbor| request.min_similarity.is_none_or(|least| neighbor.similarity >= least));
        near.iter_mut().for_each(|neighbor| neighbor.position = places[neighbor.position as usize]);
        near
    };
    positions.iter().map(near).collect()
}

/// Returns each pair of neighbours once, or each mutual pair if `mutual`.
fn edges(papers: &[PaperNumber], nearest: &[Vec<Neighbor>], mutual: bool) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (place, near) in (0..).zip(nearest) {
        for neighbor in near {
            let is_mutual = nearest[neighbor.position as usize].iter().any(|back| back.position == place);
            let is_listed = is_mutual && neighbor.position < place;
            if !is_listed && (is_mutual || !mutual) {
                let [source, target] = [place, neighbor.position].map(|place| papers[place as usize]);
                // Rounding can make the similarity of equal texts greater than 1.
                let similarity = neighbor.similarity.clamp(-1.0, 1.0);
                edges.push(Edge { source, target, similarity, is_mutual });
            }
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The edges contain exactly the given lists of neighbours.
        #[test]
        fn edges_have_all_neighbours_and_nothing_else(lists in prop::collection::vec(prop::collection::btree_set(0u32..12, 0..5), 12)) {
            let papers: Vec<PaperNumber> = (100..112).collect();
            let nearest: Vec<Vec<Neighbor>> = (0u32..).zip(&lists).map(|(own, list)| {
                let others = list.iter().filter(|other| **other != own);
                others.map(|&position| Neighbor { position, similarity: 0.5 }).collect()
            }).collect();
            let mut back = vec![std::collections::BTreeSet::new(); 12];
            for Edge { source, target, is_mutual, .. } in edges(&papers, &nearest, false) {
                prop_assert!(back[(source - 100) as usize].insert(target as u32 - 100), "listed twice");
                if is_mutual {
                    prop_assert!(back[(target - 100) as usize].insert(source as u32 - 100), "listed twice");
                }
            }
            let expected: Vec<_> =
                (0u32..).zip(&lists).map(|(own, list)| list.iter().copied().filter(|other| *other != own).collect()).collect();
            prop_assert_eq!(back, expected);
            prop_assert!(edges(&papers, &nearest, true).iter().all(|edge| edge.is_mutual));
            let mutual = edges(&papers, &nearest, false).iter().filter(|edge| edge.is_mutual).count();
            prop_assert_eq!(edges(&papers, &nearest, true).len(), mutual);
        }
    }
}
