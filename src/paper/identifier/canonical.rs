//! An identifier in its one canonical form, and the kinds there are.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::forms::{acl, arxiv, corpus_id, dblp, doi, openalex, openreview, pmcid, pmid, s2};

/// The registries whose identifiers are understood, most specific to papers first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum IdentifierKind {
    /// `1706.03762`, `hep-th/9901001`; versions are dropped.
    Arxiv,
    /// `10.1038/171737a0`, lower case.
    Doi,
    /// PubMed: digits.
    Pmid,
    /// PubMed Central: `PMC123`.
    Pmcid,
    /// ACL Anthology: `P18-1001`, `2020.acl-main.1`.
    Acl,
    /// OpenReview forum id.
    Openreview,
    /// OpenAlex work: `W2741809807`.
    Openalex,
    /// Semantic Scholar paper: 40 hexadecimal digits.
    S2,
    /// Semantic Scholar's number of a paper: digits.
    CorpusId,
    /// DBLP's key of a record: `conf/nips/VaswaniSPUJGKP17`.
    Dblp,
}

impl IdentifierKind {
    /// All kinds, in the order in which they are preferred.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name in files and on the command line: `arxiv`, `doi`, …
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A public identifier in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// Which registry.
    pub kind: IdentifierKind,
    /// Canonical value, without prefix.
    pub value: String,
}

impl Identifier {
    /// Without prefix or URL.
    pub(super) fn bare(kind: IdentifierKind, text: &str) -> Option<Self> {
        let value = match kind {
            IdentifierKind::Arxiv => arxiv(text),
            IdentifierKind::Doi => doi(text),
            IdentifierKind::Pmid => pmid(text),
            IdentifierKind::Pmcid => pmcid(text),
            IdentifierKind::Acl => acl(text),
            IdentifierKind::Openreview => openreview(text),
            IdentifierKind::Openalex => openalex(text),
            IdentifierKind::S2 => s2(text),
            IdentifierKind::CorpusId => corpus_id(text),
            IdentifierKind::Dblp => dblp(text),
        }?;
        // arXiv registers DOIs of its own; they name the same thing as the arXiv id.
        let of_arxiv = value.strip_prefix("10.48550/arxiv.").filter(|_| kind == IdentifierKind::Doi).and_then(arxiv);
        Some(match of_arxiv {
            Some(value) => Self { kind: IdentifierKind::Arxiv, value },
            None => Self { kind, value },
        })
    }

    /// Where a person reads about the paper.
    pub fn url(&self) -> String {
        let base = match self.kind {
            IdentifierKind::Arxiv => "https://arxiv.org/abs/",
            IdentifierKind::Doi => "https://doi.org/",
            IdentifierKind::Pmid => "https://pubmed.ncbi.nlm.nih.gov/",
            IdentifierKind::Pmcid => "https://pmc.ncbi.nlm.nih.gov/articles/",
            IdentifierKind::Acl => "https://aclanthology.org/",
            IdentifierKind::Openreview => "https://openreview.net/forum?id=",
            IdentifierKind::Openalex => "https://openalex.org/",
            IdentifierKind::S2 => "https://www.semanticscholar.org/paper/",
            IdentifierKind::CorpusId => "https://api.semanticscholar.org/CorpusID:",
            IdentifierKind::Dblp => "https://dblp.org/rec/",
        };
        format!("{base}{}", self.value)
    }
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.value)
    }
}
