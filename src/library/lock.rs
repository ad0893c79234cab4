//! The lock that allows one process at a time to write to a library.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::entries::{self, LOCK};
use crate::{Error, Result};

/// The beginning of the text in the file, before the number of the process.
const HOLDER: &str = "process ";

/// The right to write to a library. Only one thread of one process holds it at a time, until the lock is dropped or the
/// process ends.
#[derive(Debug)]
pub struct WriteLock {
    // Closing it unlocks it.
    _file: File,
}

impl WriteLock {
    /// Whether any process holds it. Writes nothing.
    pub(super) fn is_taken(folder: &Path) -> bool {
        let path = folder.join(LOCK);
        if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
            return false;
        }
        let Ok(file) = File::open(path) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    /// Keeps all writers out until the returned file is closed. `None` if there is a writer. Writes nothing.
    pub(super) fn keep_out(folder: &Path) -> Option<File> {
        let file = File::open(folder.join(LOCK)).ok()?;
        file.try_lock_shared().is_ok().then_some(file)
    }

    pub(super) fn take(folder: &Path, patience: Duration) -> Result<Self> {
        let path = folder.join(LOCK);
        entries::check(folder)?;
        let open = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(|error| match error.kind() {
            std::io::ErrorKind::PermissionDenied => Error::ReadOnlyLibrary { path: folder.to_owned() },
            _ => Error::io("write in the library folder", folder)(error),
        })?;
        let patience = Instant::now() + patience;
        let mut taken = file.try_lock();
        while matches!(taken, Err(TryLockError::WouldBlock)) && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(20));
            taken = file.try_lock();
        }
        match taken {
            Ok(()) => {
                // Another process shows this text in its error message. The lock does not depend on it.
                let _ = name_holder(&mut file);
                Ok(Self { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let holder = holder(&mut file).ok().flatten().unwrap_or_else(|| "another process".to_owned());
                Err(Error::Locked { path: folder.to_owned(), holder })
            }
            Err(TryLockError::Error(error)) => Err(Error::io("lock", &path)(error)),
        }
    }
}

/// Writes the number of this process into the file. Leaves a file with any other text as it is: it may be a hard link
/// to a file of someone else.
fn name_holder(file: &mut File) -> std::io::Result<()> {
    if file.metadata()?.len() > 0 && holder(file)?.is_none() {
        return Ok(());
    }
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(format!("{HOLDER}{}", std::process::id()).as_bytes())
}

/// Returns the process that the file names: `process 17`.
fn holder(file: &mut File) -> std::io::Result<Option<String>> {
    let mut text = String::new();
    file.rewind()?;
    // A number of a process has at most 20 digits.
    file.take(HOLDER.len() as u64 + 20).read_to_string(&mut text)?;
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    Ok(text.strip_prefix(HOLDER).is_some_and(is_number).then_some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_another_text_is_locked_but_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LOCK);
        std::fs::write(&path, "a letter to my mother").unwrap();
        let lock = WriteLock::take(folder.path(), Duration::ZERO).unwrap();
        assert!(WriteLock::is_taken(folder.path()));
        let error = WriteLock::take(folder.path(), Duration::ZERO).unwrap_err();
        assert!(error.to_string().starts_with("another process is writing"), "{error}");
        drop(lock);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a letter to my mother");
        std::fs::write(&path, "process 1").unwrap();
        let _lock = WriteLock::take(folder.path(), Duration::ZERO).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("process {}", std::process::id()));
    }
}
