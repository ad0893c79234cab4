//! The JSON of papers and numbers in all answers.
//!
//! JSON always has all keys, unless a field says otherwise; unknown values are `null`, `[]` or `{}`. Scores are rounded
//! to six decimals, which is more than single precision guarantees. Keys are in the order of the fields below.

use std::borrow::Borrow;

use serde::{Serialize, Serializer};
use serde_json::json;

pub(crate) use crate::analysis::six_decimals;
use crate::formats::write;
use crate::lexical::SharedTerm;
use crate::library::Listed;
use crate::paper::{Identifiers, Paper};
use crate::rank::Parts;

/// The version of all JSON that relata writes. It is incremented when a key is removed or changes its meaning, but not
/// when a key is added.
pub const SCHEMA_VERSION: u32 = 1;

/// A paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaperJson<'a> {
    /// The name in the library.
    pub id: &'a str,
    /// Public identifiers by kind: `{"arxiv": "1706.03762"}`.
    pub ids: &'a Identifiers,
    /// Title.
    pub title: &'a str,
    /// Authors, in the order of the paper.
    pub authors: &'a [String],
    /// Whether there are more authors than listed.
    pub et_al: bool,
    /// Year of publication.
    pub year: Option<i16>,
    /// Day of publication, `2017-06-12`.
    pub date: Option<jiff::civil::Date>,
    /// Journal, conference or repository.
    pub venue: Option<&'a str>,
    /// A link to the paper: [`Paper::link`].
    pub url: Option<String>,
    /// Subject codes.
    pub categories: &'a [String],
    /// Keywords.
    pub keywords: &'a [String],
    /// Affiliations.
    pub organizations: &'a [String],
    /// Whether the source says that code is available.
    pub has_code: bool,
    /// Kind of work: [`Paper::kind`].
    pub kind: Option<&'a str>,
    /// Other fields of the source: [`Paper::details`].
    pub details: &'a std::collections::BTreeMap<String, String>,
    /// Abstract.
    #[serde(rename = "abstract")]
    pub abstract_text: Option<&'a str>,
}

impl<'a> From<&'a Paper> for PaperJson<'a> {
    fn from(paper: &'a Paper) -> Self {
        Self {
            id: paper.id.as_str(),
            ids: &paper.ids,
            title: &paper.title,
            authors: &paper.authors,
            et_al: paper.et_al,
            year: paper.year,
            date: paper.date,
            venue: paper.venue.as_deref(),
            url: paper.link(),
            categories: &paper.categories,
            keywords: &paper.keywords,
            organizations: &paper.organizations,
            has_code: paper.has_code,
            kind: paper.kind.as_deref(),
            details: &paper.details,
            abstract_text: paper.abstract_text.as_deref(),
        }
    }
}

/// An answer with papers: `{"papers"}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Papers {
    /// In the order in which the request names them. If it names none, in the order in which they were added.
    #[serde(serialize_with = "papers")]
    pub papers: Vec<Paper>,
}

impl From<Vec<Listed>> for Papers {
    fn from(listed: Vec<Listed>) -> Self {
        Self { papers: listed.into_iter().map(|listed| listed.paper).collect() }
    }
}

/// The name and title of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The name in the library.
    pub id: String,
    /// Title.
    pub title: String,
}

impl From<&Paper> for Named {
    fn from(paper: &Paper) -> Self {
        Self { id: paper.id.to_string(), title: paper.title.clone() }
    }
}

/// An answer with the version of its JSON: `{"schema_version", …}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Versioned<T> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The answer's own keys.
    #[serde(flatten)]
    pub answer: T,
}

impl<T> From<T> for Versioned<T> {
    fn from(answer: T) -> Self {
        Self { schema_version: SCHEMA_VERSION, answer }
    }
}

/// For `serialize_with`: a paper, or a pointer to one.
pub(crate) fn paper<S: Serializer>(paper: &impl Borrow<Paper>, serializer: S) -> Result<S::Ok, S::Error> {
    PaperJson::from(paper.borrow()).serialize(serializer)
}

/// For `serialize_with`: several papers.
pub(crate) fn papers<S: Serializer>(papers: &[Paper], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(papers.iter().map(PaperJson::from))
}

/// For `serialize_with`: the parts of a score, which add up to it.
pub(crate) fn parts<S: Serializer>(parts: &Parts, serializer: S) -> Result<S::Ok, S::Error> {
    // There is no `..`, so that a new part does not compile until it is listed here.
    let Parts { document, sentences, terms, disliked, age } = *parts;
    let named =
        [("document", document), ("sentences", sentences), ("terms", terms), ("disliked", disliked), ("age", age)];
    serializer.collect_map(named.map(|(name, part)| (name, write::six_decimals(part))))
}

/// For `serialize_with`: terms that a paper shares with a seed.
pub(crate) fn terms<S: Serializer>(terms: &[SharedTerm], serializer: S) -> Result<S::Ok, S::Error> {
    let json = |SharedTerm { text, share }: &SharedTerm| json!({ "text": text, "share": write::six_decimals(*share) });
    serializer.collect_seq(terms.iter().map(json))
}
