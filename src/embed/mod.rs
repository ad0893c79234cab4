//! Embeds texts: models, tokens and tensors. This module handles only texts, not papers.
//!
//! [`store`] finds or fetches a model, `model` reads its folder, and [`Embedder`] runs it. Two encoders implement the
//! trait `Encoder`: `fused` uses this machine's fastest instructions, `candle` computes in f32 and on graphics cards.

mod candle;
mod embedder;
mod encoder;
mod files;
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
mod tokenizer_file;
mod verify;
mod weights;
mod work;

pub use crate::gemm::kernels::Kernels;
pub use embedder::{EmbedOptions, Embedder, Side};
pub use model::ModelFolder;
pub use pooling::Pooling;
pub use registry::{KnownModel, default_model, known_models};
pub use work::{TEXTS_PER_TASK, Work};
