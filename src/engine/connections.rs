//! Connections to the database of a library, kept open between questions.
//!
//! A connection serves one thread at a time. Before one is handed out, the database file is checked: if it was
//! replaced, restored or deleted, all connections are closed, since SQLite would go on reading the old file.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::library::{DATABASE, Library};
use crate::{Error, Result};

/// The maximum number of idle connections. More threads rarely ask at once, and an open connection needs some memory.
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

/// A mark that changes when a file is replaced or written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileMark {
    /// Device and inode number on Unix; 0 on other systems.
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
    /// The connections to a library that is already open.
    pub fn new(library: Library) -> Result<Self> {
        let folder = library.folder().to_owned();
        let file = FileMark::of(&folder)?;
        Ok(Self { folder, idle: Mutex::new(Idle { file, libraries: vec![library] }) })
    }

    /// The folder of the library.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns a connection that is in no transaction.
    ///
    /// # Errors
    /// [`Error::NoLibrary`] if the library was deleted; as for [`Library::open`].
    pub fn take(&self) -> Result<Connection<'_>> {
        let mut idle = self.idle();
        let file = FileMark::of(&self.folder);
        // A checkpoint changes the file, too. The connections need not be closed then, but closing them is cheap.
        let closed = match &file {
            Ok(file) if *file == idle.file => Vec::new(),
            _ => std::mem::take(&mut idle.libraries),
        };
        let opened = file.map(|file| {
            idle.file = file;
            (idle.libraries.pop(), file)
        });
        drop(idle);
        // Closing can take a moment, so it is done without the lock.
        drop(closed);
        let (library, file) = opened?;
        let library = library.map_or_else(|| Library::open(&self.folder), Ok)?;
        Ok(Connection { connections: self, file, library: Some(library) })
    }

    /// Returns a connection in a new read transaction.
    pub fn read(&self) -> Result<Connection<'_>> {
        let connection = self.take()?;
        connection.begin_reading()?;
        Ok(connection)
    }

    /// Closes all connections but one, which is returned.
    pub fn into_library(self) -> Result<Library> {
        let idle = self.idle.into_inner().unwrap_or_else(PoisonError::into_inner);
        idle.libraries.into_iter().next().map_or_else(|| Library::open(&self.folder), Ok)
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        // The list is consistent even if a thread panicked while it held the lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection to a library. In a read transaction, it sees one state of the library, even while others write.
#[derive(Debug)]
pub struct Connection<'c> {
    connections: &'c Connections,
    file: FileMark,
    /// `None` only while it is dropped.
    library: Option<Library>,
}

impl Deref for Connection<'_> {
    type Target = Library;

    fn deref(&self) -> &Library {
        self.library.as_ref().expect("a connection has its library until it is dropped")
    }
}

impl DerefMut for Connection<'_> {
    fn deref_mut(&mut self) -> &mut Library {
        self.library.as_mut().expect("a connection has its library until it is dropped")
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        // If the transaction cannot be ended, the connection is closed.
        let Some(library) = self.library.take() else { return };
        if library.is_idle() || library.end_reading().is_ok() {
            let mut idle = self.connections.idle();
            if idle.file == self.file && idle.libraries.len() < MOST_IDLE {
                idle.libraries.push(library);
            }
        }
    }
}
