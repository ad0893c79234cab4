//! What every encoder can do, whatever its arithmetic.

use crate::Result;

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
