//! Keys under which papers are listed.

use super::squeezed::squeezed;

/// Keys under which exports and interfaces keep their list of papers (OpenAlex `results`, Semantic Scholar `data`,
/// Crossref `message.items`, Europe PMC `resultList.result`, Solr `response.docs`, OpenReview `notes`, DBLP
/// `result.hits.hit`), squeezed. A fixed list, because a paper has lists of its own that hold no papers of the
/// file, such as its references.
#[rustfmt::skip]
const CONTAINERS: [&str; 28] = [
    "papers", "data", "results", "items", "works", "records", "articles", "documents", "entries", "publications",
    "library", "docs", "hits", "hit", "list", "result", "resultlist", "message", "response", "paper", "work", "article",
    "recommendedpapers", "preprints", "corpus", "collection", "notes", "organicresults",
];

/// The first of them, for messages.
pub(in crate::formats) const COMMON_CONTAINERS: [&str; 6] = ["papers", "data", "results", "items", "works", "records"];

/// Whether papers are looked for under this key.
pub(in crate::formats) fn is_container(key: &str) -> bool {
    CONTAINERS.contains(&squeezed(key).as_str())
}
