//! Files of papers: one module per format, each turning bytes into [`Paper`](crate::Paper)s as they stream by.
//!
//! From a path to papers: `folder` finds files, `input` opens and unpacks one (`archive` reads zip, `unpacked` has the limits,
//! `encoding` makes it UTF-8), `detect` recognises its format, `reading` hands it to the module of the format, and `output`
//! takes what that module reads.
//!
//! Each format module owns a syntax; `tagged` and `xml` are families. What formats have in common is in one place each:
//! names of fields and shapes of values in `fields`, months and years in `calendar`, one line of text in `lines`, and
//! `organisations`, `pages` and `thesis_degrees`. [`write`](mod@write) writes papers. [`Record`](crate::paper::Record) cleans text.
//!
//! However long a file is, one record of it is in memory, or a bounded number where records explain each other: a batch of
//! a listing, BibTeX's entries that refer to one another, statements of RDF.

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
pub use options::{ReadOptions, ReadSummary};

/// Streams the papers of one file (`-` is standard input) into `sink`, in file order.
///
/// gzip, zstd and zip are recognised by content and read through, and so are encodings other than UTF-8. Without a
/// `format` the content decides, then the name.
///
/// # Errors
///
/// The file as a whole cannot be used: it is missing, a folder, empty, binary, of an unknown format, without a title
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
    let start = first_bytes(&mut reader, path)?;
    let is_archive = archive::claims(&start);
    let reader = std::io::Cursor::new(start).chain(reader);
    if is_archive {
        return archive::read(archive::spooled(reader, path)?, path, options, sink);
    }
    read_input(Input::open(Box::new(reader), path, None)?, path, options, sink)
}

/// Four bytes, or fewer where there are no more; standard input may deliver one at a time.
fn first_bytes(reader: &mut impl Read, path: &Path) -> Result<Vec<u8>> {
    let mut start = Vec::new();
    reader.take(4).read_to_end(&mut start).map_err(Error::io("read", path))?;
    Ok(start)
}

#[cfg(test)]
mod tests;
