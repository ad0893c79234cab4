//! A matrix with a vector in each row, in memory or mapped from a file.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::rounded::Rounded;
use crate::cache::{Column, concatenated};
use crate::gemm::kernels::Kernels;

/// Unit vectors, one in each row, in the order of their positions. A clone shares them.
#[derive(Debug, Clone)]
pub struct Matrix {
    values: Column<f32>,
    dim: usize,
    /// The rows rounded to bytes; made when first needed.
    rounded: OnceLock<Arc<Rounded>>,
}

impl Matrix {
    /// A matrix without rows, for vectors of dimension `dim`.
    pub fn new(dim: usize) -> Self {
        Self { values: Vec::new().into(), dim, rounded: OnceLock::new() }
    }

    /// Makes a matrix of the numbers in `values`. Returns `None` if the last row is not complete.
    pub(super) fn from_column(values: Column<f32>, dim: usize) -> Option<Self> {
        let is_whole = dim > 0 && values.as_slice().len().is_multiple_of(dim);
        is_whole.then(|| Self { values, dim, rounded: OnceLock::new() })
    }

    /// Copies the rows of `runs`, one run after the other, on all threads. A run is a range of rows in a matrix of
    /// dimension `dim`.
    ///
    /// # Panics
    /// If a matrix does not have all rows of its run.
    pub(super) fn from_runs(dim: usize, runs: &[(&Self, Range<u32>)]) -> Self {
        let rows = |run: &Range<u32>| run.start as usize * dim..run.end as usize * dim;
        let parts: Vec<&[f32]> = runs.iter().map(|(matrix, run)| &matrix.values()[rows(run)]).collect();
        Self { values: concatenated(&parts).into(), dim, rounded: OnceLock::new() }
    }

    /// Appends a row. Copies the matrix first if it is mapped or shared.
    ///
    /// # Panics
    /// If `row` has another dimension.
    pub fn push(&mut self, row: &[f32]) {
        assert_eq!(row.len(), self.dim, "a row of another dimension");
        self.values.to_mut().extend_from_slice(row);
        self.rounded = OnceLock::new();
    }

    /// All numbers, row by row.
    pub fn values(&self) -> &[f32] {
        self.values.as_slice()
    }

    /// All numbers as the bytes of a file.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.values.as_bytes()
    }

    /// Returns the rows rounded to bytes, which take a quarter of the matrix's memory. The first call makes them; later
    /// calls return the same.
    pub(super) fn rounded(&self) -> &Rounded {
        self.rounded.get_or_init(|| Arc::new(Rounded::new(self.values(), self.dim, Kernels::fastest())))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values().len() / self.dim.max(1)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.values().is_empty()
    }

    /// Numbers in a row.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// The row at a position.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, position: u32) -> &[f32] {
        let start = position as usize * self.dim;
        &self.values()[start..start + self.dim]
    }
}
