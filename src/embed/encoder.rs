//! The interface of every encoder, whatever its arithmetic.

use crate::Result;

/// Runs a transformer on token ids.
pub(super) trait Encoder: Send + Sync {
    /// Dimension of the vectors.
    fn dim(&self) -> usize;

    /// Returns a worker with buffers for the calling thread. The thread keeps the worker while it encodes.
    fn worker(&self) -> Box<dyn Worker + '_>;
}

/// An encoder on one thread.
pub(super) trait Worker {
    /// Returns the vectors of all tokens of the texts, in order, as rows of [`dim`](Encoder::dim) numbers. Each text
    /// must have at least one token. A text's vectors do not depend on the other texts.
    fn encode(&mut self, texts: &[&[u32]]) -> Result<&[f32]>;
}
