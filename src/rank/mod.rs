//! Scores and orders papers by similarities. Pure: no clock, no randomness, no I/O.
//!
//! A paper is compared with each *probe* (a seed or a text) in three parts. Each part is a similarity: of the vectors
//! of the whole texts, of the vectors of their sentences, and of their terms. [`Weights`] combine the parts, and
//! [`profile`] combines the scores of many seeds. [`facets`] weights sentences by their purpose. [`mmr`] and
//! [`recency`] reorder on request, and [`dislike`] lowers papers like disliked ones. [`calibration`] finds which
//! similarity is close in a library, and [`confidence`] whether the first answer to a text is right. [`clusters`]
//! groups many seeds, [`interleave`] alternates between several lists, and [`fusion`] joins lists.

pub mod calibration;
pub mod clusters;
pub mod confidence;
pub mod dislike;
pub mod facets;
pub mod fusion;
pub mod interleave;
pub mod mmr;
pub mod profile;
pub mod recency;
pub mod sentences;
mod weights;

pub use weights::{Pair, Parts, Ranker, Weights, facet_weight, with_facet};
