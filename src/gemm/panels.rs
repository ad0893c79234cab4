//! Matrices packed for the tiles: the right-hand side of a product, packed once and read from front to back.

use super::casts::to_bf16;

/// The number of columns in a panel. They fill two registers of 512 bits.
pub(crate) const PANEL_COLUMNS: usize = 32;

/// A cache line of 64 bytes. It is aligned, so that no load of a register crosses two cache lines.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Line(pub [u32; 16]);

// SAFETY: sixteen words are 64 bytes, so the alignment adds no padding, and every bit pattern is valid for a word.
unsafe impl bytemuck::Zeroable for Line {}
// SAFETY: as above.
unsafe impl bytemuck::Pod for Line {}

impl Line {
    /// The words of a step, column by column.
    pub fn words_mut(step: &mut [Self; 2]) -> &mut [u32] {
        bytemuck::cast_slice_mut(step)
    }
}

/// A matrix of `depth × columns` in panels of [`PANEL_COLUMNS`] columns. For each step along the depth, a panel has a
/// 32-bit word for each of its columns. A word has two bf16 or four i8 numbers that follow one another along the depth,
/// the first in the low bits. The padding of the depth and of the columns is zero.
#[derive(Debug, Clone, Default)]
pub(crate) struct Panels {
    lines: Vec<Line>,
    steps: usize,
    columns: usize,
}

impl Panels {
    /// Makes this a matrix of zeros, in the same memory, with `steps` words along the depth.
    pub fn reset(&mut self, steps: usize, columns: usize) {
        self.lines.clear();
        self.lines.resize(columns.div_ceil(PANEL_COLUMNS) * steps * 2, Line([0; 16]));
        (self.steps, self.columns) = (steps, columns);
    }

    /// Rounds `rows[column][depth]` to bf16 and packs them. This is the transpose of the matrix; the weights of a layer
    /// are stored in this order.
    pub fn from_rows_bf16(rows: &[f32], depth: usize) -> Self {
        let word = |pair: &[f32]| {
            let high = pair.get(1).map_or(0, |x| u32::from(to_bf16(*x)));
            u32::from(to_bf16(pair[0])) | high << 16
        };
        Self::from_rows::<2, f32>(rows, depth, word)
    }

    /// Packs rows of i8, `rows[column][depth]`.
    pub fn from_rows_i8(rows: &[i8], depth: usize) -> Self {
        let word = |four: &[i8]| {
            let mut bytes = [0; 4];
            bytes[..four.len()].copy_from_slice(bytemuck::cast_slice(four));
            u32::from_le_bytes(bytes)
        };
        Self::from_rows::<4, i8>(rows, depth, word)
    }

    /// Packs rows. `word` makes a word from `PER_WORD` numbers, or from fewer at the end of a row.
    fn from_rows<const PER_WORD: usize, T>(rows: &[T], depth: usize, word: impl Fn(&[T]) -> u32) -> Self {
        let mut panels = Self::default();
        panels.reset(depth.div_ceil(PER_WORD), rows.len() / depth);
        for (panel, rows) in rows.chunks(PANEL_COLUMNS * depth).enumerate() {
            let steps = panels.panel_mut(panel);
            for (lane, row) in rows.chunks_exact(depth).enumerate() {
                let (whole, rest) = row.as_chunks::<PER_WORD>();
                for (step, numbers) in steps.iter_mut().zip(whole) {
                    step[lane / 16].0[lane % 16] = word(numbers);
                }
                if !rest.is_empty() {
                    steps[whole.len()][lane / 16].0[lane % 16] = word(rest);
                }
            }
        }
        panels
    }

    /// Words along the depth.
    pub fn steps(&self) -> usize {
        self.steps
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The panels in order. A panel is a list of its steps.
    pub fn panels(&self) -> impl Iterator<Item = &[[Line; 2]]> {
        self.lines.as_chunks::<2>().0.chunks_exact(self.steps)
    }

    /// The steps of a panel, for writing.
    pub fn panel_mut(&mut self, panel: usize) -> &mut [[Line; 2]] {
        let steps = self.steps;
        &mut self.lines.as_chunks_mut::<2>().0[panel * steps..(panel + 1) * steps]
    }
}
