//! Reads lists of papers in XML from servers, repositories and reference managers.
//!
//! `source` limits the bytes of a single tag or text. `events` makes records from the bytes, even if the XML is broken.
//! `tree` holds one record, and `text` reads text with markup. `dialects` decides which elements are records and which
//! module reads each. Every other module reads one kind of record. Memory holds one record at a time, so a file may
//! have any length. (RDF is the exception, see `rdf`.)
//!
//! Entities that a document defines itself are never expanded
//! ([billion laughs](https://en.wikipedia.org/wiki/Billion_laughs_attack)).

mod acl;
mod arxiv;
mod crossref;
mod datacite;
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
use super::limits::unusable;
use super::output::Output;
use crate::{Error, Result};
use dialects::Context;
use events::{Events, Step};
use parts::Finding;
use source::Source;
use tree::Element;

/// The note that a browser shows above XML. People copy it together with the XML.
const BROWSER_NOTE: &str = "This XML file does not appear to have any style information";

const ENTITIES: &str = "the document defines entities of its own (<!ENTITY \u{2026}>); they are not expanded, and their \
    names stay in the text. If that damages titles, expand the entities first: `xmllint --noent FILE > NEW_FILE`";

/// Whether a file that begins with `start` is in this format.
///
/// The file must begin with a tag, a comment or a declaration, because a line of prose or a cell of a table may begin
/// with `<` too.
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

/// Reads a file, which contains one document or several.
pub(in crate::formats) fn read(input: &mut Input, output: &mut Output) -> Result<()> {
    Reading { events: Events::new(Source::new(input)), output, context: Context::default(), root: None }.run()
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
                Step::Record(element) => self.record(&element)?,
                Step::Broken { line, reason } => self.output.problem(line, reason)?,
                Step::Entities { line } => self.output.notice_at(line, ENTITIES)?,
                Step::End(open) => return self.finish(open),
            }
            self.report_first_error()?;
        }
    }

    fn start(&mut self) -> Result<()> {
        let Some((element, parent)) = self.events.started() else { return Ok(()) };
        if self.root.is_none() {
            if element.name.eq_ignore_ascii_case("html") {
                return Err(is_a_page(self.output));
            }
            self.root = Some(element.name.clone());
        }
        if let Some(kind) = dialects::kind_of_record(element, parent, &mut self.context) {
            self.events.begin_record(kind.pruned, kind.nests);
        }
        Ok(())
    }

    fn record(&mut self, element: &Element) -> Result<()> {
        let findings = dialects::findings(element, &mut self.context);
        if let Some(notice) = self.context.notice.take() {
            self.output.notice(notice)?;
        }
        self.put(findings)
    }

    fn put(&mut self, findings: Vec<Finding>) -> Result<()> {
        findings.into_iter().try_for_each(|Finding { line, found }| match found {
            Ok(record) => self.output.record(line, record),
            Err(reason) => self.output.problem(line, reason),
        })
    }

    fn report_first_error(&mut self) -> Result<()> {
        let Some((line, what)) = self.events.first_error.take() else { return Ok(()) };
        let notice = format!("not well-formed XML: {what}; reading goes on, and further errors are not reported");
        self.output.notice_at(line, notice)
    }

    fn finish(&mut self, open: Option<String>) -> Result<()> {
        self.report_first_error()?;
        let held = self.context.graph.finish();
        self.put(held)?;
        if self.events.broke_off() {
            return Ok(());
        }
        if self.output.papers + self.output.problems + self.output.notices == 0 {
            let root = self.root.as_deref().unwrap_or_default();
            if !dialects::is_list(root) && !self.context.saw_record || self.context.graph.held_no_works() {
                return Err(is_unknown(self.output, root));
            }
        }
        let Some(open) = open else { return Ok(()) };
        let reason = format!("the file ends before </{open}>: it was cut off; earlier papers were read");
        self.output.notice_at(self.events.line(), reason)
    }
}

fn is_a_page(output: &Output) -> Error {
    unusable(
        output.path,
        "is a web page (HTML); save the export that the site offers (BibTeX, RIS, XML, CSV), not the page",
    )
}

fn is_unknown(output: &Output, root: &str) -> Error {
    unusable(
        output.path,
        format!(
            "is XML with the root element <{root}>, and no list of papers was found in it; relata reads the XML of \
             arXiv (Atom, OAI-PMH), RSS feeds, OAI-PMH with Dublin Core, PubMed, Europe PMC, Crossref, DataCite, DBLP, \
             ACL Anthology, EndNote, Zotero (RDF), MODS, MARC, Word and JATS. Export it as one of these, or as BibTeX or RIS"
        ),
    )
}

#[cfg(test)]
mod tests;
