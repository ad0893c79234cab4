//! The registries of papers: names, canonical forms and pages.
//!
//! Sources: [arXiv identifiers](https://info.arxiv.org/help/arxiv_identifier.html),
//! [DOI handbook](https://www.doi.org/the-identifier/resources/handbook/),
//! [OpenAlex keys](https://docs.openalex.org/how-to-use-the-api/get-single-entities),
//! [ACL Anthology ids](https://aclanthology.org/info/ids/).

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::paper::clean;
use crate::paper::patterns::compiled;

/// The registries whose identifiers are recognised, in the order in which they are preferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

struct Registry {
    name: &'static str,
    /// Other prefixes of the registry's identifiers.
    prefixes: &'static [&'static str],
    /// The pattern of identifiers as people write them, without prefix or URL.
    pattern: &'static str,
    /// The canonical form, made of the groups of the pattern.
    canonical: &'static str,
    /// The URL of a paper's page, without the identifier at its end.
    page: &'static str,
}

/// In the order of [`IdentifierKind::ALL`].
#[rustfmt::skip]
const REGISTRIES: [Registry; 10] = [
    // `math.GT/0309136` and `math/0309136` are one paper.
    Registry { name: "arxiv", prefixes: &["arxivid"], page: "https://arxiv.org/abs/", canonical: "$1$2$3",
        pattern: r"(?:([0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5})|([a-z-]+)(?:\.[^/]*)?(/[0-9]{7}))(?:v[0-9]+)?" },
    // Cold Spring Harbor (bioRxiv, medRxiv) gives DOIs to versions too.
    Registry { name: "doi", prefixes: &[], page: "https://doi.org/", canonical: "$1$2",
        pattern: r"(10\.(?:1101|64898)/\S+?)(?:v[0-9]+)?|(10\.[0-9][0-9.]{3,}/\S+)" },
    // Some tables have the number as a decimal fraction: `123.0`.
    Registry { name: "pmid", prefixes: &["pubmed", "medline"], page: "https://pubmed.ncbi.nlm.nih.gov/", canonical: "$1",
        pattern: r"([1-9][0-9]{0,8})(?:\.0)?" },
    Registry { name: "pmcid", prefixes: &["pmc"], page: "https://pmc.ncbi.nlm.nih.gov/articles/", canonical: "PMC$1",
        pattern: r"(?i:PMC)?([1-9][0-9]{0,8})(?:\.[0-9]+)?" },
    Registry { name: "acl", prefixes: &[], page: "https://aclanthology.org/", canonical: "$1",
        pattern: r"([A-Za-z][0-9]{2}-[0-9]{4}|[0-9]{4}\.[A-Za-z0-9]+-[A-Za-z0-9-]*\.[0-9]+)" },
    Registry { name: "openreview", prefixes: &[], page: "https://openreview.net/forum?id=", canonical: "$1",
        pattern: r"([A-Za-z0-9_-]{6,14})" },
    Registry { name: "openalex", prefixes: &[], page: "https://openalex.org/", canonical: "W$1",
        pattern: r"[Ww]([0-9]{4,})" },
    Registry { name: "s2", prefixes: &["s2id"], page: "https://www.semanticscholar.org/paper/", canonical: "$1",
        pattern: r"([0-9a-f]{40})" },
    Registry { name: "corpusid", prefixes: &[], page: "https://api.semanticscholar.org/CorpusID:", canonical: "$1",
        pattern: r"([1-9][0-9]{0,11})" },
    Registry { name: "dblp", prefixes: &[], page: "https://dblp.org/rec/", canonical: "$1",
        pattern: r"((?:conf|journals|books|phd|reference|series|tr|www|persons|data|homepages)(?:/[A-Za-z0-9_-]+){2,})(?:\.html|\.bib)?" },
];

/// The patterns of [`REGISTRIES`], which must match a whole text.
static PATTERNS: LazyLock<[Regex; 10]> =
    LazyLock::new(|| REGISTRIES.map(|registry| compiled(&format!("^(?:{})$", registry.pattern))));

impl IdentifierKind {
    /// All kinds, in the order in which they are preferred.
    #[rustfmt::skip]
    pub const ALL: [Self; 10] = [
        Self::Arxiv, Self::Doi, Self::Pmid, Self::Pmcid, Self::Acl, Self::Openreview, Self::Openalex, Self::S2,
        Self::CorpusId, Self::Dblp,
    ];

    /// The name used in files and on the command line: `arxiv`, `doi`, …
    pub fn name(self) -> &'static str {
        self.registry().name
    }

    /// The kind whose identifiers have this prefix, in any case: `pubmed`, `DOI`.
    pub(in crate::paper) fn from_prefix(prefix: &str) -> Option<Self> {
        let prefix = prefix.to_ascii_lowercase();
        let is_prefix = |kind: &Self| kind.name() == prefix || kind.registry().prefixes.contains(&prefix.as_str());
        Self::ALL.into_iter().find(is_prefix)
    }

    fn registry(self) -> &'static Registry {
        &REGISTRIES[self as usize]
    }

    fn canonical(self, text: &str) -> Option<String> {
        let text = match self {
            Self::Arxiv | Self::S2 => Cow::Owned(text.to_ascii_lowercase()),
            Self::Doi => Cow::Owned(doi_as_meant(text)),
            _ => Cow::Borrowed(text),
        };
        // Percent encoding may contain control characters too. They become spaces, which no identifier contains.
        let text = if text.contains(clean::is_unprintable) { Cow::Owned(clean::verbatim(&text)) } else { text };
        let found = PATTERNS[self as usize].captures(&text)?;
        let mut canonical = String::new();
        found.expand(self.registry().canonical, &mut canonical);
        match self {
            Self::Acl if !canonical.contains('.') => canonical.make_ascii_uppercase(),
            Self::Doi => canonical = canonical.to_lowercase(),
            _ => {}
        }
        Some(canonical)
    }
}

/// A public identifier in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// The registry.
    pub kind: IdentifierKind,
    /// Canonical value, without prefix.
    pub value: String,
}

impl Identifier {
    /// Reads an identifier without prefix or URL.
    pub(super) fn bare(kind: IdentifierKind, text: &str) -> Option<Self> {
        let value = kind.canonical(text)?;
        // arXiv registers DOIs for its papers. They are read as arXiv ids.
        match value.strip_prefix("10.48550/arxiv.").and_then(|id| IdentifierKind::Arxiv.canonical(id)) {
            Some(value) => Some(Self { kind: IdentifierKind::Arxiv, value }),
            None => Some(Self { kind, value }),
        }
    }

    /// The page of the paper.
    pub fn url(&self) -> String {
        format!("{}{}", self.kind.registry().page, self.value)
    }
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.value)
    }
}

/// A DOI without percent encoding, HTML's `&lt;` and the punctuation of a sentence.
fn doi_as_meant(text: &str) -> String {
    let decoded = percent_decoded(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    without_punctuation(&decoded).to_owned()
}

/// `%28` as `(`; the text itself if the result is not UTF-8.
pub(super) fn percent_decoded(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text))
}

/// The text without the marks that a sentence puts around an identifier or a link. A closing bracket is kept if the
/// text has the opening bracket.
pub(super) fn without_punctuation(text: &str) -> &str {
    let mut text = text.trim_start_matches(['(', '[', '{', '<', '"', '\'', '“', '‘', '«', '\\']);
    // For each kind of bracket, how many more closing than opening brackets the text has. They are counted when the
    // first one is met, and only once, so that the time is linear.
    let mut excess: [Option<isize>; BRACKETS.len()] = [None; BRACKETS.len()];
    while let Some(last) = text.chars().next_back() {
        if let Some(kind) = BRACKETS.iter().position(|(_, close)| *close == last) {
            let (open, close) = BRACKETS[kind];
            let count = |bracket: char| text.matches(bracket).count().cast_signed();
            let excess = excess[kind].get_or_insert_with(|| count(close) - count(open));
            if *excess <= 0 {
                break;
            }
            *excess -= 1;
        } else if !matches!(last, '.' | ',' | ';' | ':' | '/' | '!' | '"' | '\'' | '”' | '’' | '»' | '…' | '\\' | '*')
        {
            break;
        }
        text = &text[..text.len() - last.len_utf8()];
    }
    text
}

/// Brackets that a sentence may put around an identifier.
const BRACKETS: [(char, char); 4] = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>')];

#[cfg(test)]
mod tests {
    use super::*;

    /// As [`without_punctuation`], but counts all brackets again for each one.
    fn without_punctuation_slowly(text: &str) -> &str {
        let mut text = text.trim_start_matches(['(', '[', '{', '<', '"', '\'', '“', '‘', '«', '\\']);
        while let Some(last) = text.chars().next_back() {
            if let Some((open, _)) = BRACKETS.iter().find(|(_, close)| *close == last) {
                if text.matches(*open).count() >= text.matches(last).count() {
                    break;
                }
            } else if !".,;:/!\"'”’»…\\*".contains(last) {
                break;
            }
            text = &text[..text.len() - last.len_utf8()];
        }
        text
    }

    proptest::proptest! {
        #[test]
        fn punctuation_is_removed_as_by_counting_each_time(text in "[]()<>{}.,;a“\"]{0,12}") {
            proptest::prop_assert_eq!(without_punctuation(&text), without_punctuation_slowly(&text));
        }
    }

    #[test]
    fn a_million_brackets_are_counted_once() {
        let many = format!("a{}", "]".repeat(4_000_000));
        assert_eq!(without_punctuation(&many), "a");
    }

    #[test]
    fn the_table_is_in_the_order_of_the_kinds() {
        for kind in IdentifierKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    #[test]
    fn a_doi_has_one_form_whatever_surrounds_it() {
        for (written, canonical) in [
            ("10.1016/S0140-6736(20)30183-5", "10.1016/s0140-6736(20)30183-5"),
            ("10.1016/S0140-6736%2820%2930183-5", "10.1016/s0140-6736(20)30183-5"),
            ("10.1000/bees).", "10.1000/bees"),
            (
                "10.1002/(SICI)1097(199806)49:8&lt;693::AID-ASI4&gt;3.0.CO;2-O",
                "10.1002/(sici)1097(199806)49:8<693::aid-asi4>3.0.co;2-o",
            ),
            ("10.1101/2020.01.01.123456v2", "10.1101/2020.01.01.123456"),
            ("10.1000/v2", "10.1000/v2"),
            ("10.1000/bee%", "10.1000/bee%"),
            ("10.10/x", ""),
            ("10.1000/", ""),
            ("10.1000/two words", ""),
            ("10.1000/bees\u{200b}\u{202e}.7\u{200e}", "10.1000/bees.7"),
            ("10.1000/bees\u{9b}31m", ""),
            ("10.1000/bees%1B%5D0;x%07", ""),
        ] {
            assert_eq!(IdentifierKind::Doi.canonical(written).unwrap_or_default(), canonical, "{written}");
        }
    }

    #[test]
    fn each_kind_has_its_own_form() {
        use IdentifierKind::{Arxiv, Dblp, Pmcid, Pmid};
        for (kind, written, canonical) in [
            (Pmcid, "PMC123.1", Some("PMC123")),
            (Pmcid, "pmc77", Some("PMC77")),
            (Pmcid, "PMC", None),
            (Pmid, "PMC77", None),
            (Pmid, "77.0", Some("77")),
            (Dblp, "journals/corr/abs-1706-03762", Some("journals/corr/abs-1706-03762")),
            (Dblp, "conf/nips", None),
            (Dblp, "and/or/not", None),
            (Arxiv, "hep-th", None),
            (Arxiv, "1706.03762/1234567", None),
        ] {
            assert_eq!(kind.canonical(written).as_deref(), canonical, "{written}");
        }
    }
}
