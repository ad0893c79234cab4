//! Tables with the names of columns that Gephi and pandas' `from_pandas_edgelist` go by: a row for each edge, and in
//! another file a row for each paper.

use std::io::{self, Write};

use super::writer::{EdgeOf, GraphWriter, rounded};
use crate::formats::write::csv::inert;
use crate::paper::Paper;

/// Writes edges: `source,target,type,weight,mutual`.
pub(super) struct EdgeTable<W: Write> {
    table: ::csv::Writer<W>,
}

impl<W: Write> EdgeTable<W> {
    /// Begins a table.
    pub(super) fn new(out: W) -> io::Result<Self> {
        let mut table = ::csv::Writer::from_writer(out);
        table.write_record(["source", "target", "type", "weight", "mutual"])?;
        Ok(Self { table })
    }
}

impl<W: Write> GraphWriter for EdgeTable<W> {
    fn node(&mut self, _: &Paper) -> io::Result<()> {
        Ok(())
    }

    fn edge(&mut self, edge: EdgeOf) -> io::Result<()> {
        let (weight, mutual) = (rounded(edge.weight).to_string(), edge.is_mutual.to_string());
        Ok(self.table.write_record([edge.source, edge.target, "Undirected", &weight, &mutual])?)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.table.flush()
    }
}

/// Writes papers: `id,label,authors,year,venue`, with the title as label.
pub struct NodeTable<W: Write> {
    table: ::csv::Writer<W>,
}

impl<W: Write> NodeTable<W> {
    /// Begins a table.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(out: W) -> io::Result<Self> {
        let mut table = ::csv::Writer::from_writer(out);
        table.write_record(["id", "label", "authors", "year", "venue"])?;
        Ok(Self { table })
    }

    /// One more paper.
    ///
    /// # Errors
    /// Those of the file.
    pub fn node(&mut self, paper: &Paper) -> io::Result<()> {
        let year = paper.year.map(|year| year.to_string()).unwrap_or_default();
        let (authors, venue) = (paper.authors.join("; "), paper.venue.as_deref().unwrap_or_default());
        // The id is what edges name; the rest is for reading, in whatever spreadsheet.
        let [title, authors, venue] = [&paper.title, &*authors, venue].map(inert);
        Ok(self.table.write_record([paper.id.as_str(), &*title, &*authors, &*year, &*venue])?)
    }

    /// Flushes.
    ///
    /// # Errors
    /// Those of the file.
    pub fn finish(&mut self) -> io::Result<()> {
        self.table.flush()
    }
}
