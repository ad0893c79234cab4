//! Reports on many papers.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::FilterArgs;
use crate::report::Section;

/// Write a report on many papers: how they relate to each other and to the library
#[derive(Debug, Args)]
#[command(after_help = "\
INPUT is a file or a folder that `add` reads (`-` is standard input), or a paper of the library by its id, an identifier, a
URL or its title. The papers of a file need not be in the library; they are embedded for the occasion, and kept only with
--add. With a file there need not even be a library: the papers are then compared with each other alone. Filters choose
papers of the library, all or among those that are named. Papers that are named come first in the report, then those of
files.

Sections:
  map        a picture in which papers that are alike lie side by side
  clusters   groups, what they are about, papers in none (orphans) and papers between two (bridges)
  pairs      the strongest pairs, mutual nearest neighbours, near-duplicates, versions of one work
  heat-map   the similarity of every pair, of up to 300 papers
  spread     years and venues
  embedding  statistics of the vectors
  within     for each paper the nearest of the batch, with reasons (of a whole library, those of `nearest`)
  nearest    for each paper the nearest of the library, with reasons

Examples:
  relata report references.bib -o references.html
  relata report --venue neurips --since 2020 -o neurips.html
  relata report 1706.03762 1810.04805 to-read.ris -o three.json --without map,embedding
  curl -s https://example.org/papers.jsonl | relata report - -o papers.md --sections clusters,pairs

Exit codes: 0 written, 1 there was no paper to report on, 2 error.")]
pub(in crate::cli) struct ReportArgs {
    /// Files of papers, or papers of the library
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// Every paper of the library
    #[arg(long, conflicts_with = "inputs")]
    pub all: bool,
    /// Add the papers of the files to the library as well
    #[arg(long, requires = "inputs")]
    pub add: bool,
    /// Where to write; the ending chooses the format: .html, .md, .json, .bib (the papers), .csv (nearest), .pairs.csv,
    /// .papers.csv, or, for the map alone, .svg or .png
    #[arg(short, long, value_name = "OUT", required_unless_present = "json")]
    pub output: Option<PathBuf>,
    /// How many nearest papers to list for each
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
    /// For how many of them to say why [default: 3; of more than 500 papers 1]
    #[arg(long, value_name = "N")]
    pub reasons: Option<u32>,
    /// What to report, in place of everything: names from the list below, with commas between
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "without", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(Section::ALL.iter().map(|section| section.name())))]
    pub sections: Vec<String>,
    /// What to leave out
    #[arg(long, value_name = "NAMES", value_delimiter = ',', hide_possible_values = true,
        value_parser = PossibleValuesParser::new(Section::ALL.iter().map(|section| section.name())))]
    pub without: Vec<String>,
    /// Heading [default: what was asked for]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    #[command(flatten)]
    pub filters: FilterArgs,
}
