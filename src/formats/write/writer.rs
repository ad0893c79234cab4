//! The traits of writers, and the rounding of scores.

use std::io;

use crate::paper::Paper;

/// Writes papers one after the other.
pub trait PaperWriter {
    /// Writes one paper.
    fn paper(&mut self, paper: &Paper) -> io::Result<()>;

    /// Writes one search result: a paper with its rank and scores. A format without fields for these writes only the
    /// paper.
    fn found(&mut self, _standing: Ranking, paper: &Paper) -> io::Result<()> {
        self.paper(paper)
    }

    /// Ends the file and flushes. Call this once, after the last paper.
    fn finish(&mut self) -> io::Result<()>;
}

/// The rank and the scores of a paper in search results.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranking {
    /// From 1.
    pub rank: usize,
    /// Results are ordered by score, greatest first.
    pub score: f32,
    /// The cosine similarity of the paper to the query, -1 to 1.
    pub similarity: f32,
}

/// Writes vectors of papers one after the other, one per paper and all of one length.
pub trait VectorWriter {
    /// Writes the vector of one paper.
    fn vector(&mut self, paper: &Paper, vector: &[f32]) -> io::Result<()>;

    /// Ends the file and flushes. Call this once, after the last vector.
    fn finish(&mut self) -> io::Result<()>;
}

/// Rounds a score to six decimals. Further decimals of a single-precision number are not reliable.
pub(crate) fn six_decimals(score: f32) -> f64 {
    // Adding zero turns a negative zero into zero.
    (f64::from(score) * 1e6).round() / 1e6 + 0.0
}
