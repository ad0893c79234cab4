//! Public identifiers of papers: which there are, how each is recognised in what people paste, its one canonical form.
//!
//! Sources: [arXiv identifiers](https://info.arxiv.org/help/arxiv_identifier.html),
//! [DOI handbook](https://www.doi.org/the-identifier/resources/handbook/),
//! [OpenAlex keys](https://docs.openalex.org/how-to-use-the-api/get-single-entities),
//! [ACL Anthology ids](https://aclanthology.org/info/ids/).

use serde::{Deserialize, Serialize};

/// The registries whose identifiers are understood, most specific to papers first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// `1706.03762`, `hep-th/9901001`; versions are dropped.
    Arxiv,
    /// `10.1038/171737a0`, lower case.
    Doi,
    /// PubMed: digits.
    Pmid,
    /// ACL Anthology: `P18-1001`, `2020.acl-main.1`.
    Acl,
    /// OpenReview forum id.
    Openreview,
    /// OpenAlex work: `W2741809807`.
    Openalex,
    /// Semantic Scholar paper: 40 hexadecimal digits.
    S2,
}

impl IdentifierKind {
    /// All kinds, in the order in which they are preferred.
    pub const ALL: [Self; 7] =
        [Self::Arxiv, Self::Doi, Self::Pmid, Self::Acl, Self::Openreview, Self::Openalex, Self::S2];

    /// The name used in files and on the command line: `arxiv`, `doi`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Arxiv => "arxiv",
            Self::Doi => "doi",
            Self::Pmid => "pmid",
            Self::Acl => "acl",
            Self::Openreview => "openreview",
            Self::Openalex => "openalex",
            Self::S2 => "s2",
        }
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
    /// Recognises an identifier in what a person pastes: bare, prefixed (`arXiv:2101.00001v3`) or as a URL.
    ///
    /// `None` when the text is no identifier of a known kind; a title never is one.
    pub fn parse(text: &str) -> Option<Self> {
        // arXiv's own listings write "arXiv:1706.03762 [cs.CL]".
        let text = text.trim().split(" [").next().unwrap_or_default();
        let text = text.trim_end_matches(['.', ',', ';', '/']);
        let spaced = text.split_once(':').map(|(prefix, rest)| format!("{prefix}:{}", rest.trim_start()));
        let text = spaced.as_deref().unwrap_or(text);
        if text.is_empty() || text.contains(char::is_whitespace) {
            return None;
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https").then(|| Self::from_url(rest))?;
        }
        if let Some((prefix, rest)) = text.split_once(':')
            && let Some(kind) = Self::kind_of_prefix(prefix)
        {
            return Self::bare(kind, rest);
        }
        // OpenReview ids and PubMed ids look like anything, so they are recognised with a prefix or as a URL only.
        use IdentifierKind::{Acl, Arxiv, Doi, Openalex, S2};
        if let found @ Some(_) = [Arxiv, Doi, Openalex, S2, Acl].into_iter().find_map(|kind| Self::bare(kind, text)) {
            return found;
        }
        let host = text.split('/').next().unwrap_or_default();
        (host.contains('.') && host.len() < text.len()).then(|| Self::from_url(text))?
    }

    /// An identifier of a given kind, from a field that is known to hold one; prefix and URL forms are accepted too.
    pub fn of_kind(kind: IdentifierKind, text: &str) -> Option<Self> {
        Self::bare(kind, text.trim()).or_else(|| Self::parse(text)).filter(|found| {
            // A DOI field may hold arXiv's own DOI, which names an arXiv id.
            found.kind == kind || (kind, found.kind) == (IdentifierKind::Doi, IdentifierKind::Arxiv)
        })
    }

    /// Without prefix or URL.
    fn bare(kind: IdentifierKind, text: &str) -> Option<Self> {
        let value = match kind {
            IdentifierKind::Arxiv => arxiv(text),
            IdentifierKind::Doi => doi(text),
            IdentifierKind::Pmid => digits(text),
            IdentifierKind::Acl => acl(text),
            IdentifierKind::Openreview => openreview(text),
            IdentifierKind::Openalex => openalex(text),
            IdentifierKind::S2 => s2(text),
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
            IdentifierKind::Acl => "https://aclanthology.org/",
            IdentifierKind::Openreview => "https://openreview.net/forum?id=",
            IdentifierKind::Openalex => "https://openalex.org/",
            IdentifierKind::S2 => "https://www.semanticscholar.org/paper/",
        };
        format!("{base}{}", self.value)
    }

    fn kind_of_prefix(prefix: &str) -> Option<IdentifierKind> {
        match prefix.to_ascii_lowercase().as_str() {
            "arxiv" => Some(IdentifierKind::Arxiv),
            "doi" => Some(IdentifierKind::Doi),
            "pmid" | "pubmed" => Some(IdentifierKind::Pmid),
            "acl" => Some(IdentifierKind::Acl),
            "openreview" => Some(IdentifierKind::Openreview),
            "openalex" => Some(IdentifierKind::Openalex),
            "s2" | "s2id" => Some(IdentifierKind::S2),
            _ => None,
        }
    }

    /// `rest` is a URL without its scheme.
    fn from_url(rest: &str) -> Option<Self> {
        let (host, path) = rest.split_once('/')?;
        let host = host.to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let path = path.split('#').next().unwrap_or_default().trim_end_matches('/');
        let last = path.rsplit('/').next().unwrap_or_default();
        let of = Self::bare;
        match host {
            "arxiv.org" | "export.arxiv.org" | "alphaxiv.org" => {
                let (_, id) = path.split_once('/')?;
                of(IdentifierKind::Arxiv, id.trim_end_matches(".pdf"))
            }
            "doi.org" | "dx.doi.org" => of(IdentifierKind::Doi, path),
            "pubmed.ncbi.nlm.nih.gov" => of(IdentifierKind::Pmid, last),
            "ncbi.nlm.nih.gov" => path.strip_prefix("pubmed/").and_then(|id| of(IdentifierKind::Pmid, id)),
            "aclanthology.org" | "aclweb.org" => of(IdentifierKind::Acl, last.trim_end_matches(".pdf")),
            "openalex.org" | "api.openalex.org" => of(IdentifierKind::Openalex, last),
            "semanticscholar.org" | "api.semanticscholar.org" => of(IdentifierKind::S2, last),
            "openreview.net" => {
                let id = query.split('&').find_map(|pair| pair.strip_prefix("id="))?;
                of(IdentifierKind::Openreview, id.split('#').next().unwrap_or_default())
            }
            _ => doi_in_path(path).and_then(|doi| of(IdentifierKind::Doi, &doi)),
        }
    }
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.value)
    }
}

fn all(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(allowed)
}

fn digits(text: &str) -> Option<String> {
    // Tables fill the column with 0 where there is none.
    (text.len() <= 9 && all(text, |c| c.is_ascii_digit()) && !text.starts_with('0')).then(|| text.to_owned())
}

fn arxiv(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let id = match text.rsplit_once('v') {
        Some((id, version)) if all(version, |c| c.is_ascii_digit()) => id,
        _ => &text,
    };
    let new_style = || {
        let (month, number) = id.split_once('.')?;
        Some(
            month.len() == 4
                && (4..=5).contains(&number.len())
                && all(month, |c| c.is_ascii_digit())
                && all(number, |c| c.is_ascii_digit())
                && (1..=12).contains(&month[2..].parse().unwrap_or(0)),
        )
    };
    let old_style = || {
        let (archive, number) = id.split_once('/')?;
        let archive = archive.split('.').next().unwrap_or_default();
        Some(
            number.len() == 7
                && all(number, |c| c.is_ascii_digit())
                && all(archive, |c| c.is_ascii_lowercase() || c == '-'),
        )
    };
    if new_style().unwrap_or(false) {
        return Some(id.to_owned());
    }
    // `math.GT/0309136` and `math/0309136` are the same paper.
    old_style().unwrap_or(false).then(|| {
        let (archive, number) = id.split_once('/').unwrap_or_default();
        format!("{}/{number}", archive.split('.').next().unwrap_or_default())
    })
}

fn doi(text: &str) -> Option<String> {
    let (registrant, suffix) = text.strip_prefix("10.")?.split_once('/')?;
    (registrant.len() >= 4 && all(registrant, |c| c.is_ascii_digit() || c == '.') && !suffix.is_empty())
        .then(|| text.to_lowercase())
}

/// The DOI that publishers put into the paths of their pages (`/doi/full/10.1145/…`), without what they put behind it.
fn doi_in_path(path: &str) -> Option<String> {
    let path = path.replace("%2F", "/").replace("%2f", "/");
    let start = if path.starts_with("10.") { 0 } else { path.find("/10.")? + 1 };
    let mut doi = &path[start..];
    let views = [".pdf", ".html", "/full", "/pdf", "/epdf", "/abstract", "/html", "/meta", ".full", ".abstract"];
    while let Some(shorter) = views.iter().find_map(|view| doi.strip_suffix(view)) {
        doi = shorter;
    }
    // Preprint servers of Cold Spring Harbor number their versions: 10.1101/2020.01.01.123456v2.
    let versioned =
        doi.rsplit_once('v').filter(|(_, version)| doi.starts_with("10.1101/") && all(version, |c| c.is_ascii_digit()));
    Some(versioned.map_or(doi, |(doi, _)| doi).to_owned())
}

fn acl(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let old_style = text.len() == 8
        && bytes[0].is_ascii_uppercase()
        && bytes[3] == b'-'
        && bytes[1..3].iter().chain(&bytes[4..]).all(u8::is_ascii_digit);
    let new_style = || {
        let (year, rest) = text.split_once('.')?;
        let (volume, number) = rest.rsplit_once('.')?;
        Some(
            year.len() == 4
                && all(year, |c| c.is_ascii_digit())
                && volume.contains('-')
                && volume.starts_with(|c: char| c.is_ascii_alphanumeric())
                && all(volume, |c| c.is_ascii_alphanumeric() || c == '-')
                && all(number, |c| c.is_ascii_digit()),
        )
    };
    (old_style || new_style().unwrap_or(false)).then(|| text.to_owned())
}

fn openreview(text: &str) -> Option<String> {
    ((6..=14).contains(&text.len()) && all(text, |c| c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .then(|| text.to_owned())
}

fn openalex(text: &str) -> Option<String> {
    let number = text.strip_prefix(['W', 'w'])?;
    (number.len() >= 4 && all(number, |c| c.is_ascii_digit())).then(|| format!("W{number}"))
}

fn s2(text: &str) -> Option<String> {
    (text.len() == 40 && all(text, |c| c.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
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
    acl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    openreview: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    openalex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s2: Option<String>,
}

impl Identifiers {
    fn slot(&mut self, kind: IdentifierKind) -> &mut Option<String> {
        match kind {
            IdentifierKind::Arxiv => &mut self.arxiv,
            IdentifierKind::Doi => &mut self.doi,
            IdentifierKind::Pmid => &mut self.pmid,
            IdentifierKind::Acl => &mut self.acl,
            IdentifierKind::Openreview => &mut self.openreview,
            IdentifierKind::Openalex => &mut self.openalex,
            IdentifierKind::S2 => &mut self.s2,
        }
    }

    /// The identifier of a kind, in canonical form.
    pub fn get(&self, kind: IdentifierKind) -> Option<&str> {
        match kind {
            IdentifierKind::Arxiv => self.arxiv.as_deref(),
            IdentifierKind::Doi => self.doi.as_deref(),
            IdentifierKind::Pmid => self.pmid.as_deref(),
            IdentifierKind::Acl => self.acl.as_deref(),
            IdentifierKind::Openreview => self.openreview.as_deref(),
            IdentifierKind::Openalex => self.openalex.as_deref(),
            IdentifierKind::S2 => self.s2.as_deref(),
        }
    }

    /// Keeps `identifier` unless one of its kind is there already.
    pub fn add(&mut self, identifier: Identifier) {
        self.slot(identifier.kind).get_or_insert(identifier.value);
    }

    /// All identifiers, the preferred kind first.
    pub fn iter(&self) -> impl Iterator<Item = Identifier> + '_ {
        IdentifierKind::ALL.into_iter().filter_map(|kind| Some(Identifier { kind, value: self.get(kind)?.to_owned() }))
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
        for text in
            ["arxiv:1706.03762", "doi:10.1038/171737a0", "pmid:13054692", "acl:P18-1001", "openalex:W2741809807"]
        {
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
