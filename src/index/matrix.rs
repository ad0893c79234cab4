//! Vectors as the rows of one matrix, in memory or mapped from a file.

use std::sync::Arc;

use memmap2::Mmap;

/// Unit vectors, one to a row, in the order of their positions.
#[derive(Debug, Clone)]
pub struct Matrix {
    values: Values,
    dim: usize,
}

#[derive(Debug, Clone)]
enum Values {
    Owned(Vec<f32>),
    /// Little-endian f32, page-aligned.
    Mapped(Arc<Mmap>),
}

impl Matrix {
    /// No rows yet, of dimension `dim`.
    pub fn new(dim: usize) -> Self {
        Self { values: Values::Owned(Vec::new()), dim }
    }

    /// Takes rows from a mapped file; `None` when it does not hold whole rows of f32, or on a machine that is not
    /// little-endian, where the caller must build the matrix anew.
    pub(super) fn from_map(map: Mmap, dim: usize) -> Option<Self> {
        let whole = dim > 0 && map.len().is_multiple_of(4 * dim) && bytemuck::try_cast_slice::<u8, f32>(&map).is_ok();
        (whole && cfg!(target_endian = "little")).then(|| Self { values: Values::Mapped(Arc::new(map)), dim })
    }

    /// Appends a row. A mapped matrix is copied into memory first.
    ///
    /// # Panics
    /// When `row` has another dimension.
    pub fn push(&mut self, row: &[f32]) {
        assert_eq!(row.len(), self.dim, "a row of another dimension");
        if let Values::Mapped(_) = self.values {
            self.values = Values::Owned(self.values().to_vec());
        }
        if let Values::Owned(values) = &mut self.values {
            values.extend_from_slice(row);
        }
    }

    /// All numbers, row by row.
    pub fn values(&self) -> &[f32] {
        match &self.values {
            Values::Owned(values) => values,
            // `from_map` has checked length and alignment.
            Values::Mapped(map) => bytemuck::cast_slice(map),
        }
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
    /// When there is none.
    pub fn row(&self, position: u32) -> &[f32] {
        let start = position as usize * self.dim;
        &self.values()[start..start + self.dim]
    }
}
