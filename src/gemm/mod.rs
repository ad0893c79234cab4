//! Products of matrices in narrow arithmetic (GEMM), for whoever multiplies many numbers: bf16 and bytes, sums in f32.
//!
//! The left side is rows of words, the right one [`Panels`](panels::Panels) that are packed once; [`tile`] multiplies them.

pub(crate) mod casts;
pub(crate) mod lanes;
pub(crate) mod panels;
pub(crate) mod tile;
