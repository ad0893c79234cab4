//! Who multiplies, and in which numbers.

use super::{numkong, tile};

/// Who computes the products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernels {
    /// The tiles of this crate, for processors with AVX-512 and its bf16 and VNNI instructions: faster there than
    /// numkong's (BENCHMARKS.md).
    Tiles,
    /// numkong's packed products: AMX, and everything without AVX-512.
    Numkong,
}

impl Kernels {
    /// In a word or two, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiles => "AVX-512 tiles",
            Self::Numkong => "numkong",
        }
    }

    /// Those that run on this machine, the fastest first; none where the system keeps the processor's matrix unit from
    /// this process and there is no AVX-512.
    pub fn available() -> Vec<Self> {
        let has_matrix_unit = numkong::has_matrix_unit();
        // numkong uses a matrix unit that the processor reports; whether the system lets it, only asking shows.
        let may_use = !has_matrix_unit || numkong::enter_thread();
        match (tile::has_avx512(), has_matrix_unit, may_use) {
            (true, true, true) => vec![Self::Numkong, Self::Tiles],
            (true, false, _) => vec![Self::Tiles, Self::Numkong],
            (true, _, false) => vec![Self::Tiles],
            (false, _, true) => vec![Self::Numkong],
            (false, _, false) => vec![],
        }
    }

    /// The fastest on this machine; tiles in their portable form where there are none.
    pub(crate) fn fastest() -> Self {
        Self::available().first().copied().unwrap_or(Self::Tiles)
    }

    /// Rows that pass through a layer together: so many that the weights, read anew for each block, are worth the way
    /// from the third-level cache, and so few that the 1,536 numbers of each row's widest step stay in the second.
    /// numkong loses more at the start of a product, so it is given more rows.
    pub(crate) fn block_rows(self) -> usize {
        match self {
            Self::Tiles => 96,
            Self::Numkong => 256,
        }
    }

    /// To be called once by each thread that multiplies, as numkong asks.
    pub(crate) fn enter_thread(self) {
        if self == Self::Numkong {
            numkong::enter_thread();
        }
    }
}

/// How the numbers of a product are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// bf16 on both sides.
    Bf16,
    /// Columns as -127 to 127 with a scale for each; rows as one of 256 values between their least and their greatest
    /// number, which gives a row's outliers no more room than they take.
    Bytes,
}
