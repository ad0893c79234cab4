//! JSON: the views of papers and recommendations that reports and the command line's `--json` share.
//!
//! Every key is always there; what is unknown is `null`, `[]` or `{}`. Scores are rounded to six decimals, more than
//! single precision holds reliably. The order of keys is the order of the fields below.

mod analysis;

use std::io::{self, Write};

use serde::{Serialize, Serializer};

pub(super) use analysis::kinship_name;
pub use analysis::{
    AnalysisJson, BridgeJson, ClusterJson, EmbeddingJson, HeatMapJson, HistogramJson, OrphanJson, PairJson, Rounded,
    SpreadJson, WithinJson,
};

use super::Report;
use crate::paper::{Identifiers, Paper};
use crate::rank::Parts;
use crate::recommender::{BatchEntry, Explanation, Recommendation, SentenceMatch, SharedTerm};

/// Version of everything in this module. It grows when a key changes its meaning or goes; a new key does not count.
pub const SCHEMA_VERSION: u32 = 1;

/// A paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaperJson<'a> {
    /// The name in the library.
    pub id: &'a str,
    /// Public identifiers by kind: `{"arxiv": "1706.03762"}`; kinds that the paper has none of are left out.
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

/// A paper in a list, without its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoredJson<'a> {
    /// From 1.
    pub rank: usize,
    /// What the order goes by, greatest first.
    #[serde(serialize_with = "six_decimals")]
    pub score: f32,
    /// What the score is made of; they add up to it.
    pub parts: PartsJson,
    /// Cosine similarity to the nearest seed or to the text, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
    /// The share of pairs of papers of the library, 0 to 1, that are less similar; `null` where it has none.
    pub percentile: Option<Rounded<f32>>,
    /// Why; the key is there only where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<BecauseJson<'a>>,
}

/// A recommended paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecommendationJson<'a> {
    /// Its place and why it stands there.
    #[serde(flatten)]
    pub scored: ScoredJson<'a>,
    /// Which seed gave it the greatest score, from 0, a text beside seeds being the last; the key is there only when several were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<usize>,
    /// Its place in the list of candidates, each name once, from 0; the key is there only when some were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate: Option<usize>,
    /// The paper.
    pub paper: PaperJson<'a>,
}

/// Why a paper was recommended: what makes it like the seed that it is most like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BecauseJson<'a> {
    /// Sentences that match, the most similar first.
    pub sentences: Vec<SentenceMatchJson<'a>>,
    /// Shared terms, the weightiest first.
    pub terms: Vec<SharedTermJson<'a>>,
}

/// Two sentences that match.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceMatchJson<'a> {
    /// The seed's.
    pub seed: &'a str,
    /// The recommended paper's.
    pub paper: &'a str,
    /// Cosine of their vectors, -1 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub similarity: f32,
}

/// A shared term.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SharedTermJson<'a> {
    /// As the recommended paper has it.
    pub text: &'a str,
    /// Its share of what the two have in common, 0 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub share: f32,
}

impl<'a> From<&'a Explanation> for BecauseJson<'a> {
    fn from(explanation: &'a Explanation) -> Self {
        let Explanation { sentences, terms } = explanation;
        let sentence = |SentenceMatch { seed, paper, similarity }: &'a SentenceMatch| SentenceMatchJson {
            seed,
            paper,
            similarity: *similarity,
        };
        let term = |SharedTerm { text, share }: &'a SharedTerm| SharedTermJson { text, share: *share };
        Self { sentences: sentences.iter().map(sentence).collect(), terms: terms.iter().map(term).collect() }
    }
}

/// [`Parts`] of a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PartsJson {
    /// From the vectors of whole texts.
    #[serde(serialize_with = "six_decimals")]
    pub document: f32,
    /// From the vectors of sentences.
    #[serde(serialize_with = "six_decimals")]
    pub sentences: f32,
    /// From shared terms.
    #[serde(serialize_with = "six_decimals")]
    pub terms: f32,
    /// What likeness to disliked papers takes off.
    #[serde(serialize_with = "six_decimals")]
    pub disliked: f32,
    /// What age takes off.
    #[serde(serialize_with = "six_decimals")]
    pub age: f32,
}

impl From<Parts> for PartsJson {
    fn from(parts: Parts) -> Self {
        // Without `..`: a part that is added does not compile here until it is shown.
        let Parts { document, sentences, terms, disliked, age } = parts;
        Self { document, sentences, terms, disliked, age }
    }
}

impl<'a> From<&'a Recommendation> for ScoredJson<'a> {
    fn from(recommendation: &'a Recommendation) -> Self {
        // Without `..`: what is added does not compile here until somebody decides about it.
        let Recommendation {
            rank,
            score,
            parts,
            similarity,
            percentile,
            is_close: _,
            seed: _,
            candidate: _,
            number: _,
            because,
            paper: _,
        } = recommendation;
        Self {
            rank: *rank,
            score: *score,
            parts: (*parts).into(),
            similarity: *similarity,
            percentile: percentile.map(Rounded),
            because: because.as_ref().map(BecauseJson::from),
        }
    }
}

impl<'a> RecommendationJson<'a> {
    /// `seeds` is how many seeds the question had; a text counts as one.
    pub fn new(recommendation: &'a Recommendation, seeds: usize) -> Self {
        let Recommendation { seed, candidate, paper, .. } = recommendation;
        Self {
            scored: recommendation.into(),
            seed: (seeds > 1).then_some(*seed),
            candidate: *candidate,
            paper: paper.as_ref().into(),
        }
    }
}

/// The answer to one question: `{"schema_version", "query", "results", "nothing_close"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultsJson<'a, Query = serde_json::Value> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What was asked.
    pub query: Query,
    /// Best first.
    pub results: Vec<RecommendationJson<'a>>,
    /// Whether none of them is close by the library's own measure.
    pub nothing_close: bool,
    /// Names of candidates that stand for no paper; the key is there only when candidates were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<&'a [String]>,
}

impl<'a, Query: Serialize> ResultsJson<'a, Query> {
    /// `seeds` is how many seeds the question had; a text counts as one.
    pub fn new(query: Query, seeds: usize, recommendations: &'a [Recommendation]) -> Self {
        let results = recommendations.iter().map(|found| RecommendationJson::new(found, seeds)).collect();
        let nothing_close = !recommendations.is_empty() && recommendations.iter().all(|found| !found.is_close);
        Self { schema_version: SCHEMA_VERSION, query, results, nothing_close, unknown: None }
    }
}

/// Papers as they are: `{"schema_version", "papers"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PapersJson<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// In the order in which they were given.
    pub papers: Vec<PaperJson<'a>>,
}

impl<'a> FromIterator<&'a Paper> for PapersJson<'a> {
    fn from_iter<Papers: IntoIterator<Item = &'a Paper>>(papers: Papers) -> Self {
        Self { schema_version: SCHEMA_VERSION, papers: papers.into_iter().map(PaperJson::from).collect() }
    }
}

/// A whole report: `{"schema_version", "report", "papers", "pairs", "clusters", "orphans", "bridges", "map", "heat_map",
/// "spread", "embedding"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportJson<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What the report is.
    pub report: ReportHeadJson<'a>,
    /// Its papers, in order.
    pub papers: Vec<EntryJson<'a>>,
    /// What there is to say of them as a whole, in keys beside `papers`.
    #[serde(flatten)]
    pub analysis: AnalysisJson<'a>,
}

/// What a report is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportHeadJson<'a> {
    /// Heading.
    pub title: &'a str,
    /// Day of the report, ISO 8601.
    pub made_at: &'a str,
    /// Name of the model.
    pub model: &'a str,
    /// Size of the library that was asked.
    pub library_papers: u64,
    /// How many nearest papers were asked for.
    pub top_k: usize,
    /// Names of the sections that were asked for.
    pub sections: Vec<&'static str>,
}

/// A paper of a report with its nearest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryJson<'a> {
    /// The paper.
    pub paper: PaperJson<'a>,
    /// Whether the library holds it.
    pub in_library: bool,
    /// The nearest of the library, best first.
    pub nearest: Vec<RecommendationJson<'a>>,
    /// The nearest of the report's own papers, best first.
    pub within: Vec<WithinJson<'a>>,
}

impl<'a> From<&'a BatchEntry> for EntryJson<'a> {
    fn from(entry: &'a BatchEntry) -> Self {
        let nearest = entry.nearest.iter().map(|found| RecommendationJson::new(found, 1)).collect();
        let within = entry.within.iter().filter_map(WithinJson::new).collect();
        Self { paper: (&entry.paper).into(), in_library: entry.in_library, nearest, within }
    }
}

impl<'a> From<&'a Report> for ReportJson<'a> {
    fn from(report: &'a Report) -> Self {
        let Report { title, library_papers, model, top_k, made_at, sections, entries, analysis } = report;
        let sections = sections.iter().map(|section| section.name()).collect();
        let head = ReportHeadJson { title, made_at, model, library_papers: *library_papers, top_k: *top_k, sections };
        let papers = entries.iter().map(EntryJson::from).collect();
        Self { schema_version: SCHEMA_VERSION, report: head, papers, analysis: analysis.into() }
    }
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &ReportJson::from(report))?;
    out.write_all(b"\n")
}

fn six_decimals<S: Serializer>(number: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(crate::formats::write::six_decimals(*number))
}
