//! Files that commands write.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

/// A file in the making. It stands beside its place under a name of its own, and [`finish`](Self::finish) moves it
/// there: what is there is whole, and what was there stays until then. Dropped unfinished, it leaves nothing.
pub(super) struct NewFile {
    path: PathBuf,
    out: Out,
}

enum Out {
    // The file apart from its path: `tempfile` would put the path into each error.
    Beside(BufWriter<File>, TempPath),
    /// A device or a pipe, which nothing may take the place of.
    Into(BufWriter<File>),
}

impl NewFile {
    /// Begins the file at `path`.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let create = || -> io::Result<Self> {
            let found = std::fs::metadata(path).ok();
            if found.as_ref().is_some_and(|found| !found.is_file()) {
                let out = Out::Into(BufWriter::new(File::options().write(true).open(path)?));
                return Ok(Self { path: path.to_owned(), out });
            }
            // What a link leads to is replaced, not the link.
            let path = if found.is_some() { path.canonicalize()? } else { path.to_owned() };
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            if !folder.is_dir() {
                return Err(io::Error::new(
                    io::ErrorKind::NotFound,
                    format!("there is no folder {}", folder.display()),
                ));
            }
            // A temporary file is for its owner alone; this is one like any other, as the umask allows, or like the one
            // that was there.
            let open = |path: &Path| File::options().write(true).create_new(true).open(path);
            let (file, beside) = tempfile::Builder::new().make_in(folder, open)?.into_parts();
            if let Some(found) = found {
                file.set_permissions(found.permissions())?;
            }
            let out = Out::Beside(BufWriter::new(file), beside);
            Ok(Self { path, out })
        };
        Ok(create().map_err(|error| named(path, error))?)
    }

    /// Puts the file in its place.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self { path, out } = self;
        let finish = || -> io::Result<()> {
            match out {
                Out::Into(mut out) => out.flush(),
                Out::Beside(out, beside) => {
                    drop(out.into_inner().map_err(io::IntoInnerError::into_error)?);
                    beside.persist(&path).map_err(|failed| failed.error)
                }
            }
        };
        Ok(finish().map_err(|error| named(&path, error))?)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.out {
            Out::Beside(out, _) => out.write(bytes),
            Out::Into(out) => out.write(bytes),
        };
        written.map_err(|error| named(&self.path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.out {
            Out::Beside(out, _) => out.flush(),
            Out::Into(out) => out.flush(),
        };
        flushed.map_err(|error| named(&self.path, error))
    }
}

/// The same error, saying which file it is of.
fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}
