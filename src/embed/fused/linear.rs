//! The linear layers: weights packed for the kernels of this machine, and inputs cast to the same type of numbers.

use std::ops::Range;

use super::super::kernels::LayerNorm;
use crate::gemm::kernels::{Form, Kernels};
use crate::gemm::packed::{Packed, Rows};

/// The input rows of a layer.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    rows: Rows,
    evened: Vec<f32>,
}

impl Inputs {
    /// Makes room for `rows` input rows of `layer`, which [`set`](Self::set) fills.
    pub fn reset(&mut self, rows: usize, layer: &Linear) {
        self.rows.reset(rows, &layer.weights);
    }

    /// Casts `values` into row `row`. They must be finite.
    pub fn set(&mut self, row: usize, values: &[f32], layer: &Linear) {
        let values = if layer.input_factors.is_empty() {
            values
        } else {
            self.evened.clear();
            self.evened.extend(values.iter().zip(&layer.input_factors).map(|(x, factor)| x * factor));
            &self.evened
        };
        self.rows.set(row, values, &layer.weights);
    }

    /// Calls [`reset`](Self::reset), and then [`set`](Self::set) for each row of `values`.
    pub fn load(&mut self, values: &[f32], layer: &Linear) {
        let inputs = layer.weights.depth();
        self.reset(values.len() / inputs, layer);
        values.chunks_exact(inputs).enumerate().for_each(|(row, values)| self.set(row, values, layer));
    }
}

/// The weights of a linear layer, and its bias.
#[derive(Debug)]
pub(super) struct Linear {
    weights: Packed,
    /// A factor for each input. The input is multiplied by its factor before it is cast to a byte, and its weights were
    /// divided by the factor. Empty if all factors are 1.
    input_factors: Vec<f32>,
    pub bias: Vec<f32>,
}

impl Linear {
    /// Packs `weight`, which has a row of inputs for each output. Applies [`smooth`] first if `form` is bytes and
    /// `even` is given. `even` has the norm whose output is the layer's input, and the range of outputs whose weights
    /// determine the factors.
    pub fn pack(
        mut weight: Vec<f32>,
        bias: Vec<f32>,
        even: Option<(&LayerNorm, Range<usize>)>,
        form: Form,
        kernels: Kernels,
    ) -> Self {
        let inputs = weight.len() / bias.len();
        let input_factors = match (form, even) {
            (Form::Bytes, Some((norm, outputs))) => smooth(&mut weight, norm, outputs),
            _ => Vec::new(),
        };
        Self { weights: Packed::new(&weight, inputs, form, kernels), input_factors, bias }
    }

    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Computes `out ← inputs · weights`, as rows of [`outputs`](Self::outputs) numbers. The next step adds the bias.
    pub fn product(&self, inputs: &Inputs, out: &mut [f32]) {
        self.weights.product(&inputs.rows, out, self.outputs());
    }
}

/// Returns a factor for each number of a norm's output, and divides the weights of that number by it. The factors make
/// outliers in the norm's output smaller and their weights greater, so that both have the same range.
///
/// This is SmoothQuant ([Xiao et al.](https://arxiv.org/abs/2211.10438)) with α = 1/2 and two changes. The range of a
/// number is computed from the norm (three deviations about its bias), not from sample texts. Only the weights of
/// `outputs` determine the factors.
fn smooth(weight: &mut [f32], norm: &LayerNorm, outputs: Range<usize>) -> Vec<f32> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_on_this_machine_gives_the_same_products() {
        // More rows than any kernel takes at once, and rows whose numbers do not fill the last 32-bit word.
        for (rows, inputs, outputs) in [(100, 71, 45), (33, 130, 16), (1, 5, 3)] {
            let numbers = |count: usize, seed: usize| -> Vec<f32> {
                (0..count).map(|i| (((i + seed) * 7919) % 1009) as f32 / 504.5 - 1.0).collect()
            };
            let (values, weight) = (numbers(rows * inputs, 1), numbers(outputs * inputs, 5));
            let spread = (0..inputs).map(|i| 0.2 + i as f32 / inputs as f32).collect();
            let norm = LayerNorm { weight: spread, bias: vec![-0.1; inputs], epsilon: 1e-5 };
            // Both factors of each term are rounded; the errors add up like a random walk.
            for (form, step) in [(Form::Bf16, 1.0 / 256.0), (Form::Bytes, 1.0 / 64.0)] {
                let tolerance = 4.0 * step * (inputs as f32).sqrt() * 0.5;
                for kernels in Kernels::available() {
                    kernels.enter_thread();
                    let linear =
                        Linear::pack(weight.clone(), vec![0.0; outputs], Some((&norm, 1..outputs)), form, kernels);
                    let mut cast = Inputs::default();
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
