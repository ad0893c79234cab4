//! `relata rank`.

use std::path::PathBuf;

use clap::Args;

use super::answer;
use super::format::FormatArgs;
use super::global::Common;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use super::steering::{RankingArgs, SeedArgs, list, top_k};
use crate::engine::{PaperList, Request};
use crate::formats::write::visible::visible;

/// Rank a list of papers by similarity to papers or a text
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/rank.txt"))]
pub(super) struct RankArgs {
    /// Rank by what this profile likes and dislikes
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    #[command(flatten)]
    pub seeds: SeedArgs,
    /// File of papers to rank; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub candidates: PathBuf,
    /// List only the first N papers [default: all]
    #[arg(short = 'k', long = "top-k", value_name = "N", value_parser = top_k)]
    pub top_k: Option<usize>,
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub ranking: RankingArgs,
}

pub(super) fn run(args: &RankArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = args.format.chosen(output)?;
    let engine = common.open()?;
    let (profile, top_k) = (args.profile.clone(), args.top_k);
    let mut request = Request { profile, top_k, explain: output.json, ..Request::default() };
    args.seeds.add_to(&mut request, output)?;
    args.ranking.add_to(&mut request);
    request.candidates = Some(list(PaperList::read_papers_or_names(&args.candidates), output)?);
    let answer = Progress::during(common, |observer| engine.ask(&request, observer))?;
    let count = papers_counted(answer.query.candidates.unwrap_or_default());
    let heading = answer::heading(&format!("{count} by similarity to"), &answer.query);
    answer::print(&heading, &answer, &[], true, format, output)?;
    let unknown = answer.unknown.as_deref().unwrap_or_default();
    if !unknown.is_empty() && !output.json {
        output.note(format!("not in the library, so ranked last: {}", visible(&unknown.join(", "))));
    }
    if let Some(nothing) = answer.nothing.filter(|_| unknown.is_empty()) {
        output.note(answer::in_words(nothing, &request.filters, &engine)?);
    }
    Ok(Outcome::found(!answer.results.is_empty()))
}
