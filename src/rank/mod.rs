//! Scores and orders papers by similarities. Pure: no clock, no randomness, no I/O.
//!
//! A paper is compared with each *probe* (a seed, or a text) in three parts, each a similarity: vectors of the whole texts,
//! vectors of their sentences, shared terms. [`Weights`] combine the parts, and [`profile`] the scores of many seeds.
//! [`facets`] weights sentences by their purpose. [`mmr`] and [`recency`] reorder on request. [`calibration`] finds what
//! similarity is close in a library. [`clusters`] groups many seeds, and [`interleave`] alternates between several lists.

pub mod calibration;
pub mod clusters;
pub mod facets;
pub mod interleave;
pub mod mmr;
pub mod profile;
pub mod recency;
pub mod sentences;
mod weights;

pub use weights::{Pair, Parts, Ranker, Weights, facet_weight};

/// The share of the similarity to a disliked paper that is subtracted from a score. A paper that is as similar to disliked
/// papers as to liked ones keeps half its score, so papers that resemble only the liked ones come first.
pub const DISLIKE: f32 = 0.5;
