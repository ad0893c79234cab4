//! `relata run`.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

use serde_json::json;

use super::Outcome;
use super::args::{Common, RunArgs};
use super::new_file::NewFile;
use super::output::Output;
use super::progress::Progress;
use crate::evaluate::answers::{Answers, answer};
use crate::evaluate::queries::{Query, read_queries};
use crate::evaluate::run::write_ranking;
use crate::recommender::Recommender;
use crate::report::json::SCHEMA_VERSION;
use crate::{Error, Result};

/// The last column of a run: what made it.
const TAG: &str = concat!("relata-", env!("CARGO_PKG_VERSION"));

/// Names listed in a note.
const LISTED: usize = 5;

pub(super) fn run(args: &RunArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let queries = read(&args.queries)?;
    let recommender = common.open()?;
    let answers = answers(&recommender, &queries, args.top_k as usize, common, output)?;
    let papers: usize = answers.answers.iter().map(|answer| answer.ranking.len()).sum();
    match &args.out {
        None => write(output.writer(), &answers)?,
        Some(path) => {
            let mut file = NewFile::create(path)?;
            write(&mut file, &answers)?;
            file.finish()?;
            if output.json {
                let (out, unknown) = (path, &answers.unknown);
                output.json(&json!({
                    "schema_version": SCHEMA_VERSION, "queries": queries.len(), "papers": papers, "out": out,
                    "unknown": unknown,
                }))?;
            } else {
                output.note(format!("{} questions answered with {papers} papers in {}", queries.len(), path.display()));
            }
        }
    }
    Ok(if papers == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// The questions of a file; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<Vec<Query>> {
    if path.as_os_str() == "-" {
        return read_queries(std::io::stdin().lock(), path);
    }
    read_queries(File::open(path).map(BufReader::new).map_err(Error::io("read", path))?, path)
}

/// Answers questions, and tells which names are not in the library.
pub(super) fn answers(
    recommender: &Recommender,
    queries: &[Query],
    top_k: usize,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Answers> {
    let progress = Progress::new(common);
    let answers = answer(recommender, queries, top_k, &|event| progress.observe(event))?;
    drop(progress);
    if !answers.unknown.is_empty() {
        let listed = answers.unknown[..answers.unknown.len().min(LISTED)].join(", ");
        let more = if answers.unknown.len() > LISTED { ", \u{2026}" } else { "" };
        output.note(format!(
            "{} names stand for no paper of the library: {listed}{more}; seeds among them were left out, candidates put last",
            answers.unknown.len()
        ));
    }
    Ok(answers)
}

fn write(out: &mut dyn Write, answers: &Answers) -> std::io::Result<()> {
    for answer in &answers.answers {
        let papers = answer.ranking.iter().map(|(paper, score)| (paper.as_str(), f64::from(*score)));
        write_ranking(out, &answer.query, papers, TAG)?;
    }
    Ok(())
}
