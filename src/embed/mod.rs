//! From texts to embeddings. Knows models, tokens and tensors; does not know what a paper is.
//!
//! `model` reads a model folder, [`store`] finds or fetches one, [`Embedder`] runs it. The arithmetic is behind the
//! [`Encoder`] trait, whose one implementation so far is candle's.

mod candle;
mod hub;
mod kernels;
mod model;
mod pip;
mod pooling;
mod registry;
pub mod store;
mod tokenize;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use model::{MAX_TOKENS, ModelFolder};
pub use pooling::Pooling;
pub use registry::{KnownModel, default_model, known_models};

use crate::vector::{Embedding, ModelIdentity};
use crate::{Error, Result};

/// Runs a transformer on token ids.
pub trait Encoder: Send + Sync {
    /// Dimension of the vectors.
    fn dim(&self) -> usize;

    /// One pooled vector, not normalised, for each text, in order. Texts hold at least one token each.
    ///
    /// Runs on the calling thread alone; a text's vector does not depend on the other texts of the batch.
    fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>>;
}

/// On which side of a search a text stands; some models put a different prompt before each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is searched.
    Paper,
    /// What is searched for.
    Query,
}

/// Tokens that a worker takes through the model at once. Below 512 the time to lay out the weights for a product shows;
/// above, the activations leave the cache. Between 512 and 2,048 the speed was the same within noise.
const BATCH_TOKENS: usize = 1024;

/// A loaded model: texts in, unit vectors out.
pub struct Embedder {
    folder: ModelFolder,
    identity: ModelIdentity,
    tokenizer: tokenize::TextTokenizer,
    encoder: Box<dyn Encoder>,
}

impl Embedder {
    /// Loads tokenizer and weights of a model folder, and hashes both on the way.
    ///
    /// # Errors
    /// [`Error::Model`] when the folder cannot be followed, and [`Error::AlteredModel`] when it is the copy of a `known`
    /// model and its bytes are not that model's.
    pub fn load(path: &Path, known: Option<&KnownModel>) -> Result<Self> {
        let folder = ModelFolder::open(path)?;
        let (encoder, (hashes, tokenizer)) = rayon::join(
            || candle::CandleEncoder::load(&folder),
            || (folder.hashes(), tokenize::TextTokenizer::load(&folder)),
        );
        let hashes = hashes?;
        if let Some(known) = known {
            for (file, found) in [("model.safetensors", &hashes.weights), ("tokenizer.json", &hashes.tokenizer)] {
                if known.files.iter().any(|known| known.path == file && known.sha256 != *found) {
                    return Err(Error::AlteredModel { path: path.join(file) });
                }
            }
        }
        let identity = folder.identity(&hashes);
        Ok(Self { identity, tokenizer: tokenizer?, encoder: Box::new(encoder?), folder })
    }

    /// What the embeddings of this model are labelled with.
    pub fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    /// Dimension of the embeddings.
    pub fn dim(&self) -> usize {
        self.encoder.dim()
    }

    /// The folder that was loaded.
    pub fn folder(&self) -> &ModelFolder {
        &self.folder
    }

    /// Embeds one text.
    ///
    /// # Errors
    /// [`Error::EmptyText`] when it holds only white space.
    pub fn embed_one(&self, text: &str, side: Side) -> Result<Embedding> {
        let mut embeddings = self.embed(&[text], side, &|_| ())?;
        embeddings.pop().ok_or(Error::EmptyText)
    }

    /// Embeds texts, in their order, on all cores; `progress` is told, from any thread, of every few more that are done.
    ///
    /// # Errors
    /// [`Error::EmptyText`] when one of the texts holds only white space; nothing is embedded then.
    pub fn embed(&self, texts: &[&str], side: Side, progress: &(dyn Fn(usize) + Sync)) -> Result<Vec<Embedding>> {
        if texts.iter().any(|text| text.trim().is_empty()) {
            return Err(Error::EmptyText);
        }
        let prompt = match side {
            Side::Paper => &self.folder.prompts.paper,
            Side::Query => &self.folder.prompts.query,
        };
        let tokens = self.tokenizer.encode(texts.iter().map(|text| format!("{prompt}{text}")).collect())?;
        let batches = batches(&tokens);
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<Option<Embedding>>> = Mutex::new(vec![None; texts.len()]);
        let work = || -> Result<()> {
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                let of_batch: Vec<&[u32]> = batch.iter().map(|&index| tokens[index].as_slice()).collect();
                let embeddings =
                    self.encoder.encode(&of_batch)?.into_iter().map(Embedding::new).collect::<Result<Vec<_>>>()?;
                let mut results = results.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                for (&index, embedding) in batch.iter().zip(embeddings) {
                    results[index] = Some(embedding);
                }
                drop(results);
                progress(batch.len());
            }
            Ok(())
        };
        let workers = rayon::current_num_threads().min(batches.len());
        if workers <= 1 {
            work()?;
        } else {
            // Threads of their own, not rayon's: a worker must not steal another's batch in the midst of its own.
            std::thread::scope(|scope| {
                let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
                handles.into_iter().try_for_each(|handle| match handle.join() {
                    Ok(result) => result,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
            })?;
        }
        let results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Every index is in a batch and every batch was taken, so nothing is missing.
        Ok(results.into_iter().flatten().collect())
    }

    /// Number of tokens that each text would cost, after truncation; what benches divide by.
    pub fn count_tokens(&self, texts: &[&str]) -> Result<usize> {
        let tokens = self.tokenizer.encode(texts.iter().map(|text| text.to_string()).collect())?;
        Ok(tokens.iter().map(Vec::len).sum())
    }
}

/// Groups texts (their indices) into batches of at most [`BATCH_TOKENS`] tokens, or of one text; the longest first, so
/// that the workers finish together.
fn batches(tokens: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..tokens.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(tokens[index].len()), index));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for index in order {
        let length = tokens[index].len();
        match batches.last_mut() {
            Some(batch) if length <= room => {
                batch.push(index);
                room -= length;
            }
            _ => {
                batches.push(vec![index]);
                room = BATCH_TOKENS.saturating_sub(length);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn batches_hold_every_text_once_and_keep_to_their_size(
            lengths in prop::collection::vec(1usize..1500, 0..60)
        ) {
            let tokens: Vec<Vec<u32>> = lengths.iter().map(|&length| vec![7; length]).collect();
            let batches = batches(&tokens);
            let mut all: Vec<usize> = batches.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..lengths.len()).collect::<Vec<_>>());
            for batch in &batches {
                let size: usize = batch.iter().map(|&index| lengths[index]).sum();
                prop_assert!(size <= BATCH_TOKENS || batch.len() == 1);
            }
        }
    }
}
