//! Looking at the papers of the library, and giving them back.

use std::path::PathBuf;

use clap::Args;

use super::{FilterArgs, FormatArgs};

/// Write papers, or their vectors, to a file that other programs read
#[derive(Debug, Args)]
#[command(after_help = "\
Formats, by the ending of the file or --format:
  bib    BibTeX and BibLaTeX (.bib)
  ris    RIS, for reference managers (.ris)
  csl    CSL JSON, for Zotero, Pandoc and others (.json)
  csv    a table, one row per paper; lists are joined by \"; \" (.csv)
  jsonl  JSON Lines: everything the library knows, to be added to another (.jsonl)
  md     Markdown, a list for reading (.md)

A file that is there is replaced when the new one is whole. --vectors takes a file for NumPy (.npy: a matrix of 32-bit
floats, a row of unit length per paper), with the papers' ids, one a line, beside it (.ids.txt); or, if relata was built
for it, a table with id, title and vector (.parquet). With --vectors, papers that have no vector yet are left out
everywhere, so that row n is paper n in every file.

Examples:
  relata export -o library.bib
  relata export 1706.03762 \"attention is all\" -o two.ris
  relata export --venue neurips --since 2020 -o neurips.bib
  relata export --format csv | gzip > library.csv.gz
  relata export -o papers.csv --vectors vectors.npy

Exit codes: 0 written, 1 there was no paper to write, 2 error (such as a paper that is not in the library).")]
pub(in crate::cli) struct ExportArgs {
    /// Papers in the library [default: all of it]
    #[arg(value_name = "PAPER")]
    pub papers: Vec<String>,
    /// Every paper of the library, as when none is named
    #[arg(long, conflicts_with = "papers")]
    pub all: bool,
    /// Where to write [default: standard output, which is also called `-`]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub format: FormatArgs,
    /// Write the papers' vectors to this file; the ending chooses the format
    #[arg(long, value_name = "FILE")]
    pub vectors: Option<PathBuf>,
    #[command(flatten)]
    pub filters: FilterArgs,
}

/// List the papers of the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata list
  relata list --limit 20 --offset 40
  relata list --author battaglia --year 2018.. --format md
  relata list --sources

Exit codes: 0 papers were listed, 1 there are none, 2 error.")]
pub(in crate::cli) struct ListArgs {
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Leave out the first so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,
    /// List the files that papers came from instead
    #[arg(long, conflicts_with = "format")]
    pub sources: bool,
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub filters: FilterArgs,
}

/// Show all that the library knows of papers
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata show vaswani2017attention
  relata show \"attention is all\" 10.1038/171737a0
  relata show 1706.03762 --json
  relata show 1706.03762 --format bib

Exit codes: 0 shown, 2 error (such as a paper that is not in the library).")]
pub(in crate::cli) struct ShowArgs {
    /// Papers in the library
    #[arg(required = true, value_name = "PAPER")]
    pub papers: Vec<String>,
    #[command(flatten)]
    pub format: FormatArgs,
}
