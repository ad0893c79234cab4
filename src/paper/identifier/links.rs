//! Identifiers in links: the pages of registries, mirrors, publishers and proxies.

use std::sync::LazyLock;

use regex::Regex;

use super::registries::IdentifierKind::{self, Acl, Arxiv, CorpusId, Dblp, Doi, Openalex, Openreview, Pmcid, Pmid, S2};
use super::registries::{Identifier, percent_decoded};
use crate::paper::patterns::compiled;

/// Links of known sites. Each entry has a pattern of the link, the kind of the identifier, and the identifier made of
/// the group of the pattern. The pattern begins with the host, without `www.`, and excludes the fragment. `§` matches
/// the beginning of a path, `¶` its last part without the file extension. A query may follow.
#[rustfmt::skip]
const LINKS: [(&str, IdentifierKind, &str); 17] = [
    // The path begins with the view: abs, pdf, html, papers.
    (r"(?:(?:export\.|browse\.)?arxiv|alphaxiv|ar5iv(?:\.labs\.arxiv)?)\.org/[^/]+/([^?]+?)(?:\.pdf)?", Arxiv, "$1"),
    (r"(?:arxiv-vanity\.com|scirate\.com|xxx\.lanl\.gov)/[^/]+/([^?]+?)(?:\.pdf)?", Arxiv, "$1"),
    (r"(?:huggingface\.co|hf\.co)/papers/([^?]+)", Arxiv, "$1"),
    // A DOI may contain a question mark, but most question marks in links are not part of a DOI.
    (r"(?:(?:dx\.)?doi\.org|doi\.acm\.org|hdl\.handle\.net)/([^/]+\?.+|[^?]+)", Doi, "$1"),
    // Proxies of libraries: doi-org.proxy.example.edu.
    (r"(?:dx[.-])?doi[.-]org\.[^/]+/([^?]+)", Doi, "$1"),
    (r"pubmed\.(?:ncbi\.nlm\.nih\.gov|gov)/¶", Pmid, "$1"),
    (r"(?:(?:pmc\.)?ncbi\.nlm\.nih\.gov|europepmc\.org)/§(?i:pubmed|med)/([^/?]+)[^?]*", Pmid, "$1"),
    (r"(?:(?:pmc\.)?ncbi\.nlm\.nih\.gov|europepmc\.org)/§(?i:articles|pmc)/([^/?]+)[^?]*", Pmcid, "$1"),
    (r"(?:aclanthology\.(?:org|info|coli\.uni-saarland\.de)|aclweb\.org)/¶", Acl, "$1"),
    (r"(?:(?:api|explore)\.)?openalex\.org/¶", Openalex, "$1"),
    (r"(?:api\.)?semanticscholar\.org/§(?i:corpusid):([^/?]+)", CorpusId, "$1"),
    (r"(?:api\.)?semanticscholar\.org/¶", S2, "$1"),
    (r"dblp\.(?:org|uni-trier\.de|dagstuhl\.de)/rec/(?:(?:bibtex|bib1|bib|html|xml)/)?([^?]+)", Dblp, "$1"),
    (r"openreview\.net/[^?]*\?(?:.*&)?id=([^&]+).*", Openreview, "$1"),
    (r"(?:papers\.)?ssrn\.com/.*abstract(?:_?id)?=([0-9]+).*", Doi, "10.2139/ssrn.$1"),
    (r"zenodo\.org/§records?/([0-9]+)(?:/[^?]*)?", Doi, "10.5281/zenodo.$1"),
    (r"nature\.com/articles/([^/.?]*[0-9][^/.?]*)[^?]*", Doi, "10.1038/$1"),
];

static PATTERNS: LazyLock<[Regex; LINKS.len()]> = LazyLock::new(|| {
    LINKS.map(|(link, ..)| {
        let link = link.replace('§', "(?:[^?]*/)?").replace('¶', r"(?:[^?]*/)?([^/?]+?)(?:\.pdf|\.bib)?");
        compiled(&format!(r"^(?:{link})(?:\?.*)?$"))
    })
});

/// A DOI as publishers put it into the addresses of their pages: `/doi/full/10.1145/…`, `?id=10.1371/…`.
static DOI: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?:[/#]|[?&](?:id|doi|uri|DOI)=)(10\.[^?&#]+)"));

/// Views of a page, which publishers append to a DOI.
static VIEWS: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?x)(?: \.(?:pdf|html|xml|full|abstract|short|full-text|supplementary-material) | -print
        | /(?:full|fulltext|pdf|epdf|abstract|html|meta|summary|references) )+$",
    )
});

/// The identifier in a URL. `rest` is the URL without its scheme.
pub(super) fn identifier(rest: &str) -> Option<Identifier> {
    let (host, path) = rest.split_once('/')?;
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let host = host.strip_prefix("www.").or(host.strip_prefix("m.")).unwrap_or(&host);
    let link = format!("{host}/{}", path.split('#').next().unwrap_or_default().trim_end_matches('/'));
    let of_known_site = LINKS.iter().zip(&*PATTERNS).find_map(|((_, kind, form), pattern)| {
        let mut identifier = String::new();
        pattern.captures(&link)?.expand(form, &mut identifier);
        Identifier::bare(*kind, &identifier)
    });
    of_known_site.or_else(|| {
        let link = percent_decoded(rest);
        let doi = DOI.captures(&link)?.get(1)?.as_str().trim_end_matches('/');
        Identifier::bare(Doi, &VIEWS.replace(doi, ""))
    })
}
