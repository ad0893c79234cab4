//! Adds the fields that an entry inherits from other entries, its sources, by `crossref` and `xdata`.
//!
//! In BibTeX the source follows the entries that refer to it; in BibLaTeX it may be anywhere. Entries that may be
//! sources (proceedings, books, `@xdata`, …) are remembered with the fields that can be inherited. If these exceed
//! [`MAX_RECORD_BYTES`], all are forgotten.
//!
//! An entry whose source was not read yet waits, and all entries after it wait too. It waits until the source is read.
//! If the file ends first, or if more than [`MAX_RECORD_BYTES`] of entries wait, it does not inherit from that source.
//!
//! Inherited fields are renamed as in BibLaTeX (appendix B of its manual). Fields that identify or describe only the
//! source (its identifiers, links, abstract, keywords, pages) are not inherited.

use std::collections::{HashMap, HashSet, VecDeque};

use super::super::limits::MAX_RECORD_BYTES;
use super::kinds;
use super::parse::Entry;
use crate::Result;

/// How many sources an entry may have, counting the sources of its sources. Entries may refer to each other in circles.
const MAX_SOURCES: usize = 32;

/// Fields that are not inherited.
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
    /// Keys that entries refer to, in lower case.
    awaited: HashSet<String>,
    known: HashMap<String, Entry>,
    known_bytes: usize,
}

impl Inheritance {
    /// Takes the next entry of the file. Calls `complete` with each entry that need not wait, in the order of the file.
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
            let Some(inherited_fields) = self.inherited_fields(first, is_over, &mut { MAX_SOURCES }) else { break };
            self.release(inherited_fields, complete)?;
        }
        Ok(())
    }

    /// Calls `complete` with each entry that still waits. Must be called at the end of the file.
    pub(super) fn finish(&mut self, complete: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
        while let Some(first) = self.waiting.front() {
            let inherited_fields = self.inherited_fields(first, true, &mut { MAX_SOURCES }).unwrap_or_default();
            self.release(inherited_fields, complete)?;
        }
        Ok(())
    }

    /// Passes the first waiting entry to `complete`, with the fields `inherited_fields` that it inherits.
    fn release(
        &mut self,
        inherited_fields: Vec<(String, String)>,
        complete: &mut dyn FnMut(Entry) -> Result<()>,
    ) -> Result<()> {
        let Some(mut entry) = self.waiting.pop_front() else { return Ok(()) };
        self.waiting_bytes -= entry.bytes();
        if self.waiting.is_empty() {
            self.awaited.clear();
        }
        entry.fields.retain(|(name, _)| !matches!(name.as_str(), "crossref" | "xdata"));
        entry.fields.extend(inherited_fields);
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

    /// Returns the fields that an entry inherits, or `None` if a source was not read yet. With `as_it_is` such a source
    /// is ignored. `sources` is the number of sources that may still be used.
    fn inherited_fields(&self, entry: &Entry, as_it_is: bool, sources: &mut usize) -> Option<Vec<(String, String)>> {
        let mut inherited_fields: Vec<(String, String)> = Vec::new();
        let mut taken: HashSet<String> = HashSet::new();
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
            let further = self.inherited_fields(source, as_it_is, sources)?;
            if taken.is_empty() {
                taken.extend(entry.fields.iter().map(|(name, _)| name.clone()));
            }
            for (name, value) in source.fields.iter().chain(&further) {
                if let Some(name) = renamed(kinds::kind(&source.kind).0, kinds::kind(&entry.kind).0, name)
                    && taken.insert(name.clone())
                {
                    inherited_fields.push((name, value.clone()));
                }
            }
        }
        Some(inherited_fields)
    }
}

/// Whether other entries may inherit from this one.
fn is_source(entry: &Entry) -> bool {
    entry.kind == "xdata" || entry.kind == "periodical" || kinds::is_container(&entry.kind)
}

/// Returns the keys of the entries from which this one inherits.
fn references(entry: &Entry) -> Vec<String> {
    let of = |name: &str| entry.get(name).unwrap_or_default();
    let keys = of("xdata").split(',').chain([of("crossref")]);
    keys.map(|key| key.trim().to_lowercase()).filter(|key| !key.is_empty()).collect()
}

/// Returns the name under which an entry of kind `to` inherits the field `name` of a source of kind `from`. Returns
/// `None` if it does not inherit it.
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
