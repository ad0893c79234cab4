//! Taking back a library that was made for nothing.

use super::connection::{DATABASE, Library};
use super::lock::LOCK;
use crate::{Error, Result};

/// What SQLite keeps beside the database while it is open.
const BESIDE: [&str; 2] = ["papers.db-wal", "papers.db-shm"];

impl Library {
    /// Removes the files of a library that holds nothing, and has never held anything; whether that was so. One that
    /// another process has open stays, since that may be about to write.
    ///
    /// # Errors
    /// [`Error::Io`] when they cannot be removed; what keeps the library from being read.
    pub fn discard_if_empty(self) -> Result<bool> {
        let Ok(lock) = self.try_lock() else { return Ok(false) };
        let papers: i64 = self.query_one("SELECT count(*) FROM papers")?;
        if papers > 0 || !self.sync_states()?.is_empty() || !self.is_ours_alone() {
            return Ok(false);
        }
        let Self { folder, connection, .. } = self;
        drop(connection);
        for name in [DATABASE].iter().chain(&BESIDE) {
            remove(&folder.join(name))?;
        }
        drop(lock);
        remove(&folder.join(LOCK))?;
        Ok(true)
    }

    /// Whether no other connection is open: only then SQLite leaves its mode for several.
    fn is_ours_alone(&self) -> bool {
        let left = self.connection.busy_timeout(std::time::Duration::ZERO).and_then(|()| {
            self.connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0))
        });
        left.is_ok_and(|mode| mode == "delete")
    }
}

fn remove(path: &std::path::Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_nothing_goes_and_what_holds_something_or_is_open_elsewhere_stays() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Library::open_or_create(folder.path()).unwrap();
        let files = || std::fs::read_dir(folder.path()).unwrap().count();
        let other = open();
        assert!(!open().discard_if_empty().unwrap(), "the other may be about to write");
        drop(other);
        let lock = open().lock().unwrap();
        assert!(!open().discard_if_empty().unwrap(), "somebody writes");
        drop(lock);
        assert!(open().discard_if_empty().unwrap());
        assert_eq!(files(), 0);
        let mut library = open();
        let lock = library.lock().unwrap();
        library.set_sync_state(&lock, "a", "1").unwrap();
        drop(lock);
        assert!(!library.discard_if_empty().unwrap());
        assert_eq!(open().sync_states().unwrap().len(), 1);
    }
}
