//! Reads the weights of a BERT-family encoder, under the names that checkpoints use.

use candle_core::{CpuStorage, DType, Device, Layout, Storage, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::Config;

use super::kernels::LayerNorm;
use super::model::ModelFolder;

/// All weights of an encoder, on one device.
pub(super) struct Weights {
    /// Its shape is `(vocabulary, hidden)`.
    pub words: Tensor,
    /// Its shape is `(positions, hidden)`.
    pub positions: Tensor,
    /// The embedding of token type 0. It is added to every token, because relata never encodes pairs of texts.
    pub token_type: Vec<f32>,
    pub norm: LayerNorm,
    pub layers: Vec<LayerWeights>,
}

pub(super) struct LayerWeights {
    /// Query, key and value in one layer, with three times as many outputs as inputs.
    pub query_key_value: LinearWeights,
    pub attention_out: LinearWeights,
    pub attention_norm: LayerNorm,
    pub intermediate: LinearWeights,
    pub out: LinearWeights,
    pub norm: LayerNorm,
}

pub(super) struct LinearWeights {
    /// Its shape is `(outputs, inputs)`.
    pub weight: Tensor,
    pub bias: Vec<f32>,
}

impl Weights {
    /// Copies the weights of `folder` to `device`, in f32.
    pub(super) fn read(folder: &ModelFolder, device: &Device) -> candle_core::Result<Self> {
        let config = &folder.config;
        // SAFETY: the file is mapped while this function copies from it. relata replaces model files only by rename. If
        // another program truncates the file at this moment, the process ends.
        let weights = unsafe { VarBuilder::from_mmaped_safetensors(&[folder.weights()], DType::F32, device)? };
        // In checkpoints with a head, the names of the encoder's weights begin with "bert.".
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
                .map(|number| LayerWeights::read(&root.pp(format!("encoder.layer.{number}")), config))
                .collect::<candle_core::Result<_>>()?,
        })
    }
}

impl LayerWeights {
    fn read(layer: &VarBuilder, config: &Config) -> candle_core::Result<Self> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let attention = layer.pp("attention");
        let parts = ["query", "key", "value"].map(|name| attention.pp("self").pp(name));
        let joined = |name: &str, shape: &[usize]| {
            let parts = parts.each_ref().map(|part| part.get(shape, name));
            Tensor::cat(&parts.into_iter().collect::<Result<Vec<_>, _>>()?, 0)
        };
        Ok(Self {
            query_key_value: LinearWeights {
                weight: joined("weight", &[hidden, hidden])?,
                bias: joined("bias", &[hidden])?.to_vec1()?,
            },
            attention_out: LinearWeights::read(&attention.pp("output.dense"), hidden, hidden)?,
            attention_norm: layer_norm(&attention.pp("output.LayerNorm"), config)?,
            intermediate: LinearWeights::read(&layer.pp("intermediate.dense"), hidden, inner)?,
            out: LinearWeights::read(&layer.pp("output.dense"), inner, hidden)?,
            norm: layer_norm(&layer.pp("output.LayerNorm"), config)?,
        })
    }
}

impl LinearWeights {
    fn read(weights: &VarBuilder, input: usize, output: usize) -> candle_core::Result<Self> {
        Ok(Self { weight: weights.get((output, input), "weight")?, bias: weights.get(output, "bias")?.to_vec1()? })
    }
}

fn layer_norm(weights: &VarBuilder, config: &Config) -> candle_core::Result<LayerNorm> {
    // Old checkpoints call the weight "gamma" and the bias "beta".
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

/// The numbers of a tensor in the CPU's memory.
///
/// # Panics
/// If the numbers are not contiguous f32. Tensors of [`Weights::read`], and the results of operations on them, always
/// are.
pub(super) fn numbers<'a>(storage: &'a Storage, layout: &Layout) -> &'a [f32] {
    match (storage, layout.contiguous_offsets()) {
        (Storage::Cpu(CpuStorage::F32(numbers)), Some((start, end))) => &numbers[start..end],
        _ => unreachable!("a tensor on the CPU that is not contiguous f32"),
    }
}
