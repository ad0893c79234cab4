//! The formats that can be read, and their names.

use strum::{Display, EnumMessage, EnumString, IntoStaticStr, VariantArray};

use crate::Error;

/// The formats that can be read. Text parses to a format by any of its names, in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumMessage, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive, parse_err_ty = Error, parse_err_fn = unknown_format)]
pub enum Format {
    /// [JSON Lines](https://jsonlines.org): one object per line.
    #[strum(to_string = "jsonl", serialize = "ndjson")]
    JsonLines,
    /// A JSON array of papers, an object that contains such an array, or a single paper.
    #[strum(to_string = "json", serialize = "csl")]
    Json,
    /// Columns between commas or semicolons ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)), with a header.
    Csv,
    /// Columns between tabs, with a header.
    Tsv,
    /// BibTeX and BibLaTeX.
    #[strum(to_string = "bibtex", serialize = "bib", serialize = "biblatex")]
    Bibtex,
    /// RIS, of reference managers and databases.
    Ris,
    /// MEDLINE's tagged text (nbib), of PubMed.
    #[strum(to_string = "nbib", serialize = "medline", serialize = "pubmed")]
    Nbib,
    /// EndNote's tagged text (enw), also known as refer.
    #[strum(to_string = "enw", serialize = "endnote", serialize = "refer")]
    Enw,
    /// Tagged text of Web of Science.
    #[strum(to_string = "wos", serialize = "isi", serialize = "ciw")]
    Wos,
    /// Tagged text of RefWorks.
    Refworks,
    /// Text of databases at Ovid.
    Ovid,
    /// XML of any of the kinds in `xml`.
    Xml,
    /// Text copied from a paper site's page, three lines per paper.
    Listing,
    /// Parquet, of data sets and data frames.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// All formats.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Its other names, including those of [`ExportFormat`](super::write::ExportFormat).
    pub fn other_names(self) -> impl Iterator<Item = &'static str> {
        self.get_serializations().iter().copied().filter(move |name| *name != self.name())
    }
}

fn unknown_format(name: &str) -> Error {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    Error::InvalidParameter(format!("{name:?} is not a format; the formats are {}", names.join(", ")))
}

/// A sentence that lists the formats that can be read, for messages.
pub(super) fn readable() -> String {
    "relata reads BibTeX (bibtex), RIS (ris), JSON and JSON Lines (json, jsonl), tables with a header (csv, tsv), XML of \
     arXiv, PubMed, EndNote and others (xml), tagged text of PubMed (nbib), EndNote (enw), Web of Science (wos), RefWorks \
     (refworks) and Ovid (ovid), and text copied from a paper site's page (listing), plain or packed with gzip, zstd or zip"
        .to_owned()
}
