//! Products with the library numkong, on matrix units, AVX2, NEON and others.

use std::marker::PhantomData;

pub(super) use numkong::bf16 as Bf16;
use numkong::{Dots, capabilities};

use super::panels::Line;

/// Whether the processor reports a matrix unit that numkong uses.
pub(super) fn has_matrix_unit() -> bool {
    capabilities::available() & numkong::cap::SAPPHIREAMX != 0
}

/// Prepares the calling thread for products. Returns false if the system does not allow it.
pub(super) fn enter_thread() -> bool {
    capabilities::configure_thread()
}

/// A matrix in the layout that numkong chooses for this machine.
#[derive(Debug)]
pub(super) struct Lines<T> {
    lines: Vec<Line>,
    columns: usize,
    depth: usize,
    kind: PhantomData<T>,
}

impl Lines<Bf16> {
    /// Packs rows of bf16 numbers, given as their bits: `rows[column][depth]`.
    pub fn from_bits(rows: &[u16], columns: usize, depth: usize) -> Self {
        let rows: Vec<Bf16> = rows.iter().map(|bits| Bf16(*bits)).collect();
        Self::new(&rows, columns, depth)
    }
}

impl<T: Dots> Lines<T> {
    /// Packs `rows[column][depth]`.
    pub fn new(rows: &[T], columns: usize, depth: usize) -> Self {
        assert_eq!(rows.len(), columns * depth);
        let bytes = T::dots_packed_size(columns, depth);
        let mut lines = vec![Line([0; 16]); bytes.div_ceil(size_of::<Line>())];
        // SAFETY: `rows` has `columns` rows of `depth` numbers, and `lines` has the size that numkong requires.
        unsafe { T::dots_pack(rows.as_ptr(), columns, depth, depth * size_of::<T>(), lines.as_mut_ptr().cast()) };
        Self { lines, columns, depth, kind: PhantomData }
    }

    /// Computes `out ← rows · matrix`. The rows of `out` are `out_stride` numbers apart. A row has `stride` words,
    /// which begin with its numbers of type T. T is bf16 or i8, for which every bit pattern is valid.
    pub fn product(&self, words: &[u32], stride: usize, out: &mut [T::Accumulator], out_stride: usize) {
        let rows = words.len() / stride;
        assert!(stride * size_of::<u32>() >= self.depth * size_of::<T>() && out_stride >= self.columns);
        assert!(rows == 0 || out.len() >= (rows - 1) * out_stride + self.columns);
        // SAFETY: `new` has packed the matrix with this shape and type; a row has at least `depth` numbers, and `out`
        // has room for `columns` numbers for each row.
        unsafe {
            T::dots_packed(
                words.as_ptr().cast(),
                self.lines.as_ptr().cast(),
                out.as_mut_ptr(),
                rows,
                self.columns,
                self.depth,
                stride * size_of::<u32>(),
                out_stride * size_of::<T::Accumulator>(),
            );
        }
    }
}
