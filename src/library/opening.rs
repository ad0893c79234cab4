//! What is checked before SQLite opens a database.

use std::path::{Path, PathBuf};

use super::entries::{self, CACHE, DATABASE, has_log, length};
use super::{pages, write_ahead_log};
use crate::{Error, Result};

/// Checks everything that must be right before SQLite opens the database. Returns where the log of another database
/// was moved to, if there was one.
///
/// # Errors
/// As for [`entries::check`]; [`Error::Corrupt`] if the database is cut off.
pub(super) fn before_opening(folder: &Path) -> Result<Option<PathBuf>> {
    entries::check(folder)?;
    check_length(folder)?;
    write_ahead_log::move_foreign(folder)
}

/// Checks that the database has as many bytes as its first page says. SQLite takes an empty file for a new database.
fn check_length(folder: &Path) -> Result<()> {
    let path = folder.join(DATABASE);
    if !path.exists() {
        return Ok(());
    }
    let length = length(&path);
    let corrupt = |detail: String| Err(Error::Corrupt { path: path.clone(), detail });
    match length {
        // The file is created empty, so this library is new, unless it has had papers before.
        0 if has_log(folder) || folder.join(CACHE).exists() => return corrupt("it is empty".to_owned()),
        0 => return Ok(()),
        // Shorter than the shortest page of SQLite.
        1..512 => return corrupt(format!("it has only {length} bytes")),
        _ => {}
    }
    // While there is a log, the end of the database may be in the log.
    if has_log(folder) {
        return Ok(());
    }
    let expected = pages::expected_length(&path).map_err(Error::io("read", &path))?;
    if length < expected {
        return corrupt(format!("it has {length} bytes instead of {expected}: its end is missing"));
    }
    Ok(())
}
