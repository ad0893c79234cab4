//! XML: lists of papers as interfaces, repositories and reference managers give them out.
//!
//! `source` meters the bytes, `events` makes records of them whatever the state of the XML, `tree` holds one record,
//! `text` reads text with markup; `dialects` says which elements are records and whose; the other modules know one
//! kind of record each. Nothing outside a record is held, so a file may be of any length. (RDF is the exception, see
//! `rdf`.)
//!
//! Entities that a document defines itself are never expanded ([billion
//! laughs](https://en.wikipedia.org/wiki/Billion_laughs_attack)).

mod acl;
mod arxiv;
mod crossref;
mod datacite;
mod dates;
mod dblp;
mod dialects;
mod dublin_core;
mod endnote;
mod europepmc;
mod events;
mod feed;
mod jats;
mod marc;
mod mods;
mod named;
mod oai;
mod parts;
mod pubmed;
mod rdf;
mod source;
mod text;
mod tree;

use super::input::Input;
use super::output::Output;
use super::refusal::unusable;
use crate::{Error, Result};
use dialects::Context;
use events::{Events, Step};
use parts::Finding;
use source::Source;

/// What a browser shows above XML, and people copy with it.
const BROWSER_NOTE: &str = "This XML file does not appear to have any style information";

/// Whether a text that begins like this is in this format.
///
/// A tag, a comment or a declaration must begin it, since a line of prose or a cell of a table may begin with `<` too.
pub(in crate::formats) fn claims(start: &str) -> bool {
    let start = start.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(BROWSER_NOTE) {
        return true;
    }
    let Some(inside) = start.strip_prefix('<') else { return false };
    if inside.starts_with("?xml") || inside.starts_with("!--") {
        return true;
    }
    if inside.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("!doctype")) {
        return true;
    }
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.');
    let name: &str = inside.split(|c| !is_name(c)).next().unwrap_or_default();
    let behind = inside[name.len()..].trim_start();
    let is_tag = behind.starts_with(['>', '/']) || behind.split(['<', '>']).next().unwrap_or_default().contains('=');
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && is_tag
}

pub(in crate::formats) fn read(input: &mut Input, output: &mut Output) -> Result<()> {
    let mut reading =
        Reading { events: Events::new(Source::new(input)), output, context: Context::default(), root: None };
    reading.run()
}

struct Reading<'r, 'i, 'a, 'o> {
    events: Events<'i, 'a>,
    output: &'r mut Output<'o>,
    context: Context,
    /// The name of the first element.
    root: Option<String>,
}

impl Reading<'_, '_, '_, '_> {
    fn run(&mut self) -> Result<()> {
        loop {
            match self.events.next() {
                Step::Start => self.start()?,
                Step::Record => self.record()?,
                Step::Broken(reason) => self.output.problem(self.events.line, reason)?,
                Step::Doctype { name, has_entities } => self.doctype(&name, has_entities)?,
                Step::End(open) => return self.finish(open),
            }
            self.tell_blemish()?;
        }
    }

    fn start(&mut self) -> Result<()> {
        if self.root.is_none() {
            if self.events.name().eq_ignore_ascii_case("html") {
                return Err(self.is_a_page());
            }
            self.root = Some(self.events.name().to_owned());
        }
        if let Some(kind) = dialects::kind_of_record(&self.events, &mut self.context) {
            self.events.begin_record(kind.pruned, kind.nests);
        }
        Ok(())
    }

    fn record(&mut self) -> Result<()> {
        let line = self.events.line;
        let Some(root) = self.events.tree.root() else { return Ok(()) };
        self.context.line = line;
        let findings = dialects::findings(root, &mut self.context);
        if let Some(notice) = self.context.notice.take() {
            self.output.notice(notice)?;
        }
        self.put(line, findings)
    }

    fn put(&mut self, line: u64, findings: Vec<Finding>) -> Result<()> {
        for finding in findings {
            match finding.found {
                Ok(record) => self.output.record(line.wrapping_add(finding.line), record)?,
                Err(reason) => self.output.problem(line.wrapping_add(finding.line), reason)?,
            }
        }
        Ok(())
    }

    fn doctype(&mut self, name: &str, has_entities: bool) -> Result<()> {
        if self.root.is_none() && name.eq_ignore_ascii_case("html") {
            return Err(self.is_a_page());
        }
        if !has_entities {
            return Ok(());
        }
        self.output.notice_at(
            self.events.line,
            "the document defines entities of its own (<!ENTITY \u{2026}>); they are not expanded, and where they are used \
             their names stay. If titles suffer, expand them first: `xmllint --noent FILE > NEW_FILE`",
        )
    }

    fn tell_blemish(&mut self) -> Result<()> {
        match self.events.blemish.take() {
            Some((line, what)) => {
                let reason =
                    format!("not well-formed XML: {what}; read as well as can be, and what follows is not told again");
                self.output.notice_at(line, reason)
            }
            None => Ok(()),
        }
    }

    fn finish(&mut self, open: Option<String>) -> Result<()> {
        self.tell_blemish()?;
        let held = self.context.graph.finish();
        self.put(0, held)?;
        if self.output.papers + self.output.problems + self.output.notices == 0 && !self.events.broke_off() {
            let root = self.root.as_deref().unwrap_or_default();
            if !dialects::is_list(root) && !self.context.saw_record || self.context.graph.held_no_works() {
                return Err(self.is_unknown(root));
            }
        }
        match open {
            Some(open) if !self.events.broke_off() => {
                let reason = format!("the file ends before </{open}>: it was cut off; papers before were read");
                self.output.notice_at(self.events.end_line(), reason)
            }
            _ => Ok(()),
        }
    }

    fn is_a_page(&self) -> Error {
        unusable(
            self.output.path,
            "is a web page (HTML); save the export that the site offers (BibTeX, RIS, XML, CSV), not the page",
        )
    }

    fn is_unknown(&self, root: &str) -> Error {
        unusable(
            self.output.path,
            format!(
                "is XML with the root element <{root}>, and no list of papers was found in it; relata reads the XML of \
                 arXiv (Atom, OAI-PMH), RSS feeds, OAI-PMH with Dublin Core, PubMed, Europe PMC, Crossref, DataCite, DBLP, \
                 ACL Anthology, EndNote, Zotero (RDF), MODS, MARC, Word and JATS. Export it as one of these, or as BibTeX or RIS"
            ),
        )
    }
}

#[cfg(test)]
mod tests;
