//! From texts to embeddings. Knows models, tokens and tensors; does not know what a paper is.
//!
//! `model` reads a model folder, [`store`] finds or fetches one, [`Embedder`] runs it. The arithmetic is behind the
//! [`Encoder`] trait: `fused` on this machine's fastest instructions, `candle` in f32 and on graphics cards.

mod candle;
mod fused;
mod hub;
mod kernels;
mod model;
mod pip;
mod pooling;
mod registry;
mod sentences;
pub mod store;
mod tokenize;
mod weights;
mod work;

use std::path::Path;

pub use crate::gemm::kernels::Kernels;
#[doc(hidden)]
pub use fused::workloads;
pub use model::{MAX_TOKENS, ModelFolder};
pub use pooling::Pooling;
pub use registry::{KnownModel, default_model, known_models};
pub use work::{TEXTS_PER_TASK, Work};

use crate::vector::{Embedded, ModelIdentity, Precision};
use crate::{Error, Result};

/// Runs a transformer on token ids.
pub trait Encoder: Send + Sync {
    /// Dimension of the vectors.
    fn dim(&self) -> usize;

    /// Buffers for the calling thread, to be kept as long as it encodes.
    fn worker(&self) -> Box<dyn Worker + '_>;
}

/// An encoder's work on one thread.
pub trait Worker {
    /// The vectors of all tokens of the texts, one after the other: rows of [`dim`](Encoder::dim) numbers. Texts hold at
    /// least one token each. A text's vectors do not depend on the other texts.
    fn encode(&mut self, texts: &[&[u32]]) -> Result<&[f32]>;
}

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
    folder: ModelFolder,
    identity: ModelIdentity,
    precision: Precision,
    kernels: Option<Kernels>,
    tokenizer: tokenize::TextTokenizer,
    encoder: Box<dyn Encoder>,
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
        let (encoder, (hashes, tokenizer)) =
            rayon::join(load, || (folder.hashes(), tokenize::TextTokenizer::load(&folder)));
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

    /// Embeds one text, on the calling thread. Errors as for [`embed`](Self::embed).
    pub fn embed_one(&self, text: &str, side: Side) -> Result<Embedded> {
        let mut embedded = self.embed(&[text], side, &mut |_| ())?;
        embedded.pop().ok_or(Error::EmptyText)
    }

    /// Embeds texts, in their order, on all cores; `progress` is told how many more are done, every so often.
    ///
    /// # Errors
    /// [`Error::EmptyText`] when one of the texts has no tokens; [`Error::Encoder`] when tokenizer or candle fail;
    /// [`Error::InvalidVector`] when a vector has no direction.
    pub fn embed(&self, texts: &[&str], side: Side, progress: &mut dyn FnMut(usize)) -> Result<Vec<Embedded>> {
        let mut waiting = texts.iter().enumerate();
        let mut embedded = vec![None; texts.len()];
        let threads = rayon::current_num_threads().min(texts.len());
        // Small enough that the threads finish at about the same time.
        let per_task = texts.len().div_ceil(4 * threads.max(1)).min(work::TEXTS_PER_TASK);
        self.embed_each(side, threads, |step| {
            match step {
                Work::Next(texts) => {
                    texts.extend(waiting.by_ref().take(per_task).map(|(at, text)| (at, text.to_string())))
                }
                Work::Done(results) => {
                    progress(results.len());
                    for (at, result) in results {
                        embedded[at] = Some(result);
                    }
                }
            }
            Ok(())
        })?;
        // Every text was handed out, and every one that was came back.
        Ok(embedded.into_iter().flatten().collect())
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
