//! Finds the nearest neighbours of vectors. This module handles only vectors, not texts or papers.
//!
//! A vector has a *position* in the index, from 0, and a `key`, which the caller chooses. [`exact`] compares a query
//! with every vector; [`hnsw`] searches approximately. [`VectorIndex`] combines both, and `cache` stores it on disk.

mod cache;
pub mod exact;
pub mod hnsw;
mod matrix;
mod products;
mod refresh;
mod rounded;
mod top_k;
mod vector_index;

pub use cache::{Cached, Expected, has_cached, open_cached};
pub use matrix::Matrix;
pub use top_k::TopK;
pub use vector_index::{GRAPH_FROM, Row, Scope, VectorIndex};

/// A vector that a search found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbor {
    /// Its position in the index.
    pub position: u32,
    /// Cosine similarity to the query, -1 to 1.
    pub similarity: f32,
}

/// Every list of neighbours is ordered by similarity, greatest first. Equally similar neighbours are ordered by
/// position, lowest first.
impl Eq for Neighbor {}

impl Ord for Neighbor {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.similarity.total_cmp(&self.similarity).then(self.position.cmp(&other.position))
    }
}

impl PartialOrd for Neighbor {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
