//! relata itself: how well it ranks, what it looks like at work, its models, its completions and manual.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Measure a ranking against judgements, with confidence intervals
#[derive(Debug, Args)]
#[command(after_help = "\
QRELS has a judgement a line, `query 0 paper grade`; RUN a ranked paper, `query Q0 paper rank score tag`: the formats
of TREC. Measures are those of trec_eval; every judged query counts, one without a ranking as 0.

Examples:
  relata evaluate judgements.qrels --run mine.run
  relata evaluate judgements.qrels --queries questions.jsonl
  relata evaluate judgements.qrels --run new.run --baseline old.run --cutoffs 10,20%
  relata evaluate judgements.qrels --run mine.run --per-query > by-query.tsv

Exit codes: 0 measured, 1 the run answers no judged query, 2 error.")]
pub(in crate::cli) struct EvaluateArgs {
    /// The judgements
    #[arg(value_name = "QRELS")]
    pub qrels: PathBuf,
    /// The ranking to measure; `-` is standard input
    #[arg(long, value_name = "RUN", conflicts_with = "queries")]
    pub run: Option<PathBuf>,
    /// Questions to put to the library, whose answers are measured; see `relata run`
    #[arg(long, value_name = "QUERIES")]
    pub queries: Option<PathBuf>,
    /// How many papers to answer each of the questions with
    #[arg(short = 'k', long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
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

/// Learn to tell apart what sentences of abstracts are for, which --facet goes by
#[derive(Debug, Args)]
#[command(after_help = "\
TRAIN has an abstract a line, as JSON; labels are background, objective (read as background), method, result and other:
  {\"sentences\": [\"Bees dance.\", \"We film them.\"], \"labels\": [\"background\", \"method\"]}
A classifier for the default model ships with relata. Another model needs one of its own.

Examples:
  relata train-facets train.jsonl --out facets.json
  relata train-facets train.jsonl --dev dev.jsonl --model ./my-model --out facets.json
  relata similar 1706.03762 --facet method --facet-model facets.json

Exit codes: 0 done, 2 error.")]
pub(in crate::cli) struct TrainFacetsArgs {
    /// Labelled abstracts to learn from; `-` is standard input
    #[arg(value_name = "TRAIN")]
    pub train: PathBuf,
    /// Other labelled abstracts, to report how well it does on them
    #[arg(long, value_name = "DEV")]
    pub dev: Option<PathBuf>,
    /// Where to write the classifier
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
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
pub(in crate::cli) struct DemoArgs {
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
pub(in crate::cli) struct ModelArgs {
    #[command(subcommand)]
    pub command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ModelCommand {
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
pub(in crate::cli) struct CompletionsArgs {
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
pub(in crate::cli) struct ManArgs {
    /// Write relata.1, relata-add.1, … into this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
