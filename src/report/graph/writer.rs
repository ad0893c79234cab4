//! The interface of all writers of graphs.

use std::io;

use crate::paper::Paper;

/// Two papers that are near each other, by their ids.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeOf<'a> {
    /// A paper that has `target` among its nearest papers.
    pub source: &'a str,
    /// One of the nearest papers of `source`.
    pub target: &'a str,
    /// Cosine similarity, -1 to 1.
    pub weight: f32,
    /// Whether `source` is also among the nearest papers of `target`.
    pub is_mutual: bool,
}

/// Writes a graph. A table of papers ignores edges, and a table of edges ignores papers.
pub trait GraphWriter {
    /// Writes a paper. All papers must be written before the edges.
    fn node(&mut self, _: &Paper) -> io::Result<()> {
        Ok(())
    }

    /// Writes an edge.
    fn edge(&mut self, _: EdgeOf) -> io::Result<()> {
        Ok(())
    }

    /// Writes the end, and flushes. Must be called once.
    fn finish(&mut self) -> io::Result<()>;
}

/// Rounds a weight to six decimals. Further decimals of single precision are not reliable.
pub(super) fn rounded(weight: f32) -> f64 {
    crate::formats::write::six_decimals(weight)
}
