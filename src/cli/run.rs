//! `relata run`.

use std::io::Write;

use serde_json::json;

use super::args::{Common, RunArgs};
use super::new_file::NewFile;
use super::outcome::Outcome;
use super::output::Output;
use super::progress::Progress;
use super::rankings::tell_unknown;
use crate::engine::json::SCHEMA_VERSION;
use crate::engine::{Rankings, read_query_file, write_ranking};

/// The last column of a run: what made it.
const TAG: &str = concat!("relata-", env!("CARGO_PKG_VERSION"));

pub(super) fn run(args: &RunArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let queries = read_query_file(&args.queries)?;
    let engine = common.open()?;
    let progress = Progress::new(common);
    let rankings = engine.run(&queries, args.top_k as usize, &|event| progress.observe(event))?;
    drop(progress);
    tell_unknown(&rankings.unknown, output);
    let papers: usize = rankings.rankings.iter().map(|ranking| ranking.papers.len()).sum();
    match &args.out {
        None => write(output.writer(), &rankings)?,
        Some(path) => {
            let mut file = NewFile::create(path)?;
            write(&mut file, &rankings)?;
            file.finish()?;
            if output.json {
                let (out, unknown) = (path, &rankings.unknown);
                output.json(&json!({
                    "schema_version": SCHEMA_VERSION, "queries": queries.len(), "papers": papers, "out": out,
                    "unknown": unknown,
                }))?;
            } else {
                output.note(format!("{} questions answered with {papers} papers in {}", queries.len(), path.display()));
            }
        }
    }
    Ok(Outcome::found(papers > 0))
}

fn write(out: &mut dyn Write, rankings: &Rankings) -> std::io::Result<()> {
    for ranking in &rankings.rankings {
        let papers = ranking.papers.iter().map(|(paper, score)| (paper.as_str(), f64::from(*score)));
        write_ranking(out, &ranking.query, papers, TAG)?;
    }
    Ok(())
}
