//! The BERT encoder on candle's tensors, in f32.
//!
//! Texts of a batch lie end to end, so that nothing is ever padded and each text costs its own tokens only: the linear
//! layers see one matrix of all tokens, attention goes text by text. What is no matrix product is done in place by
//! [`kernels`]. Architecture: [Devlin et al.](https://arxiv.org/abs/1810.04805), post-norm.

use candle_core::{CpuStorage, DType, Device, InplaceOp1, InplaceOp2, Layout, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{Config, HiddenAct};

use super::Encoder;
use super::kernels::{self, LayerNorm};
use super::model::ModelFolder;
use super::pooling::Pooling;
use crate::{Error, Result};

/// A BERT-family encoder with its weights in memory.
pub(super) struct CandleEncoder {
    words: Tensor,
    /// Position embeddings.
    positions: Tensor,
    /// The embedding of token type 0, added to every token: relata never encodes pairs.
    token_type: Vec<f32>,
    norm: LayerNorm,
    layers: Vec<Layer>,
    heads: usize,
    activation: HiddenAct,
    pooling: Pooling,
}

/// Weights are `(in, out)`.
struct Layer {
    query_key_value: Linear,
    attention_out: Linear,
    attention_norm: LayerNorm,
    intermediate: Linear,
    out: Linear,
    norm: LayerNorm,
}

struct Linear {
    weight: Tensor,
    bias: Vec<f32>,
}

impl CandleEncoder {
    /// Loads the weights of `folder` into memory.
    pub(super) fn load(folder: &ModelFolder) -> Result<Self> {
        // Each worker takes whole batches through the model, so a product that spread over threads would only fight the
        // other workers for them. The setting is the process's, and relata has no other user of `gemm`.
        gemm::set_threading_threshold(usize::MAX);
        Self::read(folder).map_err(|error| Error::Model { path: folder.weights(), reason: error.to_string() })
    }

    fn read(folder: &ModelFolder) -> candle_core::Result<Self> {
        let config = &folder.config;
        // SAFETY: the file is mapped while this function copies from it. relata itself only ever replaces model files by
        // rename; a foreign program that cuts the file short in this moment would end the process.
        let weights = unsafe { VarBuilder::from_mmaped_safetensors(&[folder.weights()], DType::F32, &Device::Cpu)? };
        // Checkpoints saved with a head keep the encoder under "bert.".
        let root =
            if weights.contains_tensor("embeddings.word_embeddings.weight") { weights } else { weights.pp("bert") };
        let embeddings = root.pp("embeddings");
        let table = |name: &str, rows: usize| embeddings.pp(name).get((rows, config.hidden_size), "weight");
        Ok(Self {
            words: table("word_embeddings", config.vocab_size)?,
            positions: table("position_embeddings", config.max_position_embeddings)?,
            token_type: table("token_type_embeddings", config.type_vocab_size)?.get(0)?.to_vec1()?,
            norm: layer_norm(&embeddings.pp("LayerNorm"), config)?,
            layers: (0..config.num_hidden_layers)
                .map(|number| Layer::read(&root.pp(format!("encoder.layer.{number}")), config))
                .collect::<candle_core::Result<_>>()?,
            heads: config.num_attention_heads,
            activation: config.hidden_act,
            pooling: folder.pooling,
        })
    }

    fn forward(&self, texts: &[&[u32]]) -> candle_core::Result<Vec<Vec<f32>>> {
        let tokens: Vec<u32> = texts.concat();
        let places: Vec<u32> = texts.iter().flat_map(|text| 0..text.len() as u32).collect();
        let count = tokens.len();
        let rows =
            |table: &Tensor, ids: Vec<u32>| table.index_select(&Tensor::from_vec(ids, count, table.device())?, 0);
        let mut hidden = rows(&self.words, tokens)?;
        hidden
            .inplace_op2(&rows(&self.positions, places)?, &AddLayerNorm { bias: &self.token_type, norm: &self.norm })?;
        for layer in &self.layers {
            hidden = self.attend(layer, &hidden, texts)?;
            let inner = layer.intermediate.product(&hidden)?;
            inner.inplace_op1(&AddBias { bias: &layer.intermediate.bias, then: Some(self.activation) })?;
            let next = layer.out.product(&inner)?;
            next.inplace_op2(&hidden, &AddLayerNorm { bias: &layer.out.bias, norm: &layer.norm })?;
            hidden = next;
        }
        let dim = hidden.dim(1)?;
        let hidden: Vec<f32> = hidden.flatten_all()?.to_vec1()?;
        let mut rest = hidden.as_slice();
        Ok(texts
            .iter()
            .map(|text| {
                let (own, others) = rest.split_at(text.len() * dim);
                rest = others;
                self.pooling.apply(own, dim)
            })
            .collect())
    }

    /// Multi-head self-attention with its output layer, residual and norm.
    fn attend(&self, layer: &Layer, hidden: &Tensor, texts: &[&[u32]]) -> candle_core::Result<Tensor> {
        let (count, width) = hidden.dims2()?;
        let head_dim = width / self.heads;
        let projected = layer.query_key_value.product(hidden)?;
        projected.inplace_op1(&AddBias { bias: &layer.query_key_value.bias, then: None })?;
        let projected = projected.reshape((count, 3, self.heads, head_dim))?;
        let mut start = 0;
        let mut contexts = Vec::with_capacity(texts.len());
        for text in texts {
            let own = projected.narrow(0, start, text.len())?;
            start += text.len();
            // (heads, tokens, head_dim), as views: the product reads any strides.
            let part = |index| own.narrow(1, index, 1)?.squeeze(1)?.transpose(0, 1);
            let scores = part(0)?.matmul(&part(1)?.t()?)?;
            scores.inplace_op1(&Softmax { scale: 1.0 / (head_dim as f32).sqrt() })?;
            contexts.push(scores.matmul(&part(2)?)?.transpose(0, 1)?.reshape((text.len(), width))?);
        }
        let out = layer.attention_out.product(&Tensor::cat(&contexts, 0)?)?;
        out.inplace_op2(hidden, &AddLayerNorm { bias: &layer.attention_out.bias, norm: &layer.attention_norm })?;
        Ok(out)
    }
}

impl Encoder for CandleEncoder {
    fn dim(&self) -> usize {
        self.token_type.len()
    }

    fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        self.forward(texts).map_err(|error| Error::Encoder(error.into()))
    }
}

impl Layer {
    fn read(layer: &VarBuilder, config: &Config) -> candle_core::Result<Self> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let attention = layer.pp("attention");
        let parts = ["query", "key", "value"].map(|name| attention.pp("self").pp(name));
        let joined = |name: &str, shape: &[usize]| {
            Tensor::cat(
                &parts.each_ref().map(|part| part.get(shape, name)).into_iter().collect::<Result<Vec<_>, _>>()?,
                0,
            )
        };
        Ok(Self {
            query_key_value: Linear {
                weight: joined("weight", &[hidden, hidden])?.t()?.contiguous()?,
                bias: joined("bias", &[hidden])?.to_vec1()?,
            },
            attention_out: Linear::read(&attention.pp("output.dense"), hidden, hidden)?,
            attention_norm: layer_norm(&attention.pp("output.LayerNorm"), config)?,
            intermediate: Linear::read(&layer.pp("intermediate.dense"), hidden, inner)?,
            out: Linear::read(&layer.pp("output.dense"), inner, hidden)?,
            norm: layer_norm(&layer.pp("output.LayerNorm"), config)?,
        })
    }
}

impl Linear {
    fn read(weights: &VarBuilder, input: usize, output: usize) -> candle_core::Result<Self> {
        Ok(Self {
            weight: weights.get((output, input), "weight")?.t()?.contiguous()?,
            bias: weights.get(output, "bias")?.to_vec1()?,
        })
    }

    /// `rows · weight`; the bias is added by whichever kernel comes next.
    fn product(&self, rows: &Tensor) -> candle_core::Result<Tensor> {
        rows.matmul(&self.weight)
    }
}

fn layer_norm(weights: &VarBuilder, config: &Config) -> candle_core::Result<LayerNorm> {
    // Old checkpoints call the two "gamma" and "beta".
    let named = |name: &str, old: &str| {
        let name = if weights.contains_tensor(name) { name } else { old };
        weights.get(config.hidden_size, name)?.to_vec1()
    };
    Ok(LayerNorm {
        weight: named("weight", "gamma")?,
        bias: named("bias", "beta")?,
        epsilon: config.layer_norm_eps as f32,
    })
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
