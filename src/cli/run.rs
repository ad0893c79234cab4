//! `relata run`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::global::Common;
use super::new_file::NewFile;
use super::output::{Outcome, Output};
use super::progress::Progress;
use super::steering::{FacetArgs, NotArgs, ProfileArgs, SelectionArgs, top_k};
use crate::engine::{Ranker, Rankings, Request, Weights, read_query_file, write_ranking};
use crate::formats::write::visible::Visible;

/// The last column of a run: name and version of the program that made it.
const TAG: &str = concat!("relata-", env!("CARGO_PKG_VERSION"));

/// Maximum number of names in a note.
pub(super) const LISTED: usize = 5;

/// Answer many questions at once, in TREC format
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/run.txt"))]
pub(super) struct RunArgs {
    /// File of questions; `-` is standard input
    #[arg(long, value_name = "QUERIES")]
    pub queries: PathBuf,
    /// How many papers to rank for each question
    #[arg(short = 'k', long, value_name = "N", default_value_t = 100, value_parser = top_k)]
    pub top_k: usize,
    /// Write the run to this file [default: standard output]
    #[arg(short, long, value_name = "RUN")]
    pub out: Option<PathBuf>,
    /// Read conditions and names in texts, as `search` does
    #[arg(long)]
    pub conditions: bool,
    /// Rank nothing for a question if no paper is close, as `search` does without --anyway
    #[arg(long, conflicts_with = "anyway")]
    pub only_close: bool,
    /// Weights of the parts of the score, such as document=1,terms=2; a part that is left out has 0
    #[arg(long, value_name = "PART=N", value_delimiter = ',', conflicts_with = "ranker")]
    pub weights: Vec<String>,
    #[command(flatten)]
    pub facet: FacetArgs,
    #[command(flatten)]
    pub profile: ProfileArgs,
    #[command(flatten)]
    pub not: NotArgs,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

pub(super) fn run(args: &RunArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let (facet, not) = (args.facet.facet(), args.not.not.clone());
    let mut options = Request { top_k: Some(args.top_k), verbatim: !args.conditions, facet, not, ..Request::default() };
    args.profile.add_to(&mut options);
    args.selection.add_to(&mut options, output)?;
    options.anyway = !args.only_close;
    if !args.weights.is_empty() {
        options.ranker = Ranker::Weighted(Weights::parse(&args.weights)?);
    }
    let queries = read_query_file(&args.queries, &options)?;
    let engine = common.open()?;
    let rankings = Progress::during(common, |observer| engine.run(&queries, &options, observer))?;
    rankings.notes.iter().for_each(|note| output.note(note));
    note_unknown(&rankings.unknown, output);
    let papers: usize = rankings.rankings.iter().map(|ranking| ranking.papers.len()).sum();
    match &args.out {
        None => write(output.writer(), &rankings)?,
        Some(path) => {
            let mut file = NewFile::create(path)?;
            write(&mut file, &rankings)?;
            file.finish()?;
            if output.json {
                let (queries, unknown) = (queries.len(), &rankings.unknown);
                output.json(&json!({ "queries": queries, "papers": papers, "out": path, "unknown": unknown }))?;
            } else {
                output.note(format!("Wrote {papers} papers for {} questions to {}", queries.len(), path.display()));
            }
        }
    }
    Ok(Outcome::found(papers > 0))
}

fn write(out: &mut dyn Write, rankings: &Rankings) -> std::io::Result<()> {
    let out = &mut Visible::text(out);
    for ranking in &rankings.rankings {
        let papers = ranking.papers.iter().map(|(paper, score)| (paper.as_str(), f64::from(*score)));
        write_ranking(out, &ranking.query, papers, TAG)?;
    }
    Ok(())
}

/// Prints a note on the names in a file of questions that match no paper of the library.
pub(super) fn note_unknown(unknown: &[String], output: &mut Output) {
    if !unknown.is_empty() {
        output.note(format!(
            "{} names match no paper of the library: {}; as seeds they are ignored, as candidates ranked last",
            unknown.len(),
            first_of(unknown)
        ));
    }
}

/// Returns the first [`LISTED`] names, joined by commas.
pub(super) fn first_of(names: &[String]) -> String {
    let more = if names.len() > LISTED { ", \u{2026}" } else { "" };
    format!("{}{more}", names[..names.len().min(LISTED)].join(", "))
}
