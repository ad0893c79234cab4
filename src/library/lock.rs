//! The lock that allows one process at a time to write to a library.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// The file that [`WriteLock`] locks.
pub(super) const LOCK: &str = "write.lock";

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
        let Ok(file) = File::open(folder.join(LOCK)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    pub(super) fn take(folder: &Path, patience: Duration) -> Result<Self> {
        let path = folder.join(LOCK);
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
                let _ =
                    file.set_len(0).and_then(|()| file.write_all(format!("process {}", std::process::id()).as_bytes()));
                Ok(Self { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.rewind().and_then(|()| file.read_to_string(&mut holder));
                if read.is_err() || holder.is_empty() {
                    holder = "another process".to_owned();
                }
                Err(Error::Locked { path: folder.to_owned(), holder })
            }
            Err(TryLockError::Error(error)) => Err(Error::io("lock", &path)(error)),
        }
    }
}
