//! How good a ranking is, by judgements: which papers should have been found, and what was found instead.
//!
//! `qrels` and `run` own the two files of [TREC](https://trec.nist.gov/data/qrels_eng/), `metrics` the measures of one
//! query, `bootstrap` how sure their means are. This module puts them together.

pub mod bootstrap;
pub mod metrics;
pub mod qrels;
pub mod run;

use std::collections::BTreeMap;

use bootstrap::{Difference, Interval};
use metrics::{Cutoff, Measure};
use qrels::Qrels;
use run::Run;

/// The measures of a run, over all queries that have judgements.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// In the order asked for.
    pub measures: Vec<MeasureSummary>,
    /// For each query, in order of its name, the values in the order of `measures`.
    pub queries: BTreeMap<String, Vec<f64>>,
    /// Queries that have judgements and no ranking; each measure counts them as 0.
    pub missing: Vec<String>,
    /// Queries that have a ranking and no judgements; they are left out.
    pub unjudged: Vec<String>,
}

/// One measure of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureSummary {
    /// Which.
    pub measure: Measure,
    /// Mean over the queries, with its confidence interval.
    pub mean: Interval,
}

/// Measures `run` against `qrels`. `seed` draws the resamples of the confidence intervals.
///
/// Every judged query counts: one that the run does not answer is 0 in each measure, as in ir-measures (trec_eval needs
/// `-c` for it), because leaving it out would reward silence.
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

/// How much better `ours` is than `theirs`, measure by measure, on the queries that both were measured on.
pub fn compare(ours: &Evaluation, theirs: &Evaluation, seed: u64) -> Vec<(Measure, Difference)> {
    let pairs = |at: usize| -> Vec<f64> {
        let both = ours.queries.iter().filter_map(|(query, values)| Some((values, theirs.queries.get(query)?)));
        both.map(|(ours, theirs)| ours[at] - theirs[at]).collect()
    };
    let measures = ours.measures.iter().enumerate();
    measures.map(|(at, summary)| (summary.measure, bootstrap::difference(&pairs(at), seed))).collect()
}

/// The measures that are shown when nobody says which: nDCG, recall, precision and reciprocal rank at each cutoff, and
/// average precision.
pub fn standard_measures(cutoffs: &[Cutoff]) -> Vec<Measure> {
    let kinds = [Measure::Ndcg, Measure::Recall, Measure::Precision, Measure::ReciprocalRank];
    let at_cutoffs = kinds.into_iter().flat_map(|kind| cutoffs.iter().map(move |cutoff| kind(*cutoff)));
    at_cutoffs.chain([Measure::AveragePrecision]).collect()
}

#[cfg(test)]
mod tests;
