//! The connection to `papers.db`: opening it, transactions, and what is made of SQLite's errors.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::lock::WriteLock;
use super::moment::Moment;
use super::schema;
use crate::{Error, Result};

/// The database's name within the folder of a library.
pub const DATABASE: &str = "papers.db";

/// An open library.
#[derive(Debug)]
pub struct Library {
    pub(super) folder: PathBuf,
    pub(super) database: PathBuf,
    pub(super) connection: Connection,
}

impl Library {
    /// Opens the library in `folder` for reading, and for writing through [`Library::lock`]. One that an older version
    /// made is brought up to date, so that the older version can open it no more.
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::Corrupt`], [`Error::NewerLibrary`].
    pub fn open(folder: &Path) -> Result<Self> {
        let database = folder.join(DATABASE);
        if !database.exists() {
            return Err(Error::NoLibrary { path: folder.to_owned() });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let library = Self::connect(folder, Connection::open_with_flags(&database, flags));
        match library {
            // A folder that may not be written, a mounted backup say, is read as it stands: SQLite's own way of sharing
            // (a `-shm` file beside the database) is not to be had there. What stands in a log would be overlooked.
            Err(Error::ReadOnlyLibrary { .. }) if !has_log(&database) => {
                let uri = format!("file:{}?immutable=1", percent_encoded(&database));
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
                Self::connect(folder, Connection::open_with_flags(uri, flags))
            }
            library => library,
        }
    }

    /// Opens the library in `folder`, making folder and library if there is none.
    pub fn open_or_create(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::io("create the library folder", folder))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = folder.join(DATABASE);
        // SQLite says "unable to open database file" and no more, so the reason is asked of the system.
        File::options().append(true).create(true).open(&database).map_err(|error| match error.kind() {
            std::io::ErrorKind::PermissionDenied => Error::ReadOnlyLibrary { path: folder.to_owned() },
            _ => Error::io("create", &database)(error),
        })?;
        Self::connect(folder, Connection::open_with_flags(&database, flags))
    }

    pub(super) fn connect(folder: &Path, connection: rusqlite::Result<Connection>) -> Result<Self> {
        let database = folder.join(DATABASE);
        let connection = connection.map_err(|error| failure(&database, error))?;
        let mut library = Self { folder: folder.to_owned(), database, connection };
        library.prepare()?;
        Ok(library)
    }

    fn prepare(&mut self) -> Result<()> {
        // Readers of another process may hold the file for a moment.
        let patience = Duration::from_secs(10);
        let set_up = |connection: &Connection| {
            connection.busy_timeout(patience)?;
            // Taking a paper in asks about thirty different questions, and parsing one takes longer than answering it.
            connection.set_prepared_statement_cache_capacity(64);
            // One plan for a question, whatever is filled in: SQLite would parse it again for another value.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            // Up to 256 MiB of the file may be mapped instead of read, and 64 MiB of pages that changed wait for the
            // commit.
            connection
                .execute_batch("PRAGMA foreign_keys = ON; PRAGMA mmap_size = 268435456; PRAGMA cache_size = -65536;")?;
            let tables = "SELECT count(*) FROM sqlite_schema";
            let tables: i64 = connection.query_row(tables, [], |row| row.get(0))?;
            let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
            Ok((number("user_version")?, tables == 0 || number("application_id")? == schema::APPLICATION_ID))
        };
        let (found, ours) = set_up(&self.connection).map_err(|error| self.failed(error))?;
        if !ours {
            let reason = "it is a database of another program; name another folder with --library DIR".to_owned();
            return Err(Error::Input { path: self.database.clone(), reason });
        }
        if found > schema::VERSION {
            return Err(Error::NewerLibrary { path: self.database.clone(), found, supported: schema::VERSION });
        }
        if found < schema::VERSION {
            schema::bring_up(&mut self.connection, found).map_err(|error| failure(&self.database, error))?;
        }
        Ok(())
    }

    /// A copy in memory, without the vectors themselves, on which a change can be tried that is not to be made.
    pub fn scratch(&self) -> Result<Self> {
        let mut scratch = Self {
            folder: self.folder.clone(),
            database: self.database.clone(),
            connection: Connection::open_in_memory().map_err(|error| self.failed(error))?,
        };
        scratch.prepare()?;
        let path = format!("file:{}?mode=ro", percent_encoded(&self.database));
        let copy = |connection: &Connection| {
            connection.execute("ATTACH ? AS stored", [path])?;
            connection.execute_batch(
                "INSERT OR REPLACE INTO meta SELECT * FROM stored.meta;
                 INSERT INTO sources SELECT * FROM stored.sources;
                 INSERT INTO papers SELECT * FROM stored.papers;
                 INSERT INTO identifiers SELECT * FROM stored.identifiers;
                 INSERT INTO versions SELECT * FROM stored.versions;
                 INSERT INTO title_keys SELECT * FROM stored.title_keys;
                 INSERT INTO decisions SELECT * FROM stored.decisions;
                 INSERT INTO vectors SELECT number, paper, text_hash, x'', precision FROM stored.vectors;
                 INSERT INTO sentence_vectors SELECT vector, x'' FROM stored.sentence_vectors;
                 DETACH stored;",
            )
        };
        copy(&scratch.connection).map_err(|error| self.failed(error))?;
        Ok(scratch)
    }

    /// The library's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database file.
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// Where the library stands now.
    pub fn moment(&self) -> Result<Moment> {
        // A library of an older version that may not be written has no epoch, and does not change.
        let sql = "SELECT (SELECT value FROM meta WHERE key = 'state'),
                   coalesce((SELECT value FROM meta WHERE key = 'epoch'), ''),
                   coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'vectors'), 0)";
        let read = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_row([], |row| Ok(Moment { state: row.get(0)?, epoch: row.get(1)?, newest: row.get(2)? }))
        };
        read().map_err(|error| self.failed(error))
    }

    /// Begins a read transaction: until [`end_reading`](Self::end_reading) all questions see one state of the library,
    /// whatever others write meanwhile.
    pub fn begin_reading(&self) -> Result<()> {
        self.connection.execute_batch("BEGIN").map_err(|error| self.failed(error))
    }

    /// Ends a read transaction. Nothing was written, so nothing is lost.
    pub fn end_reading(&self) -> Result<()> {
        self.connection.execute_batch("ROLLBACK").map_err(|error| self.failed(error))
    }

    /// Takes the right to write, which lasts until the lock is dropped.
    ///
    /// # Errors
    /// [`Error::Locked`], saying who writes.
    pub fn lock(&self) -> Result<WriteLock> {
        // An `add` holds the lock for long, other changes for a moment.
        WriteLock::take(&self.folder, Duration::from_secs(2))
    }

    /// Whether somebody holds the right to write.
    pub fn is_being_written(&self) -> bool {
        WriteLock::is_taken(&self.folder)
    }

    /// Whether no transaction is open.
    pub fn is_idle(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// As [`lock`](Self::lock), without waiting.
    pub fn try_lock(&self) -> Result<WriteLock> {
        WriteLock::take(&self.folder, Duration::ZERO)
    }

    pub(super) fn query_one<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<T> {
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(|error| self.failed(error))
    }

    pub(super) fn failed(&self, error: rusqlite::Error) -> Error {
        failure(&self.database, error)
    }

    pub(super) fn corrupt(&self, detail: String) -> Error {
        Error::Corrupt { path: self.database.clone(), detail }
    }

    /// Runs `work` as one transaction: all of it is stored, or nothing.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&rusqlite::Transaction) -> rusqlite::Result<T>,
    ) -> Result<T> {
        // Not left to SQLite: tables of versions that the file is older than are temporary then, and could be written.
        if self.connection.is_readonly("main").map_err(|error| self.failed(error))? {
            return Err(Error::ReadOnlyLibrary { path: self.folder.clone() });
        }
        let database = &self.database;
        let run = |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        run(&mut self.connection).map_err(|error| failure(database, error))
    }
}

/// Sorts SQLite's errors into those that a user can do something about.
pub(super) fn failure(database: &Path, error: rusqlite::Error) -> Error {
    let path = database.to_owned();
    let folder = || database.parent().unwrap_or(database).to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Error::Corrupt { path, detail: error.to_string() }
        }
        Some(ErrorCode::DiskFull) => Error::DiskFull { path: folder() },
        // Without room, what fails first may be a write, or making the memory that readers and writer share.
        Some(ErrorCode::SystemIoFailure) if is_out_of_room(&error) => Error::DiskFull { path: folder() },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Error::ReadOnlyLibrary { path: folder() }
        }
        // SQLite reads records where an index or a condition asks for a part of them.
        Some(ErrorCode::Unknown) if error.to_string().contains("malformed JSON") => {
            Error::Corrupt { path, detail: error.to_string() }
        }
        // Columns hold what this program wrote, or the file was damaged.
        None if matches!(error, rusqlite::Error::FromSqlConversionFailure(..)) => {
            Error::Corrupt { path, detail: error.to_string() }
        }
        _ => Error::Database { path, source: error },
    }
}

fn is_out_of_room(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_WRITE};
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(code, Some(SQLITE_IOERR_SHMSIZE | SQLITE_IOERR_WRITE))
}

/// Whether changes stand in the write-ahead log that are not in the database itself.
fn has_log(database: &Path) -> bool {
    let log = database.with_extension("db-wal");
    std::fs::metadata(log).is_ok_and(|metadata| metadata.len() > 0)
}

/// A path for a `file:` URI: `?`, `#` and `%` would be read as syntax.
pub(super) fn percent_encoded(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}
