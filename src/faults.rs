//! Makes operations on relata's own files fail, to test what happens on a bad disk.
//!
//! Code that opens, writes, renames or removes a file of relata calls [`attempt`] before each operation. It does
//! nothing unless a test has called [`inject`] for the folder.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// An operation of the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// Opens a file that exists.
    Open,
    /// Creates a file or folder.
    Create,
    /// Reads from a file.
    Read,
    /// Maps a file into memory.
    Map,
    /// Writes to a file.
    Write,
    /// Waits until the bytes of a file are on the disk.
    Sync,
    /// Renames a file or folder.
    Rename,
    /// Removes a file or folder.
    Remove,
}

/// Decides whether an operation fails, and how.
type Decision = Arc<dyn Fn(Operation, &Path) -> io::Result<()> + Send + Sync>;

/// The number of injections. While it is 0, `attempt` reads nothing else.
static ACTIVE: AtomicUsize = AtomicUsize::new(0);

static INJECTED: RwLock<Vec<(PathBuf, Decision)>> = RwLock::new(Vec::new());

/// Calls `decide` before every operation on a path below `folder`, until the returned value is dropped. An error from
/// `decide` is the result of the operation, which is then not carried out.
pub fn inject(folder: &Path, decide: impl Fn(Operation, &Path) -> io::Result<()> + Send + Sync + 'static) -> Injection {
    let decision: Decision = Arc::new(decide);
    INJECTED.write().unwrap_or_else(PoisonError::into_inner).push((folder.to_owned(), decision.clone()));
    ACTIVE.fetch_add(1, Ordering::SeqCst);
    Injection(decision)
}

/// Ends an injection when it is dropped.
pub struct Injection(Decision);

impl Drop for Injection {
    fn drop(&mut self) {
        ACTIVE.fetch_sub(1, Ordering::SeqCst);
        let mut injected = INJECTED.write().unwrap_or_else(PoisonError::into_inner);
        injected.retain(|(_, decision)| !Arc::ptr_eq(decision, &self.0));
    }
}

/// Returns the error that a test has injected for this operation on `path`, if any.
///
/// # Errors
/// Only injected errors.
pub fn attempt(operation: Operation, path: &Path) -> io::Result<()> {
    if ACTIVE.load(Ordering::Relaxed) == 0 {
        return Ok(());
    }
    let decision = {
        let injected = INJECTED.read().unwrap_or_else(PoisonError::into_inner);
        injected.iter().find(|(folder, _)| path.starts_with(folder)).map(|(_, decision)| decision.clone())
    };
    decision.map_or(Ok(()), |decide| decide(operation, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_injected_error_concerns_one_folder_until_the_injection_ends() {
        let refuse = |_: Operation, _: &Path| Err(io::ErrorKind::StorageFull.into());
        let injection = inject(Path::new("/faulty"), refuse);
        let failed = attempt(Operation::Write, Path::new("/faulty/papers.db")).unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
        attempt(Operation::Write, Path::new("/sound/papers.db")).unwrap();
        drop(injection);
        attempt(Operation::Write, Path::new("/faulty/papers.db")).unwrap();
    }
}
