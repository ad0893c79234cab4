//! Loads a model. The module `work` embeds texts with it.

use std::path::Path;

use super::encoder::Encoder;
use super::model::ModelFolder;
use super::registry::KnownModel;
use super::tokenize::TextTokenizer;
use super::{candle, fused};
use crate::gemm::kernels::Kernels;
use crate::vector::{ModelIdentity, Precision};
use crate::{Error, Result};

/// How to embed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EmbedOptions {
    /// The precision of the arithmetic.
    pub precision: Precision,
    /// The kernels for bf16 and int8; `None` chooses the fastest on this machine.
    pub kernels: Option<Kernels>,
}

/// Whether a text is a paper or a query. Some models put a different prompt before each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A paper: a text that searches find.
    Paper,
    /// A query: a text to search with.
    Query,
}

/// A loaded model: texts in, unit vectors out.
pub struct Embedder {
    pub(super) folder: ModelFolder,
    identity: ModelIdentity,
    precision: Precision,
    kernels: Option<Kernels>,
    pub(super) tokenizer: TextTokenizer,
    pub(super) encoder: Box<dyn Encoder>,
}

impl Embedder {
    /// Loads the tokenizer and the weights of a model folder, and hashes both.
    ///
    /// # Errors
    /// [`Error::Model`] if relata cannot run the model; [`Error::AlteredModel`] if the weights or the tokenizer differ
    /// from those of `known`; [`Error::InvalidParameter`] if the kernels do not run on this machine.
    pub fn load(path: &Path, known: Option<&KnownModel>, options: EmbedOptions) -> Result<Self> {
        let folder = ModelFolder::open(path)?;
        let kernels = match options.precision {
            Precision::F32 => None,
            Precision::Bf16 | Precision::Int8 => Some(choose_kernels(options.kernels)?),
        };
        let load = || -> Result<Box<dyn Encoder>> {
            Ok(match kernels {
                None => Box::new(candle::CandleEncoder::load(&folder, &candle::device()?)?),
                Some(kernels) => Box::new(fused::FusedEncoder::load(&folder, options.precision, kernels)?),
            })
        };
        let (encoder, (hashes, tokenizer)) = rayon::join(load, || (folder.hashes(), TextTokenizer::load(&folder)));
        let hashes = hashes?;
        if let Some(known) = known {
            for (file, found) in [("model.safetensors", &hashes.weights), ("tokenizer.json", &hashes.tokenizer)] {
                if known.files.iter().any(|known| known.path == file && known.sha256 != *found) {
                    return Err(Error::AlteredModel { path: path.join(file) });
                }
            }
        }
        let tokenizer = tokenizer?;
        let identity = folder.identity(&hashes, tokenizer.is_multilingual());
        Ok(Self { identity, precision: options.precision, kernels, tokenizer, encoder: encoder?, folder })
    }

    /// The identity that is stored with this model's embeddings.
    pub fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    /// The precision of the arithmetic.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The kernels that compute matrix products; `None` in f32, where candle computes them.
    pub fn kernels(&self) -> Option<Kernels> {
        self.kernels
    }

    /// Dimension of the embeddings.
    pub fn dim(&self) -> usize {
        self.encoder.dim()
    }

    /// The model's folder.
    pub fn folder(&self) -> &ModelFolder {
        &self.folder
    }
}

/// Returns the wanted kernels, or the fastest on this machine if `wanted` is `None`.
fn choose_kernels(wanted: Option<Kernels>) -> Result<Kernels> {
    let available = Kernels::available();
    let chosen = available.iter().find(|kernels| wanted.is_none_or(|wanted| wanted == **kernels));
    chosen.copied().ok_or_else(|| {
        let wanted = wanted.map_or("no kernels for it", Kernels::name);
        Error::InvalidParameter(format!("this processor cannot run bf16 and int8 ({wanted}); use --precision f32"))
    })
}
