//! relata finds related papers on your own machine.

pub mod error;
pub mod formats;
pub mod paper;

pub use error::{Error, Result};
pub use paper::{Paper, PaperId};
