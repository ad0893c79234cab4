//! [JSON Lines](https://jsonlines.org): every field of a paper under relata's own name; empty fields are left out.
//!
//! Use this format to move papers from one library to another: relata reads the same papers from the file.

use std::io::{self, Write};

use serde::Serialize;

use super::writer::{PaperWriter, Ranking, six_decimals};
use crate::paper::Paper;

/// Writes papers as JSON Lines.
pub struct JsonLinesWriter<W> {
    out: W,
}

/// A paper with its rank and scores. Readers ignore unknown keys, so they can read these objects as papers.
#[derive(Serialize)]
struct Found<'p> {
    rank: usize,
    score: f64,
    similarity: f64,
    #[serde(flatten)]
    paper: &'p Paper,
}

impl<W: Write> JsonLinesWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"\n")
    }
}

impl<W: Write> PaperWriter for JsonLinesWriter<W> {
    fn paper(&mut self, paper: &Paper) -> io::Result<()> {
        self.line(paper)
    }

    fn found(&mut self, standing: Ranking, paper: &Paper) -> io::Result<()> {
        let Ranking { rank, score, similarity } = standing;
        self.line(&Found { rank, score: six_decimals(score), similarity: six_decimals(similarity), paper })
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
