//! Passes an open text to the module that reads its format.

use std::path::Path;

use super::format::Format;
use super::input::Input;
use super::item::Item;
use super::limits::unusable;
use super::options::{ReadOptions, ReadSummary};
use super::output::Output;
use super::{bibtex, delimited, detect, json, json_lines, listing, tagged, xml};
use crate::Result;

/// Reads the papers of an open text and passes them to `sink`.
pub(super) fn read_input(
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
        return Err(unusable(path, format!("is read as {format}; --map is only for tables and JSON, leave it out")));
    }
    let mut output = Output::new(path, sink);
    match format {
        Format::JsonLines => json_lines::read(&mut input, &mut output, map)?,
        Format::Json => json::read(&mut input, &mut output, map)?,
        Format::Csv => delimited::read(&mut input, &mut output, None, map)?,
        Format::Tsv => delimited::read(&mut input, &mut output, Some(b'\t'), map)?,
        Format::Bibtex => bibtex::read(&mut input, &mut output)?,
        Format::Ris | Format::Nbib | Format::Enw | Format::Wos | Format::Refworks | Format::Ovid => {
            tagged::read(format, &mut input, &mut output)?;
        }
        Format::Xml => xml::read(&mut input, &mut output)?,
        Format::Listing => listing::read(&mut input, &mut output)?,
        // Real Parquet files are read before this function is called.
        #[cfg(feature = "parquet")]
        Format::Parquet => return Err(unusable(path, "is not a Parquet file")),
    }
    if let Some((line, reason)) = input.breakage(path)? {
        output.notice_at(line, reason)?;
    }
    if let Some(text) = input.assumed() {
        output.notice(text)?;
    }
    Ok(ReadSummary { format, papers: output.papers, problems: output.problems })
}
