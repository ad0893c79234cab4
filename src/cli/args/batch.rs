//! Many papers at once: what a bibliography lacks, how two reports differ, who is nearest to whom.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{AnswerArgs, FilterArgs};

/// Find papers of the library that a bibliography or a draft should perhaps cite, and does not
#[derive(Debug, Args)]
#[command(after_help = "\
A draft is a file that ends in .tex or .md, or a .txt in no format of papers, or what --markup says is one; any other file
is a list of papers, as `add` reads it, or a .txt with an identifier on each line. Of a list, all papers together say what
is looked for; of a draft, each of its passages does, and a paper that is near several of them comes first. What is cited
does not come, in whatever version the library has it. Each paper that comes has its reason: the entry, or the sentence of
the draft, that is nearest.

What a draft cites is known by keys (\\cite and its kin, @key of Pandoc), looked up in the bibliographies that it names,
beside it, those of --bib, and at last among the ids of the library; by arXiv ids and DOIs in its text; and by the titles
in its list of references.

Examples:
  relata missing references.bib
  relata missing draft.tex -k 20 --since 2022
  relata missing notes.md --bib library.bib --format bib > to-read.bib
  pandoc draft.docx -t markdown | relata missing - --markup md

Exit codes: 0 found, 1 nothing found, or nothing close (with --json, --format or --anyway the nearest come all the same), 2
error (such as a file that cannot be read).")]
pub(in crate::cli) struct MissingArgs {
    /// The bibliography or draft; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// It is a draft, in LaTeX, Markdown or plain text, whatever its name ends in
    #[arg(long, value_name = "MARKUP", value_parser = PossibleValuesParser::new(["tex", "md", "txt"]))]
    pub markup: Option<String>,
    /// A bibliography in which a draft's keys are looked up too; may be given several times
    #[arg(long, value_name = "FILE")]
    pub bib: Vec<PathBuf>,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// Tell how two reports differ: papers, their nearest, clusters
#[derive(Debug, Args)]
#[command(after_help = "\
Both are written by `relata report -o NAME.json`; papers are the same that have an id, an identifier or the title in common.
Lists of nearest papers are compared as far as both reports go. Their overlap is the share of papers that both have; the
rank-biased overlap counts the first ones more (p = 0.9; 1: the same list).

Examples:
  relata compare before.json after.json
  relata compare before.json after.json -o changes.md
  relata compare before.json after.json --json | jq '.summary'

Exit codes: 0 compared, whether they differ or not; 2 error (such as a file that is no report).")]
pub(in crate::cli) struct CompareArgs {
    /// The earlier report
    #[arg(value_name = "REPORT-A")]
    pub before: PathBuf,
    /// The later one
    #[arg(value_name = "REPORT-B")]
    pub after: PathBuf,
    /// Write everything to this file, as Markdown (.md) or JSON (.json)
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Papers to show of each kind of change, those that changed most first; files have all
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
}

/// Write the nearest of every paper as a graph, for Gephi, networkx and the like
#[derive(Debug, Args)]
#[command(after_help = "\
Every paper is compared with every other one. Two are joined if one is among the nearest of the other: once, by an edge
without direction whose weight is their similarity; `mutual` says whether it is so both ways, and `source` is the one whose
nearest the other is.

Formats, by the ending of the file:
  graphml    papers and edges, for Gephi, networkx, igraph (.graphml)
  csv        a row per edge: source, target, type, weight, mutual (.csv)
  parquet    the same without the type, if relata was built for it (.parquet)

Examples:
  relata graph -o library.graphml
  relata graph -o edges.csv --nodes papers.csv -k 5 --mutual
  relata graph --venue neurips --since 2020 --min-similarity 0.5 -o neurips.graphml

Exit codes: 0 written, 1 there was no paper to write, 2 error.")]
pub(in crate::cli) struct GraphArgs {
    /// Where to write; the ending chooses the format
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// Write the papers to this file as well (.csv): id, title as label, authors, year, venue
    #[arg(long, value_name = "FILE")]
    pub nodes: Option<PathBuf>,
    /// To how many of its nearest a paper is joined
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
    /// Join no papers that are less similar, -1 to 1
    #[arg(long, value_name = "COSINE", allow_negative_numbers = true, value_parser = cosine)]
    pub min_similarity: Option<f32>,
    /// Join only papers each of which is among the nearest of the other
    #[arg(long)]
    pub mutual: bool,
    #[command(flatten)]
    pub filters: FilterArgs,
}

fn cosine(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (-1.0..=1.0).contains(number));
    number.ok_or_else(|| "it is a number from -1 to 1, such as 0.5".to_owned())
}
