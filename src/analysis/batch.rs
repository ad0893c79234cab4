//! The papers to analyse, with their vectors and nearest neighbours.

use crate::index::{Matrix, Neighbor, exact};
use crate::paper::Paper;
use crate::rank::calibration::{CLOSE_ANYWHERE, Calibration, FEWEST_PAPERS};
use crate::vector::dot;

/// Fewest nearest neighbours that are kept for each paper; clusters, bridges and the map are made from them.
pub const NEIGHBORS: usize = 30;

/// The papers to analyse.
pub struct Batch<'a> {
    /// The papers.
    pub papers: Vec<&'a Paper>,
    /// Their vectors, a row for each.
    pub vectors: &'a Matrix,
    /// The nearest neighbours of each paper: at least [`NEIGHBORS`] of them, or all other papers if there are fewer.
    pub nearest: Vec<Vec<Neighbor>>,
    /// The scale of similarities in the library, if there is one.
    pub library: Option<LibraryScale<'a>>,
}

/// The scale of similarities in a library.
#[derive(Debug, Clone, Copy)]
pub struct LibraryScale<'a> {
    /// The similarities of its random pairs.
    pub calibration: &'a Calibration,
    /// Number of its papers.
    pub papers: usize,
}

impl<'a> Batch<'a> {
    /// A batch with the nearest `neighbors` of each paper, or [`NEIGHBORS`] if that is more.
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

    /// Whether a similarity is close: by the library's scale if the library is large enough, else by [`CLOSE_ANYWHERE`].
    pub fn is_close(&self, similarity: f32) -> bool {
        match self.library {
            Some(LibraryScale { calibration, papers }) if papers >= FEWEST_PAPERS => calibration.is_close(similarity),
            _ => similarity >= CLOSE_ANYWHERE,
        }
    }

    /// The share of pairs of the library that are less similar; `None` if there is no library, or no pair in it.
    pub fn percentile(&self, similarity: f32) -> Option<f32> {
        self.library?.calibration.percentile(similarity)
    }

    pub(super) fn vector(&self, place: usize) -> &[f32] {
        self.vectors.row(place as u32)
    }

    /// Those of the first `limit` nearest neighbours that are close.
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
