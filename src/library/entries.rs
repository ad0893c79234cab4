//! The files and folders directly in a library's folder.
//!
//! A symbolic link there could lead relata to overwrite or delete files of someone else, and a pipe would make it wait
//! forever. So each entry must be what relata makes.

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The file name of the database in a library's folder.
pub const DATABASE: &str = "papers.db";

/// The folder in a library's folder for everything that is derived from the database.
pub const CACHE: &str = "cache";

/// The file that a writer locks.
pub(super) const LOCK: &str = "write.lock";

/// The files that SQLite keeps beside the database: the write-ahead log and the index of the log while the database is
/// open, and the journal while it is created.
pub(super) const BESIDE: [&str; 3] = ["papers.db-wal", "papers.db-shm", "papers.db-journal"];

/// The write-ahead log of the database.
pub(super) fn log_of(folder: &Path) -> PathBuf {
    folder.join(BESIDE[0])
}

/// Checks that the entries of a library's folder are files and folders of the expected sort.
///
/// # Errors
/// [`Error::Input`] for the first entry that is not.
pub(super) fn check(folder: &Path) -> Result<()> {
    for name in [DATABASE, LOCK, CACHE].iter().chain(&BESIDE) {
        let path = folder.join(name);
        let Ok(found) = path.symlink_metadata() else { continue };
        let (is_expected, expected) = match *name {
            CACHE => (found.is_dir(), "a folder"),
            _ => (found.is_file(), "a file"),
        };
        if !is_expected {
            let what =
                if found.is_symlink() { "a symbolic link, which relata does not follow" } else { "something else" };
            let reason = format!("it must be {expected}, but is {what}; replace it by {expected}, or move it away");
            return Err(Error::Input { path, reason });
        }
    }
    Ok(())
}

/// Whether the write-ahead log has changes that may not be in the database itself.
pub(super) fn has_log(folder: &Path) -> bool {
    length(&log_of(folder)) > 0
}

/// The length of a file in bytes; 0 if there is none.
pub(super) fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}
