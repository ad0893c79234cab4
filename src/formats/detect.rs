//! Recognises the format of a file by its first bytes. Its name decides only if the bytes fit several formats or none.

use std::path::Path;

use serde_json::Value;

use super::format::{Format, readable};
use super::limits::unusable;
use super::{bibtex, delimited, fields, listing, tagged, xml};
use crate::Result;

type Claims = fn(&str) -> bool;

/// The checks of the format modules, in the order in which they are tried.
const CLAIMS: [(Format, Claims); 8] = [
    // Before XML, because the first line of an Ovid file looks like an XML tag.
    (Format::Ovid, tagged::ovid::claims),
    (Format::Xml, xml::claims),
    (Format::Nbib, tagged::nbib::claims),
    (Format::Ris, tagged::ris::claims),
    (Format::Wos, tagged::wos::claims),
    (Format::Refworks, tagged::refworks::claims),
    (Format::Enw, tagged::enw::claims),
    (Format::Bibtex, bibtex::claims),
];

/// Returns the format of a file that begins with `start`. Fails if it is unknown.
pub(super) fn detect(start: &[u8], path: &Path) -> Result<Format> {
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start();
    let by_name = by_name(path);
    if let Some(format) = json_or_json_lines(text, by_name) {
        return Ok(format);
    }
    if listing::has_header_line(text) {
        return Ok(Format::Listing);
    }
    if let Some((format, _)) = CLAIMS.iter().find(|(_, claims)| claims(text)) {
        return Ok(*format);
    }
    match (delimited::delimiter(start), by_name) {
        (Some(b'\t'), _) => return Ok(Format::Tsv),
        (Some(_), _) => return Ok(Format::Csv),
        // The format module reports what is wrong with the file.
        (None, Some(format)) => return Ok(format),
        (None, None) => {}
    }
    Err(unusable(
        path,
        format!("is in an unknown format; {}. If it is one of these, choose it with `relata add --format`", readable()),
    ))
}

/// Whether the extension of a file belongs to one of the formats.
pub fn has_known_extension(path: &Path) -> bool {
    by_name(path).is_some()
}

/// Returns the format of a file that begins with `start`, or `None` if it is unknown. The extension of `path` decides
/// if `start` fits several formats or none.
pub fn detect_format(start: &[u8], path: &Path) -> Option<Format> {
    detect(start, path).ok()
}

fn by_name(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    match name.rsplit_once('.')?.1 {
        "jsonl" | "ndjson" | "jl" => Some(Format::JsonLines),
        "json" => Some(Format::Json),
        "csv" => Some(Format::Csv),
        "bib" | "bibtex" | "biblatex" => Some(Format::Bibtex),
        "ris" => Some(Format::Ris),
        "nbib" => Some(Format::Nbib),
        "enw" | "enl" => Some(Format::Enw),
        "ciw" | "isi" => Some(Format::Wos),
        "xml" | "nxml" | "rdf" | "atom" | "rss" | "mods" => Some(Format::Xml),
        "tsv" | "tab" => Some(Format::Tsv),
        _ => None,
    }
}

/// Returns whether a text is JSON or JSON Lines, or `None` if it is neither. Files named `.json` often contain JSON
/// Lines, and files named `.jsonl` often contain JSON.
fn json_or_json_lines(text: &str, by_name: Option<Format>) -> Option<Format> {
    if let Some(inside) = text.strip_prefix('[') {
        // `[1] A. Author, …` is a list of references and not JSON.
        let is_array = inside.trim_start().is_empty() || inside.trim_start().starts_with(['{', '[', ']', '"', 'n']);
        return is_array.then_some(Format::Json);
    }
    if !text.starts_with('{') {
        return None;
    }
    let mut lines: Vec<&str> = text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > 1 {
        // The last line may be incomplete, because `text` is only the beginning of the file.
        if !text.ends_with('\n') && serde_json::from_str::<Value>(lines[lines.len() - 1]).is_err() {
            lines.pop();
        }
        let objects = lines.iter().filter(|line| serde_json::from_str::<serde_json::Map<String, Value>>(line).is_ok());
        // A few bad lines do not make a file JSON. In pretty-printed JSON almost no line is a whole object.
        return Some(if objects.count() * 2 >= lines.len() { Format::JsonLines } else { Format::Json });
    }
    // A text of one line: an object with a list of papers is JSON. A single paper looks the same in both formats.
    let holds_list = top_level_keys(text).iter().any(|key| fields::is_container(key));
    Some(match by_name {
        _ if holds_list => Format::Json,
        Some(Format::Json) => Format::Json,
        _ => Format::JsonLines,
    })
}

/// Returns the keys of the outermost object of a JSON text, which may be incomplete.
fn top_level_keys(text: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    let mut depth = 0;
    let mut string_start = None;
    let mut is_escaped = false;
    let mut last_string = None;
    for (at, byte) in text.bytes().enumerate() {
        match (string_start, byte) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), b'\\') => is_escaped = true,
            (Some(start), b'"') => {
                last_string = Some(&text[start..at]);
                string_start = None;
            }
            (Some(_), _) => {}
            (None, b'"') => string_start = Some(at + 1),
            (None, b'{' | b'[') => depth += 1,
            (None, b'}' | b']') => depth -= 1,
            (None, b':') if depth == 1 => keys.extend(last_string.take()),
            (None, _) => {}
        }
    }
    keys
}
