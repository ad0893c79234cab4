//! relata finds related papers on your own machine.

pub mod cli;
pub mod embed;
pub mod error;
pub mod formats;
pub mod index;
pub mod library;
pub mod paper;
pub mod rank;
pub mod recommender;
pub mod report;
pub mod search;
pub mod vector;

pub use error::{Error, Result};
pub use paper::{Paper, PaperId};
