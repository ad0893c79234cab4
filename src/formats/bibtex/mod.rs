//! Reads [BibTeX](http://mirrors.ctan.org/biblio/bibtex/base/btxdoc.pdf) and
//! [BibLaTeX](https://mirrors.ctan.org/macros/latex/contrib/biblatex/doc/biblatex.pdf).
//!
//! `entries` finds the entries in a file. `parse` reads one entry with `parser` and `macros`, or with `recovery` if the
//! entry is broken. `inheritance` adds the fields that an entry takes from other entries. `record` makes a record with
//! `kinds`, `dates`, `people` and `protection`, parts of which the writer uses too.
//!
//! The crates for BibTeX (`biblatex`, `serde_bibtex`, `nom-bibtex`) hold the whole file in memory. Where a brace or a
//! comma is missing, as in about one of ten real files, they stop or leave out the rest of the file. So relata has its
//! own parser.

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

/// How many broken entries a message lists.
const LISTED_ENTRIES: usize = 8;

/// How many bytes of an entry are examined to recognise a file of BibTeX.
const MAX_EXAMINED_BYTES: usize = 2000;

/// Whether a text that begins with `start` is BibTeX: whether some line begins like an entry or a macro, and an equals
/// sign follows before any closing bracket.
pub(in crate::formats) fn claims(start: &str) -> bool {
    let lines = std::iter::once(0).chain(start.match_indices('\n').map(|(end, _)| end + 1));
    lines.map(|line| start[line..].trim_start_matches(['}', ' ', '\t', '\u{feff}'])).any(|text| {
        let mut signs = text.bytes().take(MAX_EXAMINED_BYTES).filter(|byte| matches!(byte, b'=' | b')' | b'}'));
        entries::begins_entry(text.as_bytes()) && signs.next() == Some(b'=')
    })
}

pub(in crate::formats) fn read(input: &mut Input, output: &mut Output) -> Result<()> {
    let mut entries = Entries::new(input);
    let mut macros = Macros::default();
    let mut inheritance = Inheritance::default();
    let mut doubtful = Doubtful::default();
    while let Some(piece) = entries.next() {
        match piece {
            Piece::Entry { line, text, is_cut } => {
                let count = |brace| text.iter().filter(|byte| **byte == brace).count();
                let is_balanced = count(b'{') == count(b'}');
                // `Input` returns only UTF-8, so nothing is replaced.
                if let Some(mut entry) = parse::parse(&String::from_utf8_lossy(text), line, &mut macros) {
                    let of_braces = entry.doubt.or((!is_balanced).then_some(Doubt::Braces));
                    // If the last entry ends with a brace, only a closing brace is missing, and its fields are
                    // complete.
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

/// Broken entries, which may have been misread.
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
            format!("broken entries were read as far as possible; check them: {}{more}", self.listed.join(", "))
        })
    }
}

fn put(output: &mut Output, entry: Entry) -> Result<()> {
    // These contain data for other entries and are not papers.
    if matches!(entry.kind.as_str(), "xdata" | "set") {
        return Ok(());
    }
    output.record(entry.line, record::record(entry))
}

#[cfg(test)]
mod tests;
