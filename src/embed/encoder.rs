//! What every encoder does, whatever its arithmetic.

use crate::Result;

/// Runs a transformer on token ids.
pub(super) trait Encoder: Send + Sync {
    /// Dimension of the vectors.
    fn dim(&self) -> usize;

    /// Buffers for the calling thread, which keeps them while it encodes.
    fn worker(&self) -> Box<dyn Worker + '_>;
}

/// An encoder on one thread.
pub(super) trait Worker {
    /// The vectors of all tokens of the texts, in order: rows of [`dim`](Encoder::dim) numbers. Each text has at least one
    /// token. A text's vectors do not depend on the other texts.
    fn encode(&mut self, texts: &[&[u32]]) -> Result<&[f32]>;
}
