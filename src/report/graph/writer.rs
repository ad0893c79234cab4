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
    /// Whether it is so both ways.
    pub is_mutual: bool,
}

/// Writes a graph.
pub trait GraphWriter {
    /// One more paper, before all edges. Formats that have edges alone leave it out.
    fn node(&mut self, paper: &Paper) -> io::Result<()>;

    /// One more edge.
    fn edge(&mut self, edge: EdgeOf) -> io::Result<()>;

    /// What stands behind the last; called once. Flushes.
    fn finish(&mut self) -> io::Result<()>;
}

/// Decimals that say all that single precision holds of a cosine, and none that arithmetic made up.
pub(super) fn rounded(weight: f32) -> f64 {
    crate::formats::write::six_decimals(weight)
}
