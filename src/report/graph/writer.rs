//! What every format writes: nodes, then edges.

use std::io;

use crate::paper::Paper;

/// Two papers that are near each other, by their ids.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeOf<'a> {
    /// The paper that has the other one among its nearest.
    pub source: &'a str,
    /// The other one.
    pub target: &'a str,
    /// Cosine similarity, -1 to 1.
    pub weight: f32,
    /// Whether each is among the nearest of the other.
    pub is_mutual: bool,
}

/// Writes a graph. A table of papers ignores edges, and a table of edges ignores papers.
pub trait GraphWriter {
    /// Writes a paper; all papers come before all edges.
    fn node(&mut self, _: &Paper) -> io::Result<()> {
        Ok(())
    }

    /// Writes an edge.
    fn edge(&mut self, _: EdgeOf) -> io::Result<()> {
        Ok(())
    }

    /// Writes the end, and flushes; called once.
    fn finish(&mut self) -> io::Result<()>;
}

/// All decimals that single precision holds of a cosine.
pub(super) fn rounded(weight: f32) -> f64 {
    crate::formats::write::six_decimals(weight)
}
