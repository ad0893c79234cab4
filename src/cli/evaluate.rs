//! `relata evaluate`.

use std::path::Path;

use anyhow::bail;
use serde_json::{Map, Value, json};

use super::args::{Common, EvaluateArgs};
use super::outcome::Outcome;
use super::output::Output;
use super::progress::Progress;
use super::rankings::{LISTED, first_of, tell_unknown};
use crate::engine::json::SCHEMA_VERSION;
use crate::engine::{
    Difference, Evaluation, EvaluationAnswer, EvaluationRequest, Interval, Measure, Measured, Repeated, STANDARD_INPUT,
};

pub(super) fn run(args: &EvaluateArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let files = [Some(&args.qrels), args.run.as_ref(), args.queries.as_ref(), args.baseline.as_ref()];
    let of_input = files.into_iter().flatten();
    if of_input.filter(|path| path.as_os_str() == STANDARD_INPUT).count() > 1 {
        bail!("standard input can be one of the files only; name the others");
    }
    let measured = match (&args.run, &args.queries) {
        (Some(run), _) => Measured::Run(run.clone()),
        (None, Some(queries)) => Measured::Queries(queries.clone(), args.top_k as usize),
        (None, None) => bail!("name what to measure: --run RUN, or --queries QUERIES to put to the library"),
    };
    let (qrels, baseline, cutoffs) = (args.qrels.clone(), args.baseline.clone(), args.cutoffs.clone());
    let progress = Progress::new(common);
    let measured = EvaluationRequest { qrels, measured, baseline, cutoffs }
        .measure(|| common.open(), &|event| progress.observe(event))?;
    drop(progress);
    let EvaluationAnswer { evaluation: ours, differences, repeated, unknown } = measured;
    tell_unknown(&unknown, output);
    let answered = ours.queries.len() - ours.missing.len();
    tell_repeated(&repeated, &args.qrels, output);
    tell_unmatched(&ours, output);
    if output.json {
        output.json(&json!({
            "schema_version": SCHEMA_VERSION,
            "queries": ours.queries.len(),
            "answered": answered,
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
        output
            .line(format!("{answered} of {} judged queries answered; means with 95 % intervals", ours.queries.len()))?;
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

/// Most often a file that was put together of two.
fn tell_repeated(repeated: &[Repeated], path: &Path, output: &mut Output) {
    for Repeated { line, query, paper } in repeated.iter().take(LISTED) {
        let path = path.display();
        output.note(format!("{path}:{line}: {paper} is judged for {query} a second time; this judgement counts"));
    }
    if repeated.len() > LISTED {
        output.note(format!(
            "{}: {} judgements in all are of papers that were judged before",
            path.display(),
            repeated.len()
        ));
    }
}

/// Names that stand in one file alone are rarely meant.
fn tell_unmatched(evaluation: &Evaluation, output: &mut Output) {
    for (queries, what) in [
        (&evaluation.missing, "judged queries without a ranking, which count as 0"),
        (&evaluation.unjudged, "ranked queries without judgements, which are left out"),
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
