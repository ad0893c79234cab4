//! The index of a library: a matrix of all vectors and, if there are many, a graph over most of them.

use std::sync::Arc;

use super::hnsw::{BuildParams, Graph};
use super::{Matrix, Neighbor, TopK, exact};
use crate::Result;

/// The smallest number of vectors for which a graph is built. With 20,000, an exact search takes about a millisecond on
/// two cores, and building the graph takes a quarter of a minute. With fewer vectors, exact search is fast enough
/// (BENCHMARKS.md).
pub const GRAPH_FROM: usize = 20_000;

/// The number of candidates of a search in the graph, in addition to `top_k`. The benchmark of ten results, which uses
/// only 96 candidates including these ten, measures ANN recall@10 of 0.998 on 20,000 abstracts (BENCHMARKS.md).
const EF_SEARCH: usize = 96;

/// The greatest number of rejected vectors with which a search uses the graph. Each rejected vector needs one more
/// candidate.
const MOST_REJECTED: usize = 256;

/// The identity of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    /// A hash of what the vector was made from; rows of the same version have the same vector.
    pub version: u128,
    /// The caller's name for the vector; not negative.
    pub key: i64,
}

/// The key of a vector that was removed and stays only because the graph needs it.
pub(super) const DEAD: i64 = -1;

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Compare with every vector.
    Exact,
    /// Use the graph, if there is one.
    Fast,
}

/// Vectors with keys, to be searched. A clone shares the vectors and the graph.
#[derive(Debug, Clone)]
pub struct VectorIndex {
    pub(super) matrix: Matrix,
    pub(super) rows: Vec<Row>,
    /// A graph over the first rows. The rows after them are searched exactly.
    pub(super) graph: Option<Arc<Graph>>,
    /// How the graph was built.
    pub(super) graph_params: Option<BuildParams>,
    /// Keys and the positions of their vectors, ascending.
    positions: Vec<(i64, u32)>,
}

impl VectorIndex {
    pub(super) fn from_parts(matrix: Matrix, rows: Vec<Row>, graph: Option<(Arc<Graph>, BuildParams)>) -> Self {
        let live = rows.iter().zip(0..).filter(|(row, _)| row.key != DEAD);
        let mut positions: Vec<(i64, u32)> = live.map(|(row, position)| (row.key, position)).collect();
        // The stable sort is fast if most keys are in order. Papers that were added one after the other have ascending
        // keys.
        positions.sort();
        let (graph, graph_params) = graph.unzip();
        Self { matrix, rows, graph, graph_params, positions }
    }

    /// Whether there are enough vectors for a graph but no graph.
    pub fn needs_graph(&self) -> bool {
        self.graph.is_none() && self.len() >= GRAPH_FROM
    }

    /// Builds the graph. Calls `progress` with the number of vectors inserted so far.
    pub fn build_graph(&mut self, params: BuildParams, progress: &mut dyn FnMut(usize)) -> Result<()> {
        self.graph = Some(Arc::new(Graph::build(&self.matrix, params, progress)?));
        self.graph_params = Some(params);
        Ok(())
    }

    /// Dimension of the vectors.
    pub fn dim(&self) -> usize {
        self.matrix.dim()
    }

    /// Number of vectors.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether there is no vector.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// Number of vectors in the graph; 0 without a graph.
    pub fn graph_len(&self) -> usize {
        self.graph.as_ref().map_or(0, |graph| graph.len())
    }

    /// The position of a key's vector.
    pub fn position(&self, key: i64) -> Option<u32> {
        let at = self.positions.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        Some(self.positions[at].1)
    }

    /// One more than the last position. Removed vectors have positions too.
    pub fn end(&self) -> u32 {
        self.rows.len() as u32
    }

    /// The key of the vector at a position; `None` if it was removed.
    pub fn key(&self, position: u32) -> Option<i64> {
        self.rows.get(position as usize).map(|row| row.key).filter(|&key| key != DEAD)
    }

    /// Returns a name for the rows and their order. An index with the same rows in the same order has the same name.
    pub fn order(&self) -> String {
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        for Row { version, key } in &self.rows {
            hash.update(&version.to_le_bytes());
            hash.update(&key.to_le_bytes());
        }
        format!("{:032x}", hash.digest128())
    }

    /// The vector at a position.
    ///
    /// # Panics
    /// If there is no such position.
    pub fn vector(&self, position: u32) -> &[f32] {
        self.matrix.row(position)
    }

    /// Returns, for each query, the `top_k` most similar vectors at the positions that `admit` admits, in the order of
    /// [`Neighbor`]. Returns fewer only if fewer are admitted. `rejected` is the number of vectors that are not
    /// admitted. If there are many, a search of the graph would visit mostly these, so every vector is compared
    /// instead.
    pub fn search(
        &self,
        queries: &[&[f32]],
        top_k: usize,
        scope: Scope,
        admit: &(dyn Fn(u32) -> bool + Sync),
        rejected: usize,
    ) -> Vec<Vec<Neighbor>> {
        let accept = |position: u32| self.rows[position as usize].key != DEAD && admit(position);
        let all = 0..self.rows.len() as u32;
        let graph = match (&self.graph, scope) {
            // Exact search is faster if there are many queries, or if the search collects a large part of the library.
            (Some(graph), Scope::Fast)
                if top_k.saturating_mul(50) < self.rows.len() && queries.len() < 64 && rejected <= MOST_REJECTED =>
            {
                graph
            }
            _ => return exact::search(&self.matrix, queries, top_k, all, &accept),
        };
        let covered = graph.len() as u32;
        let outside_graph = exact::search(&self.matrix, queries, top_k, covered..all.end, &accept);
        let ef_search = EF_SEARCH + top_k + rejected;
        let merged = queries.iter().zip(outside_graph).map(|(query, outside_graph)| {
            let mut best = TopK::new(top_k);
            let walked = graph.search(&self.matrix, query, top_k, ef_search, &accept);
            walked.into_iter().chain(outside_graph).for_each(|neighbor| best.push(neighbor));
            best.into_sorted()
        });
        let found: Vec<Vec<Neighbor>> = merged.collect();
        // A search can end early if the graph is not connected, or if most of the near vectors were removed.
        if found.iter().any(|found| found.len() < top_k) {
            return exact::search(&self.matrix, queries, top_k, all, &accept);
        }
        found
    }

    /// Returns [`exact::all_pairs`] of the vectors at the positions that `admit` admits.
    pub fn all_pairs(
        &self,
        top_k: usize,
        admit: &(dyn Fn(u32) -> bool + Sync),
        progress: &(dyn Fn(usize) + Sync),
    ) -> Vec<Vec<Neighbor>> {
        let accept = |position: u32| self.rows[position as usize].key != DEAD && admit(position);
        exact::all_pairs(&self.matrix, top_k, &accept, progress)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vector::Embedding;

    /// Deterministic vectors, one for each version.
    pub fn vector(version: i64) -> Embedding {
        let mut state = version.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let values = (0..8).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        });
        Embedding::new(values.collect()).unwrap()
    }

    /// Returns the index, and the number of vectors that were loaded.
    pub fn refresh(old: Option<&VectorIndex>, live: &[Row]) -> (VectorIndex, usize) {
        let mut loads = 0;
        let index = VectorIndex::refresh(old, live, 8, |keys, sink| {
            loads = keys.len();
            keys.iter().for_each(|key| sink(vector(*key - 1000).as_slice()));
            Ok(())
        });
        (index.unwrap(), loads)
    }

    pub fn rows(versions: impl IntoIterator<Item = i64>) -> Vec<Row> {
        versions.into_iter().map(|version| Row { version: version as u128, key: version + 1000 }).collect()
    }

    fn keys(index: &VectorIndex, query: &Embedding, k: usize, scope: Scope) -> Vec<i64> {
        let found = index.search(&[query.as_slice()], k, scope, &|_| true, 0);
        found[0].iter().map(|neighbor| index.key(neighbor.position).unwrap()).collect()
    }

    #[test]
    fn a_graph_is_kept_after_small_changes_and_removed_vectors_are_never_found() {
        let (mut index, _) = refresh(None, &rows(0..400));
        index.build_graph(BuildParams { parallel: false, ..BuildParams::default() }, &mut |_| ()).unwrap();
        let changed: Vec<Row> = rows((0..400).filter(|version| version % 20 != 0).chain(400..410));
        let (index, loaded) = refresh(Some(&index), &changed);
        assert_eq!((index.graph_len(), index.len(), loaded), (400, 390, 10));
        for version in [0, 20, 405] {
            let found = keys(&index, &vector(version), 5, Scope::Fast);
            assert_eq!(found.len(), 5);
            assert_eq!(found.contains(&(version + 1000)), version == 405, "{version}");
            assert_eq!(found, keys(&index, &vector(version), 5, Scope::Exact));
        }
        let (index, _) = refresh(Some(&index), &rows(0..200));
        assert_eq!((index.graph_len(), index.len()), (0, 200), "too much has changed to keep the graph");
    }

    proptest! {
        #[test]
        fn refreshing_in_steps_gives_the_same_index_as_refreshing_at_once(
            steps in prop::collection::vec(prop::collection::btree_set(0i64..60, 1..40), 1..5)
        ) {
            let mut index: Option<VectorIndex> = None;
            for step in &steps {
                index = Some(refresh(index.as_ref(), &rows(step.iter().copied())).0);
            }
            let last = rows(steps.last().unwrap().iter().copied());
            let (stepwise, at_once) = (index.unwrap(), refresh(None, &last).0);
            prop_assert_eq!(stepwise.matrix.values(), at_once.matrix.values());
            prop_assert_eq!(stepwise.rows, at_once.rows);
        }

        #[test]
        fn a_search_finds_fewer_than_top_k_only_if_there_are_fewer(count in 1i64..40, k in 1usize..50, excluded in prop::collection::hash_set(0u32..40, 0..30)) {
            let (mut index, _) = refresh(None, &rows(0..count));
            index.build_graph(BuildParams { parallel: false, ..BuildParams::default() }, &mut |_| ()).unwrap();
            let left = (0..count as u32).filter(|position| !excluded.contains(position)).count();
            for scope in [Scope::Exact, Scope::Fast] {
                let found = index.search(&[vector(99).as_slice()], k, scope, &|position| !excluded.contains(&position), excluded.len()).remove(0);
                prop_assert_eq!(found.len(), k.min(left));
                prop_assert!(found.iter().all(|neighbor| !excluded.contains(&neighbor.position)));
                prop_assert!(found.is_sorted());
            }
        }
    }
}
