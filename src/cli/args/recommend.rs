//! Asking for related papers: of some, of a description, of each of many.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::FormatArgs;
use crate::rank::facets::Facet;

/// Options of commands that search.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct SearchOptionsArgs {
    /// How many papers to recommend
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
    /// Compare with every paper, however large the library
    #[arg(long)]
    pub exact: bool,
}

/// Recommend papers like the ones you name
#[derive(Debug, Args)]
#[command(after_help = "\
A paper is named by its id, an identifier (arXiv, DOI, PubMed, ACL, OpenReview, OpenAlex, Semantic Scholar), a pasted
URL, or its title or a part of it. Several papers are taken together.

Examples:
  relata similar 1706.03762
  relata similar \"attention is all you need\" https://arxiv.org/abs/1810.04805 -k 5
  relata similar --text-file abstract.txt --json
  relata similar 1706.03762 --facet background  the same problem, by whatever method
  relata similar 1706.03762 -k 50 --format bib > related.bib

Exit codes: 0 found, 1 nothing found, 2 error (such as a paper that is not in the library).")]
pub(in crate::cli) struct SimilarArgs {
    /// Papers in the library
    #[arg(required_unless_present = "text_file", conflicts_with = "text_file", value_name = "PAPER")]
    pub papers: Vec<String>,
    /// A file with the title and abstract of a paper that is not in the library; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub text_file: Option<PathBuf>,
    /// In what respect papers should be alike: of their sentences only those that tell of it are compared
    #[arg(long, value_name = "FACET", value_parser = PossibleValuesParser::new(Facet::ALL.map(Facet::name)))]
    pub facet: Option<String>,
    #[command(flatten)]
    pub options: SearchOptionsArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// Recommend papers like a description in your own words
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata search \"robots that learn to walk\"
  relata search protein structure from sequence -k 5
  relata search \"vaccine trials\" --json | jq '.results[].paper.title'
  relata search \"vaccine trials\" -k 100 --format csv > trials.csv

Exit codes: 0 found, 1 nothing found, 2 error.")]
pub(in crate::cli) struct SearchArgs {
    /// The description; words may be given without quotes
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    #[command(flatten)]
    pub options: SearchOptionsArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// Write a report: for each of many papers, its nearest in the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata report --all -o library.html
  relata report --file reading-list.jsonl -o report.md -k 5
  relata report 1706.03762 1810.04805 -o two.csv

Exit codes: 0 written, 1 there was no paper to report on, 2 error.")]
pub(in crate::cli) struct ReportArgs {
    /// Papers in the library
    #[arg(value_name = "PAPER", required_unless_present_any = ["file", "all"])]
    pub papers: Vec<String>,
    /// A file of papers, in the library or not; they are not added to it
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Every paper of the library
    #[arg(long, conflicts_with_all = ["papers", "file"])]
    pub all: bool,
    /// Where to write; the ending chooses the format: .html, .md, .csv or .json
    #[arg(short, long, value_name = "OUT", required_unless_present = "json")]
    pub output: Option<PathBuf>,
    /// How many papers to list for each
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
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
