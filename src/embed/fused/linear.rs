//! The linear layers: weights packed once for the kernels of this machine, and rows cast to meet them.

use std::marker::PhantomData;
use std::ops::Range;

use numkong::{Dots, bf16 as Bf16, capabilities};

use super::super::kernels::LayerNorm;
use crate::gemm::casts::{self, RowScale};
use crate::gemm::panels::{Line, Panels};
use crate::gemm::tile::{self, Out, Scales, Words};

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
        let has_matrix_unit = capabilities::available() & numkong::cap::SAPPHIREAMX != 0;
        // numkong uses a matrix unit that the processor reports; whether the system lets it, only asking shows.
        let may_use = !has_matrix_unit || capabilities::configure_thread();
        match (tile::has_avx512(), has_matrix_unit, may_use) {
            (true, true, true) => vec![Self::Numkong, Self::Tiles],
            (true, false, _) => vec![Self::Tiles, Self::Numkong],
            (true, _, false) => vec![Self::Tiles],
            (false, _, true) => vec![Self::Numkong],
            (false, _, false) => vec![],
        }
    }

    /// Rows that pass through a layer together: so many that the weights, read anew for each block, are worth the way
    /// from the third-level cache, and so few that the 1,536 numbers of each row's widest step stay in the second.
    /// numkong loses more at the start of a product, so it is given more rows.
    pub(super) fn block_rows(self) -> usize {
        match self {
            Self::Tiles => 96,
            Self::Numkong => 256,
        }
    }

    /// To be called once by each thread that multiplies, as numkong asks.
    pub(super) fn enter_thread(self) {
        if self == Self::Numkong {
            capabilities::configure_thread();
        }
    }
}

/// How the numbers of a product are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// bf16 on both sides.
    Bf16,
    /// Weights as -127 to 127 with a scale per output; inputs as one of 256 values between the least and the greatest of
    /// their row, which gives a row's outliers no more room than they take.
    Bytes,
}

/// Rows on their way into a product.
#[derive(Debug, Default)]
pub(super) struct Rows {
    words: Vec<u32>,
    scales: Vec<RowScale>,
    evened: Vec<f32>,
    stride: usize,
}

impl Rows {
    fn len(&self) -> usize {
        self.words.len() / self.stride
    }

    /// Makes room for `rows` rows, on their way into `layer`, to be filled by [`set`](Self::set).
    pub fn reset(&mut self, rows: usize, layer: &Linear) {
        self.stride = match layer.weights.form() {
            Form::Bf16 => layer.inputs.div_ceil(2),
            Form::Bytes => layer.inputs.div_ceil(4),
        };
        self.words.resize(rows * self.stride, 0);
        self.scales.resize(rows, RowScale { scale: 1.0, offset: 0.0 });
    }

    /// Casts `values`, which are finite, into row `row`.
    pub fn set(&mut self, row: usize, values: &[f32], layer: &Linear) {
        let words = &mut self.words[row * self.stride..(row + 1) * self.stride];
        // What pads the last word is multiplied too; a NaN left there would show.
        words[self.stride - 1] = 0;
        match layer.weights.form() {
            Form::Bf16 => casts::cast_to_bf16(values, &mut bytemuck::cast_slice_mut(words)[..values.len()]),
            Form::Bytes => {
                // The tiles multiply unsigned by signed bytes, numkong signed by signed ones.
                let flip = if matches!(layer.weights, Weights::NumkongBytes(..)) { 0x80 } else { 0 };
                let bytes = &mut bytemuck::cast_slice_mut(words)[..values.len()];
                let values = if layer.evening.is_empty() {
                    values
                } else {
                    self.evened.clear();
                    self.evened.extend(values.iter().zip(&layer.evening).map(|(x, factor)| x * factor));
                    &self.evened
                };
                self.scales[row] = casts::quantise(values, flip, bytes);
            }
        }
    }

    /// [`reset`](Self::reset) and [`set`](Self::set) for the rows of `values`.
    pub fn load(&mut self, values: &[f32], layer: &Linear) {
        self.reset(values.len() / layer.inputs, layer);
        values.chunks_exact(layer.inputs).enumerate().for_each(|(row, values)| self.set(row, values, layer));
    }

    fn words(&self) -> Words<'_> {
        Words { words: &self.words, stride: self.stride, rows: self.len() }
    }
}

/// The weights of a linear layer, in the layout of the kernels that will read them, and its bias.
#[derive(Debug)]
pub(super) struct Linear {
    weights: Weights,
    outputs: usize,
    inputs: usize,
    /// What each input is multiplied by before it becomes a byte, and its weights divided by; empty for 1 throughout.
    evening: Vec<f32>,
    pub bias: Vec<f32>,
}

#[derive(Debug)]
enum Weights {
    TilesBf16(Panels),
    TilesBytes(Panels, ByteScales),
    NumkongBf16(Packed<Bf16>),
    NumkongBytes(Packed<i8>, ByteScales),
}

impl Weights {
    fn form(&self) -> Form {
        match self {
            Self::TilesBf16(_) | Self::NumkongBf16(_) => Form::Bf16,
            Self::TilesBytes(..) | Self::NumkongBytes(..) => Form::Bytes,
        }
    }
}

#[derive(Debug)]
struct ByteScales {
    scales: Vec<f32>,
    /// Scale times the sum of a column's bytes.
    sums: Vec<f32>,
}

impl Linear {
    /// Packs `weight`, rows of `inputs` numbers, one for each output. In bytes, inputs can be evened out: given the norm
    /// that they come from, and the outputs for which that is done.
    pub fn pack(
        mut weight: Vec<f32>,
        bias: Vec<f32>,
        even: Option<(&LayerNorm, Range<usize>)>,
        form: Form,
        kernels: Kernels,
    ) -> Self {
        let outputs = bias.len();
        let inputs = weight.len() / outputs;
        let evening = match (form, even) {
            (Form::Bytes, Some((norm, outputs))) => even_out(&mut weight, norm, outputs),
            _ => Vec::new(),
        };
        let weights = match (kernels, form) {
            (Kernels::Tiles, Form::Bf16) => Weights::TilesBf16(Panels::from_rows_bf16(&weight, inputs)),
            (Kernels::Numkong, Form::Bf16) => {
                let rounded: Vec<Bf16> = weight.iter().map(|x| Bf16(casts::to_bf16(*x))).collect();
                Weights::NumkongBf16(Packed::new(&rounded, outputs, inputs))
            }
            (Kernels::Tiles, Form::Bytes) => {
                let (bytes, scales) = to_bytes(&weight, inputs);
                Weights::TilesBytes(Panels::from_rows_i8(&bytes, inputs), scales)
            }
            (Kernels::Numkong, Form::Bytes) => {
                let (bytes, scales) = to_bytes(&weight, inputs);
                Weights::NumkongBytes(Packed::new(&bytes, outputs, inputs), scales)
            }
        };
        Self { weights, outputs, inputs, evening, bias }
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// `out ← rows · weights`, rows of [`outputs`](Self::outputs) numbers; whoever reads them next adds the bias.
    pub fn product(&self, rows: &Rows, out: &mut [f32]) {
        let out = &mut out[..rows.len() * self.outputs];
        match &self.weights {
            Weights::TilesBf16(panels) => {
                tile::bf16(rows.words(), panels, Out { values: out, stride: self.outputs });
            }
            Weights::TilesBytes(panels, ByteScales { scales, sums }) => {
                let scales = Scales { rows: &rows.scales, columns: scales, sums };
                tile::i8(rows.words(), panels, scales, Out { values: out, stride: self.outputs });
            }
            Weights::NumkongBf16(packed) => packed.product(rows, out),
            Weights::NumkongBytes(packed, ByteScales { scales, sums }) => {
                packed.product(rows, bytemuck::cast_slice_mut(out));
                for (row, of_row) in out.chunks_exact_mut(self.outputs).zip(&rows.scales) {
                    casts::sums_to_numbers(row, *of_row, scales, sums);
                }
            }
        }
    }
}

/// Moves the outliers of a norm's outputs into the weights that meet them, half way on a logarithmic scale, and returns
/// what the outputs are to be multiplied by: SmoothQuant ([Xiao et al.](https://arxiv.org/abs/2211.10438)) with its α = 1/2,
/// but for the range of an output, which is read off the norm (three deviations about its bias) and not off sample texts,
/// and that the weights of `outputs` alone are looked at.
fn even_out(weight: &mut [f32], norm: &LayerNorm, outputs: Range<usize>) -> Vec<f32> {
    let inputs = norm.weight.len();
    let mut greatest = vec![f32::MIN_POSITIVE; inputs];
    for row in weight[outputs.start * inputs..outputs.end * inputs].chunks_exact(inputs) {
        greatest.iter_mut().zip(row).for_each(|(greatest, x)| *greatest = greatest.max(x.abs()));
    }
    let ranges = norm.weight.iter().zip(&norm.bias).map(|(weight, bias)| bias.abs() + 3.0 * weight.abs());
    let factors: Vec<f32> =
        ranges.zip(greatest).map(|(range, weight)| (weight / range.max(f32::MIN_POSITIVE)).sqrt()).collect();
    for row in weight.chunks_exact_mut(inputs) {
        row.iter_mut().zip(&factors).for_each(|(x, factor)| *x /= factor);
    }
    factors
}

/// Each row of `weight` as bytes -127 to 127.
fn to_bytes(weight: &[f32], inputs: usize) -> (Vec<i8>, ByteScales) {
    let scale = |row: &[f32]| row.iter().fold(f32::MIN_POSITIVE, |greatest, x| greatest.max(x.abs())) / 127.0;
    let scales: Vec<f32> = weight.chunks_exact(inputs).map(scale).collect();
    let rows = || weight.chunks_exact(inputs).zip(&scales);
    let bytes: Vec<i8> = rows().flat_map(|(row, scale)| row.iter().map(move |x| (x / scale).round() as i8)).collect();
    let sum = |(row, scale): (&[i8], &f32)| scale * row.iter().map(|byte| f32::from(*byte)).sum::<f32>();
    let sums = bytes.chunks_exact(inputs).zip(&scales).map(sum).collect();
    (bytes, ByteScales { scales, sums })
}

/// A matrix in the layout that numkong chose for this machine.
#[derive(Debug)]
struct Packed<T> {
    lines: Vec<Line>,
    outputs: usize,
    inputs: usize,
    kind: PhantomData<T>,
}

impl<T: Dots> Packed<T> {
    fn new(weight: &[T], outputs: usize, inputs: usize) -> Self {
        assert_eq!(weight.len(), outputs * inputs);
        let bytes = T::dots_packed_size(outputs, inputs);
        let mut lines = vec![Line([0; 16]); bytes.div_ceil(size_of::<Line>())];
        // SAFETY: `weight` holds `outputs` rows of `inputs` numbers, and the lines have the size that was asked for.
        unsafe { T::dots_pack(weight.as_ptr(), outputs, inputs, inputs * size_of::<T>(), lines.as_mut_ptr().cast()) };
        Self { lines, outputs, inputs, kind: PhantomData }
    }

    /// `out ← rows · matrix`. The rows are read as numbers of type T, which every bit pattern is: bf16 or i8.
    fn product(&self, rows: &Rows, out: &mut [T::Accumulator]) {
        let stride = size_of_val(&rows.words[..rows.stride]);
        assert!(out.len() >= rows.len() * self.outputs && stride >= self.inputs * size_of::<T>());
        // SAFETY: packed by `new` with this shape and type; a row has at least `inputs` numbers, and `out` has room for
        // `outputs` numbers for each row.
        unsafe {
            T::dots_packed(
                rows.words.as_ptr().cast(),
                self.lines.as_ptr().cast(),
                out.as_mut_ptr(),
                rows.len(),
                self.outputs,
                self.inputs,
                stride,
                self.outputs * size_of::<T::Accumulator>(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_on_this_machine_gives_the_same_products() {
        // More rows than any kernel takes at once, and depths that fill no word.
        for (rows, inputs, outputs) in [(100, 71, 45), (33, 130, 16), (1, 5, 3)] {
            let numbers = |count: usize, seed: usize| -> Vec<f32> {
                (0..count).map(|i| (((i + seed) * 7919) % 1009) as f32 / 504.5 - 1.0).collect()
            };
            let (values, weight) = (numbers(rows * inputs, 1), numbers(outputs * inputs, 5));
            let spread = (0..inputs).map(|i| 0.2 + i as f32 / inputs as f32).collect();
            let norm = LayerNorm { weight: spread, bias: vec![-0.1; inputs], epsilon: 1e-5 };
            // Each of a product's terms is off by a rounding of both its factors; they add up like a random walk.
            for (form, step) in [(Form::Bf16, 1.0 / 256.0), (Form::Bytes, 1.0 / 64.0)] {
                let tolerance = 4.0 * step * (inputs as f32).sqrt() * 0.5;
                for kernels in Kernels::available() {
                    kernels.enter_thread();
                    let linear =
                        Linear::pack(weight.clone(), vec![0.0; outputs], Some((&norm, 1..outputs)), form, kernels);
                    let mut cast = Rows::default();
                    cast.load(&values, &linear);
                    let mut out = vec![0f32; rows * outputs];
                    linear.product(&cast, &mut out);
                    for (at, ours) in out.iter().enumerate() {
                        let (row, output) = (at / outputs, at % outputs);
                        let terms = (0..inputs).map(|k| values[row * inputs + k] * weight[output * inputs + k]);
                        let plain: f32 = terms.sum();
                        assert!(
                            (ours - plain).abs() < tolerance,
                            "{kernels:?} {form:?}: {ours} is not {plain} at {at}"
                        );
                    }
                }
            }
        }
    }
}
