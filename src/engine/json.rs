//! Papers and numbers as JSON: what the answers of the engine, reports and every face have in common.
//!
//! Every key is there unless its field says otherwise; what is unknown is `null`, `[]` or `{}`. Scores are rounded to six decimals, more than
//! single precision holds reliably. The order of keys is the order of the fields below.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::formats::write;
use crate::lexical::SharedTerm;
use crate::library::Listed;
use crate::paper::{Identifiers, Paper};
use crate::rank::Parts;

/// Version of all JSON that relata writes. It grows when a key changes its meaning or goes; a new key does not count.
pub const SCHEMA_VERSION: u32 = 1;

/// A paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaperJson<'a> {
    /// The name in the library.
    pub id: &'a str,
    /// Public identifiers by kind: `{"arxiv": "1706.03762"}`; only the kinds that it has.
    pub ids: &'a Identifiers,
    /// Title.
    pub title: &'a str,
    /// In the order of the paper.
    pub authors: &'a [String],
    /// Whether there are more authors than listed.
    pub et_al: bool,
    /// Year of publication.
    pub year: Option<i16>,
    /// Day of publication, `2017-06-12`.
    pub date: Option<jiff::civil::Date>,
    /// Journal, conference or repository.
    pub venue: Option<&'a str>,
    /// Where to read it: [`Paper::link`].
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
    /// What else the source said: [`Paper::details`].
    pub details: &'a std::collections::BTreeMap<String, String>,
    /// Abstract.
    #[serde(rename = "abstract")]
    pub abstract_text: Option<&'a str>,
}

impl<'a> From<&'a Paper> for PaperJson<'a> {
    fn from(paper: &'a Paper) -> Self {
        let url = paper.link();
        // Without `..`: a field that is added to papers does not compile here until somebody decides about it.
        let Paper {
            id,
            title,
            abstract_text,
            authors,
            et_al,
            year,
            date,
            venue,
            categories,
            keywords,
            organizations,
            ids,
            url: _,
            has_code,
            kind,
            details,
        } = paper;
        Self {
            id: id.as_str(),
            ids,
            title,
            authors,
            et_al: *et_al,
            year: *year,
            date: *date,
            venue: venue.as_deref(),
            url,
            categories,
            keywords,
            organizations,
            has_code: *has_code,
            kind: kind.as_deref(),
            details,
            abstract_text: abstract_text.as_deref(),
        }
    }
}

/// Papers as answers give them: `{"papers"}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Papers {
    /// In the order in which they were asked for, else in that in which they were added.
    #[serde(serialize_with = "papers")]
    pub papers: Vec<Paper>,
}

impl From<Vec<Listed>> for Papers {
    fn from(listed: Vec<Listed>) -> Self {
        Self { papers: listed.into_iter().map(|listed| listed.paper).collect() }
    }
}

/// A paper as answers name it beside others.
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

/// What goes in front of an answer: `{"schema_version", …}`.
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

/// For `serialize_with`: a number with six decimals.
pub(crate) fn six_decimals<S: Serializer>(number: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(write::six_decimals(*number))
}

/// For `serialize_with`: [`Recommendation::percentile`](super::answer::Recommendation::percentile).
pub(crate) fn percentile<S: Serializer>(percentile: &Option<f32>, serializer: S) -> Result<S::Ok, S::Error> {
    percentile.map(write::six_decimals).serialize(serializer)
}

/// For `serialize_with`: a paper.
pub(crate) fn paper<S: Serializer>(paper: &Paper, serializer: S) -> Result<S::Ok, S::Error> {
    PaperJson::from(paper).serialize(serializer)
}

/// For `serialize_with`: several papers.
pub(crate) fn papers<S: Serializer>(papers: &[Paper], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(papers.iter().map(PaperJson::from))
}

/// For `serialize_with`: a shared paper.
pub(crate) fn shared_paper<S: Serializer>(paper: &Arc<Paper>, serializer: S) -> Result<S::Ok, S::Error> {
    PaperJson::from(paper.as_ref()).serialize(serializer)
}

/// For `serialize_with`: the parts of a score, which add up to it.
pub(crate) fn parts<S: Serializer>(parts: &Parts, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct PartsJson {
        document: f64,
        sentences: f64,
        terms: f64,
        disliked: f64,
        age: f64,
    }
    // Without `..`: a part that is added does not compile here until it is shown.
    let Parts { document, sentences, terms, disliked, age } = *parts;
    let [document, sentences, terms, disliked, age] =
        [document, sentences, terms, disliked, age].map(write::six_decimals);
    PartsJson { document, sentences, terms, disliked, age }.serialize(serializer)
}

/// For `serialize_with`: terms that a paper shares with a seed.
pub(crate) fn terms<S: Serializer>(terms: &[SharedTerm], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct SharedTermJson<'a> {
        text: &'a str,
        share: f64,
    }
    serializer.collect_seq(
        terms.iter().map(|SharedTerm { text, share }| SharedTermJson { text, share: write::six_decimals(*share) }),
    )
}
