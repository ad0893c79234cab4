//! Reads the weights of a BERT-family encoder, under the names that checkpoints use.

use std::io::Read;
use std::path::Path;

use candle_core::safetensors::{Load, MmapedSafetensors};
use candle_core::{CpuStorage, DType, Device, Layout, Storage, Tensor};
use candle_transformers::models::bert::Config;

use super::files::{self, MAX_WEIGHTS_BYTES, unusable};
use super::kernels::LayerNorm;
use super::model::ModelFolder;
use crate::Result;
use crate::http::in_short;

/// The greatest header of a file of weights, which lists its tensors. That of a model of 24 layers has 50 KB.
const MAX_HEADER_BYTES: u64 = 4 << 20;

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
    /// Copies the weights of `folder` to `device`, in f32. All are finite.
    pub(super) fn read(folder: &ModelFolder, device: &Device) -> Result<Self> {
        let path = folder.weights();
        check_header(&path)?;
        Self::read_checked(folder, device).map_err(|error| unusable(&path, in_short(&error.to_string())))
    }

    fn read_checked(folder: &ModelFolder, device: &Device) -> candle_core::Result<Self> {
        let config = &folder.config;
        // SAFETY: the file is mapped while this function copies from it. relata replaces model files only by rename. If
        // another program truncates the file at this moment, the process ends.
        let tensors = unsafe { MmapedSafetensors::new(folder.weights())? };
        // In checkpoints with a head, the names of the encoder's weights begin with "bert.".
        let prefix = if tensors.get("embeddings.word_embeddings.weight").is_ok() { "" } else { "bert." };
        let file = Checkpoint { tensors, prefix, device };
        let width = config.hidden_size;
        let table = |name: &str, rows: usize| file.tensor(&format!("embeddings.{name}.weight"), &[rows, width]);
        Ok(Self {
            words: table("word_embeddings", config.vocab_size)?,
            positions: table("position_embeddings", config.max_position_embeddings)?,
            token_type: table("token_type_embeddings", config.type_vocab_size)?.get(0)?.to_vec1()?,
            norm: file.norm("embeddings.LayerNorm", config)?,
            layers: (0..config.num_hidden_layers)
                .map(|number| LayerWeights::read(&file, &format!("encoder.layer.{number}"), config))
                .collect::<candle_core::Result<_>>()?,
        })
    }
}

impl LayerWeights {
    fn read(file: &Checkpoint, layer: &str, config: &Config) -> candle_core::Result<Self> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let joined = |name: &str, shape: &[usize]| {
            let parts = ["query", "key", "value"];
            let parts = parts.map(|part| file.tensor(&format!("{layer}.attention.self.{part}.{name}"), shape));
            Tensor::cat(&parts.into_iter().collect::<candle_core::Result<Vec<_>>>()?, 0)
        };
        let linear = |name: &str, inputs, outputs| file.linear(&format!("{layer}.{name}"), inputs, outputs);
        Ok(Self {
            query_key_value: LinearWeights {
                weight: joined("weight", &[hidden, hidden])?,
                bias: joined("bias", &[hidden])?.to_vec1()?,
            },
            attention_out: linear("attention.output.dense", hidden, hidden)?,
            attention_norm: file.norm(&format!("{layer}.attention.output.LayerNorm"), config)?,
            intermediate: linear("intermediate.dense", hidden, inner)?,
            out: linear("output.dense", inner, hidden)?,
            norm: file.norm(&format!("{layer}.output.LayerNorm"), config)?,
        })
    }
}

/// A file of weights.
struct Checkpoint<'d> {
    tensors: MmapedSafetensors,
    /// What the names of all tensors begin with.
    prefix: &'static str,
    device: &'d Device,
}

impl Checkpoint<'_> {
    /// Copies a tensor, in f32. Fails if it is missing, if it has another shape, or if a number is not finite. Its shape is
    /// checked first, because the shape in the file decides how much is allocated.
    fn tensor(&self, name: &str, shape: &[usize]) -> candle_core::Result<Tensor> {
        let name = format!("{}{name}", self.prefix);
        let Ok(view) = self.tensors.get(&name) else { candle_core::bail!("it has no tensor {name}") };
        if view.shape() != shape {
            let found = view.shape();
            candle_core::bail!(
                "the tensor {name} has the shape {found:?}, but according to config.json it is {shape:?}"
            );
        }
        if !DType::try_from(view.dtype()).is_ok_and(|kind| kind.is_float()) {
            candle_core::bail!("the tensor {name} has numbers of the kind {:?}, not floating point", view.dtype());
        }
        let tensor = view.load(&Device::Cpu)?.to_dtype(DType::F32)?.contiguous()?;
        check_finite(&tensor)?;
        tensor.to_device(self.device)
    }

    fn linear(&self, name: &str, inputs: usize, outputs: usize) -> candle_core::Result<LinearWeights> {
        let weight = self.tensor(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok(LinearWeights { weight, bias: self.tensor(&format!("{name}.bias"), &[outputs])?.to_vec1()? })
    }

    fn norm(&self, name: &str, config: &Config) -> candle_core::Result<LayerNorm> {
        let shape = [config.hidden_size];
        // Old checkpoints call the weight "gamma" and the bias "beta".
        let has = |part: &str| self.tensors.get(&format!("{}{name}.{part}", self.prefix)).is_ok();
        let (weight, bias) = if has("weight") { ("weight", "bias") } else { ("gamma", "beta") };
        let numbers = |part: &str| self.tensor(&format!("{name}.{part}"), &shape)?.to_vec1();
        Ok(LayerNorm { weight: numbers(weight)?, bias: numbers(bias)?, epsilon: config.layer_norm_eps as f32 })
    }
}

/// Checks the size of the file and of its header, which is a JSON text after eight bytes with its size
/// ([format](https://github.com/huggingface/safetensors#format)). `safetensors` checks the rest: that the tensors follow
/// one another without gaps and fill the file.
fn check_header(path: &Path) -> Result<()> {
    let mut size = [0; 8];
    let mut file = files::open(path, MAX_WEIGHTS_BYTES)?;
    file.read_exact(&mut size).map_err(|_| unusable(path, "is not a file of weights (safetensors)"))?;
    let size = u64::from_le_bytes(size);
    if size > MAX_HEADER_BYTES {
        return Err(unusable(path, format!("its header has {size} bytes; relata reads {MAX_HEADER_BYTES}")));
    }
    Ok(())
}

/// Fails if a number is not finite. As a byte such a weight would look like any other.
fn check_finite(tensor: &Tensor) -> candle_core::Result<()> {
    let (storage, layout) = tensor.storage_and_layout();
    // With a branch the loop would not be vectorised.
    let finite = numbers(&storage, layout).iter().fold(true, |finite, x| finite & x.is_finite());
    if finite { Ok(()) } else { candle_core::bail!("a weight is not a finite number") }
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
