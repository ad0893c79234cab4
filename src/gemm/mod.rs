//! Products of matrices (GEMM) in bf16 and in bytes, with results in f32.
//!
//! The left side is [`Rows`](packed::Rows), the right side a [`Packed`](packed::Packed) matrix, packed once for the fastest
//! [`Kernels`](kernels::Kernels) of this machine: the tiles of this crate, or numkong's.

pub(crate) mod casts;
pub(crate) mod kernels;
pub(crate) mod lanes;
mod numkong;
pub(crate) mod operands;
pub(crate) mod packed;
pub(crate) mod panels;
mod portable;
pub(crate) mod tile;
