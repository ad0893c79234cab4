//! Embeds texts: models, tokens and tensors. This module handles only texts, not papers.
//!
//! [`store`] finds or fetches a model, `model` reads its folder, and [`Embedder`] runs it. Two encoders implement the
//! trait `Encoder`: `fused` uses this machine's fastest instructions, `candle` computes in f32 and on graphics cards.

#[forbid(unsafe_code)]
mod candle;
#[forbid(unsafe_code)]
mod embedder;
#[forbid(unsafe_code)]
mod encoder;
mod files;
#[forbid(unsafe_code)]
mod fused;
#[forbid(unsafe_code)]
mod hub;
#[forbid(unsafe_code)]
mod kernels;
#[forbid(unsafe_code)]
mod model;
#[forbid(unsafe_code)]
mod pip;
#[forbid(unsafe_code)]
mod pooling;
#[forbid(unsafe_code)]
mod registry;
#[forbid(unsafe_code)]
mod sentences;
#[forbid(unsafe_code)]
pub mod store;
#[forbid(unsafe_code)]
mod tokenize;
#[forbid(unsafe_code)]
mod tokenizer_file;
#[forbid(unsafe_code)]
mod verify;
mod weights;
#[forbid(unsafe_code)]
mod work;

pub use crate::gemm::kernels::Kernels;
pub use embedder::{EmbedOptions, Embedder, Side};
pub use model::ModelFolder;
pub use pooling::Pooling;
pub use registry::{KnownModel, default_model, known_models};
pub use work::{TEXTS_PER_TASK, Work};
