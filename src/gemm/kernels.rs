//! The kernels and number formats of products.

use super::{numkong, tile};

/// The code that computes the products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernels {
    /// The tiles of this crate, for processors with the bf16 and VNNI instructions of AVX-512. On these processors they
    /// are faster than the AVX-512 kernels of numkong (BENCHMARKS.md).
    Tiles,
    /// numkong's packed products, for AMX and for processors without AVX-512.
    Numkong,
}

impl Kernels {
    /// The name, for display.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiles => "AVX-512 tiles",
            Self::Numkong => "numkong",
        }
    }

    /// Returns the kernels that run on this machine, fastest first. The list is empty if there is no AVX-512 and the
    /// system does not let this process use the processor's matrix unit.
    pub fn available() -> Vec<Self> {
        let has_matrix_unit = numkong::has_matrix_unit();
        // numkong uses any matrix unit that the processor reports. Only a request to the system shows whether it is
        // allowed.
        let may_use = !has_matrix_unit || numkong::enter_thread();
        match (tile::has_avx512(), has_matrix_unit, may_use) {
            (true, true, true) => vec![Self::Numkong, Self::Tiles],
            (true, false, _) => vec![Self::Tiles, Self::Numkong],
            (true, _, false) => vec![Self::Tiles],
            (false, _, true) => vec![Self::Numkong],
            (false, _, false) => vec![],
        }
    }

    /// Returns the fastest kernels on this machine. If there are none, returns the tiles, which then run in their
    /// portable form.
    pub(crate) fn fastest() -> Self {
        Self::available().first().copied().unwrap_or(Self::Tiles)
    }

    /// Returns the number of rows in a block. The rows of a block pass through a layer together. A block must not be
    /// small, because each block reads the weights again from the third-level cache. It must not be large, because the
    /// 1,536 numbers of each row's widest step have to stay in the second-level cache. numkong takes more time to start
    /// a product, so its blocks are larger.
    pub(crate) fn block_rows(self) -> usize {
        match self {
            Self::Tiles => 96,
            Self::Numkong => 256,
        }
    }

    /// Each thread must call this once before it multiplies, because numkong requires it.
    pub(crate) fn enter_thread(self) {
        if self == Self::Numkong {
            numkong::enter_thread();
        }
    }
}

/// The format of the numbers in a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// bf16 on both sides.
    Bf16,
    /// Bytes on both sides. The numbers of a column become -127 to 127, with a scale for the column. The numbers of a
    /// row become 256 steps between its smallest and greatest number. So an outlier at one end of a row does not cost
    /// steps at the other end.
    Bytes,
}
