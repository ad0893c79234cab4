//! A paper and its identifiers. Pure data: nothing here reads or writes a file.

pub(crate) mod clean;
mod hidden;
mod identifier;
pub(crate) mod limits;
mod name;
mod patterns;
mod record;
mod spacing;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

pub use identifier::{Identifier, IdentifierKind, Identifiers};
pub use name::{Name, split_and};
pub(crate) use name::{PARTICLES, split_outside_braces};
pub use record::{Record, Rejection};
pub(crate) use record::{derived_id, with_subtitle};
pub(crate) use spacing::single_spaced;

/// A paper's id in a library.
///
/// This is the id in the paper's file. Without one, it is the paper's preferred public identifier (`arxiv:1706.03762`,
/// a DOI). Without an identifier, it is made from first author, year and title (`vaswani2017attention-5f2c`), and is
/// the same on every machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaperId(String);

impl PaperId {
    /// Wraps an id. Outer white space is dropped.
    pub fn new(id: impl AsRef<str>) -> Self {
        Self(id.as_ref().trim().to_owned())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PaperId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A cleaned paper. Its texts are in Unicode NFC with single spaces. A missing text is `None`, never `Some("")`.
///
/// [`Record::into_paper`] makes and cleans it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// The name in the library.
    pub id: PaperId,
    /// Never empty.
    pub title: String,
    /// `None` when the source had no abstract. Then only the title is embedded.
    #[serde(rename = "abstract", default, skip_serializing_if = "Option::is_none")]
    pub abstract_text: Option<String>,
    /// Names as people read them (`Ada Byron`), in the order of the paper. [`Paper::names`] has their parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Whether the source shows that there are more authors than `authors` lists.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub et_al: bool,
    /// Year of publication, 1000 to 2999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// Day of publication, where the source gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<jiff::civil::Date>,
    /// Journal, conference or repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// Subject codes as the source wrote them: `cs.CL`, `CL`, `robotics`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// The authors' keywords.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Affiliations in the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<String>,
    /// Public identifiers.
    #[serde(default, skip_serializing_if = "Identifiers::is_empty")]
    pub ids: Identifiers,
    /// A link to the paper, if the source has one; [`Paper::link`] falls back to the identifiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether code is available according to the source.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_code: bool,
    /// Kind of work, named like BibLaTeX's entries: `article`, `inproceedings`, `thesis`; lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Other fields of the source, kept for writing the paper to a file. The key is BibLaTeX's name of the field:
    /// `volume`, `pages`, `publisher`, or `editor` with names in BibTeX's notation. If BibLaTeX has no such field, the
    /// key is the name of the format and the name of the field in it: `ris:c1`, `csl:genre`. The key `author` is
    /// present if `authors` does not show the parts of a name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl Paper {
    /// The text that is embedded: `title. abstract`, or the title alone.
    pub fn text(&self) -> String {
        match &self.abstract_text {
            None => self.title.clone(),
            Some(text) => format!("{}. {text}", self.title),
        }
    }

    /// A link to the paper: its own URL, else the page of its first identifier.
    pub fn link(&self) -> Option<String> {
        self.url.clone().or_else(|| self.ids.iter().next().map(|identifier| identifier.url()))
    }

    /// [`link`](Self::link), if it is a web address. A file may also contain `javascript:…`, and no report may link to
    /// that.
    pub fn web_link(&self) -> Option<String> {
        let link = self.link()?;
        let scheme = link.split_once("://")?.0;
        (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some(link)
    }

    /// "Ada Lovelace, Charles Babbage et al.": at most `limit` names. Empty when no author is known.
    pub fn short_authors(&self, limit: usize) -> String {
        let named = &self.authors[..self.authors.len().min(limit)];
        let more = self.et_al || self.authors.len() > limit;
        let et_al = if more && !named.is_empty() { " et al." } else { "" };
        format!("{}{et_al}", named.join(", "))
    }

    /// The names of the authors in parts.
    pub fn names(&self) -> Vec<Name> {
        match self.details.get("author") {
            Some(list) => split_and(list).iter().map(|name| Name::parse(name)).collect(),
            None => self.authors.iter().map(|name| Name::parse(name)).collect(),
        }
    }

    /// The title reduced to lower-case letters and digits with single spaces, for comparing titles.
    pub fn title_key(&self) -> String {
        title_key(&self.title)
    }
}

/// The title's letters and digits in lower case, without accents and with single spaces, for comparing titles.
pub fn title_key(title: &str) -> String {
    // NFKD separates accents from letters, so that they can be dropped, and splits ligatures.
    let letters = title.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    let mut key = String::with_capacity(title.len());
    for c in letters {
        if c.is_alphanumeric() {
            key.extend(c.to_lowercase());
        } else if !key.ends_with(' ') {
            key.push(' ');
        }
    }
    key.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_compare_without_case_accents_and_punctuation() {
        assert_eq!(title_key("  The “Naïve” Bayes—revisited! "), "the naive bayes revisited");
        assert_eq!(title_key("e\u{301}tude"), title_key("étude"));
        assert_eq!(title_key("深度学习"), "深度学习");
        assert_eq!(title_key("!?"), "");
    }

    #[test]
    fn text_is_title_and_abstract_or_the_title_alone() {
        let mut record = Record { title: "Why".into(), abstract_text: "Because.".into(), ..Record::default() };
        assert_eq!(record.clone().into_paper().unwrap().text(), "Why. Because.");
        record.abstract_text = String::new();
        assert_eq!(record.into_paper().unwrap().text(), "Why");
    }
}
