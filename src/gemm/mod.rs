//! Products of matrices (GEMM) in bf16 and in bytes, with results in f32.
//!
//! The left side of a product is [`Rows`](packed::Rows). The right side is a [`Packed`](packed::Packed) matrix, which
//! is packed once for the fastest [`Kernels`](kernels::Kernels) of this machine: the tiles of this crate, or numkong.

#[forbid(unsafe_code)]
pub(crate) mod casts;
#[forbid(unsafe_code)]
pub(crate) mod kernels;
#[forbid(unsafe_code)]
pub(crate) mod lanes;
mod numkong;
#[forbid(unsafe_code)]
pub(crate) mod operands;
#[forbid(unsafe_code)]
pub(crate) mod packed;
pub(crate) mod panels;
#[forbid(unsafe_code)]
mod portable;
pub(crate) mod tile;
