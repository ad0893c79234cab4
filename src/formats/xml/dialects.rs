//! Decides which elements are records, and which module reads each.
//!
//! Elements are recognised by name, wherever they are. The same record may be in the answer of a server, in its own
//! file, or in a file that was joined by hand. If several kinds share a name (`record`, `article`), the content of the
//! element decides.

use super::parts::Finding;
use super::tree::Element;
use super::{
    acl, arxiv, crossref, datacite, dblp, dublin_core, endnote, europepmc, feed, jats, marc, mods, named, oai, pubmed,
    rdf,
};
use crate::paper::Record;

/// The state that is kept from one record to the next.
#[derive(Default)]
pub(super) struct Context {
    /// The volume of the ACL Anthology that is open.
    pub volume: acl::Volume,
    /// The statements of RDF whose references are not resolved yet.
    pub graph: rdf::Graph,
    /// Whether the current record is a child of the root of RDF, which makes it a statement.
    pub is_statement: bool,
    /// Whether there was a record, even one that correctly contains no paper.
    pub saw_record: bool,
    /// A message for the user that is not about an error.
    pub notice: Option<String>,
}

/// How the content of a record is collected.
pub(super) struct RecordKind {
    /// Elements that are left out.
    pub pruned: &'static [&'static str],
    /// Whether a record may contain an element of its own name.
    pub nests: bool,
}

const FLAT: RecordKind = RecordKind { pruned: &[], nests: false };
const NESTED: RecordKind = RecordKind { pruned: &[], nests: true };

/// The roots of documents that are lists of papers. Such a list may be empty.
const LISTS: [&str; 24] = [
    "feed", "rss", "RDF", "OAI-PMH", "ListRecords", "GetRecord", "PubmedArticleSet", "PubmedBookArticleSet",
    "MedlineCitationSet", "responseWrapper", "resultList", "records", "xml", "dblp", "dblpperson", "hits",
    "collection", "volume", "modsCollection", "resources", "doi_records", "doi_batch", "crossref_result", "Sources",
];

/// Whether a document with this root is a list of papers even if it is empty.
pub(super) fn is_list(root: &str) -> bool {
    LISTS.contains(&root)
}

/// Returns how to collect the element that has just started, or `None` if it is not a record.
pub(super) fn kind_of_record(element: &Element, parent: &str, context: &mut Context) -> Option<RecordKind> {
    context.is_statement = parent == "RDF";
    let kind = match (parent, element.name()) {
        // In RDF, every child of the root except `channel` is a statement.
        ("RDF", name) if name != "channel" => NESTED,
        (_, "collection" | "volume") => {
            context.volume.enter(element);
            return None;
        }
        ("volume", "meta") => FLAT,
        ("OAI-PMH", "error") | (_, "resumptionToken") => FLAT,
        // A `record` of OAI-PMH may contain a `record` of MARC.
        (_, "record") => RecordKind { pruned: &jats::PRUNED, nests: true },
        (_, "entry" | "item") => FLAT,
        (_, "PubmedArticle" | "PubmedBookArticle" | "MedlineCitation") => {
            RecordKind { pruned: &pubmed::PRUNED, nests: false }
        }
        ("crossref" | "body", name) if crossref::is_record(name) => {
            RecordKind { pruned: &crossref::PRUNED, nests: false }
        }
        (_, "article") => RecordKind { pruned: &jats::PRUNED, nests: true },
        (_, name) if dblp::is_record(name, parent, element.attribute("key")) => FLAT,
        ("hits", "hit") | ("resultList", "result") | ("Sources", "Source") => FLAT,
        (_, "dc" | "arXiv" | "arXivRaw") => FLAT,
        (_, "mods" | "resource") => NESTED,
        (_, "paper" | "publication" | "rec") => FLAT,
        _ => return None,
    };
    Some(kind)
}

/// Returns the papers and the problems in a record.
pub(super) fn findings(element: &Element, context: &mut Context) -> Vec<Finding> {
    let has = |name: &str| element.child(name).is_some();
    context.saw_record = true;
    let found: Result<Option<Record>, String> = match element.name() {
        "error" => Err(oai::error(element)),
        "resumptionToken" => {
            context.notice = oai::resumption(element);
            Ok(None)
        }
        "meta" => {
            context.volume.describe(element);
            Ok(None)
        }
        "record" if has("header") || has("metadata") => match oai::inner(element) {
            Ok(Some(inner)) => {
                let mut found = findings(inner, context);
                oai::add_header(element, &mut found);
                return found;
            }
            Ok(None) => Ok(None),
            Err(reason) => Err(reason),
        },
        "record" if has("datafield") || has("controlfield") => Ok(Some(marc::record(element))),
        "record" if endnote::is_record(element) => Ok(Some(endnote::record(element))),
        "entry" if has("title") || has("id") => feed::record(element).map(Some),
        "item" if has("title") || has("link") || has("description") => feed::record(element).map(Some),
        "arXiv" | "arXivRaw" => Ok(Some(arxiv::record(element))),
        "dc" => Ok(Some(dublin_core::record(element))),
        "PubmedArticle" | "PubmedBookArticle" | "MedlineCitation" => pubmed::record(element).map(Some),
        "paper" if context.volume.is_open() => Ok(acl::record(element, &context.volume)),
        "article" if has("front") || has("front-stub") => Ok(Some(jats::record(element))),
        "result" => Ok(Some(europepmc::record(element))),
        "hit" => Ok(element.child("info").and_then(dblp::record)),
        "mods" => Ok(Some(mods::record(element))),
        "resource" if has("titles") || has("creators") => Ok(Some(datacite::record(element))),
        name if crossref::is_record(name) && crossref::has_metadata(element) => return crossref::findings(element),
        _ if context.is_statement => return context.graph.add(element),
        name if dblp::is_kind(name) && (has("title") || !element.attribute("key").is_empty()) => {
            Ok(dblp::record(element))
        }
        name => named::record(element).map(Some).ok_or_else(|| {
            let inside: Vec<&str> = element.children().take(8).map(Element::name).collect();
            let inside = if inside.is_empty() { "no elements".to_owned() } else { inside.join(", ") };
            format!("<{name}> is not a known kind of record; it contains {inside}")
        }),
    };
    found.transpose().map(|found| Finding { line: element.line, found }).into_iter().collect()
}
