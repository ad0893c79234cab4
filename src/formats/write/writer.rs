//! What every writer can do, and how all of them write scores.

use std::io;

use crate::paper::Paper;

/// Writes papers one after the other.
pub trait PaperWriter {
    /// One more paper.
    fn paper(&mut self, paper: &Paper) -> io::Result<()>;

    /// One more paper, with where it stands in the answer to a question. Formats that have no field for that leave it
    /// out.
    fn found(&mut self, _standing: Standing, paper: &Paper) -> io::Result<()> {
        self.paper(paper)
    }

    /// What stands behind the last; called once. Flushes.
    fn finish(&mut self) -> io::Result<()>;
}

/// Where a paper stands in the answer to a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// From 1.
    pub rank: usize,
    /// What the order goes by, greatest first.
    pub score: f32,
    /// Cosine similarity to what was asked for, -1 to 1.
    pub similarity: f32,
}

/// Writes vectors of papers one after the other, one per paper and all of one length.
pub trait VectorWriter {
    /// One more.
    fn vector(&mut self, paper: &Paper, vector: &[f32]) -> io::Result<()>;

    /// What stands behind the last; called once. Flushes.
    fn finish(&mut self) -> io::Result<()>;
}

/// A score as programs get it: six decimals, more than single precision holds reliably.
pub(crate) fn six_decimals(score: f32) -> f64 {
    // Adding zero turns the negative zero that rounding may leave into zero.
    (f64::from(score) * 1e6).round() / 1e6 + 0.0
}
