//! `relata evaluate`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::bail;
use serde_json::{Map, Value, json};

use super::Outcome;
use super::args::{Common, EvaluateArgs};
use super::output::Output;
use super::run::{answers, read};
use crate::evaluate::bootstrap::{Difference, Interval};
use crate::evaluate::metrics::{Cutoff, Measure};
use crate::evaluate::qrels::{Qrels, Repeated};
use crate::evaluate::run::Run;
use crate::evaluate::{Evaluation, compare, evaluate, standard_measures};
use crate::library::STANDARD_INPUT;
use crate::report::json::SCHEMA_VERSION;
use crate::{Error, Result};

/// Draws the resamples; fixed, so that the same files give the same figures.
const SEED: u64 = 1;

/// Names listed in a note.
const LISTED: usize = 5;

pub(super) fn run(args: &EvaluateArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let files = [Some(&args.qrels), args.run.as_ref(), args.queries.as_ref(), args.baseline.as_ref()];
    let of_input = files.into_iter().flatten();
    if of_input.filter(|path| path.as_os_str() == STANDARD_INPUT).count() > 1 {
        bail!("standard input can be one of the files only; name the others");
    }
    let mut cutoffs: Vec<Cutoff> = Vec::new();
    for cutoff in &args.cutoffs {
        let cutoff = cutoff.parse()?;
        if !cutoffs.contains(&cutoff) {
            cutoffs.push(cutoff);
        }
    }
    let measures = standard_measures(&cutoffs);
    let qrels = Qrels::read(open(&args.qrels)?, &args.qrels)?;
    let of = |path: &Path| Ok::<_, Error>(evaluate(&qrels, &Run::read(open(path)?, path)?, &measures, SEED));
    let ours = match (&args.run, &args.queries) {
        (Some(run), _) => of(run)?,
        (None, Some(queries)) => {
            let queries = read(queries)?;
            let answers = answers(&common.open()?, &queries, args.top_k as usize, common, output)?;
            let rankings = answers.answers.into_iter().map(|answer| (answer.query, answer.ranking));
            evaluate(&qrels, &rankings.collect(), &measures, SEED)
        }
        (None, None) => bail!("name what to measure: --run RUN, or --queries QUERIES to put to the library"),
    };
    let theirs = args.baseline.as_deref().map(of).transpose()?;
    let differences = theirs.as_ref().map(|theirs| compare(&ours, theirs, SEED)).unwrap_or_default();
    let answered = ours.queries.len() - ours.missing.len();
    tell_repeated(&qrels, &args.qrels, output);
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
    Ok(if answered == 0 { Outcome::NothingFound } else { Outcome::Done })
}

fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path.as_os_str() == STANDARD_INPUT {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    File::open(path).map(|file| Box::new(BufReader::new(file)) as Box<dyn BufRead>).map_err(Error::io("read", path))
}

/// Most often a file that was put together of two.
fn tell_repeated(qrels: &Qrels, path: &Path, output: &mut Output) {
    let repeated = qrels.repeated();
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
            let more = if queries.len() > LISTED { ", \u{2026}" } else { "" };
            let listed = queries[..queries.len().min(LISTED)].join(", ");
            output.note(format!("{what}: {listed}{more} ({} in all)", queries.len()));
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
