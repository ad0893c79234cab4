//! Reads the fields of an entry whose braces or quotes do not balance.
//!
//! If a brace or a quote is missing, a value includes the fields after it. If there is an extra brace, the value ends
//! too early. But people begin each field on a new line, or after a comma with a common name of a field. So the entry
//! is split there, and each piece is read separately.

use super::macros::Macros;
use super::parser::Parser;

/// Returns the fields of an entry, split where [`starts`] finds the beginning of a field.
pub(super) fn fields(body: &str, macros: &Macros) -> Vec<(String, String)> {
    let starts = starts(body);
    let ends = starts.iter().skip(1).map(|start| start.at).chain([body.len()]);
    let pieces = starts.iter().zip(ends);
    pieces.flat_map(|(start, end)| piece(&body[start.at..end], start, end == body.len(), macros)).collect()
}

/// Names of fields that are recognised within a line.
const KNOWN: [&str; 20] = [
    "abstract", "address", "author", "booktitle", "doi", "editor", "eprint", "isbn", "issn", "journal", "keywords",
    "month", "note", "number", "pages", "publisher", "series", "title", "volume", "year",
];

/// Where a field begins.
struct Start<'b> {
    at: usize,
    name: &'b str,
    /// Where its value begins, counted from `at`.
    value_at: usize,
}

fn starts(body: &str) -> Vec<Start<'_>> {
    let mut starts = Vec::new();
    let mut line_at = 0;
    for line in body.split_inclusive('\n') {
        let own = field_start(line);
        let first = own.map_or(0, |(_, value_at)| value_at);
        starts.extend(own.map(|(name, value_at)| Start { at: line_at, name, value_at }));
        for (comma, _) in line[first..].match_indices(',') {
            let at = first + comma + 1;
            let rest = line[at..].trim_start().as_bytes();
            let is_known =
                |name: &&str| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
            if KNOWN.iter().any(is_known)
                && let Some((name, value_at)) = field_start(&line[at..])
                && !line[at + value_at..].starts_with(char::is_alphabetic)
            {
                starts.push(Start { at: line_at + at, name, value_at });
            }
        }
        line_at += line.len();
    }
    starts
}

/// Returns the name of the field at the start of a line, and where its value begins.
fn field_start(line: &str) -> Option<(&str, usize)> {
    let trimmed = line.trim_start_matches([' ', '\t', ',']);
    let length = trimmed.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-+:".contains(byte)).count();
    let name = &trimmed[..length];
    let sign = trimmed[name.len()..].trim_start();
    let value = sign.strip_prefix('=').map(str::trim_start);
    // Before a brace or a quote, `=` may be missing or be replaced by signs beyond ASCII.
    let value = value.or_else(|| {
        Some(sign.trim_start_matches(|c: char| !c.is_ascii()).trim_start())
            .filter(|value| value.starts_with(['{', '"']))
    });
    let value = value.filter(|value| value.starts_with(|c: char| matches!(c, '{' | '"') || c.is_alphanumeric()))?;
    (!name.is_empty()).then(|| (name, line.len() - value.len()))
}

/// Returns the fields of a piece. If the piece deviates from the grammar, returns only its first field.
fn piece(text: &str, start: &Start, is_last: bool, macros: &Macros) -> Vec<(String, String)> {
    let mut parser = Parser::new(text, macros);
    let fields: Vec<_> = std::iter::from_fn(|| parser.field()).collect();
    match parser.is_odd {
        false => fields,
        true => vec![(start.name.to_lowercase(), value(&text[start.value_at..], is_last, macros))],
    }
}

/// Returns a value, whose closing brace or quote may be missing.
fn value(text: &str, is_last: bool, macros: &Macros) -> String {
    let mut text = text.trim();
    if is_last
        && let Some(inside) = text.strip_suffix(['}', ')'])
        && inside.trim_end_matches([' ', '\t', ',']).ends_with(['\n', '}', '"'])
    {
        text = inside.trim();
    }
    let text = text.trim_end_matches(|c: char| c == ',' || c.is_whitespace());
    for (open, close) in [('{', '}'), ('"', '"')] {
        if let Some(inside) = text.strip_prefix(open) {
            return inside.strip_suffix(close).unwrap_or(inside).to_owned();
        }
    }
    macros.value(text).to_owned()
}
