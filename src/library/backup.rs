//! Copies a library to a file, and puts such a file in its place.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::connection::percent_encoded;
use super::entries::{self, DATABASE, log_of};
use super::failure::failure;
use super::lock::WriteLock;
use super::{Library, write_ahead_log};
use crate::faults::{Operation, attempt};
use crate::{Error, Result, temporary};

/// The number of pages copied between two reports of progress: 4 MB.
const PAGES_AT_ONCE: i32 = 1024;

/// How long another process may keep the source busy before the copy is tried again.
const PAUSE: Duration = Duration::from_millis(50);

/// Receives the number of copied pages and the number of all pages.
pub type CopyProgress<'a> = &'a mut dyn FnMut(u64, u64);

/// The result of [`Library::restore`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The number of papers in the restored library.
    pub papers: u64,
    /// Where the database is that was replaced, if there was one.
    pub replaced: Option<PathBuf>,
}

impl Library {
    /// Copies the database to the file `target`, as it is at the start of the call, while other processes may go on to
    /// write. Then checks the copy. A backup that is already there is replaced only after that. Returns the number of
    /// papers in the copy.
    ///
    /// # Errors
    /// [`Error::Input`] if `target` is something else than a backup; [`Error::Corrupt`] if the copy is damaged, which
    /// means that the library is; [`Error::Io`], [`Error::DiskFull`].
    pub fn back_up(&self, target: &Path, progress: CopyProgress) -> Result<u64> {
        if target.symlink_metadata().is_ok_and(|found| !found.is_file()) || !is_replaceable(target) {
            let reason = "it exists and is no backup of relata; name another file".to_owned();
            return Err(Error::Input { path: target.to_owned(), reason });
        }
        let workplace = temporary::Folder::below(folder_of(target))?;
        let copy = self.copy_to(&workplace, progress)?;
        let papers = Self::open_file(&copy).and_then(|copy| copy.checked()).map_err(|error| match error {
            Error::Corrupt { detail, .. } => self.corrupt(detail),
            error => error,
        })?;
        persist(&copy, target)?;
        Ok(papers)
    }

    /// Makes the file `backup` the library in `folder`. A database that is there is kept under another name.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the backup is damaged; [`Error::OtherLibraryFormat`]; [`Error::Locked`] while another
    /// process has the library open. After an error, the library is as it was.
    pub fn restore(folder: &Path, backup: &Path, progress: CopyProgress) -> Result<Restored> {
        let source = Self::open_file(backup)?;
        let papers = source.checked()?;
        std::fs::create_dir_all(folder).map_err(Error::io("create the library folder", folder))?;
        entries::check(folder)?;
        check_unused(folder)?;
        let lock = WriteLock::take(folder, Duration::from_secs(2))?;
        let workplace = temporary::Folder::below(folder)?;
        let copy = source.copy_to(&workplace, progress)?;
        let use_log = |copy: &Path| Connection::open(copy)?.pragma_update(None, "journal_mode", "WAL");
        use_log(&copy).map_err(|error| failure(&copy, error))?;
        let replaced = replace(folder, &copy, "replaced", &lock)?;
        Ok(Restored { papers, replaced })
    }

    /// Opens a database anywhere for reading: a backup, or the database of a library. Writes nothing beside it, unless
    /// it has a log.
    ///
    /// # Errors
    /// As for [`Library::open`]; [`Error::Io`] if there is no such file.
    pub fn open_file(file: &Path) -> Result<Self> {
        File::open(file).map_err(Error::io("read", file))?;
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        let has_log = entries::length(Path::new(&log)) > 0;
        let immutable = if has_log { "" } else { "?immutable=1" };
        let mode = if has_log { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
        let uri = format!("file:{}{immutable}", percent_encoded(file));
        Self::connect_to(file, Connection::open_with_flags(uri, mode | OpenFlags::SQLITE_OPEN_URI))
    }

    /// Copies the database to a file in `workplace`, which is complete on the disk when this returns.
    fn copy_to(&self, workplace: &temporary::Folder, progress: CopyProgress) -> Result<PathBuf> {
        let target = workplace.join("copy.db");
        let mut copy = || -> rusqlite::Result<()> {
            let mut to = Connection::open(&target)?;
            {
                let copy = Backup::new(&self.connection, &mut to)?;
                loop {
                    let step = copy.step(PAGES_AT_ONCE)?;
                    let pages = copy.progress();
                    let number = |pages: i32| u64::from(pages.unsigned_abs());
                    progress(number(pages.pagecount - pages.remaining), number(pages.pagecount));
                    match step {
                        StepResult::Done => break,
                        StepResult::More => {}
                        _ => std::thread::sleep(PAUSE),
                    }
                }
            }
            // One file without a log is easier to keep. The new token says that no present log belongs to it.
            to.pragma_update(None, "journal_mode", "DELETE")?;
            to.execute(write_ahead_log::RENEW, []).map(|_| ())
        };
        // All steps read one state of the library, even while others write.
        let began = self.is_idle();
        if began {
            self.begin_reading()?;
        }
        let copied = copy().map_err(|error| failure(&target, error));
        if began {
            self.end_reading()?;
        }
        copied?;
        sync(&target)?;
        Ok(target)
    }

    /// Checks the database and returns the number of its papers.
    fn checked(&self) -> Result<u64> {
        self.check()?;
        self.count()
    }
}

/// Checks that no other process has the library open. Changes nothing in the database.
///
/// # Errors
/// [`Error::Locked`].
pub(super) fn check_unused(folder: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let lock = || -> rusqlite::Result<()> {
        let connection = Connection::open_with_flags(folder.join(DATABASE), flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        // The log stays as it is when the connection is closed.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        // In this mode, a transaction excludes every other connection.
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK")
    };
    match lock().map_err(|error| error.sqlite_error_code()) {
        Err(Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) => {
            Err(Error::Locked { path: folder.to_owned(), holder: "another process".to_owned() })
        }
        // There is no database yet, or it is damaged.
        _ => Ok(()),
    }
}

/// Puts a complete database in place of that of the library in `folder`. The present database and its log are kept
/// under a name with `mark`, which is returned.
pub(super) fn replace(folder: &Path, new: &Path, mark: &str, _lock: &WriteLock) -> Result<Option<PathBuf>> {
    let database = folder.join(DATABASE);
    let mut kept = None;
    if database.exists() {
        let path = free_name(folder, mark);
        let log = log_of(folder);
        if log.exists() {
            rename(&log, &with_suffix(&path, "-wal"))?;
        }
        // There is a complete database at every moment, where the file system has hard links.
        if std::fs::hard_link(&database, &path).is_err() {
            rename(&database, &path)?;
        }
        kept = Some(path);
    }
    persist(new, &database)?;
    Ok(kept)
}

/// `papers.db.MARK-1`, or with the next number that is free.
fn free_name(folder: &Path, mark: &str) -> PathBuf {
    let mut number = 1;
    loop {
        let path = folder.join(format!("{DATABASE}.{mark}-{number}"));
        if path.symlink_metadata().is_err() && with_suffix(&path, "-wal").symlink_metadata().is_err() {
            return path;
        }
        number += 1;
    }
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    attempt(Operation::Rename, to).and_then(|()| std::fs::rename(from, to)).map_err(Error::io("create", to))
}

/// Renames a complete file to its final path, where it replaces any other.
fn persist(new: &Path, target: &Path) -> Result<()> {
    rename(new, target)?;
    // The name is on the disk when the folder is.
    #[cfg(unix)]
    sync(folder_of(target))?;
    Ok(())
}

fn sync(path: &Path) -> Result<()> {
    let sync = || {
        attempt(Operation::Sync, path)?;
        File::open(path)?.sync_all()
    };
    sync().map_err(Error::io("write", path))
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether there is no file, or a backup.
fn is_replaceable(target: &Path) -> bool {
    !target.exists() || Library::open_file(target).is_ok()
}
