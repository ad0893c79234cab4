//! `crossref` and `xdata`: fields that an entry takes from another.
//!
//! In BibTeX the source follows the entries that refer to it, in BibLaTeX it may be anywhere. Entries that contain others
//! (proceedings, books, `@xdata`, …) are remembered without their abstracts; after each [`MAX_RECORD_BYTES`] of them all are forgotten. An entry
//! whose source was not met yet waits, with all entries that follow it, until the source is met, the file ends, or
//! [`MAX_RECORD_BYTES`] of entries wait; then it is read as it is.
//!
//! Names of inherited fields follow BibLaTeX (appendix B of its manual). Fields that name or describe the source itself (its
//! identifiers, links, abstract, keywords, pages) are not inherited.

use std::collections::{HashMap, HashSet, VecDeque};

use super::super::limits::MAX_RECORD_BYTES;
use super::kinds;
use super::parse::Entry;
use crate::Result;

/// How many entries one may draw on: entries may refer to each other in circles.
const MAX_SOURCES: usize = 32;

/// Fields that are not inherited.
#[rustfmt::skip]
const OWN: [&str; 37] = [
    "abstract", "annotation", "annote", "crossref", "xref", "xdata", "entryset", "entrysubtype", "execute", "ids",
    "label", "options", "presort", "related", "relatedoptions", "relatedstring", "relatedtype", "shorthand",
    "shorthandintro", "sortkey", "key", "shortauthor", "shorteditor", "shorttitle", "sorttitle", "indextitle",
    "indexsorttitle", "doi", "eprint", "pmid", "url", "urldate", "keywords", "pages", "pagetotal", "file", "note",
];

#[derive(Default)]
pub(super) struct Inheritance {
    waiting: VecDeque<Entry>,
    waiting_bytes: usize,
    /// Keys that entries refer to, lower case.
    awaited: HashSet<String>,
    known: HashMap<String, Entry>,
    known_bytes: usize,
}

impl Inheritance {
    /// Takes the next entry of the file, and gives those that need not wait to `complete`, in the order of the file.
    pub(super) fn push(&mut self, entry: Entry, complete: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
        let references = references(&entry);
        if self.waiting.is_empty() && references.is_empty() {
            self.remember(&entry);
            return complete(entry);
        }
        self.awaited.extend(references);
        self.remember(&entry);
        self.waiting_bytes += entry.bytes();
        self.waiting.push_back(entry);
        while let Some(first) = self.waiting.front() {
            let is_over = self.waiting_bytes > MAX_RECORD_BYTES;
            let Some(taken) = self.taken(first, is_over, &mut { MAX_SOURCES }) else { break };
            self.release(taken, complete)?;
        }
        Ok(())
    }

    /// Gives the entries that still wait to `complete`: the file has ended.
    pub(super) fn finish(&mut self, complete: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
        while let Some(first) = self.waiting.front() {
            let taken = self.taken(first, true, &mut { MAX_SOURCES }).unwrap_or_default();
            self.release(taken, complete)?;
        }
        Ok(())
    }

    /// Gives the first waiting entry to `complete`, with the fields that it inherits.
    fn release(&mut self, taken: Vec<(String, String)>, complete: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
        let Some(mut entry) = self.waiting.pop_front() else { return Ok(()) };
        self.waiting_bytes -= entry.bytes();
        if self.waiting.is_empty() {
            self.awaited.clear();
        }
        entry.fields.retain(|(name, _)| !matches!(name.as_str(), "crossref" | "xdata"));
        entry.fields.extend(taken);
        complete(entry)
    }

    fn remember(&mut self, entry: &Entry) {
        let key = entry.key.to_lowercase();
        let is_wanted = is_source(entry) || self.awaited.contains(&key);
        if key.is_empty() || !is_wanted || self.known.contains_key(&key) {
            return;
        }
        let is_kept =
            |name: &str| entry.kind == "xdata" || !OWN.contains(&name) || matches!(name, "crossref" | "xdata");
        let fields = entry.fields.iter().filter(|(name, _)| is_kept(name)).cloned().collect();
        let source = Entry { fields, key: key.clone(), kind: entry.kind.clone(), line: entry.line, doubt: None };
        if self.known_bytes > MAX_RECORD_BYTES {
            self.known.clear();
            self.known_bytes = 0;
        }
        self.known_bytes += source.bytes();
        self.known.insert(key, source);
    }

    /// The fields that an entry inherits; `None` if a source has not been met, unless the entry is to go `as_it_is`.
    /// `sources` counts down to the limit.
    fn taken(&self, entry: &Entry, as_it_is: bool, sources: &mut usize) -> Option<Vec<(String, String)>> {
        let mut taken: Vec<(String, String)> = Vec::new();
        for key in references(entry) {
            if *sources == 0 {
                break;
            }
            *sources -= 1;
            let Some(source) = self.known.get(&key) else {
                if as_it_is {
                    continue;
                }
                return None;
            };
            let further = self.taken(source, as_it_is, sources)?;
            for (name, value) in source.fields.iter().chain(&further) {
                if let Some(name) = renamed(kinds::kind(&source.kind).0, kinds::kind(&entry.kind).0, name)
                    && entry.get(&name).is_none()
                    && !taken.iter().any(|(found, _)| *found == name)
                {
                    taken.push((name, value.clone()));
                }
            }
        }
        Some(taken)
    }
}

/// Whether entries that follow may refer to this one.
fn is_source(entry: &Entry) -> bool {
    entry.kind == "xdata" || entry.kind == "periodical" || kinds::is_container(&entry.kind)
}

/// The keys of the entries that this one takes fields from.
fn references(entry: &Entry) -> Vec<String> {
    let of = |name: &str| entry.get(name).unwrap_or_default();
    let keys = of("xdata").split(',').chain([of("crossref")]);
    keys.map(|key| key.trim().to_lowercase()).filter(|key| !key.is_empty()).collect()
}

/// The name under which an entry of kind `to` inherits the field `name` of its source; `None` if it does not.
fn renamed(from: &str, to: &str, name: &str) -> Option<String> {
    if from == "xdata" || to == "xdata" {
        return (!matches!(name, "crossref" | "xdata")).then(|| name.to_owned());
    }
    if OWN.contains(&name) {
        return None;
    }
    let title = match (from, to) {
        _ if from.starts_with("mv") => "main",
        (_, "article" | "suppperiodical") if matches!(from, "periodical" | "article") => "journal",
        _ if kinds::is_within_book(to) => "book",
        _ => return Some(name.to_owned()),
    };
    match (name, title) {
        ("title" | "subtitle", _) => Some(format!("{title}{name}")),
        ("titleaddon", "journal") => None,
        ("titleaddon", _) => Some(format!("{title}{name}")),
        ("author", "book") if matches!(from, "book" | "mvbook") && to != "inbook" => Some("bookauthor".to_owned()),
        _ => Some(name.to_owned()),
    }
}
