//! Files of papers: one module per format, each turning bytes into [`Paper`]s as they stream by.
//!
//! This module owns the API and the counting; `input` owns opening and unpacking, `detect` tells the formats apart, the
//! format modules own syntax, `field_names`, `fields` and `people` what they share. Cleaning is [`Record`]'s. Nothing here
//! holds more than one record in memory (a listing: one batch), however long the file is.

mod delimited;
mod detect;
mod field_names;
mod fields;
mod input;
mod json;
mod json_lines;
mod lines;
mod listing;
mod people;

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::paper::{Paper, Record};
use crate::{Error, Result};
use input::Input;

/// The largest record that is read: papers with full text stay far below it, so what is larger is no paper, or a file
/// that lost its line ends; holding it would let one bad file take all memory.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// Where in a file something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// The line on which the record starts, from 1; lines of the unpacked text where the file is compressed.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}

/// A record that could not be read; the rest of its file is not concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong and, where there is a remedy, what to do.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

/// What a file holds, piece by piece.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A paper.
    Paper {
        /// Cleaned.
        paper: Box<Paper>,
        /// Where it starts.
        place: Place,
    },
    /// Something that should have been a paper.
    Problem(Problem),
}

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
    /// Text copied from the page of a paper site, three lines to a paper.
    Listing,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::JsonLines, Self::Json, Self::Csv, Self::Tsv, Self::Listing];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Listing => "listing",
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
        let found = Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name.trim()));
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

/// Streams the papers of one file (`-` is standard input) into `sink`, in file order.
///
/// gzip and zstd are recognised by content and read through. Without a `format` the content decides, then the name.
///
/// # Errors
///
/// The file as a whole cannot be used: it is missing, a folder, empty, binary, of no known format, without a title
/// column. An error of the sink ends the reading and is returned. Bad records are [`Item::Problem`]s instead.
pub fn read(path: &Path, format: Option<Format>, sink: &mut dyn FnMut(Item) -> Result<()>) -> Result<ReadSummary> {
    if path.as_os_str() == "-" {
        return read_from(std::io::stdin().lock(), path, format, sink);
    }
    if path.is_dir() {
        return Err(unusable(path, "is a folder; name the files in it"));
    }
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => unusable(path, "there is no such file; check the name"),
        _ => Error::io("read", path)(error),
    })?;
    read_from(file, path, format, sink)
}

/// [`read`] from any reader; `path` names it in places and helps detection.
///
/// # Errors
///
/// As [`read`].
pub fn read_from(
    reader: impl Read,
    path: &Path,
    format: Option<Format>,
    sink: &mut dyn FnMut(Item) -> Result<()>,
) -> Result<ReadSummary> {
    let mut input = Input::open(Box::new(reader), path)?;
    let format = match format {
        Some(format) => format,
        None => detect::detect(input.peek(), path)?,
    };
    let mut output = Output { path, sink, papers: 0, problems: 0 };
    match format {
        Format::JsonLines => json_lines::read(&mut input, &mut output)?,
        Format::Json => json::read(&mut input, &mut output)?,
        Format::Csv => delimited::read(&mut input, &mut output, None)?,
        Format::Tsv => delimited::read(&mut input, &mut output, Some(b'\t'))?,
        Format::Listing => listing::read(&mut input, &mut output)?,
    }
    if let Some((line, reason)) = input.breakage(path)? {
        output.problem(line, reason)?;
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
}

impl Output<'_> {
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

    fn problem(&mut self, line: u64, reason: impl Into<String>) -> Result<()> {
        self.problems += 1;
        let place = Place { path: self.path.to_owned(), line };
        (self.sink)(Item::Problem(Problem { place, reason: reason.into() }))
    }
}

#[cfg(test)]
mod tests;
