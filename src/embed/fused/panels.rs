//! Matrices laid out for the tiles: the right-hand side of a product, packed once and read front to back.

use super::super::kernels::to_bf16;

/// Columns of a panel: two registers of 512 bits.
pub(super) const PANEL_COLUMNS: usize = 32;

/// Sixty-four bytes on a boundary of their own, so that no load of a register crosses a cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Line(pub [u32; 16]);

// SAFETY: sixteen words are 64 bytes, so the alignment adds no padding, and every bit pattern is one of a word.
unsafe impl bytemuck::Zeroable for Line {}
// SAFETY: as above.
unsafe impl bytemuck::Pod for Line {}

impl Line {
    /// The words of a step, column by column.
    pub fn words_mut(step: &mut [Self; 2]) -> &mut [u32] {
        bytemuck::cast_slice_mut(step)
    }
}

/// A matrix of `depth × columns` as panels of [`PANEL_COLUMNS`] columns. A panel holds, step by step along the depth, one
/// 32-bit word for each of its columns: two bf16 or four i8 that follow each other along the depth, the first in the low
/// bits. What is missing at either end is zero.
#[derive(Debug, Clone, Default)]
pub(super) struct Panels {
    lines: Vec<Line>,
    steps: usize,
    columns: usize,
}

impl Panels {
    /// Makes this a matrix of zeros, in the memory it has, with `steps` words along the depth.
    pub fn reset(&mut self, steps: usize, columns: usize) {
        self.lines.clear();
        self.lines.resize(columns.div_ceil(PANEL_COLUMNS) * steps * 2, Line([0; 16]));
        (self.steps, self.columns) = (steps, columns);
    }

    /// Packs rows of bf16, `rows[column][depth]`: the transpose of the matrix, as the weights of a layer are stored.
    pub fn from_rows_bf16(rows: &[f32], depth: usize) -> Self {
        let mut panels = Self::default();
        panels.reset(depth.div_ceil(2), rows.len() / depth);
        for (column, row) in rows.chunks_exact(depth).enumerate() {
            for (step, pair) in row.chunks(2).enumerate() {
                let high = pair.get(1).map_or(0, |x| u32::from(to_bf16(*x)));
                *panels.word_mut(step, column) = u32::from(to_bf16(pair[0])) | high << 16;
            }
        }
        panels
    }

    /// Packs rows of i8, `rows[column][depth]`.
    pub fn from_rows_i8(rows: &[i8], depth: usize) -> Self {
        let mut panels = Self::default();
        panels.reset(depth.div_ceil(4), rows.len() / depth);
        for (column, row) in rows.chunks_exact(depth).enumerate() {
            for (step, four) in row.chunks(4).enumerate() {
                let mut bytes = [0; 4];
                bytes[..four.len()].copy_from_slice(bytemuck::cast_slice(four));
                *panels.word_mut(step, column) = u32::from_le_bytes(bytes);
            }
        }
        panels
    }

    fn word_mut(&mut self, step: usize, column: usize) -> &mut u32 {
        let (panel, lane) = (column / PANEL_COLUMNS, column % PANEL_COLUMNS);
        &mut self.lines[(panel * self.steps + step) * 2 + lane / 16].0[lane % 16]
    }

    /// Words along the depth.
    pub fn steps(&self) -> usize {
        self.steps
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One panel after the other, each as its steps.
    pub fn panels(&self) -> impl Iterator<Item = &[[Line; 2]]> {
        self.lines.as_chunks::<2>().0.chunks_exact(self.steps)
    }

    /// The steps of one panel, to be written.
    pub fn panel_mut(&mut self, panel: usize) -> &mut [[Line; 2]] {
        let steps = self.steps;
        &mut self.lines.as_chunks_mut::<2>().0[panel * steps..(panel + 1) * steps]
    }
}
