//! Writes graphs as tables with the column names that Gephi and pandas' `from_pandas_edgelist` expect. One file has a
//! row for each edge, and another file a row for each paper.

use std::io::{self, Write};

use super::writer::{EdgeOf, GraphWriter, rounded};
use crate::formats::write::csv::inert;
use crate::paper::Paper;

/// Writes edges: `source,target,type,weight,mutual`.
pub(super) struct EdgeTable<W: Write>(::csv::Writer<W>);

impl<W: Write> EdgeTable<W> {
    pub(super) fn new(out: W) -> io::Result<Self> {
        let mut table = ::csv::Writer::from_writer(out);
        table.write_record(["source", "target", "type", "weight", "mutual"])?;
        Ok(Self(table))
    }
}

impl<W: Write> GraphWriter for EdgeTable<W> {
    fn edge(&mut self, edge: EdgeOf) -> io::Result<()> {
        Ok(self.0.serialize((edge.source, edge.target, "Undirected", rounded(edge.weight), edge.is_mutual))?)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes papers: `id,label,authors,year,venue`, with the title as label.
pub struct NodeTable<W: Write>(::csv::Writer<W>);

impl<W: Write> NodeTable<W> {
    /// Begins a table.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(out: W) -> io::Result<Self> {
        let mut table = ::csv::Writer::from_writer(out);
        table.write_record(["id", "label", "authors", "year", "venue"])?;
        Ok(Self(table))
    }
}

impl<W: Write> GraphWriter for NodeTable<W> {
    fn node(&mut self, paper: &Paper) -> io::Result<()> {
        let (authors, venue) = (paper.authors.join("; "), paper.venue.as_deref().unwrap_or_default());
        // Edges refer to the id, so it is not changed. Spreadsheets must not run the other texts as formulas.
        Ok(self.0.serialize((paper.id.as_str(), inert(&paper.title), inert(&authors), paper.year, inert(venue)))?)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
