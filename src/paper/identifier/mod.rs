//! Public identifiers of papers: which there are, how each is recognised in what people paste, its one canonical form.
//!
//! Sources: [arXiv identifiers](https://info.arxiv.org/help/arxiv_identifier.html),
//! [DOI handbook](https://www.doi.org/the-identifier/resources/handbook/),
//! [OpenAlex keys](https://docs.openalex.org/how-to-use-the-api/get-single-entities),
//! [ACL Anthology ids](https://aclanthology.org/info/ids/).

mod canonical;
mod find;
mod forms;
mod links;

use serde::{Deserialize, Serialize};

pub use canonical::{Identifier, IdentifierKind};

impl Identifier {
    /// Recognises an identifier in what a person pastes: bare, prefixed (`arXiv:2101.00001v3`) or as a URL.
    ///
    /// `None` when the text is no identifier of a known kind; a title never is one.
    pub fn parse(text: &str) -> Option<Self> {
        // arXiv's own listings write "arXiv:1706.03762 [cs.CL]".
        let text = text.trim().split(" [").next().unwrap_or_default();
        let text = forms::without_punctuation(text);
        let spaced = text.split_once(':').map(|(prefix, rest)| format!("{prefix}:{}", rest.trim_start()));
        let text = spaced.as_deref().unwrap_or(text);
        if text.is_empty() || text.contains(char::is_whitespace) {
            return None;
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https")
                .then(|| links::identifier(rest))?;
        }
        if let Some((prefix, rest)) = text.split_once(':')
            && let Some(kind) = Self::kind_of_prefix(prefix)
        {
            return Self::bare(kind, rest);
        }
        // Other ids look like anything, so they are recognised with a prefix or as a URL only.
        use IdentifierKind::{Acl, Arxiv, Dblp, Doi, Openalex, Pmcid, S2};
        let is_central = text.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case("pmc"));
        let kinds =
            [Arxiv, Doi, Openalex, S2, Acl, Dblp, Pmcid].into_iter().filter(|kind| *kind != Pmcid || is_central);
        if let found @ Some(_) = kinds.into_iter().find_map(|kind| Self::bare(kind, text)) {
            return found;
        }
        let host = text.split('/').next().unwrap_or_default();
        (host.contains('.') && host.len() < text.len()).then(|| links::identifier(text))?
    }

    /// An identifier of a given kind, from a field that is known to hold one; prefix and URL forms are accepted too.
    pub fn of_kind(kind: IdentifierKind, text: &str) -> Option<Self> {
        Self::bare(kind, text.trim()).or_else(|| Self::parse(text)).filter(|found| {
            // A DOI field may hold arXiv's own DOI, which names an arXiv id; Semantic Scholar has ids of two kinds.
            let of_one = [
                (IdentifierKind::Doi, IdentifierKind::Arxiv),
                (IdentifierKind::S2, IdentifierKind::CorpusId),
                (IdentifierKind::Pmid, IdentifierKind::Pmcid),
            ];
            found.kind == kind || of_one.contains(&(kind, found.kind))
        })
    }

    fn kind_of_prefix(prefix: &str) -> Option<IdentifierKind> {
        match prefix.to_ascii_lowercase().as_str() {
            "arxiv" => Some(IdentifierKind::Arxiv),
            "doi" => Some(IdentifierKind::Doi),
            "pmid" | "pubmed" | "medline" => Some(IdentifierKind::Pmid),
            "pmcid" | "pmc" => Some(IdentifierKind::Pmcid),
            "acl" => Some(IdentifierKind::Acl),
            "openreview" => Some(IdentifierKind::Openreview),
            "openalex" => Some(IdentifierKind::Openalex),
            "s2" | "s2id" => Some(IdentifierKind::S2),
            "corpusid" => Some(IdentifierKind::CorpusId),
            "dblp" => Some(IdentifierKind::Dblp),
            _ => None,
        }
    }
}

/// At most one identifier of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identifiers {
    #[serde(skip_serializing_if = "Option::is_none")]
    arxiv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pmid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pmcid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    openreview: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    openalex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s2: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corpusid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dblp: Option<String>,
}

impl Identifiers {
    fn slot(&mut self, kind: IdentifierKind) -> &mut Option<String> {
        match kind {
            IdentifierKind::Arxiv => &mut self.arxiv,
            IdentifierKind::Doi => &mut self.doi,
            IdentifierKind::Pmid => &mut self.pmid,
            IdentifierKind::Pmcid => &mut self.pmcid,
            IdentifierKind::Acl => &mut self.acl,
            IdentifierKind::Openreview => &mut self.openreview,
            IdentifierKind::Openalex => &mut self.openalex,
            IdentifierKind::S2 => &mut self.s2,
            IdentifierKind::CorpusId => &mut self.corpusid,
            IdentifierKind::Dblp => &mut self.dblp,
        }
    }

    /// The identifier of a kind, in canonical form.
    pub fn get(&self, kind: IdentifierKind) -> Option<&str> {
        match kind {
            IdentifierKind::Arxiv => self.arxiv.as_deref(),
            IdentifierKind::Doi => self.doi.as_deref(),
            IdentifierKind::Pmid => self.pmid.as_deref(),
            IdentifierKind::Pmcid => self.pmcid.as_deref(),
            IdentifierKind::Acl => self.acl.as_deref(),
            IdentifierKind::Openreview => self.openreview.as_deref(),
            IdentifierKind::Openalex => self.openalex.as_deref(),
            IdentifierKind::S2 => self.s2.as_deref(),
            IdentifierKind::CorpusId => self.corpusid.as_deref(),
            IdentifierKind::Dblp => self.dblp.as_deref(),
        }
    }

    /// Keeps `identifier` unless one of its kind is there already.
    pub fn add(&mut self, identifier: Identifier) {
        self.slot(identifier.kind).get_or_insert(identifier.value);
    }

    /// All identifiers, the preferred kind first.
    pub fn iter(&self) -> impl Iterator<Item = Identifier> + '_ {
        IdentifierKind::ALL.iter().filter_map(|&kind| Some(Identifier { kind, value: self.get(kind)?.to_owned() }))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_is_recognised() {
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
            "arxiv:1706.03762",
            "doi:10.1038/171737a0",
            "pmid:13054692",
            "pmcid:PMC12",
            "acl:P18-1001",
            "openalex:W2741809807",
            "corpusid:13756489",
            "dblp:conf/nips/Byron17",
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
