//! Reads and writes files of papers. Each format has a module that turns bytes into [`Paper`](crate::Paper)s while they
//! are read.
//!
//! The way from a path to papers: `folder` finds files. `input` opens and unpacks a file (`archive` reads zip,
//! `unpacked` has the limits, `encoding` converts to UTF-8). `detect` recognises its format, `reading` calls the module
//! of the format, and `output` receives the records.
//!
//! Each format module parses one syntax; `tagged` and `xml` have several formats each. The formats share `fields`
//! (names of fields, shapes of values), `calendar` (months and years), `lines` (single lines of text), `organisations`,
//! `pages` and `thesis_degrees`. [`write`](mod@write) writes papers. [`Record`](crate::paper::Record) cleans texts.
//!
//! Memory does not grow with the length of a file. One record is in memory at a time, or a bounded number if records
//! depend on each other: a batch of a listing, BibTeX entries that refer to one another, statements of RDF.

mod archive;
mod bibtex;
mod calendar;
mod delimited;
mod detect;
mod encoding;
mod fields;
mod folder;
mod format;
mod input;
mod item;
mod json;
mod json_lines;
mod limits;
mod lines;
mod listing;
mod options;
mod organisations;
mod output;
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod reading;
mod tagged;
mod thesis_degrees;
mod unpacked;
pub mod write;
mod xml;

use std::io::{Read, Seek};
use std::path::Path;

use crate::{Error, Result};
use input::Input;
use limits::unusable;
#[cfg(feature = "parquet")]
use output::Output;
use reading::read_input;

pub(crate) use archive::listed;
pub use detect::{detect_format, has_known_extension};
pub(crate) use encoding::decode_text;
pub use fields::FieldMap;
pub use folder::{Contents, contents_of};
pub use format::Format;
pub use item::{Item, Notice, Place, Problem};
pub use limits::MAX_RECORD_BYTES;
pub(crate) use limits::{LimitedLines, read_whole};
pub use options::{ReadOptions, ReadSummary};

/// Reads the papers of one file (`-` is standard input) and passes them to `sink`, in file order.
///
/// gzip, zstd, zip and encodings other than UTF-8 are recognised by content and decoded. If the options have no format,
/// the content decides, then the name.
///
/// # Errors
///
/// Fails if the file as a whole cannot be used: it is missing, a folder, empty, binary or in an unknown format. Also
/// fails if it lacks a title column or a column that the options map. An error of the sink ends the reading and is
/// returned. A bad record is not an error; it becomes an [`Item::Problem`].
pub fn read(path: &Path, options: &ReadOptions, sink: &mut dyn FnMut(Item) -> Result<()>) -> Result<ReadSummary> {
    if path.as_os_str() == "-" {
        return read_from(std::io::stdin().lock(), path, options, sink);
    }
    if path.is_dir() {
        return Err(unusable(path, "is a folder; use the files in it"));
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
    // A pipe cannot be rewound.
    if file.stream_position().is_ok() {
        let start = first_bytes(&mut file, path)?;
        file.rewind().map_err(Error::io("read", path))?;
        if archive::claims(&start) {
            return archive::read(file, path, options, sink);
        }
    }
    read_from(file, path, options, sink)
}

/// As [`read`], from any reader. `path` is used in places and messages; its extension helps to detect the format.
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
    let start = first_bytes(&mut reader, path)?;
    let is_archive = archive::claims(&start);
    let reader = std::io::Cursor::new(start).chain(reader);
    if is_archive {
        return archive::read(archive::copied_to_temporary_file(reader, path)?, path, options, sink);
    }
    read_input(Input::open(Box::new(reader), path, None)?, path, options, sink)
}

/// Returns the first four bytes, or fewer if there are no more. A single read of standard input may return only one.
fn first_bytes(reader: &mut impl Read, path: &Path) -> Result<Vec<u8>> {
    let mut start = Vec::new();
    reader.take(4).read_to_end(&mut start).map_err(Error::io("read", path))?;
    Ok(start)
}

#[cfg(test)]
mod tests;
