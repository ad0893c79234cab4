//! Files that commands write.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

/// A file that is being written. It lies beside its place under a temporary name, and [`finish`](Self::finish) moves it
/// there, so the file at `path` is always whole. Dropped before that, it leaves nothing.
pub(super) struct NewFile {
    path: PathBuf,
    out: BufWriter<File>,
    /// `None` for a device or a pipe, which is written to directly. Apart from the file, as `tempfile` would put the
    /// temporary path into each error.
    beside: Option<TempPath>,
}

impl NewFile {
    /// Begins the file at `path`.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let create = || -> io::Result<Self> {
            let found = std::fs::metadata(path).ok();
            if found.as_ref().is_some_and(|found| !found.is_file()) {
                let out = BufWriter::new(File::options().write(true).open(path)?);
                return Ok(Self { path: path.to_owned(), out, beside: None });
            }
            // The target of a link is replaced, not the link.
            let path = if found.is_some() { path.canonicalize()? } else { path.to_owned() };
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            if !folder.is_dir() {
                let reason = format!("the folder {} does not exist; create it first", folder.display());
                return Err(io::Error::new(io::ErrorKind::NotFound, reason));
            }
            // A temporary file is for its owner alone; this one has the permissions that the umask allows, or those of the
            // file that it replaces.
            let open = |path: &Path| File::options().write(true).create_new(true).open(path);
            let (file, beside) = tempfile::Builder::new().make_in(folder, open)?.into_parts();
            if let Some(found) = found {
                file.set_permissions(found.permissions())?;
            }
            Ok(Self { path, out: BufWriter::new(file), beside: Some(beside) })
        };
        Ok(create().map_err(|error| named(path, error))?)
    }

    /// Moves the file to its place.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.flush()?;
        let Self { path, out, beside } = self;
        drop(out);
        let persisted = beside.map_or(Ok(()), |beside| beside.persist(&path));
        Ok(persisted.map_err(|failed| named(&path, failed.error))?)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).map_err(|error| named(&self.path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().map_err(|error| named(&self.path, error))
    }
}

/// The same error with the name of the file.
fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}

/// The error for a path whose extension names no format; `usable` lists what does.
pub(super) fn unknown_extension(path: &Path, usable: &str) -> anyhow::Error {
    let is_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    let remedy = if is_parquet { "; for .parquet, build relata with `--features parquet`" } else { "" };
    anyhow::anyhow!("{}: unknown file extension; use {usable}{remedy}", path.display())
}
