//! Reports as files.

use std::path::Path;

use super::new_file::NewFile;
use crate::report::{self, Report, ReportFormat};

/// Writes `report` to the file at `path`.
pub(super) fn write(report: &Report, format: ReportFormat, path: &Path) -> anyhow::Result<()> {
    let mut file = NewFile::create(path)?;
    report::write(report, format, &mut file)?;
    file.finish()
}
