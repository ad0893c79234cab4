//! `relata evaluate`.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use serde_json::{Map, Value, json};

use super::global::Common;
use super::output::{Outcome, Output};
use super::progress::Progress;
use super::run::{LISTED, first_of, note_unknown};
use super::steering::top_k;
use crate::Error;
use crate::engine::{
    Difference, Engine, Evaluation, EvaluationAnswer, EvaluationRequest, Interval, Measure, Measured,
    RepeatedJudgement, STANDARD_INPUT,
};

/// Measure a ranking against relevance judgements
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/evaluate.txt"))]
pub(super) struct EvaluateArgs {
    /// File of relevance judgements
    #[arg(value_name = "QRELS")]
    pub qrels: PathBuf,
    /// File of rankings to measure; `-` is standard input
    #[arg(long, value_name = "RUN", conflicts_with = "queries")]
    pub run: Option<PathBuf>,
    /// File of questions; relata answers them and measures its answers (format: see `relata run`)
    #[arg(long, value_name = "QUERIES")]
    pub queries: Option<PathBuf>,
    /// How many papers to rank for each question
    #[arg(short = 'k', long, value_name = "N", default_value_t = 100, value_parser = top_k)]
    pub top_k: usize,
    /// File of rankings to compare with, query by query
    #[arg(long, value_name = "RUN")]
    pub baseline: Option<PathBuf>,
    /// Measure the first N papers of each ranking, or its first M percent
    #[arg(long, value_name = "N,M%", value_delimiter = ',', default_values = ["10", "100"])]
    pub cutoffs: Vec<String>,
    /// Print the measures of each query instead of their means
    #[arg(long)]
    pub per_query: bool,
}

pub(super) fn run(args: &EvaluateArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let files = [Some(&args.qrels), args.run.as_ref(), args.queries.as_ref(), args.baseline.as_ref()];
    let of_input = files.into_iter().flatten();
    if of_input.filter(|path| path.as_os_str() == STANDARD_INPUT).count() > 1 {
        bail!("only one of the files can be standard input (`-`)");
    }
    let measured = match (&args.run, &args.queries) {
        (Some(run), _) => Measured::Run(run.clone()),
        (None, Some(queries)) => Measured::Queries(queries.clone(), args.top_k),
        (None, None) => bail!("nothing to measure; use --run RUN or --queries QUERIES"),
    };
    let (qrels, baseline, cutoffs) = (args.qrels.clone(), args.baseline.clone(), args.cutoffs.clone());
    let request = EvaluationRequest { qrels, measured, baseline, cutoffs };
    let engine = match (&args.queries, &common.library) {
        (Some(_), _) => Some(common.open()?),
        (None, Some(_)) => library_of_ids(common, output)?,
        (None, None) => None,
    };
    let answer = Progress::during(common, |observer| request.measure(engine.as_ref(), observer))?;
    let EvaluationAnswer { evaluation: ours, differences, repeated, unknown, notes, resolved } = answer;
    notes.iter().for_each(|note| output.note(note));
    note_unknown(&unknown, output);
    let answered = ours.queries.len() - ours.missing.len();
    note_repeated(&repeated, &args.qrels, output);
    note_unmatched(&ours, output);
    if output.json {
        output.json(&json!({
            "queries": ours.queries.len(),
            "answered": answered,
            "resolved": resolved,
            "measures": ours.measures.iter().map(|summary| as_json(summary.measure, summary.mean)).collect::<Vec<_>>(),
            "differences": differences.iter().map(|(measure, difference)| difference_as_json(*measure, *difference)).collect::<Vec<_>>(),
            "per_query": if args.per_query { per_query(&ours) } else { Value::Null },
        }))?;
    } else if args.per_query {
        let names: Vec<String> = ours.measures.iter().map(|summary| summary.measure.to_string()).collect();
        output.line(format!("query\t{}", names.join("\t")))?;
        for (query, values) in &ours.queries {
            let values: Vec<String> = values.iter().map(|value| format!("{value:.4}")).collect();
            output.line(format!("{query}\t{}", values.join("\t")))?;
        }
    } else {
        output.line(format!(
            "{answered} of {} judged queries have a ranking; means with 95 % confidence intervals",
            ours.queries.len()
        ))?;
        if let Some(resolved @ 1..) = resolved {
            let (ids, papers) = if resolved == 1 { ("id is", "a paper") } else { ("ids are", "papers") };
            output
                .line(format!("{resolved} judged {ids} the former id or a version of {papers}, and counted as such"))?;
        }
        for (at, summary) in ours.measures.iter().enumerate() {
            let Interval { mean, low, high } = summary.mean;
            let mut line = format!("{:15} {mean:.4}  [{low:.4}, {high:.4}]", summary.measure.to_string());
            if let Some((_, Difference { mean, p_value, better, worse })) = differences.get(at) {
                line += &format!(
                    "   {:+.4} [{:+.4}, {:+.4}]  p {p_value:.4}  better on {better}, worse on {worse}",
                    mean.mean, mean.low, mean.high
                );
            }
            output.line(line)?;
        }
    }
    Ok(Outcome::found(answered > 0))
}

/// Opens the library by which ids of merged papers are recognised. Runs can be measured without one, so a missing
/// library is only noted.
fn library_of_ids(common: &Common, output: &mut Output) -> anyhow::Result<Option<Engine>> {
    match common.open() {
        Err(error) if matches!(error.downcast_ref(), Some(Error::NoLibrary { .. })) => {
            output.note(format!("{error}; ids are compared as they are written"));
            Ok(None)
        }
        opened => opened.map(Some),
    }
}

/// Notes papers that are judged more than once for a query. Usually, two files were concatenated.
fn note_repeated(repeated: &[RepeatedJudgement], path: &Path, output: &mut Output) {
    for RepeatedJudgement { line, query, paper } in repeated.iter().take(LISTED) {
        let path = path.display();
        output.note(format!("{path}:{line}: {paper} was already judged for {query}; this judgement counts"));
    }
    if repeated.len() > LISTED {
        output.note(format!("{}: {} papers are judged more than once", path.display(), repeated.len()));
    }
}

/// Notes queries that are only in the judgements or only in the rankings. Usually, this is a mistake.
fn note_unmatched(evaluation: &Evaluation, output: &mut Output) {
    for (queries, what) in [
        (&evaluation.missing, "judged queries without a ranking, counted as 0"),
        (&evaluation.unjudged, "ranked queries without judgements, left out"),
    ] {
        if !queries.is_empty() {
            output.note(format!("{what}: {} ({} in all)", first_of(queries), queries.len()));
        }
    }
}

fn as_json(measure: Measure, Interval { mean, low, high }: Interval) -> Value {
    json!({ "measure": measure.to_string(), "mean": mean, "low": low, "high": high })
}

fn difference_as_json(measure: Measure, difference: Difference) -> Value {
    let Difference { mean, p_value, better, worse } = difference;
    let mut value = as_json(measure, mean);
    value["p_value"] = p_value.into();
    value["better"] = better.into();
    value["worse"] = worse.into();
    value
}

fn per_query(evaluation: &Evaluation) -> Value {
    let of = |values: &Vec<f64>| {
        let named = evaluation.measures.iter().zip(values);
        named.map(|(summary, value)| (summary.measure.to_string(), json!(value))).collect::<Map<_, _>>()
    };
    evaluation
        .queries
        .iter()
        .map(|(query, values)| (query.clone(), Value::Object(of(values))))
        .collect::<Map<_, _>>()
        .into()
}
