//! Public identifiers of papers: their kinds, how they are recognised in pasted text, and their canonical forms.

mod find;
mod links;
mod registries;

use std::collections::BTreeMap;

use registries::without_punctuation;
pub use registries::{Identifier, IdentifierKind};
use serde::{Deserialize, Serialize};

use super::clean;

impl Identifier {
    /// Recognises an identifier in what a person pastes: bare, prefixed (`arXiv:2101.00001v3`) or as a URL.
    ///
    /// Returns `None` if the text is not an identifier of a known kind. A title is never recognised as an identifier.
    pub fn parse(text: &str) -> Option<Self> {
        // arXiv's own listings write "arXiv:1706.03762 [cs.CL]".
        let text = without_punctuation(text.trim().split(" [").next().unwrap_or_default());
        let spaced = text.split_once(':').map(|(prefix, rest)| format!("{prefix}:{}", rest.trim_start()));
        let text = spaced.as_deref().unwrap_or(text);
        if text.is_empty() || text.contains(char::is_whitespace) {
            return None;
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
            return is_web.then(|| links::identifier(rest))?;
        }
        if let Some((prefix, rest)) = text.split_once(':')
            && let Some(kind) = IdentifierKind::from_prefix(prefix)
        {
            return Self::bare(kind, rest);
        }
        // Ids of the other kinds look like any number or word, so they need a prefix.
        use IdentifierKind::{Acl, Arxiv, Dblp, Doi, Openalex, Pmcid, S2};
        let is_central = text.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case("pmc"));
        let bare = [Arxiv, Doi, Openalex, S2, Acl, Dblp].into_iter().chain(is_central.then_some(Pmcid));
        bare.into_iter().find_map(|kind| Self::bare(kind, text)).or_else(|| {
            let (host, _) = text.split_once('/')?;
            host.contains('.').then(|| links::identifier(text))?
        })
    }

    /// Reads an identifier of a given kind from a field for this kind. Accepts identifiers with a prefix and URLs too.
    pub fn of_kind(kind: IdentifierKind, text: &str) -> Option<Self> {
        use IdentifierKind::{Arxiv, CorpusId, Doi, Pmcid, Pmid, S2};
        // A DOI that arXiv registered is read as an arXiv id. Semantic Scholar and PubMed have two kinds of ids each.
        let is_fitting = |found: &Self| {
            found.kind == kind || [(Doi, Arxiv), (S2, CorpusId), (Pmid, Pmcid)].contains(&(kind, found.kind))
        };
        Self::bare(kind, text.trim()).or_else(|| Self::parse(text)).filter(is_fitting)
    }
}

/// At most one identifier of each kind, each in canonical form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identifiers(BTreeMap<IdentifierKind, String>);

impl Identifiers {
    /// The identifier of a kind, in canonical form.
    pub fn get(&self, kind: IdentifierKind) -> Option<&str> {
        self.0.get(&kind).map(String::as_str)
    }

    /// Adds `identifier` unless there is one of its kind.
    pub fn add(&mut self, identifier: Identifier) {
        self.0.entry(identifier.kind).or_insert(identifier.value);
    }

    /// All identifiers, the preferred kind first.
    pub fn iter(&self) -> impl Iterator<Item = Identifier> + '_ {
        self.0.iter().map(|(&kind, value)| Identifier { kind, value: value.clone() })
    }

    /// The identifiers without control characters and invisible characters.
    pub(super) fn printable(self) -> Self {
        Self(self.0.into_iter().map(|(kind, value)| (kind, clean::verbatim(&value))).collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_identifiers_are_recognised() {
        for (pasted, canonical) in [
            ("1706.03762", "arxiv:1706.03762"),
            ("arXiv:2101.00001v3", "arxiv:2101.00001"),
            ("ARXIV:2101.00001V3", "arxiv:2101.00001"),
            ("https://arxiv.org/pdf/1706.03762v5.pdf", "arxiv:1706.03762"),
            ("http://arxiv.org/abs/hep-th/9901001", "arxiv:hep-th/9901001"),
            ("arxiv.org/abs/1706.03762", "arxiv:1706.03762"),
            ("math.GT/0309136", "arxiv:math/0309136"),
            ("10.48550/arXiv.1706.03762", "arxiv:1706.03762"),
            ("10.1038/171737A0", "doi:10.1038/171737a0"),
            ("https://doi.org/10.1145/359545.359563", "doi:10.1145/359545.359563"),
            ("https://dl.acm.org/doi/10.1145/359545.359563", "doi:10.1145/359545.359563"),
            ("doi: 10.1145/359545.359563", "doi:10.1145/359545.359563"),
            ("arXiv:1706.03762 [cs.CL]", "arxiv:1706.03762"),
            ("https://www.frontiersin.org/articles/10.3389/fnins.2020.00001/full", "doi:10.3389/fnins.2020.00001"),
            ("https://link.springer.com/content/pdf/10.1007/s11263-015-0816-y.pdf", "doi:10.1007/s11263-015-0816-y"),
            ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf", "doi:10.1101/2020.01.01.123456"),
            ("https://onlinelibrary.wiley.com/doi/10.1002%2Fabc.12", "doi:10.1002/abc.12"),
            ("https://files.org/release-10.2020/paper.pdf", ""),
            ("Deep learning: a review", ""),
            ("doi:10.1145/359545.359563", "doi:10.1145/359545.359563"),
            ("PMID:13054692", "pmid:13054692"),
            ("https://pubmed.ncbi.nlm.nih.gov/13054692/", "pmid:13054692"),
            ("https://openalex.org/W2741809807", "openalex:W2741809807"),
            ("w2741809807", "openalex:W2741809807"),
            (
                "https://www.semanticscholar.org/paper/Attention-Is/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
                "s2:204e3073870fae3d05bcbc2f6a8e263d9b72e776",
            ),
            ("https://aclanthology.org/P18-1001.pdf", "acl:P18-1001"),
            ("2020.acl-main.1", "acl:2020.acl-main.1"),
            ("https://openreview.net/forum?id=rJXMpikCZ&noteId=x", "openreview:rJXMpikCZ"),
            ("https://arxiv.org/html/1706.03762v2", "arxiv:1706.03762"),
            ("https://ar5iv.labs.arxiv.org/html/1706.03762", "arxiv:1706.03762"),
            ("https://www.alphaxiv.org/abs/1706.03762v1", "arxiv:1706.03762"),
            ("https://huggingface.co/papers/1706.03762", "arxiv:1706.03762"),
            ("https://dx.doi.org/10.1016%2FS0140-6736(20)30183-5", "doi:10.1016/s0140-6736(20)30183-5"),
            ("https://doi-org.proxy.example.edu/10.1145/359545.359563", "doi:10.1145/359545.359563"),
            (
                "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000001",
                "doi:10.1371/journal.pone.0000001",
            ),
            ("https://www.nature.com/articles/s41586-021-03819-2.pdf", "doi:10.1038/s41586-021-03819-2"),
            ("https://papers.ssrn.com/sol3/papers.cfm?abstract_id=123456", "doi:10.2139/ssrn.123456"),
            ("https://zenodo.org/records/123456", "doi:10.5281/zenodo.123456"),
            ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123456/", "pmcid:PMC123456"),
            ("https://pmc.ncbi.nlm.nih.gov/articles/PMC123456/", "pmcid:PMC123456"),
            ("https://europepmc.org/article/MED/13054692", "pmid:13054692"),
            ("https://www.ncbi.nlm.nih.gov/pubmed/13054692", "pmid:13054692"),
            ("PMC123456", "pmcid:PMC123456"),
            ("https://www.aclweb.org/anthology/P18-1001/", "acl:P18-1001"),
            ("https://aclanthology.info/papers/P18-1001/p18-1001", "acl:P18-1001"),
            ("https://openreview.net/pdf?id=rJXMpikCZ", "openreview:rJXMpikCZ"),
            ("https://api.semanticscholar.org/CorpusID:13756489", "corpusid:13756489"),
            ("CorpusID:13756489", "corpusid:13756489"),
            ("https://dblp.org/rec/conf/nips/VaswaniSPUJGKP17.html", "dblp:conf/nips/VaswaniSPUJGKP17"),
            ("https://dblp.org/rec/bib/journals/corr/abs-1706-03762", "dblp:journals/corr/abs-1706-03762"),
            ("DBLP:conf/nips/VaswaniSPUJGKP17", "dblp:conf/nips/VaswaniSPUJGKP17"),
            ("10.1101/2020.01.01.123456v2", "doi:10.1101/2020.01.01.123456"),
            ("Attention", ""),
            ("vaswani2017attention", ""),
            ("12345", ""),
            ("pmid:0", ""),
            ("1399.12345", ""),
            ("", ""),
            ("https://", ""),
        ] {
            let found = Identifier::parse(pasted).map(|id| id.to_string()).unwrap_or_default();
            assert_eq!(found, canonical, "for {pasted:?}");
        }
    }

    #[test]
    fn canonical_forms_and_their_links_parse_back_to_themselves() {
        for text in [
            "arxiv:1706.03762", "doi:10.1038/171737a0", "pmid:13054692", "pmcid:PMC12", "acl:P18-1001",
            "openalex:W2741809807", "corpusid:13756489", "dblp:conf/nips/Byron17",
        ] {
            let identifier = Identifier::parse(text).unwrap();
            assert_eq!(Identifier::parse(&identifier.to_string()).as_ref(), Some(&identifier));
            assert_eq!(Identifier::parse(&identifier.url()).as_ref(), Some(&identifier));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_parsing_panic(text in "\\PC{0,40}") {
            let _ = Identifier::parse(&text);
        }

        #[test]
        fn no_url_makes_parsing_panic(host in "(arxiv.org|doi.org|openreview.net|x.y)", rest in "[/?#=.a-z0-9é]{0,20}") {
            let _ = Identifier::parse(&format!("https://{host}{rest}"));
        }
    }
}
