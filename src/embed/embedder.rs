//! A loaded model, and how it is loaded. `work` has what it does with texts.

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
    /// The arithmetic.
    pub precision: Precision,
    /// Who multiplies; without one, the fastest on this machine. Of no effect in f32.
    pub kernels: Option<Kernels>,
}

/// On which side of a search a text stands; some models put a different prompt before each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is searched.
    Paper,
    /// What is searched for.
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
    /// Loads tokenizer and weights of a model folder, and hashes both on the way.
    ///
    /// # Errors
    /// [`Error::Model`] when the folder cannot be followed, [`Error::AlteredModel`] when it is the copy of a `known` model
    /// and its bytes are not that model's, [`Error::InvalidParameter`] when the kernels asked for do not run here.
    pub fn load(path: &Path, known: Option<&KnownModel>, options: EmbedOptions) -> Result<Self> {
        let folder = ModelFolder::open(path)?;
        let kernels = match options.precision {
            Precision::F32 => None,
            Precision::Bf16 | Precision::Int8 => Some(choose(options.kernels)?),
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
        let identity = folder.identity(&hashes);
        Ok(Self { identity, precision: options.precision, kernels, tokenizer: tokenizer?, encoder: encoder?, folder })
    }

    /// What the embeddings of this model are labelled with.
    pub fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    /// The arithmetic that makes the embeddings.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Who multiplies; nobody of ours in f32, which is candle's.
    pub fn kernels(&self) -> Option<Kernels> {
        self.kernels
    }

    /// Dimension of the embeddings.
    pub fn dim(&self) -> usize {
        self.encoder.dim()
    }

    /// The folder that was loaded.
    pub fn folder(&self) -> &ModelFolder {
        &self.folder
    }

    /// Tokens of all texts together, after truncation and without a prompt; what benches divide by.
    pub fn count_tokens(&self, texts: &[&str]) -> Result<usize> {
        texts.iter().map(|text| Ok(self.tokenizer.encode("", text)?.ids.len())).sum()
    }
}

/// The kernels asked for if this machine has them, else its fastest.
fn choose(asked: Option<Kernels>) -> Result<Kernels> {
    let available = Kernels::available();
    let chosen = match asked {
        Some(kernels) => available.contains(&kernels).then_some(kernels),
        None => available.first().copied(),
    };
    chosen.ok_or_else(|| {
        let asked = asked.map_or("none that relata has", Kernels::name);
        Error::InvalidParameter(format!(
            "this processor runs no kernels for bf16 and int8 ({asked}); use --precision f32"
        ))
    })
}
