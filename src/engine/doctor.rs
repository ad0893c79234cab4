//! Checks a library for damage, outdated indexes, low recall of the graph, missing abstracts, long texts and
//! duplicates.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::event::{Event, Observer};
use super::generation::{Generation, REBUILT, is_cached};
use super::open::Engine;
use super::snapshot::Snapshot;
use crate::embed::KnownModel;
use crate::embed::store::ModelChoice;
use crate::index::{Neighbor, Scope};
use crate::library::{Library, PaperNumber};
use crate::rank::calibration::FEWEST_PAPERS;
use crate::{Error, Result};

/// The number of papers whose neighbours are searched, with and without the graph. A share that is estimated from 500
/// papers has an error of at most 4.4 percentage points (95 % confidence).
const SAMPLE: usize = 500;

/// The number of papers whose length is checked. A share that is estimated from 5,000 papers has an error of at most
/// 1.4 percentage points.
const LENGTH_SAMPLE: usize = 5_000;

/// The number of neighbours that the graph should find for each paper.
const TOP_K: usize = 10;

/// The graph should be rebuilt if its recall is below this.
const GOOD_RECALL: f64 = 0.95;

/// A problem is reported with advice if at least this share of papers has it.
const WORTH_ADVICE: f64 = 0.05;

/// The maximum number of papers named as examples.
const EXAMPLES: usize = 5;

/// The state of a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// Whether no finding has advice.
    pub healthy: bool,
    /// One finding for each part.
    pub findings: Vec<Finding>,
}

/// The state of one part of a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The part: one word, the same in every run.
    pub part: &'static str,
    /// Its state.
    pub state: String,
    /// What to do; `None` if nothing is wrong.
    pub advice: Option<String>,
}

impl Finding {
    fn good(part: &'static str, state: impl Into<String>) -> Self {
        Self { part, state: state.into(), advice: None }
    }

    fn bad(part: &'static str, state: impl Into<String>, advice: &str) -> Self {
        Self { advice: Some(advice.to_owned()), ..Self::good(part, state) }
    }

    /// A finding with advice, unless `count` is 0.
    fn of_count(part: &'static str, count: u64, none: &str, some: &str, advice: &str) -> Self {
        match count {
            0 => Self::good(part, none),
            count => Self::bad(part, format!("{count} {some}"), advice),
        }
    }

    /// A finding with advice if the share of `bad` in `all` papers is at least `WORTH_ADVICE`.
    fn of_share(part: &'static str, state: String, [bad, all]: [usize; 2], advice: &str) -> Self {
        match bad > 0 && bad as f64 >= WORTH_ADVICE * all as f64 {
            true => Self::bad(part, state, advice),
            false => Self::good(part, state),
        }
    }
}

impl Engine {
    /// Checks the library, part by part. Reads the whole library and compares a sample of papers with all others.
    ///
    /// # Errors
    /// Errors that prevent the check. Damage is reported as a finding.
    pub fn examine(&self, observer: Observer) -> Result<Examination> {
        let findings = self.findings(observer)?;
        Ok(Examination { healthy: findings.iter().all(|finding| finding.advice.is_none()), findings })
    }

    fn findings(&self, observer: Observer) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        {
            let library = self.library()?;
            findings.extend([examine_database(&library)?, self.examine_model(&library, observer)?]);
            findings.extend([examine_embedding(&library)?, examine_abstracts(&library)?, examine_length(&library)?]);
        }
        let notices = Mutex::new(Vec::new());
        let listener = |event: Event| match event {
            Event::Notice(text) => notices.lock().unwrap_or_else(PoisonError::into_inner).push(text),
            event => observer(event),
        };
        let snapshot = self.snapshot(&listener)?;
        let indexes = match snapshot.generation() {
            Err(Error::EmptyLibrary { .. } | Error::NothingEmbedded { .. }) => return Ok(findings),
            indexes => indexes?,
        };
        let notices = notices.lock().unwrap_or_else(PoisonError::into_inner).clone();
        findings.extend([examine_cache(&snapshot.library, indexes, notices)?, examine_graph(indexes)]);
        findings.extend([examine_isolation(&snapshot, indexes)?, examine_duplicates(&snapshot.library)?]);
        Ok(findings)
    }

    fn examine_model(&self, library: &Library, observer: Observer) -> Result<Finding> {
        let Some(stored) = library.model()? else {
            return Ok(Finding::good("model", "none yet: nothing is embedded"));
        };
        let known = KnownModel::by_name(&stored.name).ok().filter(|known| self.models.has(known));
        if known.is_none() && !matches!(self.model, Some(ModelChoice::Folder(_))) {
            return Ok(Finding::bad(
                "model",
                format!("the vectors were made by the model {}, which is not on this machine", stored.short()),
                "run `relata model fetch` if relata provides this model; otherwise name its folder with --model DIR. Without \
                 the model, relata finds papers like a paper, but not papers like a text",
            ));
        }
        match self.embedder(library, observer) {
            Ok(_) => {
                Ok(Finding::good("model", format!("the vectors are of {}; its files are undamaged", stored.short())))
            }
            Err(error @ (Error::OtherModel { .. } | Error::AlteredModel { .. } | Error::Model { .. })) => {
                Ok(Finding::bad("model", error.to_string(), "use --model with the model that made the vectors"))
            }
            Err(error) => Err(error),
        }
    }
}

fn examine_database(library: &Library) -> Result<Finding> {
    match library.check() {
        Ok(()) => Ok(Finding::good("database", format!("{} papers, no damage found", library.count()?))),
        Err(Error::Corrupt { detail, .. }) => Ok(Finding::bad(
            "database",
            format!("damaged: {detail}"),
            "put a backup in its place with `relata restore FILE`, or save what is readable with `relata repair`",
        )),
        Err(error) => Err(error),
    }
}

fn examine_embedding(library: &Library) -> Result<Finding> {
    Ok(Finding::of_count(
        "embedding",
        library.count_pending()?,
        "every paper is embedded",
        "papers are new or changed, and are not embedded yet",
        "`relata add` without a file embeds them",
    ))
}

fn examine_abstracts(library: &Library) -> Result<Finding> {
    let (papers, bare) = (library.count()?, library.count_without_abstract()?);
    let advice = "they are compared by title alone; add them again from a source with abstracts (OpenAlex, PubMed, arXiv, a \
                  Zotero library)";
    let state = format!("{bare} of {papers} papers have none");
    Ok(Finding::of_share("abstracts", state, [bare as usize, papers as usize], advice))
}

/// Counts the texts that are too long for the model: those that continue after the last sentence that has a vector.
fn examine_length(library: &Library) -> Result<Finding> {
    let numbers: Vec<PaperNumber> = library.live_rows()?.into_iter().map(|row| row.paper).collect();
    let dim = library.model()?.map_or(0, |model| model.dim);
    let (mut checked, mut cut) = (0, 0);
    for &number in numbers.iter().step_by(numbers.len().div_ceil(LENGTH_SAMPLE).max(1)) {
        let text = library.paper(number)?.map_or_else(String::new, |listed| listed.paper.text());
        let length = text.trim_end().len() as u64;
        library.read_sentences([number], dim, |sentences| {
            if let Some(last) = sentences.last() {
                checked += 1;
                cut += usize::from(u64::from(last.range.end) < length);
            }
        })?;
    }
    let state = format!("{cut} of {checked} texts checked are longer than the model reads");
    let advice = "the ends of these texts are compared by terms only; use a model that reads longer texts";
    Ok(Finding::of_share("length", state, [cut, checked], advice))
}

/// Counts the papers that are not close to any other paper.
fn examine_isolation(snapshot: &Snapshot, indexes: &Generation) -> Result<Finding> {
    if indexes.vectors.len() < FEWEST_PAPERS {
        return Ok(Finding::good("isolation", "too few papers to find isolated ones"));
    }
    let sample = sample(indexes);
    let nearest = neighbors(indexes, &sample, Scope::Exact, 1);
    let is_far =
        |found: &Vec<Neighbor>| found.first().is_none_or(|neighbor| !indexes.calibration.is_close(neighbor.similarity));
    let isolated: Vec<u32> =
        sample.iter().zip(&nearest).filter(|(_, found)| is_far(found)).map(|(at, _)| *at).collect();
    let names = isolated.iter().take(EXAMPLES).filter_map(|&at| indexes.vectors.key(at));
    let names: Vec<String> = names.map(|number| Ok(snapshot.paper(number)?.id.to_string())).collect::<Result<_>>()?;
    let advice = format!("check some; they may be in another language or not be papers: {}", names.join(", "));
    let state = format!("{} of {} papers checked are not close to any other paper", isolated.len(), sample.len());
    Ok(Finding::of_share("isolation", state, [isolated.len(), sample.len()], &advice))
}

fn examine_duplicates(library: &Library) -> Result<Finding> {
    let mut pairs = 0u64;
    library.possible_duplicates(|_, _| {
        pairs += 1;
        Ok::<(), Error>(())
    })?;
    Ok(Finding::of_count(
        "duplicates",
        pairs,
        "no two papers look like one work",
        "pairs of papers may be one work",
        "`relata duplicates --possible` lists them and explains how to join them",
    ))
}

fn examine_cache(library: &Library, indexes: &Generation, notices: Vec<String>) -> Result<Finding> {
    let state = format!("{} papers can be searched", indexes.vectors.len());
    if is_cached(library)? {
        return Ok(Finding::good("cache", format!("{state}; no index file is damaged")));
    }
    let damage = notices.into_iter().find(|notice| notice.contains(REBUILT));
    let damage = damage.unwrap_or_else(|| "the indexes on disk are missing or out of date".to_owned());
    Ok(Finding::bad("cache", format!("{state}; {damage}"), "`relata add` without a file rebuilds them"))
}

fn examine_graph(indexes: &Generation) -> Finding {
    if indexes.vectors.graph_len() == 0 {
        return Finding::good("graph", "none; every search compares with every paper");
    }
    let sample = sample(indexes);
    let exact = neighbors(indexes, &sample, Scope::Exact, TOP_K);
    // The searches run one by one, since a batch would be compared with every paper instead of using the graph.
    let walked = sample.iter().flat_map(|&at| neighbors(indexes, &[at], Scope::Fast, TOP_K));
    let (mut found, mut all) = (0, 0);
    for (walked, exact) in walked.zip(&exact) {
        let walked: HashSet<u32> = walked.iter().map(|neighbor| neighbor.position).collect();
        found += exact.iter().filter(|neighbor| walked.contains(&neighbor.position)).count();
        all += exact.len();
    }
    let recall = found as f64 / all.max(1) as f64;
    let state = format!("it finds {recall:.3} of the {TOP_K} nearest neighbours (sample of {} papers)", sample.len());
    match recall < GOOD_RECALL {
        true => Finding::bad("graph", state, "delete the library's folder `cache`; `relata add` then rebuilds it"),
        false => Finding::good("graph", state),
    }
}

/// Positions spread evenly over the library.
fn sample(indexes: &Generation) -> Vec<u32> {
    let step = indexes.everything.count().div_ceil(SAMPLE).max(1);
    indexes.everything.positions().step_by(step).collect()
}

/// The nearest papers to the paper at each position, without that paper.
fn neighbors(indexes: &Generation, positions: &[u32], scope: Scope, top_k: usize) -> Vec<Vec<Neighbor>> {
    let vectors: Vec<&[f32]> = positions.iter().map(|&at| indexes.vectors.vector(at)).collect();
    let mut found = indexes.vectors.search(&vectors, top_k + 1, scope, &|at| indexes.everything.contains(at), 0);
    for (found, at) in found.iter_mut().zip(positions) {
        found.retain(|neighbor| neighbor.position != *at);
        found.truncate(top_k);
    }
    found
}
