//! The papers to analyse, with their vectors and nearest neighbours.

use crate::index::{Matrix, Neighbor, exact};
use crate::paper::Paper;
use crate::rank::calibration::{CLOSE_ANYWHERE, Calibration, FEWEST_PAPERS};
use crate::vector::dot;

/// Minimum number of nearest neighbours kept for each paper. Clusters, bridges and the map use them.
pub const NEIGHBORS: usize = 30;

/// The papers to analyse.
pub struct Batch<'a> {
    /// The papers.
    pub papers: Vec<&'a Paper>,
    /// The vectors, one row per paper.
    pub vectors: &'a Matrix,
    /// The nearest neighbours of each paper: at least [`NEIGHBORS`] of them, or all other papers if there are fewer.
    pub nearest: Vec<Vec<Neighbor>>,
    /// The scale of similarities in the library; `None` without a library.
    pub library: Option<LibraryScale<'a>>,
}

/// The scale of similarities in a library.
#[derive(Debug, Clone, Copy)]
pub struct LibraryScale<'a> {
    /// The similarities of random pairs of papers in the library.
    pub calibration: &'a Calibration,
    /// Number of papers in the library.
    pub papers: usize,
}

impl<'a> Batch<'a> {
    /// Finds the nearest `neighbors` of each paper, but at least [`NEIGHBORS`].
    ///
    /// # Panics
    /// If the numbers of rows and papers differ.
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

    /// Whether there are no papers.
    pub fn is_empty(&self) -> bool {
        self.papers.is_empty()
    }

    /// Cosine similarity of two papers, -1 to 1.
    pub fn similarity(&self, a: usize, b: usize) -> f32 {
        cosine(self.vector(a), self.vector(b))
    }

    /// Whether a similarity is close. Uses the library's scale if the library has at least [`FEWEST_PAPERS`] papers,
    /// else the threshold [`CLOSE_ANYWHERE`].
    pub fn is_close(&self, similarity: f32) -> bool {
        match self.library {
            Some(LibraryScale { calibration, papers }) if papers >= FEWEST_PAPERS => calibration.is_close(similarity),
            _ => similarity >= CLOSE_ANYWHERE,
        }
    }

    /// The share of the library's random pairs that are less similar, 0 to 1. `None` without a library, or if it has no
    /// pairs.
    pub fn percentile(&self, similarity: f32) -> Option<f32> {
        self.library?.calibration.percentile(similarity)
    }

    pub(super) fn vector(&self, place: usize) -> &[f32] {
        self.vectors.row(place as u32)
    }

    /// Returns the close papers among the first `limit` nearest neighbours of a paper, with their similarities.
    pub(super) fn close(&self, place: usize, limit: usize) -> impl Iterator<Item = (usize, f32)> {
        let close = self.nearest[place].iter().take(limit).filter(|neighbor| self.is_close(neighbor.similarity));
        close.map(|neighbor| (neighbor.position as usize, neighbor.similarity))
    }
}

/// The dot product of unit vectors, limited to -1 to 1, because rounding can exceed that range.
pub(super) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    dot(a, b).clamp(-1.0, 1.0)
}

/// For each row, the `top_k` most similar other rows, in the order of [`Neighbor`]. The search is exact.
pub fn nearest(matrix: &Matrix, top_k: usize) -> Vec<Vec<Neighbor>> {
    let mut found = exact::all_pairs(matrix, top_k, &|_| true, &|_| ());
    found.iter_mut().flatten().for_each(|neighbor| neighbor.similarity = neighbor.similarity.clamp(-1.0, 1.0));
    found
}
