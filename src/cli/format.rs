//! `--format`: the file format in which papers are printed.

use anyhow::bail;
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::output::Output;
use crate::formats::write::ExportFormat;

/// The option of commands that list papers.
#[derive(Debug, Clone, Args)]
pub(super) struct FormatArgs {
    /// Output format: bib (BibTeX), ris, csl (CSL JSON), csv, jsonl or md (Markdown)
    #[arg(long, value_name = "FORMAT", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(ExportFormat::ALL.iter().map(|format| format.name())))]
    pub format: Option<String>,
}

impl FormatArgs {
    /// Returns the format given with `--format`. Fails if `--json` is given too.
    pub(super) fn chosen(&self, output: &Output) -> anyhow::Result<Option<ExportFormat>> {
        if output.json && self.format.is_some() {
            bail!("--json and --format cannot be used together");
        }
        Ok(self.format.as_deref().map(str::parse).transpose()?)
    }
}
