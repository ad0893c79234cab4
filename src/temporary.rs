//! Temporary files and folders, which a killed process leaves and the next one deletes.
//!
//! Their names begin with [`PREFIX`]. A process locks each of its own while it uses it, so whoever gets the lock knows
//! that the process has ended.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{Builder, TempDir, TempPath};

use crate::faults::{Operation, attempt};
use crate::{Error, Result};

const PREFIX: &str = ".relata-";

/// The file in a temporary folder that is locked. Also the sign that relata has made the folder.
const LOCK: &str = "made-by-relata";

/// How long a process may take from creating a file to locking it.
const TIME_TO_LOCK: Duration = Duration::from_millis(100);

/// A temporary folder. It is deleted with everything in it when dropped.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
    _lock: File,
}

impl Folder {
    /// Creates a folder in the system's folder for temporary files.
    pub fn new() -> Result<Self> {
        Self::below(&std::env::temp_dir())
    }

    /// Creates a folder in `parent`. Deletes those that killed processes have left there.
    pub fn below(parent: &Path) -> Result<Self> {
        delete_left(parent);
        let create = || {
            attempt(Operation::Create, parent)?;
            let folder = Builder::new().prefix(PREFIX).tempdir_in(parent)?;
            let lock = File::create_new(folder.path().join(LOCK))?;
            lock.try_lock()?;
            Ok(Self { folder, _lock: lock })
        };
        create().map_err(Error::io("create a temporary folder in", parent))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The path of a file in the folder.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

/// Creates a file in `folder`, open for writing and locked until it is closed. Deletes those that killed processes have
/// left there.
pub fn file(folder: &Path) -> io::Result<(File, TempPath)> {
    delete_left(folder);
    attempt(Operation::Create, folder)?;
    // By default, only its owner can read a temporary file. This one gets the permissions that the umask allows.
    let open = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    let (file, path) = Builder::new().prefix(PREFIX).make_in(folder, open)?.into_parts();
    file.try_lock()?;
    Ok((file, path))
}

/// Deletes the temporary files and folders below `parent` whose processes have ended. Ignores errors: what is left does
/// no harm.
fn delete_left(parent: &Path) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX)) {
            let _ = delete_if_left(&entry.path());
        }
    }
}

fn delete_if_left(path: &Path) -> io::Result<()> {
    let found = std::fs::symlink_metadata(path)?;
    let is_new = found.modified()?.elapsed().is_ok_and(|age| age < TIME_TO_LOCK);
    let locked = if found.is_dir() { path.join(LOCK) } else { path.to_owned() };
    if is_new || !std::fs::symlink_metadata(&locked)?.is_file() {
        return Ok(());
    }
    let file = File::open(locked)?;
    if file.try_lock().is_err() {
        return Ok(());
    }
    if found.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_ended_process_has_left_is_deleted() {
        let parent = tempfile::tempdir().unwrap();
        let at = |name: &str| parent.path().join(name);
        // Left by a killed process.
        std::fs::create_dir_all(at(".relata-old/inner")).unwrap();
        std::fs::write(at(".relata-old").join(LOCK), "").unwrap();
        std::fs::write(at(".relata-file"), "half a report").unwrap();
        // Of someone else.
        std::fs::create_dir(at(".relata-notes")).unwrap();
        std::fs::write(at(".relata-notes/thesis.tex"), "years of work").unwrap();
        std::fs::write(at("thesis.tex"), "years of work").unwrap();
        let (_file, in_use) = file(parent.path()).unwrap();
        let folder = Folder::below(parent.path()).unwrap();
        std::thread::sleep(2 * TIME_TO_LOCK);
        delete_left(parent.path());
        assert!(!at(".relata-old").exists() && !at(".relata-file").exists());
        assert!(at(".relata-notes/thesis.tex").exists() && at("thesis.tex").exists());
        assert!(in_use.exists() && folder.path().exists());
        drop((folder, in_use));
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 2);
    }
}
