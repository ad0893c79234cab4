//! Writes papers to files, with one writer per format. A writer writes each paper immediately and does not keep it in
//! memory.
//!
//! relata reads these files back, except Markdown. Each paper is then the same, except for fields that the format does
//! not have.

pub mod bibtex;
pub mod csl;
pub mod csv;
pub mod json_lines;
pub mod markdown;
pub mod npy;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod ris;
pub(crate) mod visible;
mod writer;

use std::io::{self, Write};
use std::path::Path;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::Error;

use visible::Visible;
pub(crate) use writer::six_decimals;
pub use writer::{PaperWriter, Ranking, VectorWriter};

/// The formats that papers are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive, parse_err_ty = Error, parse_err_fn = unknown_format)]
pub enum ExportFormat {
    /// BibTeX and BibLaTeX; see [`bibtex`].
    #[strum(to_string = "bib")]
    Bibtex,
    /// RIS, for reference managers; see [`ris`].
    Ris,
    /// CSL JSON, for Zotero, Pandoc and others; see [`csl`].
    Csl,
    /// One row per paper; see [`csv`].
    Csv,
    /// One object per paper and line; see [`json_lines`].
    #[strum(to_string = "jsonl")]
    JsonLines,
    /// A list for reading; see [`markdown`].
    #[strum(to_string = "md")]
    Markdown,
}

impl ExportFormat {
    /// All formats.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The file extensions that [`from_extension`](Self::from_extension) accepts, for messages.
    pub const EXTENSIONS: &str = ".bib, .ris, .json (CSL), .csv, .jsonl or .md";

    /// The name on the command line, which is also the file extension except for CSL.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The format of a file by its extension, in upper or lower case; `None` for an unknown extension.
    pub fn from_extension(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "bib" | "bibtex" => Some(Self::Bibtex),
            "ris" => Some(Self::Ris),
            "json" => Some(Self::Csl),
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// A writer of this format, which writes no control characters and no invisible characters. `out` should be
    /// buffered.
    pub fn writer<'w>(self, out: impl Write + 'w) -> Box<dyn PaperWriter + 'w> {
        match self {
            Self::Bibtex => Box::new(bibtex::BibtexWriter::new(Visible::text(out))),
            Self::Ris => Box::new(ris::RisWriter::new(Visible::text(out))),
            Self::Csl => Box::new(csl::CslWriter::new(Visible::json(out))),
            Self::Csv => Box::new(csv::CsvWriter::new(Visible::text(out))),
            Self::JsonLines => Box::new(json_lines::JsonLinesWriter::new(Visible::json(out))),
            Self::Markdown => Box::new(markdown::MarkdownWriter::new(Visible::text(out))),
        }
    }
}

fn unknown_format(name: &str) -> Error {
    let names: Vec<&str> = ExportFormat::ALL.iter().map(|format| format.name()).collect();
    Error::InvalidParameter(format!("unknown format {name:?}; papers can be written as {}", names.join(", ")))
}

/// The formats that vectors are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum VectorFormat {
    /// A matrix for NumPy; see [`npy`].
    Npy,
    /// A table with ids and titles; see [`parquet`].
    #[cfg(feature = "parquet")]
    Parquet,
}

impl VectorFormat {
    /// The file extensions that [`from_extension`](Self::from_extension) accepts, for messages.
    pub const EXTENSIONS: &str = if cfg!(feature = "parquet") { ".npy or .parquet" } else { ".npy" };

    /// The format of a file by its extension, in upper or lower case; `None` for an unknown extension.
    pub fn from_extension(path: &Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok()
    }

    /// A writer of this format for `rows` vectors of `dim` numbers. `out` should be buffered.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn writer<'w>(
        self,
        out: impl Write + Send + 'w,
        rows: u64,
        dim: usize,
    ) -> io::Result<Box<dyn VectorWriter + 'w>> {
        Ok(match self {
            Self::Npy => Box::new(npy::NpyWriter::new(out, rows, dim)?),
            #[cfg(feature = "parquet")]
            Self::Parquet => Box::new(parquet::ParquetWriter::new(out)?),
        })
    }
}

#[cfg(test)]
mod tests;
