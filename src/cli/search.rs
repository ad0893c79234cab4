//! `relata search`, and how answers are given.

use serde_json::{Value, json};

use super::Outcome;
use super::args::{Common, SearchArgs, SearchOptionsArgs};
use super::export::chosen;
use super::output::Output;
use super::progress::Progress;
use crate::formats::write::{ExportFormat, Standing};
use crate::recommender::{Question, Recommendation};
use crate::report::json::ResultsJson;

pub(super) fn run(args: &SearchArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.format, output)?;
    let recommender = common.open()?;
    let progress = Progress::new(common);
    let text = args.text.join(" ");
    let question = with_options(Question::about(&text), args.options);
    let found = recommender.recommend(&question, &|event| progress.observe(event))?;
    drop(progress);
    let query = json!({ "kind": "text", "text": text, "top_k": args.options.top_k, "exact": args.options.exact });
    answer(output, &Asked { query, seeds: 1, heading: format!("Papers like “{text}”"), format }, &found)
}

pub(super) fn with_options(question: Question, args: SearchOptionsArgs) -> Question {
    Question { top_k: args.top_k as usize, exact: args.exact, ..question }
}

/// A question, as the answer repeats it.
pub(super) struct Asked {
    /// For programs.
    pub query: Value,
    /// Seeds, a text counting as one.
    pub seeds: usize,
    /// For people.
    pub heading: String,
    /// How the answer is to be printed, if as a file of papers.
    pub format: Option<ExportFormat>,
}

/// Prints recommendations, as a file of papers, as JSON or for people.
pub(super) fn answer(output: &mut Output, asked: &Asked, found: &[Recommendation]) -> anyhow::Result<Outcome> {
    if let Some(format) = asked.format {
        let mut writer = format.writer(output.writer());
        for Recommendation { rank, score, similarity, paper, .. } in found {
            writer.found(Standing { rank: *rank, score: *score, similarity: *similarity }, paper)?;
        }
        writer.finish()?;
    } else if output.json {
        output.json(&ResultsJson::new(&asked.query, asked.seeds, found))?;
    } else if !found.is_empty() {
        for line in output.wrapped(&asked.heading, 0) {
            output.line(line)?;
        }
        output.line("")?;
        output.recommendations(found)?;
    }
    if found.is_empty() {
        if !output.json {
            output.note("no other paper in the library");
        }
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Done)
}
