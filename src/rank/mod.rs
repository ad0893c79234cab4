//! From similarities to an order. Pure: no clock, no randomness, no I/O.
//!
//! A paper is compared with each *probe* (a seed, or a text) in three parts, each a similarity: the whole texts' vectors,
//! the vectors of their sentences, and the terms that they share. [`Weights`] make one score of them; [`profile`] makes
//! one of many seeds; [`facets`] says which sentences count when papers are to be alike in one respect; [`mmr`] and
//! [`recency`] change the order on request; [`calibration`] says what a similarity means in a library. [`clusters`] finds
//! what belongs together among many seeds, and [`turns`] shares one list among several.

pub mod calibration;
pub mod clusters;
pub mod facets;
pub mod mmr;
pub mod profile;
pub mod recency;
pub mod sentences;
pub mod turns;
mod weights;

pub use weights::{Pair, Parts, Ranker, Weights, facet_weight};

/// How much of its similarity to a disliked paper is taken off a paper's score. With half, a paper that is as near to
/// what is disliked as to what is liked keeps half its score, so what resembles the liked alone stays before it.
pub const DISLIKE: f32 = 0.5;
