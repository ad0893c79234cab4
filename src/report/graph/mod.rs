//! Graphs of papers as files for Gephi, networkx, igraph and others. Each format has a writer, which takes nodes, then
//! edges, one at a time.

mod csv;
mod graphml;
#[cfg(feature = "parquet")]
mod parquet;
mod writer;

use std::io::{self, Write};
use std::path::Path;

use strum::EnumString;

pub use csv::NodeTable;
pub use writer::{EdgeOf, GraphWriter};

/// The formats in which a graph can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum GraphFormat {
    /// [GraphML](http://graphml.graphdrawing.org/specification.html): papers and edges.
    #[strum(serialize = "graphml", serialize = "xml")]
    GraphMl,
    /// A row for each edge.
    Csv,
    /// The same table as Parquet.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl GraphFormat {
    /// The file extensions that [`from_extension`](Self::from_extension) accepts, for messages.
    pub const EXTENSIONS: &str =
        if cfg!(feature = "parquet") { ".graphml, .csv or .parquet" } else { ".graphml or .csv" };

    /// The format for a file's extension, in upper or lower case; `None` for an unknown extension.
    pub fn from_extension(path: &Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok()
    }

    /// A writer of this format. `out` should be buffered.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn writer<'w>(self, out: impl Write + Send + 'w) -> io::Result<Box<dyn GraphWriter + 'w>> {
        Ok(match self {
            Self::GraphMl => Box::new(graphml::GraphMlWriter::new(out)?),
            Self::Csv => Box::new(csv::EdgeTable::new(out)?),
            #[cfg(feature = "parquet")]
            Self::Parquet => Box::new(parquet::EdgeTable::new(out)?),
        })
    }
}

#[cfg(test)]
mod tests;
