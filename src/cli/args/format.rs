//! How papers are printed.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::formats::write::ExportFormat;

/// Options of commands that list papers.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct FormatArgs {
    /// Print the papers as a file of this format: bib (BibTeX), ris, csl (CSL JSON), csv, jsonl or md (Markdown)
    #[arg(long, value_name = "FORMAT", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(ExportFormat::ALL.iter().map(|format| format.name())))]
    pub format: Option<String>,
}
