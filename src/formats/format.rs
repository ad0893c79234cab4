//! The formats that can be read, and what they are called.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// [JSON Lines](https://jsonlines.org): one object per line.
    JsonLines,
    /// One JSON array of papers, an object that holds one, or a paper.
    Json,
    /// Columns between commas or semicolons ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)), with a header.
    Csv,
    /// Columns between tabs, with a header.
    Tsv,
    /// BibTeX and BibLaTeX.
    Bibtex,
    /// RIS, of reference managers and databases.
    Ris,
    /// MEDLINE's tagged text (nbib), of PubMed.
    Nbib,
    /// EndNote's tagged text (enw), also known as refer.
    Enw,
    /// Tagged text of Web of Science.
    Wos,
    /// Tagged text of RefWorks.
    Refworks,
    /// Text of databases at Ovid.
    Ovid,
    /// XML of any of the kinds in `xml`.
    Xml,
    /// Text copied from the page of a paper site, three lines to a paper.
    Listing,
    /// Parquet, of data sets and data frames.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 13 + cfg!(feature = "parquet") as usize] = [
        Self::JsonLines,
        Self::Json,
        Self::Csv,
        Self::Tsv,
        Self::Bibtex,
        Self::Ris,
        Self::Nbib,
        Self::Enw,
        Self::Wos,
        Self::Refworks,
        Self::Ovid,
        Self::Xml,
        Self::Listing,
        #[cfg(feature = "parquet")]
        Self::Parquet,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Bibtex => "bibtex",
            Self::Ris => "ris",
            Self::Nbib => "nbib",
            Self::Enw => "enw",
            Self::Wos => "wos",
            Self::Refworks => "refworks",
            Self::Ovid => "ovid",
            Self::Xml => "xml",
            Self::Listing => "listing",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
        }
    }

    /// What else it is called, also by [`ExportFormat`](super::write::ExportFormat).
    pub fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::JsonLines => &["ndjson"],
            Self::Json => &["csl"],
            Self::Bibtex => &["bib", "biblatex"],
            Self::Nbib => &["medline", "pubmed"],
            Self::Enw => &["endnote", "refer"],
            Self::Wos => &["isi", "ciw"],
            _ => &[],
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let is_called = |format: &Self| {
            let mut names = [format.name()].into_iter().chain(format.other_names().iter().copied());
            names.any(|known| known.eq_ignore_ascii_case(name.trim()))
        };
        let found = Self::ALL.into_iter().find(is_called);
        found.ok_or_else(|| {
            Error::InvalidParameter(format!(
                "no format is called {name:?}; there are {}",
                Self::ALL.map(Self::name).join(", ")
            ))
        })
    }
}

/// What can be read, for messages.
pub(super) fn readable() -> String {
    "relata reads BibTeX (bibtex), RIS (ris), JSON and JSON Lines (json, jsonl), tables with a header (csv, tsv), XML of \
     arXiv, PubMed, EndNote and others (xml), tagged text of PubMed (nbib), EndNote (enw), Web of Science (wos), RefWorks \
     (refworks) and Ovid (ovid), and text copied from a paper site's page (listing), plain or packed with gzip, zstd or zip"
        .to_owned()
}
