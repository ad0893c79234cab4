//! The rows of a matrix as bytes, in blocks, and the greatest error of their products.

use rayon::prelude::*;

use crate::gemm::kernels::Kernels;
use crate::gemm::packed::{Bytes, Packed};
use crate::vector::dot;

/// The number of rows in a block, and the greatest number of queries that are compared with it together. At 384
/// dimensions, the block takes 96 KiB, the queries take 96 KiB, and their similarities take 256 KiB. They fit in a
/// second-level cache of one megabyte.
pub(super) const BLOCK: usize = 256;

/// The rows of a matrix as bytes, packed for products.
#[derive(Debug)]
pub(super) struct Rounded {
    pub kernels: Kernels,
    /// Blocks of [`BLOCK`] rows; the last may have fewer.
    pub blocks: Vec<Packed>,
    pub norms: Norms,
}

impl Rounded {
    /// Rounds rows of `dim` numbers, which follow one another in `values`.
    pub fn new(values: &[f32], dim: usize, kernels: Kernels) -> Self {
        let dim = dim.max(1);
        let of_block = |rows: &[f32]| {
            let bytes = Bytes::new(rows, dim);
            let norms = rows.chunks_exact(dim).zip(bytes.errors(rows)).map(|(row, error)| Norms::of(row, error));
            (Packed::from_bytes(&bytes, kernels), norms.fold(Norms::default(), Norms::greater))
        };
        let blocks: Vec<(Packed, Norms)> = values.par_chunks(BLOCK * dim).map(of_block).collect();
        let norms = blocks.iter().map(|(_, norms)| *norms).fold(Norms::default(), Norms::greater);
        Self { kernels, blocks: blocks.into_iter().map(|(block, _)| block).collect(), norms }
    }
}

/// The greatest norm of some vectors, and the greatest norm of their rounding errors.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Norms {
    pub whole: f32,
    pub error: f32,
}

impl Norms {
    pub fn of(row: &[f32], error: f32) -> Self {
        Self { whole: dot(row, row).sqrt(), error }
    }

    pub fn greater(self, other: Self) -> Self {
        Self { whole: self.whole.max(other.whole), error: self.error.max(other.error) }
    }

    /// Returns an upper bound for the difference between a product of bytes and [`dot`]. It includes the rounding of
    /// sums: `dim` additions in [`dot`], as many in the norms, and the additions that convert bytes to numbers. Each
    /// term that is added in a conversion is at most √`dim` times the product of the norms.
    pub fn slack(self, other: Self, dim: usize) -> f32 {
        let sums = 8.0 * dim as f32 * f32::EPSILON * self.whole * other.whole;
        self.error * other.whole + (self.whole + self.error) * other.error + sums
    }
}
