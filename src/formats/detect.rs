//! Which format a file is in: by its first bytes, and only if they leave it open, by its name.

use std::path::Path;

use serde_json::Value;

use super::{Format, delimited, json, listing, unusable};
use crate::Result;

/// What can be read, for messages.
pub(super) fn readable() -> String {
    "relata reads JSON Lines (jsonl), JSON (json), tables with a header (csv, tsv), and text copied from a paper site's \
     page (listing), plain or packed with gzip or zstd"
        .to_owned()
}

/// The format of a file that begins with `start`.
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
    if let Some(name) = known_but_unread(text) {
        return Err(unusable(
            path,
            format!("is {name}, which relata does not read yet; export it as CSV or JSON ({})", readable()),
        ));
    }
    match (delimited::delimiter(start), by_name) {
        (Some(b'\t'), _) => return Ok(Format::Tsv),
        (Some(_), _) => return Ok(Format::Csv),
        // The format module says what is wrong with it.
        (None, Some(format)) => return Ok(format),
        (None, None) => {}
    }
    Err(unusable(
        path,
        format!("is in no format that is known; {}. If it is one of these, say which with --format", readable()),
    ))
}

/// The name of a reference manager's or an archive's format, by how a file of it begins: a table in the eyes of whoever
/// looks for commas and tabs alone.
fn known_but_unread(text: &str) -> Option<&'static str> {
    let begins = |line: &str, start: &str| line.trim_start().starts_with(start);
    if begins(text, "<") {
        return Some("XML or HTML");
    }
    // Comments may stand before the first entry.
    for line in text.lines().take(200) {
        let entry = line.trim_start().strip_prefix('@').and_then(|rest| rest.split_once(['{', '(']));
        if entry
            .is_some_and(|(kind, _)| !kind.trim().is_empty() && kind.trim().chars().all(|c| c.is_ascii_alphabetic()))
        {
            return Some("BibTeX");
        }
        if begins(line, "TY  -") {
            return Some("RIS");
        }
        if begins(line, "PMID-") {
            return Some("MEDLINE (nbib)");
        }
        if begins(line, "%0 ") {
            return Some("EndNote (enw)");
        }
        if begins(line, "FN ") || begins(line, "PT J") {
            return Some("tagged text of Web of Science");
        }
    }
    None
}

fn by_name(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    match name.rsplit_once('.')?.1 {
        "jsonl" | "ndjson" | "jl" => Some(Format::JsonLines),
        "json" => Some(Format::Json),
        "csv" => Some(Format::Csv),
        "tsv" | "tab" => Some(Format::Tsv),
        _ => None,
    }
}

/// Files named `.json` often hold JSON Lines, and the other way round.
fn json_or_json_lines(text: &str, by_name: Option<Format>) -> Option<Format> {
    if let Some(inside) = text.strip_prefix('[') {
        // `[1] A. Author, …` is a list of references.
        let is_array = inside.trim_start().is_empty() || inside.trim_start().starts_with(['{', '[', ']', '"', 'n']);
        return is_array.then_some(Format::Json);
    }
    if !text.starts_with('{') {
        return None;
    }
    let mut lines: Vec<&str> = text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > 1 {
        // The last may be cut by the end of what is looked at.
        if !text.ends_with('\n') && serde_json::from_str::<Value>(lines[lines.len() - 1]).is_err() {
            lines.pop();
        }
        let objects = lines.iter().filter(|line| serde_json::from_str::<serde_json::Map<String, Value>>(line).is_ok());
        // A bad line or two do not turn JSON Lines into JSON; pretty JSON has hardly a line that is an object.
        return Some(if objects.count() * 2 >= lines.len() { Format::JsonLines } else { Format::Json });
    }
    // One line: a paper is the same in both, a list of papers is JSON.
    let holds_list = top_level_keys(text).iter().any(|key| json::is_container(key));
    Some(match by_name {
        _ if holds_list => Format::Json,
        Some(Format::Json) => Format::Json,
        _ => Format::JsonLines,
    })
}

/// Keys of the outermost object of a JSON text that may be cut.
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
