//! From texts to embeddings. Knows models, tokens and tensors; does not know what a paper is.
//!
//! `model` reads a model folder, [`store`] finds or fetches one, [`Embedder`] runs it. The arithmetic is behind the
//! [`Encoder`] trait: `fused` on this machine's fastest instructions, `candle` in f32 and on graphics cards.

mod candle;
mod embedder;
mod encoder;
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
mod verify;
mod weights;
mod work;

pub use crate::gemm::kernels::Kernels;
pub use embedder::{EmbedOptions, Embedder, Side};
pub use encoder::{Encoder, Worker};
#[doc(hidden)]
pub use fused::workloads;
pub use model::{MAX_TOKENS, ModelFolder};
pub use pooling::Pooling;
pub use registry::{KnownModel, default_model, known_models};
pub use work::{TEXTS_PER_TASK, Work};
