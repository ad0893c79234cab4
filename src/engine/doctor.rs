//! How a library is: whether its parts are whole and agree, how well its graph finds what is there, which papers are
//! poorly known.

use std::collections::HashSet;
use std::sync::Mutex;

use serde::Serialize;

use super::event::{Event, Observer};
use super::generation::{Generation, is_cached};
use super::open::Engine;
use super::snapshot::Snapshot;
use crate::embed::KnownModel;
use crate::embed::store::ModelChoice;
use crate::index::{Neighbor, Scope};
use crate::library::{Library, PaperNumber};
use crate::rank::calibration::FEWEST_PAPERS;
use crate::{Error, Result};

/// Papers whose nearest are looked for, both ways. With 500 of them, a share is known to 4 % (95 % of the time).
const SAMPLE: usize = 500;

/// Papers whose ends are looked at. With 5,000 of them, a share is known to 1.4 %.
const ENDS: usize = 5_000;

/// Neighbours that the graph should find.
const TOP_K: usize = 10;

/// ANN recall below which the graph is to be built anew.
const GOOD_RECALL: f64 = 0.95;

/// Share of papers from which on something that is poorly known is worth a word.
const WORTH_A_WORD: f64 = 0.05;

/// Papers that are named.
const NAMED: usize = 5;

/// How a library is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// Whether there is nothing to advise.
    pub well: bool,
    /// Part by part.
    pub findings: Vec<Finding>,
}

/// What was found of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which part: one word, the same from run to run.
    pub part: &'static str,
    /// How it is.
    pub said: String,
    /// What to do; nothing, if it is well.
    pub advice: Option<String>,
}

impl Finding {
    fn good(part: &'static str, said: String) -> Self {
        Self { part, said, advice: None }
    }

    fn advise(part: &'static str, said: String, advice: &str) -> Self {
        Self { part, said, advice: Some(advice.to_owned()) }
    }
}

impl Engine {
    /// Looks the library over, part by part. Reads all of it, and compares some papers with every other.
    ///
    /// # Errors
    /// What keeps it from being looked at; damage is a finding.
    pub fn examine(&self, observer: Observer) -> Result<Examination> {
        let findings = self.findings(observer)?;
        Ok(Examination { well: findings.iter().all(|finding| finding.advice.is_none()), findings })
    }

    fn findings(&self, observer: Observer) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        {
            let library = self.library()?;
            findings.extend([examine_database(&library)?, self.examine_model(&library, observer)?]);
            findings.extend([examine_embedding(&library)?, examine_abstracts(&library)?, examine_ends(&library)?]);
        }
        let notices = Mutex::new(Vec::new());
        let listening = |event: Event| match event {
            Event::Notice(text) => notices.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(text),
            event => observer(event),
        };
        let snapshot = self.snapshot(&listening)?;
        let indexes = match snapshot.generation() {
            Err(Error::EmptyLibrary { .. } | Error::NothingEmbedded { .. }) => return Ok(findings),
            indexes => indexes?,
        };
        let notices = notices.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        findings.push(examine_cache(&snapshot.library, indexes, notices)?);
        findings.push(examine_graph(indexes));
        findings.push(examine_isolation(&snapshot, indexes)?);
        findings.push(examine_duplicates(&snapshot.library)?);
        Ok(findings)
    }

    fn examine_model(&self, library: &Library, observer: Observer) -> Result<Finding> {
        let Some(stored) = library.model()? else {
            return Ok(Finding::good("model", "none yet: nothing is embedded".to_owned()));
        };
        let known = KnownModel::by_name(&stored.name).ok().filter(|known| self.models.has(known));
        if known.is_none() && !matches!(self.model, Some(ModelChoice::Folder(_))) {
            return Ok(Finding::advise(
                "model",
                format!("{} made the vectors, and it is not on this machine", stored.short()),
                "`relata model fetch` gets it if it is one that relata knows; else name its folder with --model DIR. Papers \
                 like papers are found without it, papers like a text are not",
            ));
        }
        match self.embedder(library, observer) {
            Ok(_) => {
                Ok(Finding::good("model", format!("{} made the vectors, and it is here and whole", stored.short())))
            }
            Err(error @ (Error::OtherModel { .. } | Error::AlteredModel { .. } | Error::Model { .. })) => {
                Ok(Finding::advise("model", error.to_string(), "name the model that made the vectors with --model"))
            }
            Err(error) => Err(error),
        }
    }
}

fn examine_database(library: &Library) -> Result<Finding> {
    match library.check() {
        Ok(()) => Ok(Finding::good("database", format!("{} papers, every row is whole", library.count()?))),
        Err(Error::Corrupt { detail, .. }) => Ok(Finding::advise(
            "database",
            format!("damaged: {detail}"),
            "restore it from a backup, or move the folder away and add your files again",
        )),
        Err(error) => Err(error),
    }
}

fn examine_embedding(library: &Library) -> Result<Finding> {
    Ok(match library.count_pending()? {
        0 => Finding::good("embedding", "every paper has the vectors of its present text".to_owned()),
        pending => Finding::advise(
            "embedding",
            format!("{pending} papers wait for vectors of their present text"),
            "`relata add` without a file embeds them",
        ),
    })
}

fn examine_abstracts(library: &Library) -> Result<Finding> {
    let (papers, bare) = (library.count()?, library.count_without_abstract()?);
    let said = format!("{bare} of {papers} papers have none");
    let advice = "they are compared by their titles alone; adding them from a source with abstracts (OpenAlex, PubMed, \
                  arXiv, a Zotero library) fills them in";
    Ok(match bare as f64 >= WORTH_A_WORD * papers as f64 && bare > 0 {
        true => Finding::advise("abstracts", said, advice),
        false => Finding::good("abstracts", said),
    })
}

/// A text that is too long for the model ends behind its last sentence vector.
fn examine_ends(library: &Library) -> Result<Finding> {
    let numbers: Vec<PaperNumber> = library.live_rows()?.into_iter().map(|row| row.paper).collect();
    let dim = library.model()?.map_or(0, |model| model.dim);
    let (mut looked_at, mut cut) = (0, 0);
    for &number in numbers.iter().step_by(numbers.len().div_ceil(ENDS).max(1)) {
        let text = library.paper(number)?.map_or_else(String::new, |listed| listed.paper.text());
        let length = text.trim_end().len() as u64;
        library.read_sentences([number], dim, |sentences| {
            if let Some(last) = sentences.last() {
                looked_at += 1;
                cut += u64::from(u64::from(last.range.end) < length);
            }
        })?;
    }
    let said = format!("{cut} of {looked_at} texts looked at are longer than the model reads");
    let advice = "their ends count by their words alone; nothing to do, unless another model reads more";
    Ok(match cut as f64 >= WORTH_A_WORD * looked_at as f64 && cut > 0 {
        true => Finding::advise("length", said, advice),
        false => Finding::good("length", said),
    })
}

/// Papers that are no closer to any other than two are by chance.
fn examine_isolation(snapshot: &Snapshot, indexes: &Generation) -> Result<Finding> {
    if indexes.vectors.len() < FEWEST_PAPERS {
        return Ok(Finding::good("isolation", "too few papers to say which are near no other".to_owned()));
    }
    let sample = sample(indexes);
    let nearest = neighbors(indexes, &sample, Scope::Exact, 1);
    let is_far =
        |found: &Vec<Neighbor>| found.first().is_none_or(|neighbor| !indexes.calibration.is_close(neighbor.similarity));
    let isolated: Vec<u32> =
        sample.iter().zip(&nearest).filter(|(_, found)| is_far(found)).map(|(at, _)| *at).collect();
    let said = format!("{} of {} papers looked at are near no other", isolated.len(), sample.len());
    if (isolated.len() as f64) < WORTH_A_WORD * sample.len() as f64 || isolated.is_empty() {
        return Ok(Finding::good("isolation", said));
    }
    let names = isolated.iter().take(NAMED).filter_map(|&at| indexes.vectors.key(at));
    let names: Vec<String> = names.map(|number| Ok(snapshot.paper(number)?.id.to_string())).collect::<Result<_>>()?;
    let advice = format!("look at some, they may be in another language or no papers at all: {}", names.join(", "));
    Ok(Finding::advise("isolation", said, &advice))
}

fn examine_duplicates(library: &Library) -> Result<Finding> {
    let mut pairs = 0u64;
    library.lookalikes(|_| {
        pairs += 1;
        Ok::<(), Error>(())
    })?;
    Ok(match pairs {
        0 => Finding::good("duplicates", "no two papers look like one work".to_owned()),
        pairs => Finding::advise(
            "duplicates",
            format!("{pairs} pairs of papers may be one work"),
            "`relata duplicates --possible` shows them and says how to join them",
        ),
    })
}

fn examine_cache(library: &Library, indexes: &Generation, notices: Vec<String>) -> Result<Finding> {
    let said = format!("{} papers can be searched", indexes.vectors.len());
    if is_cached(library)? {
        return Ok(Finding::good("cache", format!("{said}; every file of the indexes is whole")));
    }
    let damage = notices.into_iter().find(|notice| notice.contains("made anew"));
    let state = damage.unwrap_or_else(|| "the indexes on disk are missing or out of date".to_owned());
    Ok(Finding::advise("cache", format!("{said}; {state}"), "`relata add` without a file makes them anew"))
}

fn examine_graph(indexes: &Generation) -> Finding {
    if indexes.vectors.graph_len() == 0 {
        return Finding::good("graph", "none; every search compares with every paper".to_owned());
    }
    let sample = sample(indexes);
    let exact = neighbors(indexes, &sample, Scope::Exact, TOP_K);
    // One by one: a batch would be compared with every paper.
    let walked = sample.iter().flat_map(|&at| neighbors(indexes, &[at], Scope::Fast, TOP_K));
    let (mut found, mut all) = (0, 0);
    for (walked, exact) in walked.zip(&exact) {
        let walked: HashSet<u32> = walked.iter().map(|neighbor| neighbor.position).collect();
        found += exact.iter().filter(|neighbor| walked.contains(&neighbor.position)).count();
        all += exact.len();
    }
    let recall = found as f64 / all.max(1) as f64;
    let said = format!("it finds {recall:.3} of the {TOP_K} nearest of {} papers", sample.len());
    match recall < GOOD_RECALL {
        true => Finding::advise(
            "graph",
            said,
            "delete the library's folder `cache` and run `relata add`, which builds it anew",
        ),
        false => Finding::good("graph", said),
    }
}

/// Positions spread evenly over the library.
fn sample(indexes: &Generation) -> Vec<u32> {
    let step = indexes.everything.len().div_ceil(SAMPLE).max(1);
    indexes.everything.positions().step_by(step).collect()
}

/// The nearest of papers, without themselves.
fn neighbors(indexes: &Generation, positions: &[u32], scope: Scope, top_k: usize) -> Vec<Vec<Neighbor>> {
    let vectors: Vec<&[f32]> = positions.iter().map(|&at| indexes.vectors.vector(at)).collect();
    let mut found = indexes.vectors.search(&vectors, top_k + 1, scope, &|at| indexes.everything.contains(at), 0);
    for (found, at) in found.iter_mut().zip(positions) {
        found.retain(|neighbor| neighbor.position != *at);
        found.truncate(top_k);
    }
    found
}
