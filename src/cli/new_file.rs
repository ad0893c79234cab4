//! Files that commands write.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::faults::{Operation, attempt};
use crate::temporary;

/// A file that is being written, under a temporary name in the folder of `path`. [`finish`](Self::finish) renames it to
/// `path`, so the file at `path` is always complete. If the value is dropped before, the temporary file is deleted.
pub(super) struct NewFile {
    path: PathBuf,
    out: BufWriter<File>,
    /// The temporary path; `None` for a device or a pipe, which is written to directly. It is kept apart from the file,
    /// because `tempfile` would add the temporary path to each error.
    beside: Option<TempPath>,
}

impl NewFile {
    /// Creates the temporary file, or opens the device or pipe at `path`.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let create = || -> io::Result<Self> {
            let found = std::fs::metadata(path).ok();
            if found.as_ref().is_some_and(|found| !found.is_file()) {
                let out = BufWriter::new(File::options().write(true).open(path)?);
                return Ok(Self { path: path.to_owned(), out, beside: None });
            }
            // Replaces the target of a link, not the link.
            let path = if found.is_some() { path.canonicalize()? } else { path.to_owned() };
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            if !folder.is_dir() {
                let reason = format!("the folder {} does not exist; create it first", folder.display());
                return Err(io::Error::new(io::ErrorKind::NotFound, reason));
            }
            let (file, beside) = temporary::file(folder)?;
            if let Some(found) = found {
                file.set_permissions(found.permissions())?;
            }
            Ok(Self { path, out: BufWriter::new(file), beside: Some(beside) })
        };
        Ok(create().map_err(|error| named(path, error))?)
    }

    /// Renames the file to its final path.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.flush()?;
        let Self { path, out, beside } = self;
        attempt(Operation::Rename, &path).map_err(|error| named(&path, error))?;
        drop(out);
        let persisted = beside.map_or(Ok(()), |beside| beside.persist(&path));
        Ok(persisted.map_err(|failed| named(&path, failed.error))?)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        attempt(Operation::Write, &self.path)
            .and_then(|()| self.out.write(bytes))
            .map_err(|error| named(&self.path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().map_err(|error| named(&self.path, error))
    }
}

/// Adds the path to the message of an error.
fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}

/// Returns the error for an unknown file extension. `usable` lists the known extensions.
pub(super) fn unknown_extension(path: &Path, usable: &str) -> anyhow::Error {
    let is_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    let remedy = if is_parquet { "; for .parquet, build relata with `--features parquet`" } else { "" };
    anyhow::anyhow!("{}: unknown file extension; use {usable}{remedy}", path.display())
}
