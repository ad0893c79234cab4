//! A BERT encoder that computes in f32 with candle. It is the reference on a CPU, and the only encoder for graphics
//! cards.
//!
//! The texts of a batch follow one another without padding. The linear layers get one matrix with the tokens of all
//! texts; attention works text by text. For every step except matrix products, a CPU uses [`kernels`], which work in
//! place, and a graphics card uses candle's operations. Architecture:
//! [Devlin et al.](https://arxiv.org/abs/1810.04805), post-norm.

mod ops;

use candle_core::{Device, Tensor};
use candle_transformers::models::bert::HiddenAct;

use self::ops::{Bias, Norm};
use super::encoder::{Encoder, Worker};
use super::model::ModelFolder;
use super::weights::{LinearWeights, Weights};
use crate::{Error, Result};

/// A BERT-family encoder with its weights in the memory of one device.
pub(super) struct CandleEncoder {
    words: Tensor,
    positions: Tensor,
    token_type: Bias,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
    activation: HiddenAct,
    /// Whether every operation except a matrix product changes its operand in place. True on a CPU.
    in_place: bool,
}

struct Layer {
    query_key_value: Linear,
    attention_out: Linear,
    attention_norm: Norm,
    intermediate: Linear,
    out: Linear,
    norm: Norm,
}

struct Linear {
    /// Its shape is `(inputs, outputs)`.
    weight: Tensor,
    bias: Bias,
}

impl CandleEncoder {
    /// Loads the weights of `folder` into memory.
    pub(super) fn load(folder: &ModelFolder, device: &Device) -> Result<Self> {
        // Each worker has its own thread, so a product on several threads would only slow down the other workers. The
        // setting applies to the whole process; nothing else in relata uses the crate `gemm`.
        gemm::set_threading_threshold(usize::MAX);
        let weights = Weights::read(folder, device)?;
        Self::of(weights, folder, device)
            .map_err(|error| Error::Model { path: folder.weights(), reason: error.to_string() })
    }

    fn of(weights: Weights, folder: &ModelFolder, device: &Device) -> candle_core::Result<Self> {
        let layers = weights.layers.into_iter().map(|layer| {
            Ok(Layer {
                query_key_value: Linear::new(layer.query_key_value)?,
                attention_out: Linear::new(layer.attention_out)?,
                attention_norm: Norm::new(layer.attention_norm, device)?,
                intermediate: Linear::new(layer.intermediate)?,
                out: Linear::new(layer.out)?,
                norm: Norm::new(layer.norm, device)?,
            })
        });
        Ok(Self {
            words: weights.words,
            positions: weights.positions,
            token_type: Bias::new(weights.token_type, device)?,
            norm: Norm::new(weights.norm, device)?,
            layers: layers.collect::<candle_core::Result<_>>()?,
            heads: folder.config.num_attention_heads,
            activation: folder.config.hidden_act,
            in_place: device.is_cpu(),
        })
    }

    fn forward(&self, texts: &[&[u32]]) -> candle_core::Result<Vec<f32>> {
        let tokens: Vec<u32> = texts.concat();
        let places: Vec<u32> = texts.iter().flat_map(|text| 0..text.len() as u32).collect();
        let count = tokens.len();
        let rows =
            |table: &Tensor, ids: Vec<u32>| table.index_select(&Tensor::from_vec(ids, count, table.device())?, 0);
        let positions = rows(&self.positions, places)?;
        let mut hidden = self.norm.apply(rows(&self.words, tokens)?, &positions, &self.token_type, self.in_place)?;
        for layer in &self.layers {
            hidden = self.attend(layer, &hidden, texts)?;
            let inner = layer.intermediate.product(&hidden)?;
            let inner = layer.intermediate.bias.add(inner, Some(self.activation), self.in_place)?;
            hidden = layer.norm.apply(layer.out.product(&inner)?, &hidden, &layer.out.bias, self.in_place)?;
        }
        hidden.flatten_all()?.to_vec1()
    }

    /// Multi-head self-attention with its output layer, residual and norm.
    fn attend(&self, layer: &Layer, hidden: &Tensor, texts: &[&[u32]]) -> candle_core::Result<Tensor> {
        let (count, width) = hidden.dims2()?;
        let head_dim = width / self.heads;
        let projected = layer.query_key_value.product(hidden)?;
        let projected = layer.query_key_value.bias.add(projected, None, self.in_place)?;
        let projected = projected.reshape((count, 3, self.heads, head_dim))?;
        let mut start = 0;
        let mut contexts = Vec::with_capacity(texts.len());
        for text in texts {
            let own = projected.narrow(0, start, text.len())?;
            start += text.len();
            // Shape: (heads, tokens, head_dim). The product on a CPU reads any strides, so it gets a view. The product
            // on a graphics card does not, so it gets a contiguous copy.
            let part = |index| {
                let part = own.narrow(1, index, 1)?.squeeze(1)?.transpose(0, 1)?;
                if self.in_place { Ok(part) } else { part.contiguous() }
            };
            let scores = part(0)?.matmul(&part(1)?.t()?)?;
            let scores = ops::softmax(scores, 1.0 / (head_dim as f32).sqrt(), self.in_place)?;
            contexts.push(scores.matmul(&part(2)?)?.transpose(0, 1)?.reshape((text.len(), width))?);
        }
        let out = layer.attention_out.product(&Tensor::cat(&contexts, 0)?)?;
        layer.attention_norm.apply(out, hidden, &layer.attention_out.bias, self.in_place)
    }
}

/// Returns the graphics card that this program was built for (features `cuda` and `metal`), or the CPU.
pub(super) fn device() -> Result<Device> {
    let device = if cfg!(feature = "cuda") {
        Device::new_cuda(0)
    } else if cfg!(feature = "metal") {
        Device::new_metal(0)
    } else {
        Ok(Device::Cpu)
    };
    device.map_err(|error| {
        let hint = "relata was built for a graphics card but cannot use it; use --precision bf16 to run on the CPU";
        Error::InvalidParameter(format!("{hint} ({error})"))
    })
}

impl Encoder for CandleEncoder {
    fn dim(&self) -> usize {
        self.token_type.len()
    }

    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(CandleWorker { encoder: self, hidden: Vec::new() })
    }
}

struct CandleWorker<'a> {
    encoder: &'a CandleEncoder,
    hidden: Vec<f32>,
}

impl Worker for CandleWorker<'_> {
    fn encode(&mut self, texts: &[&[u32]]) -> Result<&[f32]> {
        self.hidden = self.encoder.forward(texts).map_err(|error| Error::Encoder(error.into()))?;
        Ok(&self.hidden)
    }
}

impl Linear {
    fn new(weights: LinearWeights) -> candle_core::Result<Self> {
        let weight = weights.weight.t()?.contiguous()?;
        Ok(Self { bias: Bias::new(weights.bias, weight.device())?, weight })
    }

    /// Returns `rows · weight`. The next operation adds the bias.
    fn product(&self, rows: &Tensor) -> candle_core::Result<Tensor> {
        rows.matmul(&self.weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::store::ModelStore;

    /// Runs the operations for graphics cards on the CPU.
    #[test]
    fn operations_for_graphics_cards_and_operations_in_place_give_the_same_result() {
        let store = ModelStore::from_env().unwrap();
        let path = store.obtain(crate::embed::default_model(), &mut |_| ()).unwrap();
        let folder = ModelFolder::open(&path).unwrap();
        let encode = |in_place| {
            let mut encoder = CandleEncoder::load(&folder, &Device::Cpu).unwrap();
            encoder.in_place = in_place;
            encoder.forward(&[&[101, 2054, 2003, 102], &[101, 102]]).unwrap()
        };
        for (ours, candles) in encode(true).iter().zip(encode(false)) {
            assert!((ours - candles).abs() < 2e-5, "{ours} is not {candles}");
        }
    }
}
