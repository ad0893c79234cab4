//! Which elements are records, and which module knows them.
//!
//! Elements are recognised by name wherever they stand, because the same record comes in an answer of an interface, in
//! a file of its own, or among others joined by hand. Names that several kinds share (`record`, `article`) are told
//! apart by what is in them.

use super::events::Events;
use super::parts::{Findings, problem};
use super::tree::Element;
use super::{
    acl, arxiv, crossref, datacite, dblp, dublin_core, endnote, europepmc, feed, jats, marc, mods, named, oai, pubmed,
    rdf,
};

/// What outlives a record.
#[derive(Default)]
pub(super) struct Context {
    /// The volume of the ACL Anthology that is open.
    pub volume: acl::Volume,
    /// Statements of RDF that wait for what they point to.
    pub graph: rdf::Graph,
    /// The line of the record in hand.
    pub line: u64,
    /// The record in hand is a statement about something: a child of the root of RDF.
    pub is_statement: bool,
    /// There was a record, perhaps one that rightly gave no paper.
    pub saw_record: bool,
    /// What the user should know though nothing is wrong.
    pub notice: Option<String>,
}

/// How a record is gathered.
pub(super) struct RecordKind {
    /// Elements that are left out.
    pub pruned: &'static [&'static str],
    /// Whether an element of its name may stand within it.
    pub nests: bool,
}

const FLAT: RecordKind = RecordKind { pruned: &[], nests: false };
const NESTED: RecordKind = RecordKind { pruned: &[], nests: true };

/// Roots of documents that may rightly hold no paper.
const LISTS: [&str; 24] = [
    "feed",
    "rss",
    "RDF",
    "OAI-PMH",
    "ListRecords",
    "GetRecord",
    "PubmedArticleSet",
    "PubmedBookArticleSet",
    "MedlineCitationSet",
    "responseWrapper",
    "resultList",
    "records",
    "xml",
    "dblp",
    "dblpperson",
    "hits",
    "collection",
    "volume",
    "modsCollection",
    "resources",
    "doi_records",
    "doi_batch",
    "crossref_result",
    "Sources",
];

/// Whether a document with this root is a list of papers even if it is empty.
pub(super) fn is_list(root: &str) -> bool {
    LISTS.contains(&root)
}

/// Whether the element that was just started is a record.
pub(super) fn kind_of_record(events: &Events, context: &mut Context) -> Option<RecordKind> {
    let parent = events.ancestor(1).unwrap_or_default();
    context.is_statement = parent == "RDF";
    let kind = match (parent, events.name()) {
        // Every statement about something is a child of the root.
        ("RDF", name) if name != "channel" => NESTED,
        (_, "collection" | "volume") => {
            context.volume.enter(events.name(), events.attribute("id"), events.attribute("type"));
            return None;
        }
        ("volume", "meta") => FLAT,
        ("volume", "paper") => FLAT,
        ("OAI-PMH", "error") | (_, "resumptionToken") => FLAT,
        // A record of MARC stands in a record of OAI-PMH, both being called so.
        (_, "record") => RecordKind { pruned: &jats::PRUNED, nests: true },
        (_, "entry" | "item") => FLAT,
        (_, "PubmedArticle" | "PubmedBookArticle" | "MedlineCitation") => {
            RecordKind { pruned: &pubmed::PRUNED, nests: false }
        }
        ("crossref" | "body", name) if crossref::is_record(name) => {
            RecordKind { pruned: &crossref::PRUNED, nests: false }
        }
        (_, "article") => RecordKind { pruned: &jats::PRUNED, nests: true },
        (_, name) if dblp::is_record(name, parent, events.attribute("key")) => FLAT,
        ("hits", "hit") | ("resultList", "result") | ("Sources", "Source") => FLAT,
        (_, "dc" | "arXiv" | "arXivRaw") => FLAT,
        (_, "mods" | "resource") => NESTED,
        (_, "paper" | "publication" | "rec") => FLAT,
        _ => return None,
    };
    Some(kind)
}

/// What a record holds.
pub(super) fn findings(element: Element, context: &mut Context) -> Findings {
    let has = |name: &str| element.child(name).is_some();
    context.saw_record = true;
    match element.name() {
        "error" => oai::error(element),
        "resumptionToken" => {
            context.notice = oai::resumption(element);
            Findings::new()
        }
        "meta" => {
            context.volume.describe(element);
            Findings::new()
        }
        "record" if has("header") || has("metadata") => match oai::inner(element) {
            Ok(inner) => {
                let mut found = findings(inner, context);
                oai::add_header(element, &mut found);
                found
            }
            Err(instead) => instead,
        },
        "record" if has("datafield") || has("controlfield") => marc::findings(element),
        "record" if endnote::is_record(element) => endnote::findings(element),
        "entry" if has("title") || has("id") => feed::findings(element),
        "item" if has("title") || has("link") || has("description") => feed::findings(element),
        "arXiv" | "arXivRaw" => vec![arxiv::record(element).into()],
        "dc" => dublin_core::findings(element),
        "PubmedArticle" | "PubmedBookArticle" | "MedlineCitation" => pubmed::findings(element),
        "paper" if context.volume.is_open() => acl::findings(element, &context.volume),
        "article" if has("front") || has("front-stub") => jats::findings(element),
        "result" => europepmc::findings(element),
        "hit" => element.child("info").map(dblp::findings).unwrap_or_default(),
        "mods" => mods::findings(element),
        "resource" if has("titles") || has("creators") => datacite::findings(element),
        name if crossref::is_record(name) && crossref::has_metadata(element) => crossref::findings(element),
        _ if context.is_statement => context.graph.add(element, context.line),
        name if dblp::is_kind(name) && (has("title") || !element.attribute("key").is_empty()) => {
            dblp::findings(element)
        }
        name => match named::record(element) {
            Some(record) => vec![record.into()],
            None => {
                let inside: Vec<&str> = element.children().take(8).map(Element::name).collect();
                problem(format!(
                    "a <{name}> that is no paper of a known kind; in it are {}",
                    if inside.is_empty() { "no elements".to_owned() } else { inside.join(", ") }
                ))
            }
        },
    }
}
