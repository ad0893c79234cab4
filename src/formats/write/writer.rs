//! The traits of writers, and how all of them write scores.

use std::io;

use crate::paper::Paper;

/// Writes papers one after the other.
pub trait PaperWriter {
    /// Writes one paper.
    fn paper(&mut self, paper: &Paper) -> io::Result<()>;

    /// Writes one paper with its place in the answer to a question. Formats without a field for that leave it out.
    fn found(&mut self, _standing: Standing, paper: &Paper) -> io::Result<()> {
        self.paper(paper)
    }

    /// Ends the file and flushes; to be called once, after the last.
    fn finish(&mut self) -> io::Result<()>;
}

/// The place of a paper in the answer to a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// From 1.
    pub rank: usize,
    /// What results are ordered by, greatest first.
    pub score: f32,
    /// Cosine similarity to the question, -1 to 1.
    pub similarity: f32,
}

/// Writes vectors of papers one after the other, one per paper and all of one length.
pub trait VectorWriter {
    /// Writes the vector of one paper.
    fn vector(&mut self, paper: &Paper, vector: &[f32]) -> io::Result<()>;

    /// Ends the file and flushes; to be called once, after the last.
    fn finish(&mut self) -> io::Result<()>;
}

/// A score rounded to six decimals, more than single precision holds reliably.
pub(crate) fn six_decimals(score: f32) -> f64 {
    // Adding zero turns a negative zero into zero.
    (f64::from(score) * 1e6).round() / 1e6 + 0.0
}
