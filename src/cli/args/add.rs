//! Taking in files of papers.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use crate::formats::Format;

/// Take the papers of files into the library
#[derive(Debug, Args)]
#[command(after_help = "\
Reads BibTeX, RIS, nbib, enw, tagged text of Web of Science, RefWorks and Ovid, XML of arXiv, PubMed,
EndNote and others, JSON and tables of paper sites, and listings copied from a page; in any encoding,
through gzip, zstd, zip and folders. Papers that are there already are not embedded again, so the same
file can be added as often as you like; the same work from several files is one paper.

Examples:
  relata add library.bib export.ris
  relata add ~/Downloads/papers --dry-run
  relata add liste.csv --map title=Titel --map abstract=Kurzfassung
  curl -s https://example.org/papers.jsonl.gz | relata add -
  relata add --watch ~/Downloads/papers         and what appears there later, until Ctrl-C
  relata add                                    finish an interrupted add; renew damaged indexes

In folders, hidden files and those that a program is not done with or keeps for itself (.part,
.crdownload, .tmp, .bak, ~) are left alone; name such a file to have it read.

With --watch, a file is taken in once it has not changed for two seconds, and again when it
changes. One line tells of each addition, with --json one JSON object. Other commands may use the
library meanwhile.

What is counted as skipped are records; what else is to be known of a file, such as that it is
damaged from a line on, is a notice.

Exit codes: 0 papers were read (some may have been skipped; stderr says which and why), or watching
was ended by Ctrl-C; 2 no paper could be read.")]
pub(in crate::cli) struct AddArgs {
    /// Files or folders of papers; `-` is standard input; without any, an add that was interrupted goes on
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Stay, and take in new and changed files as they appear
    #[arg(long, conflicts_with = "dry_run")]
    pub watch: bool,
    /// Read every file as this format instead of finding out
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(formats_to_read()))]
    pub format: Option<String>,
    /// Say which column of a table, or field of JSON, holds what: `title=Titel`; may be given several times
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// Say what would be added and change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Keep each new record apart, now and later, even if the library has the work from another file (see `relata
    /// duplicates`); what this file brought before is known again all the same
    #[arg(long)]
    pub no_merge: bool,
}

fn formats_to_read() -> Vec<PossibleValue> {
    Format::ALL.iter().map(|format| PossibleValue::new(format.name()).aliases(format.other_names())).collect()
}
