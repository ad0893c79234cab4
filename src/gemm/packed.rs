//! Matrices packed once for the kernels of this machine, and the rows that they are multiplied by.

use super::casts::{self, RowScale};
use super::kernels::{Form, Kernels};
use super::numkong::{Bf16, Lines};
use super::operands::{Out, Scales, Words};
use super::panels::Panels;
use super::tile;

/// The right-hand side of a product, in the layout of the kernels.
#[derive(Debug)]
pub(crate) struct Packed {
    numbers: Numbers,
    columns: usize,
    depth: usize,
}

#[derive(Debug)]
enum Numbers {
    TilesBf16(Panels),
    TilesBytes(Panels, ColumnScales),
    NumkongBf16(Lines<Bf16>),
    NumkongBytes(Lines<i8>, ColumnScales),
}

#[derive(Debug, Clone)]
struct ColumnScales {
    scales: Vec<f32>,
    /// For each column, its scale times the sum of its bytes.
    sums: Vec<f32>,
}

/// Columns of bytes from -127 to 127, before they are packed.
#[derive(Debug)]
pub(crate) struct Bytes {
    bytes: Vec<i8>,
    scales: ColumnScales,
    depth: usize,
}

impl Bytes {
    /// Rounds `values[column][depth]` to bytes.
    pub fn new(values: &[f32], depth: usize) -> Self {
        let (mut bytes, mut scales) = (vec![0; values.len()], ColumnScales { scales: Vec::new(), sums: Vec::new() });
        for (column, bytes) in values.chunks_exact(depth).zip(bytes.chunks_exact_mut(depth)) {
            let scale = casts::to_signed_bytes(column, bytes);
            scales.sums.push(scale * bytes.iter().map(|byte| f32::from(*byte)).sum::<f32>());
            scales.scales.push(scale);
        }
        Self { bytes, scales, depth }
    }

    /// Returns the norm of the rounding error of each column. `values` are the numbers that were rounded.
    pub fn errors(&self, values: &[f32]) -> Vec<f32> {
        let columns = values.chunks_exact(self.depth).zip(self.bytes.chunks_exact(self.depth)).zip(&self.scales.scales);
        columns
            .map(|((column, bytes), &scale)| {
                casts::distance_to_bytes(column, bytemuck::cast_slice(bytes), 0x80, RowScale { scale, offset: 0.0 })
            })
            .collect()
    }
}

impl Packed {
    /// Packs `values[column][depth]`, the transpose of the matrix. The weights of a layer are stored in this order.
    pub fn new(values: &[f32], depth: usize, form: Form, kernels: Kernels) -> Self {
        let columns = values.len() / depth;
        let numbers = match (form, kernels) {
            (Form::Bytes, _) => return Self::from_bytes(&Bytes::new(values, depth), kernels),
            (Form::Bf16, Kernels::Tiles) => Numbers::TilesBf16(Panels::from_rows_bf16(values, depth)),
            (Form::Bf16, Kernels::Numkong) => {
                let mut rounded = vec![0; values.len()];
                casts::cast_to_bf16(values, &mut rounded);
                Numbers::NumkongBf16(Lines::from_bits(&rounded, columns, depth))
            }
        };
        Self { numbers, columns, depth }
    }

    pub fn from_bytes(columns: &Bytes, kernels: Kernels) -> Self {
        let Bytes { bytes, scales, depth } = columns;
        let (columns, scales) = (scales.scales.len(), scales.clone());
        let numbers = match kernels {
            Kernels::Tiles => Numbers::TilesBytes(Panels::from_rows_i8(bytes, *depth), scales),
            Kernels::Numkong => Numbers::NumkongBytes(Lines::new(bytes, columns, *depth), scales),
        };
        Self { numbers, columns, depth: *depth }
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Numbers in each column.
    pub fn depth(&self) -> usize {
        self.depth
    }

    fn form(&self) -> Form {
        match self.numbers {
            Numbers::TilesBf16(_) | Numbers::NumkongBf16(_) => Form::Bf16,
            Numbers::TilesBytes(..) | Numbers::NumkongBytes(..) => Form::Bytes,
        }
    }

    /// Returns the `sign_bit` of [`casts::quantise`]. The tiles multiply unsigned by signed bytes; numkong multiplies
    /// signed by signed bytes.
    fn sign_bit(&self) -> u8 {
        if matches!(self.numbers, Numbers::NumkongBytes(..)) { 0x80 } else { 0 }
    }

    /// Computes `out ← rows · matrix`. The rows of `out` are `stride` numbers apart.
    pub fn product(&self, rows: &Rows, out: &mut [f32], stride: usize) {
        let words = Words { words: &rows.words, stride: rows.stride, rows: rows.len() };
        match &self.numbers {
            Numbers::TilesBf16(panels) => tile::bf16(words, panels, Out { values: out, stride }),
            Numbers::TilesBytes(panels, ColumnScales { scales, sums }) => {
                let scales = Scales { rows: &rows.scales, columns: scales, sums };
                tile::i8(words, panels, scales, Out { values: out, stride });
            }
            Numbers::NumkongBf16(lines) => lines.product(&rows.words, rows.stride, out, stride),
            Numbers::NumkongBytes(lines, ColumnScales { scales, sums }) => {
                lines.product(&rows.words, rows.stride, bytemuck::cast_slice_mut(out), stride);
                for (row, of_row) in out.chunks_mut(stride).zip(&rows.scales) {
                    casts::sums_to_numbers(&mut row[..self.columns], *of_row, scales, sums);
                }
            }
        }
    }
}

/// The left-hand side of a product.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    words: Vec<u32>,
    scales: Vec<RowScale>,
    stride: usize,
}

impl Rows {
    fn len(&self) -> usize {
        self.scales.len()
    }

    /// Makes room for `rows` rows, to be multiplied by `matrix`. [`set`](Self::set) fills them.
    pub fn reset(&mut self, rows: usize, matrix: &Packed) {
        self.stride = match matrix.form() {
            Form::Bf16 => matrix.depth.div_ceil(2),
            Form::Bytes => matrix.depth.div_ceil(4),
        };
        self.words.resize(rows * self.stride, 0);
        self.scales.resize(rows, RowScale { scale: 1.0, offset: 0.0 });
    }

    /// Casts `values` into row `row`. They must be finite.
    pub fn set(&mut self, row: usize, values: &[f32], matrix: &Packed) {
        let words = &mut self.words[row * self.stride..(row + 1) * self.stride];
        // The padding of the last word is multiplied too, so it must not be NaN.
        words[self.stride - 1] = 0;
        match matrix.form() {
            Form::Bf16 => casts::cast_to_bf16(values, &mut bytemuck::cast_slice_mut(words)[..values.len()]),
            Form::Bytes => {
                let bytes = &mut bytemuck::cast_slice_mut(words)[..values.len()];
                self.scales[row] = casts::quantise(values, matrix.sign_bit(), bytes);
            }
        }
    }

    /// Returns the norm of the error that [`set`](Self::set) made when it rounded `values` to the bytes of row `row`.
    pub fn error(&self, row: usize, values: &[f32], matrix: &Packed) -> f32 {
        let bytes: &[u8] = bytemuck::cast_slice(&self.words[row * self.stride..(row + 1) * self.stride]);
        casts::distance_to_bytes(values, &bytes[..values.len()], matrix.sign_bit(), self.scales[row])
    }
}
