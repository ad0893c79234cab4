//! Products of matrices (GEMM) in bf16 and in bytes, with results in f32.
//!
//! The left side of a product is [`Rows`](packed::Rows). The right side is a [`Packed`](packed::Packed) matrix, which
//! is packed once for the fastest [`Kernels`](kernels::Kernels) of this machine: the tiles of this crate, or numkong.

pub(crate) mod casts;
pub(crate) mod kernels;
pub(crate) mod lanes;
mod numkong;
pub(crate) mod operands;
pub(crate) mod packed;
pub(crate) mod panels;
mod portable;
pub(crate) mod tile;
