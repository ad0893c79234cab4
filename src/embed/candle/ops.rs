//! All operations except matrix products. On a CPU they work in place; other devices use candle's own operations.

use candle_core::{CpuStorage, D, Device, InplaceOp1, Layout, Result, Tensor};
use candle_transformers::models::bert::HiddenAct;

use super::super::kernels::{self, LayerNorm};
use super::super::weights::numbers;

/// A bias in two forms: numbers for the kernels of this crate, and a tensor for candle's operations.
pub(super) struct Bias {
    numbers: Vec<f32>,
    tensor: Tensor,
}

impl Bias {
    pub fn new(numbers: Vec<f32>, device: &Device) -> Result<Self> {
        Ok(Self { tensor: Tensor::new(numbers.as_slice(), device)?, numbers })
    }

    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Returns `then(rows + bias)`, or `rows + bias` if `then` is `None`.
    pub fn add(&self, rows: Tensor, then: Option<HiddenAct>, in_place: bool) -> Result<Tensor> {
        if in_place {
            let kernel = match then {
                None => kernels::add_bias,
                Some(HiddenAct::Gelu) => kernels::add_bias_gelu,
                Some(HiddenAct::Relu) => kernels::add_bias_relu,
                Some(HiddenAct::GeluApproximate) => unreachable!("ModelFolder::open refuses it"),
            };
            return change(rows, |rows| kernel(rows, &self.numbers));
        }
        let sums = rows.broadcast_add(&self.tensor)?;
        match then {
            None => Ok(sums),
            Some(HiddenAct::Gelu) => sums.gelu_erf(),
            Some(HiddenAct::Relu) => sums.relu(),
            Some(HiddenAct::GeluApproximate) => unreachable!("ModelFolder::open refuses it"),
        }
    }
}

/// A layer normalisation in the same two forms.
pub(super) struct Norm {
    numbers: LayerNorm,
    weight: Tensor,
    bias: Tensor,
}

impl Norm {
    pub fn new(numbers: LayerNorm, device: &Device) -> Result<Self> {
        let tensor = |numbers: &[f32]| Tensor::new(numbers, device);
        Ok(Self { weight: tensor(&numbers.weight)?, bias: tensor(&numbers.bias)?, numbers })
    }

    /// Returns `layer_norm(rows + residual + bias)`.
    pub fn apply(&self, rows: Tensor, residual: &Tensor, bias: &Bias, in_place: bool) -> Result<Tensor> {
        if in_place {
            let (storage, layout) = residual.storage_and_layout();
            let residual = numbers(&storage, layout);
            return change(rows, |rows| kernels::add_layer_norm(rows, residual, &bias.numbers, &self.numbers));
        }
        let sums = (rows + residual)?.broadcast_add(&bias.tensor)?;
        candle_nn::ops::layer_norm(&sums, &self.weight, &self.bias, self.numbers.epsilon)
    }
}

/// Returns `softmax(scale · scores)` along the last dimension.
pub(super) fn softmax(scores: Tensor, scale: f32, in_place: bool) -> Result<Tensor> {
    if in_place {
        let width = scores.dim(D::Minus1)?;
        return change(scores, |scores| kernels::softmax(scores, width, scale));
    }
    candle_nn::ops::softmax_last_dim(&(scores * f64::from(scale))?)
}

/// Applies `kernel` to the numbers of a tensor, in place.
fn change(tensor: Tensor, kernel: impl Fn(&mut [f32])) -> Result<Tensor> {
    tensor.inplace_op1(&Change(kernel))?;
    Ok(tensor)
}

struct Change<F>(F);

impl<F: Fn(&mut [f32])> InplaceOp1 for Change<F> {
    fn name(&self) -> &'static str {
        "change"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        match (storage, layout.contiguous_offsets()) {
            (CpuStorage::F32(numbers), Some((start, end))) => self.0(&mut numbers[start..end]),
            _ => candle_core::bail!("the tensor is not contiguous f32"),
        }
        Ok(())
    }
}
