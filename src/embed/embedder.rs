//! Loads a model. The module `work` embeds texts with it.

use std::path::Path;

use super::encoder::Encoder;
use super::files::unusable;
use super::model::ModelFolder;
use super::registry::KnownModel;
use super::tokenize::TextTokenizer;
use super::verify::HASHED_WHEN_LOADED;
use super::{candle, fused};
use crate::gemm::kernels::Kernels;
use crate::panics::guarded;
use crate::vector::{Embedding, ModelIdentity, Precision};
use crate::{Error, Result};

/// Texts on which an unknown model is tried: one word, and a sentence in which it does not occur.
const SAMPLES: [&str; 2] = ["bees", "We study how a robot can learn to walk on ice; 7 of 10 fell."];

/// Vectors of a greater similarity are equal except for rounding.
const SAME_VECTOR: f32 = 1.0 - 1e-6;

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
    /// Loads the tokenizer and the weights of a model folder, and hashes both. The folder may be a stranger's: nothing in
    /// it can crash this program or keep it busy. A model that is not `known` is tried on two texts.
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
        let load = || guarded(|| Ok::<_, String>(load())).map_err(|panic| unusable(&folder.weights(), panic))?;
        let json = folder.read_tokenizer()?;
        let (encoder, (hashes, tokenizer)) =
            rayon::join(load, || (folder.hashes(&json), TextTokenizer::load(&folder, &json)));
        let hashes = hashes?;
        if let Some(known) = known {
            for (file, found) in HASHED_WHEN_LOADED.into_iter().zip([&hashes.weights, &hashes.tokenizer]) {
                if known.files.iter().any(|known| known.path == file && known.sha256 != *found) {
                    return Err(Error::AlteredModel { path: path.join(file) });
                }
            }
        }
        let tokenizer = tokenizer?;
        let identity = folder.identity(&hashes, tokenizer.is_multilingual());
        let embedder = Self { identity, precision: options.precision, kernels, tokenizer, encoder: encoder?, folder };
        if known.is_none() {
            embedder.try_out()?;
        }
        Ok(embedder)
    }

    /// Embeds two texts, whose vectors must differ: a model whose weights are zero gives all texts the same vector.
    fn try_out(&self) -> Result<()> {
        let refuse = |reason: String| unusable(&self.folder.path, format!("it cannot be used: {reason}"));
        let vectors = guarded(|| Ok::<_, String>(SAMPLES.map(|text| self.vector(text)))).map_err(refuse)?;
        let [one, other] = vectors.map(|vector| vector.map_err(|error| refuse(error.with_causes())));
        if one?.similarity(&other?) > SAME_VECTOR {
            return Err(refuse("it gives different texts the same vector".to_owned()));
        }
        Ok(())
    }

    /// The vector of a sample text.
    fn vector(&self, text: &str) -> Result<Embedding> {
        let tokens = self.tokenizer.encode("", text)?;
        if tokens.ids.is_empty() {
            return Err(Error::EmptyText);
        }
        let mut worker = self.encoder.worker();
        Embedding::new(self.folder.pooling.apply(worker.encode(&[&tokens.ids])?, self.dim()))
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
