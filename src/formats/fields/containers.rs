//! Keys of JSON objects under which there may be a list of papers.

use super::squeezed::squeezed;

/// Keys under which exports and APIs have their list of papers, in the form of [`squeezed`]: OpenAlex `results`,
/// Semantic Scholar `data`, Crossref `message.items`, Europe PMC `resultList.result`, Solr `response.docs`, OpenReview
/// `notes`, DBLP `result.hits.hit`. Other keys are not searched, because the lists in a paper, such as its references,
/// are not papers of the file.
const CONTAINERS: [&str; 28] = [
    "papers", "data", "results", "items", "works", "records", "articles", "documents", "entries", "publications",
    "library", "docs", "hits", "hit", "list", "result", "resultlist", "message", "response", "paper", "work",
    "article", "recommendedpapers", "preprints", "corpus", "collection", "notes", "organicresults",
];

/// The first six of these keys. Messages name them.
pub(in crate::formats) const COMMON_CONTAINERS: [&str; 6] = ["papers", "data", "results", "items", "works", "records"];

/// Whether a list of papers may be under this key.
pub(in crate::formats) fn is_container(key: &str) -> bool {
    CONTAINERS.contains(&squeezed(key).as_str())
}
