//! The kernels and number formats of products.

use super::{numkong, tile};

/// The code that computes the products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernels {
    /// The tiles of this crate, for AVX-512 with its bf16 and VNNI instructions: there they are faster than numkong's
    /// (BENCHMARKS.md).
    Tiles,
    /// numkong's packed products, for AMX and for processors without AVX-512.
    Numkong,
}

impl Kernels {
    /// The name, to be shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiles => "AVX-512 tiles",
            Self::Numkong => "numkong",
        }
    }

    /// The kernels that run on this machine, the fastest first. None if there is no AVX-512 and the system does not let this
    /// process use the processor's matrix unit.
    pub fn available() -> Vec<Self> {
        let has_matrix_unit = numkong::has_matrix_unit();
        // numkong uses any matrix unit that the processor reports; whether the system allows it shows only on request.
        let may_use = !has_matrix_unit || numkong::enter_thread();
        match (tile::has_avx512(), has_matrix_unit, may_use) {
            (true, true, true) => vec![Self::Numkong, Self::Tiles],
            (true, false, _) => vec![Self::Tiles, Self::Numkong],
            (true, _, false) => vec![Self::Tiles],
            (false, _, true) => vec![Self::Numkong],
            (false, _, false) => vec![],
        }
    }

    /// The fastest on this machine; if there is none, the tiles in their portable form.
    pub(crate) fn fastest() -> Self {
        Self::available().first().copied().unwrap_or(Self::Tiles)
    }

    /// The number of rows in a block, which passes through a layer together. Each block reads the weights again from the
    /// third-level cache, so it must not be small; the 1,536 numbers of each row's widest step have to stay in the second,
    /// so it must not be large. numkong spends more time on the start of a product, so its blocks are larger.
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
    /// Columns as -127 to 127, each with a scale; rows as 256 steps between their smallest and greatest number, so that
    /// outliers on one side do not cost steps on the other.
    Bytes,
}
