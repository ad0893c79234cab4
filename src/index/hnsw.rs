//! Approximate search in a navigable small-world graph
//! ([Malkov and Yashunin](https://arxiv.org/abs/1603.09320)).
//!
//! `hnsw_rs` builds the graph; only this file uses it. The graph is then copied to plain arrays, which are stored and
//! searched without `hnsw_rs`. So nothing depends on its dump format, and a damaged file cannot reach its loader, which
//! would end the process.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hnsw_rs::prelude::{Distance, Hnsw};

use super::{Matrix, Neighbor, TopK};
use crate::vector::dot;
use crate::{Error, Result};

/// How a graph is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BuildParams {
    /// The greatest number of links of a node on the upper layers, 2 to 255. On the lowest layer, the limit is twice as
    /// large.
    pub m: usize,
    /// The number of candidates for the links of a node; at least `m`.
    pub ef_construction: usize,
    /// Whether all cores insert nodes. If so, the graph depends on their timing. With one thread, the graph is always
    /// the same.
    pub parallel: bool,
}

impl Default for BuildParams {
    /// BENCHMARKS.md uses the same values for other libraries. ANN recall@10 is 0.996 with `ef_search` 64.
    fn default() -> Self {
        Self { m: 16, ef_construction: 200, parallel: true }
    }
}

impl BuildParams {
    /// `hnsw_rs` does not check its parameters. It ends the process if `m` is above 256. It makes no links if `m` is
    /// 256, because it keeps `m` in a byte, which is then 0.
    fn check(&self) -> Result<()> {
        if !(2..=255).contains(&self.m) {
            return Err(Error::InvalidParameter(format!("m must be 2 to 255, not {}", self.m)));
        }
        if self.ef_construction < self.m {
            let Self { m, ef_construction, .. } = self;
            return Err(Error::InvalidParameter(format!(
                "ef_construction must be at least m = {m}, not {ef_construction}"
            )));
        }
        Ok(())
    }
}

/// The distance `1 − dot`, but at least 0: rounding can make the product of unit vectors exceed 1, and `hnsw_rs` panics
/// at negative distances. A point of the graph is a position, so that the graph has no copy of the vectors.
struct CosineDistance<'a>(&'a Matrix);

impl Distance<u32> for CosineDistance<'_> {
    fn eval(&self, a: &[u32], b: &[u32]) -> f32 {
        (1.0 - dot(self.0.row(a[0]), self.0.row(b[0]))).max(0.0)
    }
}

/// A graph over the first rows of a matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// Number of nodes; node *i* is the row at position *i*.
    nodes: u32,
    entry: u32,
    /// The layers, lowest first. The lowest layer has every node.
    layers: Vec<Layer>,
}

/// The links of one layer, as compressed rows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Layer {
    /// The nodes of the layer, ascending. Empty for the lowest layer, which has all nodes.
    members: Vec<u32>,
    /// `links[offsets[i]..offsets[i + 1]]` are the links of the i-th member.
    offsets: Vec<u32>,
    links: Vec<u32>,
}

impl Layer {
    fn links(&self, node: u32) -> &[u32] {
        let row = if self.members.is_empty() { Ok(node as usize) } else { self.members.binary_search(&node) };
        match row {
            Ok(row) => &self.links[self.offsets[row] as usize..self.offsets[row + 1] as usize],
            Err(_) => &[],
        }
    }
}

impl Graph {
    /// Builds a graph over all rows of `matrix`. Calls `progress` with the number of rows inserted so far.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if `params` are out of range or the matrix is empty.
    pub fn build(matrix: &Matrix, params: BuildParams, progress: &mut dyn FnMut(usize)) -> Result<Self> {
        params.check()?;
        let nodes = u32::try_from(matrix.len()).unwrap_or(u32::MAX);
        if nodes == 0 {
            return Err(Error::InvalidParameter("a graph needs at least one vector".into()));
        }
        /// The only number of layers that `hnsw_rs` supports everywhere.
        const LAYERS: usize = 16;
        /// The number of nodes between two calls of `progress`.
        const STEP: usize = 2048;
        let hnsw = Hnsw::new(params.m, nodes as usize, LAYERS, params.ef_construction, CosineDistance(matrix));
        let positions: Vec<u32> = (0..nodes).collect();
        for (step, chunk) in positions.chunks(STEP).enumerate() {
            let inserted: Vec<(&[u32], usize)> =
                chunk.iter().map(|position| (std::slice::from_ref(position), *position as usize)).collect();
            if params.parallel {
                hnsw.parallel_insert_slice(&inserted);
            } else {
                inserted.iter().for_each(|node| hnsw.insert_slice(*node));
            }
            progress(step * STEP + chunk.len());
        }
        Ok(Self::flatten(&hnsw, nodes))
    }

    fn flatten(hnsw: &Hnsw<u32, CosineDistance>, nodes: u32) -> Self {
        let points = hnsw.get_point_indexation();
        // For each layer, its nodes and their links.
        let mut layers: Vec<Vec<(u32, Vec<u32>)>> = vec![Vec::new(); hnsw.get_max_level_observed() as usize + 1];
        let mut entry = (0, 0);
        for point in points {
            let node = point.get_origin_id() as u32;
            let level = point.get_point_id().0 as usize;
            entry = entry.max((level, node));
            for (layer, neighbours) in point.get_neighborhood_id().into_iter().enumerate().take(level + 1) {
                layers[layer].push((node, neighbours.iter().map(|neighbour| neighbour.d_id as u32).collect()));
            }
        }
        let layers = layers.into_iter().enumerate().map(|(number, mut rows)| {
            rows.sort_unstable_by_key(|(node, _)| *node);
            let mut layer = Layer { members: Vec::new(), offsets: vec![0], links: Vec::new() };
            for (node, links) in rows {
                if number > 0 {
                    layer.members.push(node);
                }
                layer.links.extend(links);
                layer.offsets.push(layer.links.len() as u32);
            }
            layer
        });
        Self { nodes, entry: entry.1, layers: layers.collect() }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes as usize
    }

    /// Whether the graph has no nodes. A graph that was built always has at least one.
    pub fn is_empty(&self) -> bool {
        self.nodes == 0
    }

    /// Returns approximately the `top_k` nodes that are most similar to `query` and that `accept` admits, best first.
    /// Keeps `ef_search` candidates, but at least `top_k`. With more candidates, a search misses fewer nodes and takes
    /// longer. `matrix` must begin with the rows that the graph was built over.
    pub fn search(
        &self,
        matrix: &Matrix,
        query: &[f32],
        top_k: usize,
        ef_search: usize,
        accept: &dyn Fn(u32) -> bool,
    ) -> Vec<Neighbor> {
        let neighbor = |position: u32| Neighbor { position, similarity: dot(query, matrix.row(position)) };
        let mut nearest = neighbor(self.entry);
        for layer in self.layers.iter().skip(1).rev() {
            // Greedy: moves to the most similar neighbour until none is more similar.
            while let Some(better) = layer.links(nearest.position).iter().map(|&node| neighbor(node)).min()
                && better < nearest
            {
                nearest = better;
            }
        }
        let ef_search = ef_search.max(top_k);
        let mut visited = vec![0u64; (self.nodes as usize).div_ceil(64)];
        let mut visit = |node: u32| {
            let (word, bit) = (node as usize / 64, 1 << (node % 64));
            let new = visited[word] & bit == 0;
            visited[word] |= bit;
            new
        };
        visit(nearest.position);
        let mut best = BinaryHeap::from([nearest]);
        let mut frontier = BinaryHeap::from([Reverse(nearest)]);
        let mut found = TopK::new(top_k);
        if accept(nearest.position) {
            found.push(nearest);
        }
        let lowest = &self.layers[0];
        while let Some(Reverse(current)) = frontier.pop() {
            if best.len() >= ef_search && best.peek().is_some_and(|worst| current > *worst) {
                break;
            }
            for &node in lowest.links(current.position) {
                if !visit(node) {
                    continue;
                }
                let next = neighbor(node);
                if best.len() < ef_search || best.peek().is_some_and(|worst| next < *worst) {
                    frontier.push(Reverse(next));
                    best.push(next);
                    if best.len() > ef_search {
                        best.pop();
                    }
                    if accept(node) {
                        found.push(next);
                    }
                }
            }
        }
        found.into_sorted()
    }

    /// Returns the graph as little-endian words: the number of nodes, the entry, and the number of layers. After these,
    /// each layer has the lengths of its three arrays, and the arrays.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut words = vec![self.nodes, self.entry, self.layers.len() as u32];
        for Layer { members, offsets, links } in &self.layers {
            words.extend([members.len() as u32, offsets.len() as u32, links.len() as u32]);
            [members, offsets, links].into_iter().for_each(|array| words.extend(array));
        }
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// Reads the bytes of [`to_bytes`](Self::to_bytes). Returns `None` if they do not encode a graph. Checks every
    /// link, so that a search cannot leave the graph.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<4>();
        let mut words = words.iter().map(|word| u32::from_le_bytes(*word));
        let mut next = || words.next();
        let (nodes, entry, count) = (next()?, next()?, next()?);
        let mut layers = Vec::new();
        for number in 0..count {
            let lengths = [next()?, next()?, next()?];
            let mut array = |length: u32| (0..length).map(|_| next()).collect::<Option<Vec<u32>>>();
            let layer = Layer { members: array(lengths[0])?, offsets: array(lengths[1])?, links: array(lengths[2])? };
            let rows = if number == 0 { nodes as usize } else { layer.members.len() };
            let sound = (number > 0 || layer.members.is_empty())
                && layer.members.is_sorted()
                && layer.offsets.len() == rows + 1
                && layer.offsets.is_sorted()
                && layer.offsets.last() == Some(&lengths[2])
                && layer.links.iter().chain(&layer.members).all(|&node| node < nodes);
            if !sound {
                return None;
            }
            layers.push(layer);
        }
        let whole = rest.is_empty() && next().is_none() && entry < nodes && !layers.is_empty();
        whole.then_some(Self { nodes, entry, layers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::exact;
    use crate::vector::Embedding;

    /// Clustered vectors, like those of texts: each is close to one of eight directions.
    fn matrix(count: usize, dim: usize) -> Matrix {
        let mut state = 0x1234_5678_9abc_def1u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        };
        let mut matrix = Matrix::new(dim);
        for number in 0..count {
            let mut row: Vec<f32> = (0..dim).map(|_| random()).collect();
            row[number % 8] += 2.0;
            matrix.push(Embedding::new(row).unwrap().as_slice());
        }
        matrix
    }

    const SERIAL: BuildParams = BuildParams { m: 16, ef_construction: 200, parallel: false };

    fn recall(graph: &Graph, matrix: &Matrix, ef_search: usize) -> f64 {
        let queries: Vec<&[f32]> = (0..100).map(|position| matrix.row(position * 7)).collect();
        let exact = exact::search(matrix, &queries, 10, 0..matrix.len() as u32, &|_| true);
        let mut shared = 0;
        for (query, exact) in queries.iter().zip(exact) {
            let found = graph.search(matrix, query, 10, ef_search, &|_| true);
            shared += found.iter().filter(|neighbor| exact.contains(neighbor)).count();
        }
        shared as f64 / 1000.0
    }

    #[test]
    fn a_search_with_more_candidates_finds_more_and_nearly_all() {
        let matrix = matrix(3000, 24);
        for parallel in [false, true] {
            let graph = Graph::build(&matrix, BuildParams { parallel, ..SERIAL }, &mut |_| ()).unwrap();
            let recalls = [10, 40, 160].map(|ef_search| recall(&graph, &matrix, ef_search));
            assert!(recalls.is_sorted() && recalls[2] > 0.99, "{recalls:?}");
        }
    }

    #[test]
    fn one_thread_builds_the_same_graph_every_time() {
        let matrix = matrix(500, 12);
        let build = || Graph::build(&matrix, SERIAL, &mut |_| ()).unwrap();
        assert_eq!(build(), build());
    }

    #[test]
    fn parameters_that_would_end_the_process_are_refused() {
        let matrix = matrix(10, 12);
        for (m, ef_construction) in [(0, 200), (1, 200), (256, 300), (1000, 2000), (16, 15)] {
            let params = BuildParams { m, ef_construction, parallel: false };
            let error = Graph::build(&matrix, params, &mut |_| ()).unwrap_err();
            assert!(error.to_string().contains("must be"), "{error}");
        }
        assert!(Graph::build(&Matrix::new(3), SERIAL, &mut |_| ()).is_err());
        let widest = BuildParams { m: 255, ef_construction: 255, parallel: false };
        let matrix = self::matrix(700, 12);
        assert_eq!(recall(&Graph::build(&matrix, widest, &mut |_| ()).unwrap(), &matrix, 50), 1.0);
    }

    #[test]
    fn equal_vectors_and_a_single_vector_are_found() {
        let mut matrix = Matrix::new(2);
        (0..50).for_each(|_| matrix.push(&[0.6, 0.8]));
        let graph = Graph::build(&matrix, SERIAL, &mut |_| ()).unwrap();
        let found = graph.search(&matrix, &[0.6, 0.8], 3, 50, &|_| true);
        assert_eq!(found.len(), 3);
        let mut one = Matrix::new(2);
        one.push(&[1.0, 0.0]);
        let graph = Graph::build(&one, SERIAL, &mut |_| ()).unwrap();
        assert_eq!(graph.search(&one, &[0.0, 1.0], 3, 50, &|_| true), [Neighbor { position: 0, similarity: 0.0 }]);
    }

    #[test]
    fn a_search_passes_through_nodes_that_are_not_admitted() {
        let matrix = matrix(2000, 24);
        let graph = Graph::build(&matrix, SERIAL, &mut |_| ()).unwrap();
        let found = graph.search(&matrix, matrix.row(8), 10, 200, &|position| position % 2 == 1);
        assert_eq!(found.len(), 10);
        assert!(found.iter().all(|neighbor| neighbor.position % 2 == 1));
    }

    #[test]
    fn progress_ends_at_the_number_of_vectors() {
        let mut last = 0;
        Graph::build(&matrix(2500, 8), SERIAL, &mut |done| last = done).unwrap();
        assert_eq!(last, 2500);
    }
}
