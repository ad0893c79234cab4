//! The formats that can be read, and their names.

use strum::{Display, EnumMessage, EnumString, IntoStaticStr, VariantArray};

use crate::Error;

/// The formats that can be read. Parsing accepts each name of a format, in upper or lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumMessage, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive, parse_err_ty = Error, parse_err_fn = unknown_format)]
pub enum Format {
    /// [JSON Lines](https://jsonlines.org): one object per line.
    #[strum(to_string = "jsonl", serialize = "ndjson")]
    JsonLines,
    /// A JSON array of papers, an object that contains such an array, or a single paper.
    #[strum(to_string = "json", serialize = "csl")]
    Json,
    /// A table with a header and columns between commas, semicolons or vertical bars
    /// ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)).
    Csv,
    /// A table with a header and columns between tabs.
    Tsv,
    /// BibTeX and BibLaTeX.
    #[strum(to_string = "bibtex", serialize = "bib", serialize = "biblatex")]
    Bibtex,
    /// RIS, an export format of reference managers and databases.
    Ris,
    /// PubMed's tagged text (nbib, MEDLINE).
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
    /// Text exports of databases at Ovid.
    Ovid,
    /// XML in any of the dialects that the module `xml` reads.
    Xml,
    /// Text copied from a paper site's page, three lines per paper.
    Listing,
    /// Parquet, a table format of data sets and data frames.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// All formats.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Returns the name of the format on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the other names on the command line, among them those of [`ExportFormat`](super::write::ExportFormat).
    pub fn other_names(self) -> impl Iterator<Item = &'static str> {
        self.get_serializations().iter().copied().filter(move |name| *name != self.name())
    }
}

fn unknown_format(name: &str) -> Error {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    Error::InvalidParameter(format!("{name:?} is not a format; the formats are {}", names.join(", ")))
}

/// Returns a sentence for messages that lists the formats that can be read.
pub(super) fn readable() -> String {
    "relata reads BibTeX (bibtex), RIS (ris), JSON and JSON Lines (json, jsonl), tables with a header (csv, tsv), XML \
     of arXiv, PubMed, EndNote and others (xml), tagged text of PubMed (nbib), EndNote (enw), Web of Science (wos), \
     RefWorks (refworks) and Ovid (ovid), and lists of papers copied from a web page (listing), plain or packed with \
     gzip, zstd or zip"
        .to_owned()
}
