//! The operands of a tile, except for [`Panels`](super::panels::Panels).

use super::casts::RowScale;

/// Rows of 32-bit words. A word has two bf16 numbers or four bytes, the first in the low bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'a> {
    pub words: &'a [u32],
    /// Words from the start of one row to the start of the next.
    pub stride: usize,
    pub rows: usize,
}

/// A matrix of f32 to write to; its rows are `stride` numbers apart.
#[derive(Debug)]
pub(crate) struct Out<'a> {
    pub values: &'a mut [f32],
    pub stride: usize,
}

/// The scales that convert sums of products of bytes to sums of products of numbers. A number of a row is
/// `offset + scale · byte`; a number of a column is `scale · byte`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scales<'a> {
    pub rows: &'a [RowScale],
    /// A scale for each column.
    pub columns: &'a [f32],
    /// For each column, its scale times the sum of its bytes.
    pub sums: &'a [f32],
}
