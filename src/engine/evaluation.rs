//! Measures rankings against judgements. The rankings are read from a file, or are the library's answers to the
//! questions of a file.

use std::path::{Path, PathBuf};

use super::event::Observer;
use super::open::Engine;
use super::paper_list::open;
use super::queries::{Query, read_queries};
use crate::evaluate::bootstrap::Difference;
use crate::evaluate::metrics::{Cutoff, Measure};
use crate::evaluate::qrels::{Qrels, RepeatedJudgement};
use crate::evaluate::run::Run;
use crate::evaluate::{Evaluation, compare, evaluate, standard_measures};
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
}

impl EvaluationRequest {
    /// Measures the rankings. `engine` opens the library, which is only needed for questions.
    ///
    /// # Errors
    /// [`Error::Input`] with the invalid line of a file; [`Error::Io`]; [`Error::InvalidParameter`] for cutoffs; as for
    /// [`Engine::run`].
    pub fn measure<E: From<Error>>(
        &self,
        engine: impl FnOnce() -> Result<Engine, E>,
        observer: Observer,
    ) -> Result<EvaluationAnswer, E> {
        let mut cutoffs: Vec<Cutoff> = Vec::new();
        for cutoff in &self.cutoffs {
            let cutoff = cutoff.parse()?;
            if !cutoffs.contains(&cutoff) {
                cutoffs.push(cutoff);
            }
        }
        let measures = standard_measures(&cutoffs);
        let qrels = Qrels::read(open(&self.qrels)?, &self.qrels)?;
        let of = |path: &Path| Ok::<_, Error>(evaluate(&qrels, &Run::read(open(path)?, path)?, &measures, SEED));
        let mut unknown = Vec::new();
        let evaluation = match &self.measured {
            Measured::Run(run) => of(run)?,
            Measured::Queries(queries, top_k) => {
                let queries = read_query_file(queries)?;
                let answered = engine()?.run(&queries, *top_k, observer)?;
                unknown = answered.unknown;
                let rankings = answered.rankings.into_iter().map(|ranking| (ranking.query, ranking.papers));
                evaluate(&qrels, &rankings.collect(), &measures, SEED)
            }
        };
        let baseline = self.baseline.as_deref().map(of).transpose()?;
        let differences = baseline.map(|baseline| compare(&evaluation, &baseline, SEED)).unwrap_or_default();
        Ok(EvaluationAnswer { evaluation, differences, repeated: qrels.repeated().to_vec(), unknown })
    }
}

/// The questions of a file; `-` is standard input.
///
/// # Errors
/// As for [`read_queries`].
pub fn read_query_file(path: &Path) -> Result<Vec<Query>> {
    read_queries(open(path)?, path)
}
