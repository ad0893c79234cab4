//! Evaluates rankings by judgements of relevance.
//!
//! `qrels` and `run` read the two files of [TREC](https://trec.nist.gov/data/qrels_eng/), `metrics` has the measures of
//! one query, `bootstrap` the confidence intervals of their means.

pub mod bootstrap;
pub mod metrics;
pub mod qrels;
pub mod run;

use std::collections::BTreeMap;

use bootstrap::{Difference, Interval};
use metrics::{Cutoff, Measure};
use qrels::Qrels;
use run::Run;

/// The measures of a run over all judged queries.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The measures, in the given order.
    pub measures: Vec<MeasureSummary>,
    /// For each query, by name, the values in the order of `measures`.
    pub queries: BTreeMap<String, Vec<f64>>,
    /// Judged queries without a ranking; each measure counts them as 0.
    pub missing: Vec<String>,
    /// Ranked queries without judgements; they are left out.
    pub unjudged: Vec<String>,
}

/// One measure of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureSummary {
    /// The measure.
    pub measure: Measure,
    /// Mean over the queries, with its confidence interval.
    pub mean: Interval,
}

/// Evaluates `run` against `qrels`. `seed` is for the resamples of the confidence intervals.
///
/// Every judged query counts. A query without a ranking has 0 in each measure, as in ir-measures, and in trec_eval with
/// `-c`. If such queries were left out, a run could score higher by ranking nothing for difficult queries.
pub fn evaluate(qrels: &Qrels, run: &Run, measures: &[Measure], seed: u64) -> Evaluation {
    let mut queries = BTreeMap::new();
    let mut missing = Vec::new();
    for (query, judgements) in qrels.queries() {
        let ranked = run.ranking(query);
        if ranked.is_empty() {
            missing.push(query.to_owned());
        }
        let grades: Vec<u32> = ranked.iter().map(|paper| judgements.get(*paper).copied().unwrap_or(0)).collect();
        let ideal = metrics::ideal(judgements.values().copied());
        let values = measures.iter().map(|measure| measure.of(&grades, &ideal)).collect();
        queries.insert(query.to_owned(), values);
    }
    let unjudged = run.queries().filter(|query| !qrels.has(query)).map(str::to_owned).collect();
    let summarise = |(at, measure): (usize, &Measure)| {
        let values: Vec<f64> = queries.values().map(|values: &Vec<f64>| values[at]).collect();
        MeasureSummary { measure: *measure, mean: bootstrap::mean(&values, seed) }
    };
    let measures = measures.iter().enumerate().map(summarise).collect();
    Evaluation { measures, queries, missing, unjudged }
}

/// The differences of two evaluations by measure, on the queries that both have.
pub fn compare(ours: &Evaluation, theirs: &Evaluation, seed: u64) -> Vec<(Measure, Difference)> {
    let pairs = |at: usize| -> Vec<f64> {
        let both = ours.queries.iter().filter_map(|(query, values)| Some((values, theirs.queries.get(query)?)));
        both.map(|(ours, theirs)| ours[at] - theirs[at]).collect()
    };
    let measures = ours.measures.iter().enumerate();
    measures.map(|(at, summary)| (summary.measure, bootstrap::difference(&pairs(at), seed))).collect()
}

/// The default measures: nDCG, recall, precision and reciprocal rank at each cutoff, and average precision.
pub fn standard_measures(cutoffs: &[Cutoff]) -> Vec<Measure> {
    let kinds = [Measure::Ndcg, Measure::Recall, Measure::Precision, Measure::ReciprocalRank];
    let at_cutoffs = kinds.into_iter().flat_map(|kind| cutoffs.iter().map(move |cutoff| kind(*cutoff)));
    at_cutoffs.chain([Measure::AveragePrecision]).collect()
}

#[cfg(test)]
mod tests;
