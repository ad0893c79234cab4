//! The fields of an entry whose values are not closed as they should be.
//!
//! A brace or a quote too few makes a value swallow the fields behind it, a brace too many lets it end too soon. But people
//! begin fields on lines of their own, or behind a comma with a common name; so the entry is cut there, and each piece read
//! by itself.

use super::macros::Macros;
use super::parser::Parser;

/// The fields of an entry, each beginning where [`starts`] finds it.
pub(super) fn fields(body: &str, macros: &Macros) -> Vec<(String, String)> {
    let starts = starts(body);
    let ends = starts.iter().skip(1).map(|start| start.at).chain([body.len()]);
    let pieces = starts.iter().zip(ends);
    pieces.flat_map(|(start, end)| piece(&body[start.at..end], start, end == body.len(), macros)).collect()
}

/// Names of fields that are recognised within a line.
#[rustfmt::skip]
const KNOWN: [&str; 20] = [
    "abstract", "address", "author", "booktitle", "doi", "editor", "eprint", "isbn", "issn", "journal", "keywords",
    "month", "note", "number", "pages", "publisher", "series", "title", "volume", "year",
];

/// Where a field begins.
struct Start<'b> {
    at: usize,
    name: &'b str,
    /// From there on.
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

/// The name of the field that a line begins with, and where its value begins.
fn field_start(line: &str) -> Option<(&str, usize)> {
    let trimmed = line.trim_start_matches([' ', '\t', ',']);
    let length = trimmed.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-+:".contains(byte)).count();
    let name = &trimmed[..length];
    let sign = trimmed[name.len()..].trim_start();
    let value = sign.strip_prefix('=').map(str::trim_start);
    // Another sign will do before a brace.
    let value = value.or_else(|| {
        Some(sign.trim_start_matches(|c: char| !c.is_ascii()).trim_start())
            .filter(|value| value.starts_with(['{', '"']))
    });
    let value = value.filter(|value| value.starts_with(|c: char| matches!(c, '{' | '"') || c.is_alphanumeric()))?;
    (!name.is_empty()).then(|| (name, line.len() - value.len()))
}

/// The field that begins a piece, and those behind it if the piece is as it should be.
fn piece(text: &str, start: &Start, is_last: bool, macros: &Macros) -> Vec<(String, String)> {
    let mut parser = Parser::new(text, macros);
    let fields: Vec<_> = std::iter::from_fn(|| parser.field()).collect();
    match parser.is_odd {
        false => fields,
        true => vec![(start.name.to_lowercase(), value(&text[start.value_at..], is_last, macros))],
    }
}

/// A value that may lack its closing sign.
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
