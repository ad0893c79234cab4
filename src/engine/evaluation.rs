//! Measures rankings against judgements. The rankings are read from a file, or are the library's answers to the
//! questions of a file.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::event::Observer;
use super::open::Engine;
use super::paper_list::open;
use super::queries::{Query, read_queries};
use super::request::Request;
use crate::evaluate::bootstrap::Difference;
use crate::evaluate::metrics::{Cutoff, Measure};
use crate::evaluate::qrels::{Qrels, RepeatedJudgement};
use crate::evaluate::run::{Run, word};
use crate::evaluate::{Evaluation, compare, evaluate, standard_measures};
use crate::library::Library;
use crate::{Error, Result};

/// The seed of the resamples, fixed so that the same files give the same figures.
const SEED: u64 = 1;

/// What to measure. One of the paths may be `-` for standard input.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationRequest {
    /// The judgements.
    pub qrels: PathBuf,
    /// The rankings.
    pub measured: Measured,
    /// Other rankings to compare with, query by query.
    pub baseline: Option<PathBuf>,
    /// Which papers of each ranking are measured: the first `10`, or the first `20%`.
    pub cutoffs: Vec<String>,
}

/// The rankings to measure.
#[derive(Debug, Clone, PartialEq)]
pub enum Measured {
    /// A file in TREC's format.
    Run(PathBuf),
    /// A file of questions for the library, and the number of results for each.
    Queries(PathBuf, usize),
}

/// The result of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationAnswer {
    /// The measures.
    pub evaluation: Evaluation,
    /// How they differ from the measures of the baseline.
    pub differences: Vec<(Measure, Difference)>,
    /// Repeated judgements of a paper; the last one counts.
    pub repeated: Vec<RepeatedJudgement>,
    /// Names in questions that match no paper of the library.
    pub unknown: Vec<String>,
    /// Notes on the questions.
    pub notes: Vec<String>,
    /// The number of judged ids that stand for a paper with another id; `None` without a library.
    pub resolved: Option<usize>,
}

impl EvaluationRequest {
    /// Measures the rankings. With `engine`, any id of a paper of its library stands for this paper, in judgements and
    /// in rankings: `add` merges the records of one paper, and each of them had an id. Questions need an `engine`.
    ///
    /// # Errors
    /// [`Error::Input`] with the invalid line of a file; [`Error::Io`]; [`Error::InvalidParameter`] for cutoffs and for
    /// questions without an engine; as for [`Engine::run`].
    pub fn measure(&self, engine: Option<&Engine>, observer: Observer) -> Result<EvaluationAnswer> {
        let mut cutoffs: Vec<Cutoff> = Vec::new();
        for cutoff in &self.cutoffs {
            let cutoff = cutoff.parse()?;
            if !cutoffs.contains(&cutoff) {
                cutoffs.push(cutoff);
            }
        }
        let measures = standard_measures(&cutoffs);
        let mut qrels = Qrels::read(open(&self.qrels)?, &self.qrels)?;
        let repeated = qrels.repeated().to_vec();
        let (mut unknown, mut notes) = (Vec::new(), Vec::new());
        let mut run = match &self.measured {
            Measured::Run(run) => Run::read(open(run)?, run)?,
            Measured::Queries(queries, top_k) => {
                let engine = engine.ok_or_else(|| Error::InvalidParameter("questions need a library".to_owned()))?;
                let options = Request { top_k: Some(*top_k), anyway: true, verbatim: true, ..Request::default() };
                let answered = engine.run(&read_query_file(queries, &options)?, &options, observer)?;
                (unknown, notes) = (answered.unknown, answered.notes);
                answered.rankings.into_iter().map(|ranking| (ranking.query, ranking.papers)).collect()
            }
        };
        let mut baseline = self.baseline.as_deref().map(|path| Run::read(open(path)?, path)).transpose()?;
        let mut resolved = None;
        if let Some(engine) = engine {
            let runs = std::iter::once(&run).chain(&baseline);
            let names: HashSet<&str> = runs.flat_map(Run::papers).chain(qrels.papers()).collect();
            let present = present_ids(&*engine.library()?, &names)?;
            resolved =
                Some(qrels.papers().collect::<HashSet<_>>().iter().filter(|id| present.contains_key(**id)).count());
            qrels.rename(&present);
            std::iter::once(&mut run).chain(&mut baseline).for_each(|run| run.rename(&present));
        }
        let evaluation = evaluate(&qrels, &run, &measures, SEED);
        let baseline = baseline.map(|baseline| evaluate(&qrels, &baseline, &measures, SEED));
        let differences = baseline.map(|baseline| compare(&evaluation, &baseline, SEED)).unwrap_or_default();
        Ok(EvaluationAnswer { evaluation, differences, repeated, unknown, notes, resolved })
    }
}

/// For each name that is another id of a paper, the paper's present id.
fn present_ids(library: &Library, names: &HashSet<&str>) -> Result<HashMap<String, String>> {
    let ids = library.ids()?;
    let mut present = HashMap::new();
    for name in names {
        let Some(id) = library.number(name)?.and_then(|number| ids.get(&number)) else { continue };
        let id = word(id);
        if id != *name {
            present.insert((*name).to_owned(), id);
        }
    }
    Ok(present)
}

/// The questions of a file, to be answered with `options`; `-` is standard input.
///
/// # Errors
/// As for [`read_queries`].
pub fn read_query_file(path: &Path, options: &Request) -> Result<Vec<Query>> {
    read_queries(open(path)?, path, options)
}
