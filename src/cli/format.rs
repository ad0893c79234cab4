//! The format of files in which papers are printed.

use anyhow::bail;

use super::args::FormatArgs;
use super::output::Output;
use crate::formats::write::ExportFormat;

/// The format that `--format` names.
pub(super) fn chosen(args: &FormatArgs, output: &Output) -> anyhow::Result<Option<ExportFormat>> {
    if output.json && args.format.is_some() {
        bail!("--json and --format are two ways of printing papers; use one of them");
    }
    Ok(args.format.as_deref().map(str::parse).transpose()?)
}
