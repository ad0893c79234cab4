//! The operations beside matrix products: in place on a CPU, candle's own on other devices.

use candle_core::{CpuStorage, Device, InplaceOp1, InplaceOp2, Layout, Tensor};
use candle_transformers::models::bert::HiddenAct;

use super::super::kernels::{self, LayerNorm};

/// A bias, for the kernels of this crate and for candle's operations.
pub(super) struct Bias {
    numbers: Vec<f32>,
    tensor: Tensor,
}

impl Bias {
    pub fn new(numbers: Vec<f32>, device: &Device) -> candle_core::Result<Self> {
        Ok(Self { tensor: Tensor::new(numbers.as_slice(), device)?, numbers })
    }

    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// `then(rows + bias)`.
    pub fn add(&self, rows: Tensor, then: Option<HiddenAct>, in_place: bool) -> candle_core::Result<Tensor> {
        if in_place {
            rows.inplace_op1(&AddBias { bias: &self.numbers, then })?;
            return Ok(rows);
        }
        let sums = rows.broadcast_add(&self.tensor)?;
        match then {
            None => Ok(sums),
            Some(HiddenAct::Gelu) => sums.gelu_erf(),
            Some(HiddenAct::Relu) => sums.relu(),
            Some(HiddenAct::GeluApproximate) => candle_core::bail!("the approximate GELU is not supported"),
        }
    }
}

/// A layer normalisation, for both too.
pub(super) struct Norm {
    numbers: LayerNorm,
    weight: Tensor,
    bias: Tensor,
}

impl Norm {
    pub fn new(numbers: LayerNorm, device: &Device) -> candle_core::Result<Self> {
        let tensor = |numbers: &[f32]| Tensor::new(numbers, device);
        Ok(Self { weight: tensor(&numbers.weight)?, bias: tensor(&numbers.bias)?, numbers })
    }

    /// `layer_norm(rows + residual + bias)`.
    pub fn apply(&self, rows: Tensor, residual: &Tensor, bias: &Bias, in_place: bool) -> candle_core::Result<Tensor> {
        if in_place {
            rows.inplace_op2(residual, &AddLayerNorm { bias: &bias.numbers, norm: &self.numbers })?;
            return Ok(rows);
        }
        let sums = (rows + residual)?.broadcast_add(&bias.tensor)?;
        candle_nn::ops::layer_norm(&sums, &self.weight, &self.bias, self.numbers.epsilon)
    }
}

/// `softmax(scale · scores)` along the last dimension.
pub(super) fn softmax(scores: Tensor, scale: f32, in_place: bool) -> candle_core::Result<Tensor> {
    if in_place {
        scores.inplace_op1(&Softmax { scale })?;
        return Ok(scores);
    }
    candle_nn::ops::softmax_last_dim(&(scores * f64::from(scale))?)
}

struct AddBias<'a> {
    bias: &'a [f32],
    then: Option<HiddenAct>,
}

impl InplaceOp1 for AddBias<'_> {
    fn name(&self) -> &'static str {
        "add-bias"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> candle_core::Result<()> {
        let rows = contiguous_mut(storage, layout)?;
        match self.then {
            None => kernels::add_bias(rows, self.bias),
            Some(HiddenAct::Gelu) => kernels::add_bias_gelu(rows, self.bias),
            Some(HiddenAct::Relu) => kernels::add_bias_relu(rows, self.bias),
            Some(HiddenAct::GeluApproximate) => candle_core::bail!("the approximate GELU is not supported"),
        }
        Ok(())
    }
}

struct Softmax {
    scale: f32,
}

impl InplaceOp1 for Softmax {
    fn name(&self) -> &'static str {
        "scaled-softmax"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> candle_core::Result<()> {
        let width = layout.dims().last().copied().unwrap_or(1);
        kernels::softmax(contiguous_mut(storage, layout)?, width, self.scale);
        Ok(())
    }
}

struct AddLayerNorm<'a> {
    bias: &'a [f32],
    norm: &'a LayerNorm,
}

impl InplaceOp2 for AddLayerNorm<'_> {
    fn name(&self) -> &'static str {
        "add-layer-norm"
    }

    fn cpu_fwd(
        &self,
        rows: &mut CpuStorage,
        layout: &Layout,
        residual: &CpuStorage,
        residual_layout: &Layout,
    ) -> candle_core::Result<()> {
        let residual = match (residual, residual_layout.contiguous_offsets()) {
            (CpuStorage::F32(values), Some((start, end))) => &values[start..end],
            _ => candle_core::bail!("the residual is not contiguous f32"),
        };
        kernels::add_layer_norm(contiguous_mut(rows, layout)?, residual, self.bias, self.norm);
        Ok(())
    }
}

fn contiguous_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> candle_core::Result<&'a mut [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((start, end))) => Ok(&mut values[start..end]),
        _ => candle_core::bail!("the tensor is not contiguous f32"),
    }
}
