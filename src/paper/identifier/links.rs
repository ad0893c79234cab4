//! Identifiers in links: the pages of registries, mirrors, publishers and proxies.

use super::canonical::{Identifier, IdentifierKind};
use super::forms::{all, percent_decoded};

/// The identifier that a URL names; `rest` is the URL without its scheme.
pub(super) fn identifier(rest: &str) -> Option<Identifier> {
    let (host, path) = rest.split_once('/')?;
    let host = host.to_ascii_lowercase();
    let host = host.split(':').next().unwrap_or_default();
    let host = host.strip_prefix("www.").or(host.strip_prefix("m.")).unwrap_or(host);
    let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let last = last.strip_suffix(".pdf").unwrap_or(last);
    let of = Identifier::bare;
    use IdentifierKind as Kind;
    match host {
        "arxiv.org"
        | "export.arxiv.org"
        | "alphaxiv.org"
        | "ar5iv.org"
        | "ar5iv.labs.arxiv.org"
        | "browse.arxiv.org"
        | "arxiv-vanity.com"
        | "scirate.com"
        | "xxx.lanl.gov" => {
            // The view comes first: abs, pdf, html, papers.
            let (_, id) = path.split_once('/')?;
            of(Kind::Arxiv, id.trim_end_matches(".pdf"))
        }
        "huggingface.co" | "hf.co" => of(Kind::Arxiv, path.strip_prefix("papers/")?),
        "doi.org" | "dx.doi.org" | "doi.acm.org" | "hdl.handle.net" => of(Kind::Doi, &with_query(path, query)),
        // Libraries' proxies: doi-org.proxy.example.edu, doi.org.proxy.example.edu.
        _ if ["doi-org.", "dx-doi-org.", "doi.org.", "dx.doi.org."].iter().any(|proxy| host.starts_with(proxy)) => {
            of(Kind::Doi, path)
        }
        "pubmed.ncbi.nlm.nih.gov" | "pubmed.gov" => of(Kind::Pmid, last),
        "ncbi.nlm.nih.gov" | "pmc.ncbi.nlm.nih.gov" | "europepmc.org" => medical(path),
        "aclanthology.org" | "aclweb.org" | "aclanthology.info" | "aclanthology.coli.uni-saarland.de" => {
            of(Kind::Acl, last.strip_suffix(".bib").unwrap_or(last))
        }
        "openalex.org" | "api.openalex.org" | "explore.openalex.org" => of(Kind::Openalex, last),
        "semanticscholar.org" | "api.semanticscholar.org" => {
            let number = last.get(..9).filter(|prefix| prefix.eq_ignore_ascii_case("corpusid:")).map(|_| &last[9..]);
            number.map_or_else(|| of(Kind::S2, last), |number| of(Kind::CorpusId, number))
        }
        "dblp.org" | "dblp.uni-trier.de" | "dblp.dagstuhl.de" => {
            let key = path.strip_prefix("rec/")?;
            let views = ["bibtex/", "bib1/", "bib/", "html/", "xml/"];
            of(Kind::Dblp, views.iter().find_map(|view| key.strip_prefix(view)).unwrap_or(key))
        }
        "openreview.net" => {
            let id = parameter(query, &["id"])?;
            of(Kind::Openreview, id.split('#').next().unwrap_or_default())
        }
        "papers.ssrn.com" | "ssrn.com" => {
            let number = parameter(query, &["abstract_id", "abstractid"]).or(last.strip_prefix("abstract="))?;
            of(Kind::Doi, &format!("10.2139/ssrn.{}", all(number, |c| c.is_ascii_digit()).then_some(number)?))
        }
        "zenodo.org" => {
            let mut parts = path.split('/').skip_while(|part| !matches!(*part, "record" | "records")).skip(1);
            let number = parts.next().filter(|number| all(number, |c| c.is_ascii_digit()));
            number.map_or_else(|| in_path(path), |number| of(Kind::Doi, &format!("10.5281/zenodo.{number}")))
        }
        "nature.com" => {
            let name = path.strip_prefix("articles/").map(|rest| rest.split(['/', '.']).next().unwrap_or_default());
            let name = name.filter(|name| name.contains(|c: char| c.is_ascii_digit()));
            name.map_or_else(|| in_path(path), |name| of(Kind::Doi, &format!("10.1038/{name}")))
        }
        _ => in_path(path)
            .or_else(|| {
                parameter(query, &["id", "doi", "uri", "DOI"]).and_then(|value| doi_of(&percent_decoded(value)))
            })
            .or_else(|| in_path(fragment)),
    }
}

/// PubMed and PubMed Central share hosts.
fn medical(path: &str) -> Option<Identifier> {
    let mut before = "";
    for part in path.split('/') {
        let kind = match before.to_ascii_lowercase().as_str() {
            "pubmed" | "med" => Some(IdentifierKind::Pmid),
            "articles" | "pmc" => Some(IdentifierKind::Pmcid),
            _ => None,
        };
        if let Some(found) = kind.and_then(|kind| Identifier::bare(kind, part)) {
            return Some(found);
        }
        before = part;
    }
    None
}

/// A DOI may hold a question mark (rarely), but what follows one in a link is most often not of it.
fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() || path.contains('/') { path.to_owned() } else { format!("{path}?{query}") }
}

fn parameter<'a>(query: &'a str, names: &[&str]) -> Option<&'a str> {
    query.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        names.contains(&name).then_some(value)
    })
}

/// The DOI that publishers put into the paths of their pages (`/doi/full/10.1145/…`), without what they put behind it.
fn in_path(path: &str) -> Option<Identifier> {
    let path = percent_decoded(path);
    let start = if path.starts_with("10.") { 0 } else { path.find("/10.")? + 1 };
    doi_of(&path[start..])
}

fn doi_of(text: &str) -> Option<Identifier> {
    let mut doi = text;
    let views = [
        ".pdf",
        ".html",
        ".xml",
        "/full",
        "/fulltext",
        "/pdf",
        "/epdf",
        "/abstract",
        "/html",
        "/meta",
        "/summary",
        "/references",
        ".full",
        ".abstract",
        ".short",
        ".full-text",
        ".supplementary-material",
        "-print",
    ];
    while let Some(shorter) = views.iter().find_map(|view| doi.strip_suffix(view)) {
        doi = shorter;
    }
    Identifier::bare(IdentifierKind::Doi, doi)
}
