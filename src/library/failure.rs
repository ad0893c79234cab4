//! Translates SQLite's errors into errors that a user can act on.

use std::fs::File;
use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::Error;

/// Translates SQLite's error into one that a user can act on.
pub(super) fn failure(database: &Path, error: rusqlite::Error) -> Error {
    let path = database.to_owned();
    let folder = || database.parent().unwrap_or(database).to_owned();
    let corrupt = |error: rusqlite::Error| Error::Corrupt { path: database.to_owned(), detail: error.to_string() };
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => corrupt(error),
        Some(ErrorCode::DiskFull) => Error::DiskFull { path: folder() },
        // On a full disk, a write may fail first, or the creation of the file for shared memory.
        Some(ErrorCode::SystemIoFailure) if is_out_of_room(&error) => Error::DiskFull { path: folder() },
        Some(ErrorCode::SystemIoFailure) => Error::DiskFailed { path, detail: operation(&error) },
        Some(ErrorCode::OutOfMemory) => Error::io("use", database)(std::io::ErrorKind::OutOfMemory.into()),
        // SQLite does not say why it cannot open a file; the operating system does.
        Some(ErrorCode::CannotOpen) if let Err(error) = File::open(database) => Error::io("open", database)(error),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Error::ReadOnlyLibrary { path: folder() }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::Locked { path: folder(), holder: "another program".to_owned() }
        }
        // All SQL is fixed, so an error in it means that tables or records are not those that relata makes: "no such
        // table", "malformed JSON".
        Some(ErrorCode::Unknown) => corrupt(error),
        // A value or the lack of a row that this program cannot have caused means that the file is damaged.
        None => corrupt(error),
        _ => Error::Database { path, source: error },
    }
}

fn is_out_of_room(error: &rusqlite::Error) -> bool {
    matches!(extended_code(error), Some(ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_WRITE))
}

/// The operation of the operating system that failed.
fn operation(error: &rusqlite::Error) -> String {
    let name = match extended_code(error) {
        Some(ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_MMAP) => "reading",
        Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) => "writing to the disk",
        Some(ffi::SQLITE_IOERR_TRUNCATE) => "shortening a file",
        Some(ffi::SQLITE_IOERR_DELETE) => "deleting a file",
        Some(ffi::SQLITE_IOERR_LOCK | ffi::SQLITE_IOERR_UNLOCK | ffi::SQLITE_IOERR_SHMLOCK) => "locking a file",
        Some(ffi::SQLITE_IOERR_SHMOPEN | ffi::SQLITE_IOERR_SHMMAP) => "opening papers.db-shm",
        _ => return error.to_string(),
    };
    format!("{name} failed")
}

fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}
