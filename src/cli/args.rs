//! What can be said on the command line. Shell completions and the man page are generated from these definitions.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};

use crate::formats::Format;
use crate::vector::Precision;

/// Finds related papers on your own machine: by example, by description, or a whole batch at once.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    propagate_version = true,
    after_help = "\
Examples:
  relata demo                                   see it work on 208 well-known papers
  relata add papers.jsonl listing.txt           take papers into your library
  relata similar 1706.03762                     papers like one that you have
  relata search \"robots that learn to walk\"     papers like a description

Exit codes: 0 found or done, 1 ran and found nothing, 2 error."
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(super) struct Common {
    /// Folder of the library [default: the platform's folder for data]
    #[arg(long, global = true, value_name = "DIR", env = "RELATA_LIBRARY", hide_env_values = true)]
    pub library: Option<PathBuf>,
    /// Model to embed with: a name from `relata model list`, or the folder of a sentence-transformers model
    /// [default: the library's own, or all-MiniLM-L6-v2]
    #[arg(long, global = true, value_name = "NAME|DIR", env = "RELATA_MODEL", hide_env_values = true)]
    pub model: Option<String>,
    /// Arithmetic to embed with: bf16, int8 (faster, a little less exact) or f32 (slower; the reference). Vectors of one
    /// model can be mixed whatever made them [default: bf16]
    #[arg(long, global = true, value_name = "NAME", env = "RELATA_PRECISION", hide_env_values = true,
        value_parser = PossibleValuesParser::new(Precision::ALL.map(Precision::name)))]
    pub precision: Option<String>,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print JSON (documented in the README, with a schema_version)
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Add(AddArgs),
    Similar(SimilarArgs),
    Search(SearchArgs),
    Report(ReportArgs),
    List(ListArgs),
    Show(ShowArgs),
    Remove(RemoveArgs),
    Info(InfoArgs),
    Evaluate(EvaluateArgs),
    Demo(DemoArgs),
    Model(ModelArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

/// Take the papers of files into the library
#[derive(Debug, Args)]
#[command(after_help = "\
Reads JSON Lines, JSON, CSV, TSV and listings copied from a paper site; gzip and zstd are read through. Papers that
are there already are not embedded again, so the same file can be added as often as you like.

Examples:
  relata add papers.jsonl
  relata add export.csv page.txt --dry-run
  curl -s https://example.org/papers.jsonl.gz | relata add -

Exit codes: 0 papers were read (some may have been skipped; stderr says which and why), 2 no paper could be read.")]
pub(super) struct AddArgs {
    /// Files of papers; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read every file as this format instead of finding out
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(Format::ALL.map(Format::name)))]
    pub format: Option<String>,
    /// Say what would be added and change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Options of commands that search.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct SearchOptionsArgs {
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

Exit codes: 0 found, 1 nothing found, 2 error (such as a paper that is not in the library).")]
pub(super) struct SimilarArgs {
    /// Papers in the library
    #[arg(required_unless_present = "text_file", conflicts_with = "text_file", value_name = "PAPER")]
    pub papers: Vec<String>,
    /// A file with the title and abstract of a paper that is not in the library; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub text_file: Option<PathBuf>,
    #[command(flatten)]
    pub options: SearchOptionsArgs,
}

/// Recommend papers like a description in your own words
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata search \"robots that learn to walk\"
  relata search protein structure from sequence -k 5
  relata search \"vaccine trials\" --json | jq '.results[].paper.title'

Exit codes: 0 found, 1 nothing found, 2 error.")]
pub(super) struct SearchArgs {
    /// The description; words may be given without quotes
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    #[command(flatten)]
    pub options: SearchOptionsArgs,
}

/// Write a report: for each of many papers, its nearest in the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata report --all -o library.html
  relata report --file reading-list.jsonl -o report.md -k 5
  relata report 1706.03762 1810.04805 -o two.csv

Exit codes: 0 written, 1 there was no paper to report on, 2 error.")]
pub(super) struct ReportArgs {
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

/// List the papers of the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata list
  relata list --limit 20 --offset 40
  relata list --sources

Exit codes: 0 papers were listed, 1 there are none, 2 error.")]
pub(super) struct ListArgs {
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Leave out the first so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,
    /// List the files that papers came from instead
    #[arg(long)]
    pub sources: bool,
}

/// Show all that the library knows of papers
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata show vaswani2017attention
  relata show \"attention is all\" 10.1038/171737a0
  relata show 1706.03762 --json

Exit codes: 0 shown, 2 error (such as a paper that is not in the library).")]
pub(super) struct ShowArgs {
    /// Papers in the library
    #[arg(required = true, value_name = "PAPER")]
    pub papers: Vec<String>,
}

/// Take papers out of the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata remove vaswani2017attention
  relata remove --source old.csv --dry-run
  relata remove --undo                          bring back what the last remove took out

Exit codes: 0 done, 1 there was nothing to remove or bring back, 2 error.")]
pub(super) struct RemoveArgs {
    /// Papers in the library
    #[arg(value_name = "PAPER", required_unless_present_any = ["source", "undo"])]
    pub papers: Vec<String>,
    /// Every paper that came from this file (see `relata list --sources`)
    #[arg(long, value_name = "FILE", conflicts_with = "papers")]
    pub source: Option<String>,
    /// Bring back what the last remove took out
    #[arg(long, conflicts_with_all = ["papers", "source"])]
    pub undo: bool,
    /// Say what would be removed and change nothing
    #[arg(short = 'n', long, conflicts_with = "undo")]
    pub dry_run: bool,
}

/// Tell what the library holds and where it is
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata info
  relata info --check                           read all of the database for damage
  relata info --json

Exit codes: 0 told, 2 error (such as a damaged database).")]
pub(super) struct InfoArgs {
    /// Check every page of the database, every vector and every sentence vector
    #[arg(long)]
    pub check: bool,
}

/// Measure a ranking against judgements, with confidence intervals
#[derive(Debug, Args)]
#[command(after_help = "\
QRELS has a judgement a line, `query 0 paper grade`; RUN a ranked paper, `query Q0 paper rank score tag`: the formats
of TREC. Measures are those of trec_eval; every judged query counts, one without a ranking as 0.

Examples:
  relata evaluate judgements.qrels --run mine.run
  relata evaluate judgements.qrels --run new.run --baseline old.run --cutoffs 10,20%
  relata evaluate judgements.qrels --run mine.run --per-query > by-query.tsv

Exit codes: 0 measured, 1 the run answers no judged query, 2 error.")]
pub(super) struct EvaluateArgs {
    /// The judgements
    #[arg(value_name = "QRELS")]
    pub qrels: PathBuf,
    /// The ranking to measure
    #[arg(long, value_name = "RUN")]
    pub run: PathBuf,
    /// Another ranking, to compare with query by query
    #[arg(long, value_name = "RUN")]
    pub baseline: Option<PathBuf>,
    /// How much of each ranking counts: numbers of papers, or shares of those ranked
    #[arg(long, value_name = "N,M%", value_delimiter = ',', default_values = ["10", "100"])]
    pub cutoffs: Vec<String>,
    /// The measures of each query instead of their means
    #[arg(long)]
    pub per_query: bool,
}

/// See it work: a library of 208 well-known papers, a question by example, one by description, and a report
#[derive(Debug, Args)]
#[command(after_help = "\
Your own library is not touched: the demo keeps one of its own beside the model.

Examples:
  relata demo
  relata demo --output /tmp/demo.html
  RELATA_OFFLINE=1 relata demo                  once the model is there

Exit codes: 0 done, 2 error.")]
pub(super) struct DemoArgs {
    /// Where to write the report
    #[arg(short, long, value_name = "OUT", default_value = "relata-demo.html")]
    pub output: PathBuf,
}

/// List, fetch or describe models
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata model list
  relata model fetch                            so that everything works offline from now on
  relata model info --model ./my-model

Exit codes: 0 done, 2 error (such as a model that cannot be had).")]
pub(super) struct ModelArgs {
    #[command(subcommand)]
    pub command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelCommand {
    /// List the models known by name, and whether they are on this machine
    List,
    /// Fetch a model and verify it
    Fetch {
        /// Its name
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Describe the model that --model names, or the default one
    Info,
}

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata completions bash > ~/.local/share/bash-completion/completions/relata
  relata completions zsh > ~/.zfunc/_relata
  relata completions fish > ~/.config/fish/completions/relata.fish

Exit codes: 0 printed, 2 error.")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Print the man page, or write one for each command into a folder
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata man | man -l -
  relata man --output ~/.local/share/man/man1

Exit codes: 0 written, 2 error.")]
pub(super) struct ManArgs {
    /// Write relata.1, relata-add.1, … into this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
