//! The fused CPU encoder: a BERT encoder with matrix products in bf16 or bytes. Every other step is a single pass over
//! rows that are still in cache.
//!
//! The texts of a batch follow one another without padding. Each worker runs its batches through the whole model, so no
//! thread waits for another. It keeps its buffers, so later batches allocate nothing. The residual stream stays in f32.
//! Architecture: [Devlin et al.](https://arxiv.org/abs/1810.04805), post-norm.

mod attention;
mod linear;

use std::ops::Range;

use candle_core::{Device, Tensor};
use candle_transformers::models::bert::HiddenAct;

use self::attention::Attention;
use self::linear::{Inputs, Linear};
use super::encoder::{Encoder, Worker};
use super::kernels::{self, LayerNorm};
use super::model::ModelFolder;
use super::weights::{LinearWeights, Weights, numbers};
use crate::gemm::casts;
use crate::gemm::kernels::{Form, Kernels};
use crate::vector::Precision;
use crate::{Error, Result};

/// A BERT-family encoder with packed weights.
pub(super) struct FusedEncoder {
    /// The word embeddings, in candle's own tensor. They are half of a model, and copying them would take a fifth of
    /// the time of a search with a cold start.
    words: Tensor,
    positions: Tensor,
    token_type: Vec<f32>,
    norm: LayerNorm,
    layers: Vec<Layer>,
    heads: usize,
    activation: HiddenAct,
    kernels: Kernels,
}

struct Layer {
    query_key_value: Linear,
    attention_out: Linear,
    attention_norm: LayerNorm,
    intermediate: Linear,
    out: Linear,
    norm: LayerNorm,
}

impl FusedEncoder {
    /// Loads and packs the weights of `folder`: as bytes for int8, else as bf16.
    pub(super) fn load(folder: &ModelFolder, precision: Precision, kernels: Kernels) -> Result<Self> {
        let form = if precision == Precision::Int8 { Form::Bytes } else { Form::Bf16 };
        if folder.head_width() % 2 == 1 {
            let reason = "its attention heads have an odd width; use --precision f32".to_owned();
            return Err(Error::Model { path: folder.path.clone(), reason });
        }
        let weights = Weights::read(folder, &Device::Cpu)?;
        Self::pack(weights, folder, form, kernels)
            .map_err(|error| Error::Model { path: folder.weights(), reason: error.to_string() })
    }

    fn pack(weights: Weights, folder: &ModelFolder, form: Form, kernels: Kernels) -> candle_core::Result<Self> {
        let linear = |layer: LinearWeights, even: Option<(&LayerNorm, Range<usize>)>| {
            let weight = layer.weight.flatten_all()?.to_vec1()?;
            Ok::<_, candle_core::Error>(Linear::pack(weight, layer.bias, even, form, kernels))
        };
        // Values matter more than queries and keys, so only their weights determine the factors of the inputs.
        let dim = weights.token_type.len();
        let values = 2 * dim..3 * dim;
        let mut layers: Vec<Layer> = Vec::with_capacity(weights.layers.len());
        for layer in weights.layers {
            let before = layers.last().map_or(&weights.norm, |layer| &layer.norm);
            layers.push(Layer {
                query_key_value: linear(layer.query_key_value, Some((before, values.clone())))?,
                attention_out: linear(layer.attention_out, None)?,
                intermediate: linear(layer.intermediate, None)?,
                out: linear(layer.out, None)?,
                attention_norm: layer.attention_norm,
                norm: layer.norm,
            });
        }
        Ok(Self {
            words: weights.words,
            positions: weights.positions,
            token_type: weights.token_type,
            norm: weights.norm,
            layers,
            heads: folder.config.num_attention_heads,
            activation: folder.config.hidden_act,
            kernels,
        })
    }
}

impl Encoder for FusedEncoder {
    fn dim(&self) -> usize {
        self.token_type.len()
    }

    fn worker(&self) -> Box<dyn Worker + '_> {
        self.kernels.enter_thread();
        Box::new(FusedWorker {
            encoder: self,
            hidden: Vec::new(),
            projected: Vec::new(),
            context: Vec::new(),
            sums: Vec::new(),
            rows: Inputs::default(),
            wide_rows: Inputs::default(),
            attention: Attention::default(),
        })
    }
}

/// The buffers of one thread.
struct FusedWorker<'a> {
    encoder: &'a FusedEncoder,
    /// The residual stream: a row for each token.
    hidden: Vec<f32>,
    /// Queries, keys and values of each token, in bf16, two to a word.
    projected: Vec<u32>,
    /// The result of attention for each token.
    context: Vec<f32>,
    /// The result of a product for a block of rows.
    sums: Vec<f32>,
    rows: Inputs,
    wide_rows: Inputs,
    attention: Attention,
}

impl Worker for FusedWorker<'_> {
    fn encode(&mut self, texts: &[&[u32]]) -> Result<&[f32]> {
        self.look_up(texts);
        let encoder = self.encoder;
        let dim = encoder.dim();
        let widest = encoder.layers.iter().map(|layer| layer.intermediate.outputs()).fold(3 * dim, usize::max);
        self.sums.resize(encoder.kernels.block_rows() * widest, 0.0);
        self.projected.resize(3 * self.hidden.len() / 2, 0);
        self.context.resize(self.hidden.len(), 0.0);
        for layer in &encoder.layers {
            self.project(layer);
            let mut start = 0;
            for text in texts {
                let end = start + text.len() * dim;
                let projected = &self.projected[3 * start / 2..3 * end / 2];
                self.attention.attend(projected, dim, encoder.heads, &mut self.context[start..end]);
                start = end;
            }
            self.finish(layer);
        }
        Ok(&self.hidden)
    }
}

impl FusedWorker<'_> {
    /// Computes `hidden ← layer_norm(word + position + type)`.
    fn look_up(&mut self, texts: &[&[u32]]) {
        let FusedEncoder { words, positions, token_type, norm, .. } = self.encoder;
        let ((words, words_layout), (positions, positions_layout)) =
            (words.storage_and_layout(), positions.storage_and_layout());
        let (words, positions) = (numbers(&words, words_layout), numbers(&positions, positions_layout));
        let dim = token_type.len();
        self.hidden.clear();
        for text in texts {
            for (position, &token) in text.iter().enumerate() {
                let start = self.hidden.len();
                self.hidden.extend_from_slice(&words[token as usize * dim..][..dim]);
                let position = &positions[position * dim..][..dim];
                kernels::add_layer_norm(&mut self.hidden[start..], position, token_type, norm);
            }
        }
    }

    /// Computes `projected ← hidden · (Q K V) + bias`.
    fn project(&mut self, layer: &Layer) {
        let dim = self.encoder.dim();
        let block = self.encoder.kernels.block_rows() * dim;
        let blocks = self.hidden.chunks(block).zip(self.projected.chunks_mut(3 * block / 2));
        for (hidden, projected) in blocks {
            self.rows.load(hidden, &layer.query_key_value);
            layer.query_key_value.product(&self.rows, &mut self.sums);
            let projected = bytemuck::cast_slice_mut(projected);
            casts::add_bias_to_bf16(&self.sums[..projected.len()], &layer.query_key_value.bias, projected);
        }
    }

    /// Computes the rest of a layer: the output of attention, the feed-forward part, and the norm after each.
    fn finish(&mut self, layer: &Layer) {
        let dim = self.encoder.dim();
        let inner = layer.intermediate.outputs();
        let block = self.encoder.kernels.block_rows() * dim;
        let blocks = self.hidden.chunks_mut(block).zip(self.context.chunks(block));
        for (hidden, context) in blocks {
            let count = hidden.len() / dim;
            self.rows.load(context, &layer.attention_out);
            layer.attention_out.product(&self.rows, &mut self.sums);
            let bias = &layer.attention_out.bias;
            kernels::add_layer_norm(hidden, &self.sums[..hidden.len()], bias, &layer.attention_norm);

            self.rows.load(hidden, &layer.intermediate);
            layer.intermediate.product(&self.rows, &mut self.sums);
            self.wide_rows.reset(count, &layer.out);
            for (row, sums) in self.sums[..count * inner].chunks_exact_mut(inner).enumerate() {
                match self.encoder.activation {
                    HiddenAct::Gelu => kernels::add_bias_gelu(sums, &layer.intermediate.bias),
                    HiddenAct::Relu => kernels::add_bias_relu(sums, &layer.intermediate.bias),
                    HiddenAct::GeluApproximate => unreachable!("ModelFolder::open refuses it"),
                }
                self.wide_rows.set(row, sums, &layer.out);
            }
            layer.out.product(&self.wide_rows, &mut self.sums);
            kernels::add_layer_norm(hidden, &self.sums[..hidden.len()], &layer.out.bias, &layer.norm);
        }
    }
}
