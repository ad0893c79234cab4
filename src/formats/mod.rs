//! Files of papers: one module per format, each turning bytes into [`Paper`](crate::Paper)s as they stream by.
//!
//! This module owns the API and the counting. `input` opens and unpacks (`unpacked` sets the limits, `archive` is zip,
//! `encoding` all that is not UTF-8, `lines` what is one line), `folder` finds files, `detect` tells the formats apart.
//!
//! The format modules own syntax; `tagged` and `xml` are whole families. What formats say alike is understood in one
//! place each: the names of fields and the shapes of values in `fields`, months and years in `calendar`, and
//! `organisations`, `pages` and `theses`. `write` gives papers back. Cleaning is [`Record`]'s.
//!
//! However long a file is, one record of it is held in memory, and a bounded number where records explain each other: a
//! batch of a listing, BibTeX's entries that refer to one another, statements of RDF.

mod archive;
mod bibtex;
mod calendar;
mod delimited;
mod detect;
mod encoding;
mod fields;
mod folder;
mod input;
mod item;
mod json;
mod json_lines;
mod lines;
mod listing;
mod organisations;
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod tagged;
mod theses;
mod unpacked;
pub mod write;
mod xml;

use std::fmt;
use std::io::{Read, Seek};
use std::path::Path;
use std::str::FromStr;

use crate::paper::Record;
use crate::{Error, Result};
pub use fields::FieldMap;
use input::Input;

pub(crate) use archive::listed;
pub use detect::{detected, has_ending};
pub(crate) use encoding::decoded;
pub use folder::{Contents, contents_of};
pub use item::{Item, Notice, Place, Problem};

/// The largest record that is read: papers with full text stay far below it, so what is larger is no paper, or a file
/// that lost its line ends; holding it would let one bad file take all memory.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

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

    /// What else it is called, also by [`write::ExportFormat`].
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

/// What reading a file came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadSummary {
    /// As detected or forced.
    pub format: Format,
    /// Papers given to the sink.
    pub papers: u64,
    /// Problems given to the sink.
    pub problems: u64,
}

/// How to read a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// The format; without one the content decides, then the name.
    pub format: Option<Format>,
    /// Which columns of tables and fields of JSON hold what, where their names do not say it.
    pub map: FieldMap,
}

impl From<Option<Format>> for ReadOptions {
    fn from(format: Option<Format>) -> Self {
        Self { format, ..Self::default() }
    }
}

/// Streams the papers of one file (`-` is standard input) into `sink`, in file order.
///
/// gzip, zstd and zip are recognised by content and read through, and so are encodings other than UTF-8. Without a
/// `format` the content decides, then the name.
///
/// # Errors
///
/// The file as a whole cannot be used: it is missing, a folder, empty, binary, of no known format, without a title
/// column, without a column that the options name. An error of the sink ends the reading and is returned. Bad records
/// are [`Item::Problem`]s instead.
pub fn read(path: &Path, options: &ReadOptions, sink: &mut dyn FnMut(Item) -> Result<()>) -> Result<ReadSummary> {
    if path.as_os_str() == "-" {
        return read_from(std::io::stdin().lock(), path, options, sink);
    }
    if path.is_dir() {
        return Err(unusable(path, "is a folder; name the files in it"));
    }
    let mut file = std::fs::File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => unusable(path, "there is no such file; check the name"),
        _ => Error::io("read", path)(error),
    })?;
    #[cfg(feature = "parquet")]
    if options.format.is_none_or(|format| format == Format::Parquet)
        && parquet::claims(&mut file).map_err(Error::io("read", path))?
    {
        let mut output = Output::new(path, sink);
        parquet::read(file, &mut output, &options.map)?;
        return Ok(ReadSummary { format: Format::Parquet, papers: output.papers, problems: output.problems });
    }
    // What cannot be wound back is a pipe, and read as one.
    if file.stream_position().is_err() {
        return read_from(file, path, options, sink);
    }
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic).map_err(Error::io("read", path))?;
    file.rewind().map_err(Error::io("read", path))?;
    if archive::MAGIC.contains(&magic.as_slice()) {
        return archive::read(file, path, options, sink);
    }
    read_input(Input::open(Box::new(file), path)?, path, options, sink)
}

/// [`read`] from any reader; `path` names it in places and helps detection.
///
/// # Errors
///
/// As [`read`].
pub fn read_from(
    mut reader: impl Read,
    path: &Path,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> Result<()>,
) -> Result<ReadSummary> {
    let mut magic = Vec::new();
    // Standard input may deliver a byte at a time.
    reader.by_ref().take(4).read_to_end(&mut magic).map_err(Error::io("read", path))?;
    let is_archive = archive::MAGIC.contains(&magic.as_slice());
    let reader = std::io::Cursor::new(magic).chain(reader);
    if is_archive {
        return archive::read(archive::spooled(reader, path)?, path, options, sink);
    }
    read_input(Input::open(Box::new(reader), path)?, path, options, sink)
}

/// Reads what is open.
fn read_input(
    mut input: Input,
    path: &Path,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> Result<()>,
) -> Result<ReadSummary> {
    let format = match options.format {
        Some(format) => format,
        None => detect::detect(input.peek(), path)?,
    };
    let map = &options.map;
    if !map.is_empty() && !matches!(format, Format::Json | Format::JsonLines | Format::Csv | Format::Tsv) {
        return Err(unusable(path, format!("is read as {format}, and --map is for tables and JSON; leave it out")));
    }
    let mut output = Output::new(path, sink);
    match format {
        Format::JsonLines => json_lines::read(&mut input, &mut output, map)?,
        Format::Json => json::read(&mut input, &mut output, map)?,
        Format::Csv => delimited::read(&mut input, &mut output, None, map)?,
        Format::Tsv => delimited::read(&mut input, &mut output, Some(b'\t'), map)?,
        Format::Bibtex => bibtex::read(&mut input, &mut output)?,
        Format::Ris => tagged::ris::read(&mut input, &mut output)?,
        Format::Nbib => tagged::nbib::read(&mut input, &mut output)?,
        Format::Enw => tagged::enw::read(&mut input, &mut output)?,
        Format::Wos => tagged::wos::read(&mut input, &mut output)?,
        Format::Refworks => tagged::refworks::read(&mut input, &mut output)?,
        Format::Ovid => tagged::ovid::read(&mut input, &mut output)?,
        Format::Xml => xml::read(&mut input, &mut output)?,
        Format::Listing => listing::read(&mut input, &mut output)?,
        // A file of Parquet is not text, and is read before this; what has come here is none.
        #[cfg(feature = "parquet")]
        Format::Parquet => return Err(unusable(path, "is no Parquet file")),
    }
    if let Some((line, reason)) = input.breakage(path)? {
        output.notice_at(line, reason)?;
    }
    if let Some(text) = input.assumed() {
        output.notice(text)?;
    }
    Ok(ReadSummary { format, papers: output.papers, problems: output.problems })
}

fn unusable(path: &Path, reason: impl Into<String>) -> Error {
    Error::Input { path: path.to_owned(), reason: reason.into() }
}

/// Where the format modules put what they read.
struct Output<'a> {
    path: &'a Path,
    sink: &'a mut dyn FnMut(Item) -> Result<()>,
    papers: u64,
    problems: u64,
    /// Those of a place in the file.
    notices: u64,
}

impl<'a> Output<'a> {
    fn new(path: &'a Path, sink: &'a mut dyn FnMut(Item) -> Result<()>) -> Self {
        Self { path, sink, papers: 0, problems: 0, notices: 0 }
    }
    /// A record that starts on `line`: a paper, or a problem if it lacks what a paper needs.
    fn record(&mut self, line: u64, record: Record) -> Result<()> {
        match record.into_paper() {
            Ok(paper) => {
                self.papers += 1;
                let place = Place { path: self.path.to_owned(), line };
                (self.sink)(Item::Paper { paper: Box::new(paper), place })
            }
            Err(rejection) => self.problem(line, rejection.to_string()),
        }
    }

    /// What is to be known of the file as a whole.
    fn notice(&mut self, text: String) -> Result<()> {
        (self.sink)(Item::Notice(Notice { path: self.path.to_owned(), line: None, text }))
    }

    /// What is to be known of a place in the file, and is not about one record: how many were lost there, if any, is
    /// not known.
    fn notice_at(&mut self, line: u64, text: impl Into<String>) -> Result<()> {
        self.notices += 1;
        (self.sink)(Item::Notice(Notice { path: self.path.to_owned(), line: Some(line), text: text.into() }))
    }

    /// A record that could not be read.
    fn problem(&mut self, line: u64, reason: impl Into<String>) -> Result<()> {
        self.problems += 1;
        let place = Place { path: self.path.to_owned(), line };
        (self.sink)(Item::Problem(Problem { place, reason: reason.into() }))
    }
}

#[cfg(test)]
mod tests;
