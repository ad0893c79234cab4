//! The linear layers: weights packed once for the kernels of this machine, and rows cast to meet them.

use numkong::{Dots, bf16 as Bf16, capabilities};

use super::super::kernels::{self, LayerNorm, RowScale};
use super::panels::{Line, Panels};
use super::tile::{self, Out, Scales, Words};

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
    /// Those that run on this machine, the fastest first.
    pub fn available() -> Vec<Self> {
        let has_matrix_unit = capabilities::available() & numkong::cap::SAPPHIREAMX != 0;
        match (tile::has_avx512(), has_matrix_unit) {
            (true, true) => vec![Self::Numkong, Self::Tiles],
            (true, false) => vec![Self::Tiles, Self::Numkong],
            (false, _) => vec![Self::Numkong],
        }
    }

    /// To be called once by each thread that multiplies: the matrix unit is off in a new thread.
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
#[derive(Debug)]
pub(super) struct Rows {
    words: Vec<u32>,
    scales: Vec<RowScale>,
    evened: Vec<f32>,
    stride: usize,
    form: Form,
    kernels: Kernels,
}

impl Rows {
    pub fn new(form: Form, kernels: Kernels) -> Self {
        Self { words: Vec::new(), scales: Vec::new(), evened: Vec::new(), stride: 0, form, kernels }
    }

    fn len(&self) -> usize {
        self.words.len() / self.stride
    }

    /// Makes room for `rows` rows of `depth` numbers each, to be filled by [`set`](Self::set).
    pub fn reset(&mut self, rows: usize, depth: usize) {
        self.stride = match self.form {
            Form::Bf16 => depth.div_ceil(2),
            Form::Bytes => depth.div_ceil(4),
        };
        self.words.resize(rows * self.stride, 0);
        self.scales.resize(rows, RowScale { scale: 1.0, offset: 0.0 });
    }

    /// Casts `values` into row `row`, on their way into `layer`.
    pub fn set(&mut self, row: usize, values: &[f32], layer: &Linear) {
        let words = &mut self.words[row * self.stride..(row + 1) * self.stride];
        // What pads the last word is multiplied too; a NaN left there would show.
        words[self.stride - 1] = 0;
        match self.form {
            Form::Bf16 => kernels::cast_to_bf16(values, &mut bytemuck::cast_slice_mut(words)[..values.len()]),
            Form::Bytes => {
                // The tiles multiply unsigned by signed bytes, numkong signed by signed ones.
                let flip = if self.kernels == Kernels::Tiles { 0 } else { 0x80 };
                let bytes = &mut bytemuck::cast_slice_mut(words)[..values.len()];
                let values = if layer.evening.is_empty() {
                    values
                } else {
                    self.evened.clear();
                    self.evened.extend(values.iter().zip(&layer.evening).map(|(x, factor)| x * factor));
                    &self.evened
                };
                self.scales[row] = kernels::quantise(values, flip, bytes);
            }
        }
    }

    /// [`reset`](Self::reset) and [`set`](Self::set) for the rows of `values`.
    pub fn load(&mut self, values: &[f32], layer: &Linear) {
        self.reset(values.len() / layer.inputs, layer.inputs);
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
    NumkongBf16(Packed),
    NumkongBytes(Packed, ByteScales),
}

#[derive(Debug)]
struct ByteScales {
    scales: Vec<f32>,
    /// Scale times the sum of a column's bytes.
    sums: Vec<f32>,
}

impl Linear {
    /// Packs `weight`, rows of `inputs` numbers, one for each output. `before` is the norm that the inputs come from, if
    /// they come from one.
    pub fn pack(
        mut weight: Vec<f32>,
        bias: Vec<f32>,
        before: Option<&LayerNorm>,
        form: Form,
        kernels: Kernels,
    ) -> Self {
        let outputs = bias.len();
        let inputs = weight.len() / outputs;
        let evening = match (form, before) {
            (Form::Bytes, Some(norm)) => even_out(&mut weight, norm),
            _ => Vec::new(),
        };
        let weights = match (kernels, form) {
            (Kernels::Tiles, Form::Bf16) => Weights::TilesBf16(Panels::from_rows_bf16(&weight, inputs)),
            (Kernels::Numkong, Form::Bf16) => {
                let rounded: Vec<Bf16> = weight.iter().map(|x| Bf16(kernels::to_bf16(*x))).collect();
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
            Weights::NumkongBf16(packed) => packed.product::<Bf16>(rows, out, (self.outputs, self.inputs)),
            Weights::NumkongBytes(packed, ByteScales { scales, sums }) => {
                packed.product::<i8>(rows, bytemuck::cast_slice_mut::<f32, i32>(out), (self.outputs, self.inputs));
                for (row, of_row) in out.chunks_exact_mut(self.outputs).zip(&rows.scales) {
                    kernels::sums_to_numbers(row, *of_row, scales, sums);
                }
            }
        }
    }
}

/// Moves the outliers of a norm's outputs into the weights that meet them, half way on a logarithmic scale, and returns
/// what the outputs are to be multiplied by: SmoothQuant ([Xiao et al.](https://arxiv.org/abs/2211.10438)) with its α = 1/2,
/// but for the range of an output, which is read off the norm (three deviations about its bias) and not off sample texts.
fn even_out(weight: &mut [f32], norm: &LayerNorm) -> Vec<f32> {
    let inputs = norm.weight.len();
    let mut greatest = vec![f32::MIN_POSITIVE; inputs];
    for row in weight.chunks_exact(inputs) {
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
struct Packed(Vec<Line>);

impl Packed {
    fn new<T: Dots>(weight: &[T], outputs: usize, inputs: usize) -> Self {
        assert_eq!(weight.len(), outputs * inputs);
        let bytes = T::dots_packed_size(outputs, inputs);
        let mut lines = vec![Line([0; 16]); bytes.div_ceil(size_of::<Line>())];
        // SAFETY: `weight` holds `outputs` rows of `inputs` numbers, and the lines have the size that was asked for.
        unsafe { T::dots_pack(weight.as_ptr(), outputs, inputs, inputs * size_of::<T>(), lines.as_mut_ptr().cast()) };
        Self(lines)
    }

    fn product<T: Dots>(&self, rows: &Rows, out: &mut [T::Accumulator], (outputs, inputs): (usize, usize)) {
        let stride = rows.stride * 4;
        assert!(out.len() >= rows.len() * outputs && stride >= inputs * size_of::<T>());
        let step = outputs * size_of::<T::Accumulator>();
        // SAFETY: packed by `new` with this shape and type; a row has at least `inputs` numbers of type T, which every bit
        // pattern is; `out` has room for `outputs` numbers for each row.
        unsafe {
            T::dots_packed(
                rows.words.as_ptr().cast(),
                self.0.as_ptr().cast(),
                out.as_mut_ptr(),
                rows.len(),
                outputs,
                inputs,
                stride,
                step,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_on_this_machine_gives_the_same_products() {
        let (rows, inputs, outputs) = (21, 70, 45);
        let numbers = |count: usize, seed: usize| -> Vec<f32> {
            (0..count).map(|i| (((i + seed) * 7919) % 1009) as f32 / 504.5 - 1.0).collect()
        };
        let (values, weight) = (numbers(rows * inputs, 1), numbers(outputs * inputs, 5));
        for (form, tolerance) in [(Form::Bf16, 0.2), (Form::Bytes, 0.3)] {
            for kernels in Kernels::available() {
                kernels.enter_thread();
                let norm = LayerNorm { weight: vec![0.4; inputs], bias: vec![-0.1; inputs], epsilon: 1e-5 };
                let linear = Linear::pack(weight.clone(), vec![0.0; outputs], Some(&norm), form, kernels);
                let mut cast = Rows::new(form, kernels);
                cast.load(&values, &linear);
                let mut out = vec![0f32; rows * outputs];
                linear.product(&cast, &mut out);
                for (at, ours) in out.iter().enumerate() {
                    let (row, output) = (at / outputs, at % outputs);
                    let terms = (0..inputs).map(|k| values[row * inputs + k] * weight[output * inputs + k]);
                    let plain: f32 = terms.sum();
                    assert!((ours - plain).abs() < tolerance, "{kernels:?} {form:?}: {ours} is not {plain} at {at}");
                }
            }
        }
    }
}
