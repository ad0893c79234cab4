//! Writes graphs as tables with the column names that Gephi and pandas' `from_pandas_edgelist` expect. One file has a
//! row for each edge, and another file a row for each paper.
//!
//! An id that spreadsheets would run as a formula gets the same apostrophe in both files, so edges still lead to papers.

use std::io::{self, Write};

use super::writer::{EdgeOf, GraphWriter, rounded};
use crate::formats::write::csv::inert;
use crate::formats::write::visible::Visible;
use crate::paper::Paper;

/// Writes edges: `source,target,type,weight,mutual`.
pub(super) struct EdgeTable<W: Write>(::csv::Writer<Visible<W>>);

impl<W: Write> EdgeTable<W> {
    pub(super) fn new(out: W) -> io::Result<Self> {
        let mut table = ::csv::Writer::from_writer(Visible::text(out));
        table.write_record(["source", "target", "type", "weight", "mutual"])?;
        Ok(Self(table))
    }
}

impl<W: Write> GraphWriter for EdgeTable<W> {
    fn edge(&mut self, edge: EdgeOf) -> io::Result<()> {
        Ok(self.0.serialize((
            inert(edge.source),
            inert(edge.target),
            "Undirected",
            rounded(edge.weight),
            edge.is_mutual,
        ))?)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes papers: `id,label,authors,year,venue`, with the title as label.
pub struct NodeTable<W: Write>(::csv::Writer<Visible<W>>);

impl<W: Write> NodeTable<W> {
    /// Begins a table.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(out: W) -> io::Result<Self> {
        let mut table = ::csv::Writer::from_writer(Visible::text(out));
        table.write_record(["id", "label", "authors", "year", "venue"])?;
        Ok(Self(table))
    }
}

impl<W: Write> GraphWriter for NodeTable<W> {
    fn node(&mut self, paper: &Paper) -> io::Result<()> {
        let (authors, venue) = (paper.authors.join("; "), paper.venue.as_deref().unwrap_or_default());
        let (id, title) = (inert(paper.id.as_str()), inert(&paper.title));
        Ok(self.0.serialize((id, title, inert(&authors), paper.year, inert(venue)))?)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
