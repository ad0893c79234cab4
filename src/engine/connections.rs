//! Connections to the database of a library, kept open between questions.
//!
//! A connection serves one thread at a time. Before one is handed out, the file is looked at: if it was replaced,
//! restored or deleted since, all connections are closed, since SQLite would go on reading the file that was there.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::library::{DATABASE, Library};
use crate::{Error, Result};

/// Connections kept for later questions. More than this many threads rarely ask at once, and an open connection holds
/// some memory.
const MOST_IDLE: usize = 16;

/// The connections to one library.
#[derive(Debug)]
pub(super) struct Connections {
    folder: PathBuf,
    idle: Mutex<Idle>,
}

#[derive(Debug)]
struct Idle {
    file: FileMark,
    libraries: Vec<Library>,
}

/// What changes when a file is replaced or written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileMark {
    /// Device and number, where the system has them.
    node: (u64, u64),
    bytes: u64,
    changed: Option<SystemTime>,
}

impl FileMark {
    fn of(folder: &Path) -> Result<Self> {
        let path = folder.join(DATABASE);
        let metadata = std::fs::metadata(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::NoLibrary { path: folder.to_owned() },
            _ => Error::io("read", &path)(error),
        })?;
        #[cfg(unix)]
        let node = {
            use std::os::unix::fs::MetadataExt;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let node = (0, 0);
        Ok(Self { node, bytes: metadata.len(), changed: metadata.modified().ok() })
    }
}

impl Connections {
    /// Those of a library that is open already.
    pub fn new(library: Library) -> Result<Self> {
        let folder = library.folder().to_owned();
        let file = FileMark::of(&folder)?;
        Ok(Self { folder, idle: Mutex::new(Idle { file, libraries: vec![library] }) })
    }

    /// The folder of the library.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A connection outside of any transaction.
    ///
    /// # Errors
    /// [`Error::NoLibrary`] when the library was deleted; as for [`Library::open`].
    pub fn take(&self) -> Result<(Library, FileMark)> {
        let mut idle = self.idle();
        let looked = FileMark::of(&self.folder);
        // A checkpoint changes the file, too; closing is needless then, but cheap.
        let closed = match &looked {
            Ok(file) if *file == idle.file => Vec::new(),
            _ => std::mem::take(&mut idle.libraries),
        };
        let opened = looked.map(|file| {
            idle.file = file;
            (idle.libraries.pop(), file)
        });
        drop(idle);
        // Closing can take a moment, in which others need not wait.
        drop(closed);
        let (library, file) = opened?;
        Ok((library.map_or_else(|| Library::open(&self.folder), Ok)?, file))
    }

    /// Takes a connection back that was taken when the file was `taken`.
    pub fn give_back(&self, library: Library, taken: FileMark) {
        // One whose transaction could not be ended is of no use.
        if !library.is_idle() {
            return;
        }
        let mut idle = self.idle();
        if idle.file == taken && idle.libraries.len() < MOST_IDLE {
            idle.libraries.push(library);
        }
    }

    /// Begins a read transaction.
    pub fn read(&self) -> Result<Reader<'_>> {
        let (library, file) = self.take()?;
        library.begin_reading()?;
        Ok(Reader { connections: self, file, library: Some(library) })
    }

    /// Closes all connections but one, which is returned.
    pub fn into_library(self) -> Result<Library> {
        let idle = self.idle.into_inner().unwrap_or_else(PoisonError::into_inner);
        idle.libraries.into_iter().next().map_or_else(|| Library::open(&self.folder), Ok)
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        // A list of connections is whole whatever panicked while it was held.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection within a read transaction: all its questions see one state of the library, whatever others write.
#[derive(Debug)]
pub struct Reader<'c> {
    connections: &'c Connections,
    file: FileMark,
    /// `None` only while it is dropped.
    library: Option<Library>,
}

impl Deref for Reader<'_> {
    type Target = Library;

    fn deref(&self) -> &Library {
        self.library.as_ref().expect("a reader has its connection until it is dropped")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        // A connection whose transaction does not end is closed.
        if let Some(library) = self.library.take()
            && library.end_reading().is_ok()
        {
            self.connections.give_back(library, self.file);
        }
    }
}
