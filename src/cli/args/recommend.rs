//! Asking for related papers: of some, of a description, of each of many.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::feedback::SteeringArgs;
use super::{ExcludeArgs, FilterArgs, FormatArgs, NotArgs, RankingArgs, SeedArgs};
use crate::engine::Facet;

/// Options of commands that search.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct SearchOptionsArgs {
    /// How many papers to recommend
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
    /// Compare with every paper, however large the library
    #[arg(long)]
    pub exact: bool,
    /// Say of each paper why: sentences that match, shared terms, what the score is made of (JSON always does)
    #[arg(long)]
    pub explain: bool,
    /// List the nearest papers also when none is close
    #[arg(long)]
    pub anyway: bool,
}

/// What can be said whatever is asked by examples or in words.
#[derive(Debug, Args)]
pub(in crate::cli) struct AskingArgs {
    #[command(flatten)]
    pub steering: SteeringArgs,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// Which papers may come, how many, in which order, and how they are shown.
#[derive(Debug, Args)]
pub(in crate::cli) struct AnswerArgs {
    #[command(flatten)]
    pub options: SearchOptionsArgs,
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub ranking: RankingArgs,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub exclude: ExcludeArgs,
}

/// Recommend papers like the ones you name
#[derive(Debug, Args)]
#[command(after_help = "\
A paper is named by its id, an identifier (arXiv, DOI, PubMed, ACL, OpenReview, OpenAlex, Semantic Scholar), a pasted
URL, or its title or a part of it. Several papers are taken together. As many papers come as were asked for, if so many
pass the filters.

Examples:
  relata similar 1706.03762
  relata similar \"attention is all you need\" https://arxiv.org/abs/1810.04805 --not 1512.03385 -k 5
  relata similar --like library.bib --exclude library.bib --since 2024 --diversity 0.3
  relata similar --text-file abstract.txt --json
  relata similar 1706.03762 --facet background  the same problem, by whatever method
  relata similar --profile default -k 20        by what you like and dislike (`relata like --help`)
  relata similar 1706.03762 -k 50 --format bib > related.bib

Exit codes: 0 found, 1 nothing found, 2 error (such as a paper that is not in the library).")]
pub(in crate::cli) struct SimilarArgs {
    #[command(flatten)]
    pub seeds: SeedArgs,
    /// In what respect papers should be alike: of their sentences only those that tell of it are compared
    #[arg(long, value_name = "FACET", value_parser = PossibleValuesParser::new(Facet::ALL.map(Facet::name)))]
    pub facet: Option<String>,
    #[command(flatten)]
    pub asking: AskingArgs,
}

/// Recommend papers like a description in your own words
#[derive(Debug, Args)]
#[command(after_help = "\
In the description
  \"message passing\"     must stand in title or abstract, whatever the endings of its words
  -molecules, -\"a b\"    must not
  author:battaglia       and venue: category: source: year:2018..2021 since:2018-03 until:2020 has:abstract are filters,
                         as the options of these names are; with a minus, what fits is left out
All else is text. Conditions alone, without any text, list the newest papers that meet them, with a score of 0. Put the
whole in single quotes, so that the shell leaves it as it is.

Examples:
  relata search \"robots that learn to walk\"
  relata search 'graph networks -molecules \"message passing\" author:battaglia year:2018..2021'
  relata search protein structure from sequence -k 5 --recency 2
  relata search \"vaccine trials\" --json | jq '.results[].paper.title'
  relata search \"vaccine trials\" -k 100 --format csv > trials.csv

Exit codes: 0 found, 1 nothing found, 2 error.")]
pub(in crate::cli) struct SearchArgs {
    /// The description; words may be given without quotes
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// Take the description as it is: no word of it is a filter
    #[arg(long)]
    pub verbatim: bool,
    #[command(flatten)]
    pub not: NotArgs,
    #[command(flatten)]
    pub asking: AskingArgs,
}

/// Put a list of papers in order
#[derive(Debug, Args)]
#[command(after_help = "\
CANDIDATES has the id or an identifier of a paper on each line, or is a file of papers as `add` reads it, which need not
be in the library. All of them are ranked by how they compare with the papers and texts that you name. What is in no
library and no file is told, and comes last.

Examples:
  relata rank --candidates to-read.bib 1706.03762
  relata rank --candidates ids.txt --text \"sparse attention\" --json
  relata list --limit 500 --format jsonl | relata rank --candidates - --like library.bib -k 20

Exit codes: 0 ranked, 1 there was nothing to rank, 2 error (such as a paper that is not in the library).")]
pub(in crate::cli) struct RankArgs {
    /// By what a profile likes and dislikes
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    #[command(flatten)]
    pub seeds: SeedArgs,
    /// The papers to rank; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub candidates: PathBuf,
    /// List only the first so many [default: all]
    #[arg(short = 'k', long = "top-k", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: Option<u32>,
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub ranking: RankingArgs,
}

/// Answer many questions at once, as a run in TREC's format
#[derive(Debug, Args)]
#[command(after_help = "\
QUERIES has a question a line, as JSON:
  {\"id\": \"q1\", \"text\": \"robots that learn to walk\"}
  {\"id\": \"q2\", \"seeds\": [\"1706.03762\"], \"not\": [\"1810.04805\"], \"candidates\": [\"a\", \"b\"]}
  {\"id\": \"q3\", \"seeds\": [\"1706.03762\"], \"facet\": \"method\"}
With candidates exactly those are ranked, all of them. The run has a paper a line, `query Q0 paper rank score tag`.

Examples:
  relata run --queries questions.jsonl -k 100 --out answers.run
  relata run --queries questions.jsonl | relata evaluate judgements.qrels --run -
  relata evaluate judgements.qrels --run answers.run

Exit codes: 0 found, 1 nothing found, 2 error.")]
pub(in crate::cli) struct RunArgs {
    /// The questions; `-` is standard input
    #[arg(long, value_name = "QUERIES")]
    pub queries: PathBuf,
    /// How many papers for each question
    #[arg(short = 'k', long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
    /// Where to write the run [default: standard output]
    #[arg(short, long, value_name = "RUN")]
    pub out: Option<PathBuf>,
}
