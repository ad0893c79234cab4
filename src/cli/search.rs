//! `relata search`, and how answers are given.

use serde_json::{Value, json};

use super::Outcome;
use super::args::{Common, SearchArgs, SearchOptionsArgs};
use super::output::Output;
use super::progress::Progress;
use crate::recommender::{Recommendation, SearchOptions};
use crate::report::json::ResultsJson;

pub(super) fn run(args: &SearchArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let recommender = common.open()?;
    let progress = Progress::new(common);
    let text = args.text.join(" ");
    let found = recommender.search(&text, options(args.options), &|event| progress.observe(event))?;
    drop(progress);
    let query = json!({ "kind": "text", "text": text, "top_k": args.options.top_k, "exact": args.options.exact });
    answer(output, &query, 1, &format!("Papers like “{text}”"), &found)
}

pub(super) fn options(args: SearchOptionsArgs) -> SearchOptions {
    SearchOptions { top_k: args.top_k as usize, exact: args.exact }
}

/// Prints recommendations, as JSON or for people.
pub(super) fn answer(
    output: &mut Output,
    query: &Value,
    seeds: usize,
    heading: &str,
    found: &[Recommendation],
) -> anyhow::Result<Outcome> {
    if output.json {
        output.json(&ResultsJson::new(query, seeds, found))?;
    } else if found.is_empty() {
        output.note("no other paper in the library");
    } else {
        for line in output.wrapped(heading, 0) {
            output.line(line)?;
        }
        output.line("")?;
        output.recommendations(found)?;
    }
    Ok(if found.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
