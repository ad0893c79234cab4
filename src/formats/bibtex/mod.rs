//! [BibTeX](http://mirrors.ctan.org/biblio/bibtex/base/btxdoc.pdf) and
//! [BibLaTeX](https://mirrors.ctan.org/macros/latex/contrib/biblatex/doc/biblatex.pdf).
//!
//! `entries` cuts entries out of the stream, `parse` reads what is in one, by `parser` and `macros`, `recovery` what is in
//! one that is broken, where `bounds` finds its fields, `inheritance` adds what it takes from others, `record` says which field means what; `kinds`, `dates`, `people` and `protection` know the parts. What the
//! writer must undo is there too.
//!
//! The crates for BibTeX (`biblatex`, `serde_bibtex`, `nom-bibtex`) hold to the grammar and stop, or leave out the rest
//! of the file, where a brace or a comma is missing, which is so in about one of ten real files; they also want the
//! whole file in memory. So the grammar is read here.

mod bounds;
mod dates;
mod entries;
mod inheritance;
mod kinds;
mod macros;
mod parse;
mod parser;
mod people;
mod protection;
mod record;
mod recovery;

use super::fields::shortened;
use super::input::Input;
use super::output::Output;
use crate::Result;
pub(in crate::formats) use dates::month_macro;
use entries::{Entries, Piece};
use inheritance::Inheritance;
pub(in crate::formats) use kinds::{classic_field, entry, is_container, is_people, is_verbatim, is_within_book};
use macros::Macros;
use parse::Entry;
use parser::Doubt;
pub(in crate::formats) use protection::{PROTECTED, with_groups};
pub(in crate::formats) use record::HAS_CODE;

/// How many broken entries a message names.
const LISTED_ENTRIES: usize = 8;

/// Whether a text that begins like this is in this format: an entry with a field in it, a macro, or JabRef's own.
pub(in crate::formats) fn claims(start: &str) -> bool {
    start.lines().zip(line_ends(start)).any(|(line, end)| {
        let Some(entry) = line.trim_start_matches(['}', ' ', '\t', '\u{feff}']).strip_prefix('@') else { return false };
        let Some((kind, inside)) = entry.split_once(['{', '(']) else { return false };
        let kind = kind.trim().to_ascii_lowercase();
        let is_kind = !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric());
        let is_round = entry.as_bytes()[entry.len() - inside.len() - 1] == b'(';
        let behind = &start[end - inside.len()..];
        match kind.as_str() {
            _ if !is_kind => false,
            "comment" => behind.starts_with("jabref"),
            "preamble" => behind.trim_start().starts_with(['"', '{']),
            "string" => is_field(behind),
            _ => begins_with_key(behind) || !is_round && is_field(behind.trim_start_matches([' ', ','])),
        }
    })
}

/// Where each line ends, without its line end.
fn line_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.lines().map(|line| line.as_ptr() as usize - text.as_ptr() as usize + line.len())
}

/// `key, name =`, or a key with nothing behind it in an entry without fields.
fn begins_with_key(inside: &str) -> bool {
    let inside = inside.trim_start();
    let length = inside.find([',', '{', '}', '=', '"', '\n']).unwrap_or(inside.len());
    let behind = &inside[length..];
    let key = inside[..length].trim();
    if key.is_empty() || key.len() > 200 {
        return false;
    }
    match behind.chars().next() {
        Some(',') => is_field(&behind[1..]) || matches!(behind[1..].trim_start().chars().next(), None | Some('}')),
        Some('\n') => is_field(behind),
        _ => false,
    }
}

fn is_field(text: &str) -> bool {
    let mut text = text.trim_start();
    while let Some(comment) = text.strip_prefix('%') {
        text = comment.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    let length = text.find(|c: char| !c.is_ascii_alphanumeric() && !"_-+:".contains(c)).unwrap_or(text.len());
    length > 0 && text[length..].trim_start().starts_with('=')
}

pub(in crate::formats) fn read(input: &mut Input, output: &mut Output) -> Result<()> {
    let mut entries = Entries::new(input);
    let mut macros = Macros::new();
    let mut inheritance = Inheritance::default();
    let mut doubtful = Doubtful::default();
    while let Some(piece) = entries.next() {
        match piece {
            Piece::Entry { line, text, is_cut } => {
                let count = |brace| text.iter().filter(|byte| **byte == brace).count();
                let is_balanced = count(b'{') == count(b'}');
                if let Some(mut entry) = parse::parse(&decoded(text), line, &mut macros) {
                    let of_braces = entry.doubt.or((!is_balanced).then_some(Doubt::Braces));
                    // At the end a brace may be missing from what is whole otherwise.
                    let is_cut = is_cut && !text.trim_ascii_end().ends_with(b"}");
                    entry.doubt = is_cut.then_some(Doubt::Cut).or(of_braces);
                    doubtful.add(&entry);
                    inheritance.push(entry, &mut |entry| put(output, entry))?;
                }
            }
            Piece::Unusable { line, reason } => output.problem(line, reason)?,
        }
    }
    inheritance.finish(&mut |entry| put(output, entry))?;
    doubtful.notice().map_or(Ok(()), |notice| output.notice(notice))
}

/// Entries that may not say what was read from them.
#[derive(Default)]
struct Doubtful {
    count: u64,
    /// The first of them.
    listed: Vec<String>,
}

impl Doubtful {
    fn add(&mut self, entry: &Entry) {
        let Some(doubt) = entry.doubt else { return };
        self.count += 1;
        if self.listed.len() < LISTED_ENTRIES {
            let key = if entry.key.is_empty() { "an entry" } else { &entry.key };
            self.listed.push(format!("{} in line {} ({})", shortened(key), entry.line, doubt.words()));
        }
    }

    fn notice(self) -> Option<String> {
        let more = match self.count - self.listed.len() as u64 {
            0 => String::new(),
            count => format!(", and {count} more"),
        };
        (self.count > 0).then(|| {
            format!(
                "broken entries were read as far as they go, so look at what they say: {}{more}",
                self.listed.join(", ")
            )
        })
    }
}

fn put(output: &mut Output, entry: Entry) -> Result<()> {
    if kinds::is_auxiliary(&entry.kind) {
        return Ok(());
    }
    output.record(entry.line, record::record(entry))
}

/// Files grow by pasting, so that one entry may be in another encoding than the rest: what is not UTF-8 is Latin-1.
fn decoded(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    text.into()
}

#[cfg(test)]
mod tests;
