//! The connection to `papers.db`: opens it, runs transactions, and translates SQLite's errors.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Params};

use super::entries::{self, BESIDE, DATABASE, LOCK};
use super::failure::failure;
use super::lock::WriteLock;
use super::{checksums, opening, schema, write_ahead_log};
use crate::{Error, Result};

/// Identifies a state of a library. The names in it are random, so no two states of any libraries have the same names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LibraryState {
    /// A name that changes whenever the searchable content changes. A cache made for another state is out of date.
    pub state: String,
    /// A name that changes when a searchable paper is removed or changes. If two states have the same epoch, the later
    /// one has all searchable papers of the earlier one, unchanged.
    pub epoch: String,
    /// The greatest number of a vector so far. It never decreases within one epoch.
    pub newest: i64,
}

/// Gives the state of the library a new name, so that every cache is out of date.
pub(super) fn advance(transaction: &rusqlite::Transaction) -> rusqlite::Result<()> {
    let sql = "UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'state'";
    transaction.execute(sql, []).map(|_| ())
}

/// An open library.
#[derive(Debug)]
pub struct Library {
    pub(super) folder: PathBuf,
    pub(super) database: PathBuf,
    pub(super) connection: Connection,
    /// Where the log of another database was moved to when this library was opened.
    moved_log: Option<PathBuf>,
    /// Keeps writers out of a database that is read without its log.
    _no_writers: Option<File>,
}

impl Library {
    /// Opens the library in `folder` for reading, and for writing through [`Library::lock`].
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::Corrupt`], [`Error::OtherLibraryFormat`].
    pub fn open(folder: &Path) -> Result<Self> {
        let database = folder.join(DATABASE);
        if !database.exists() {
            return Err(Error::NoLibrary { path: folder.to_owned() });
        }
        let moved_log = opening::before_opening(folder)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let library = match Self::connect(folder, Connection::open_with_flags(&database, flags)) {
            // In a read-only folder, such as a mounted backup, and on a full disk, SQLite cannot create the `-shm` file
            // that readers share, so the database is opened as immutable. SQLite ignores the log of an immutable
            // database, so this is allowed only without a log.
            Err(error @ (Error::ReadOnlyLibrary { .. } | Error::DiskFull { .. })) if !entries::has_log(folder) => {
                let no_writers = WriteLock::keep_out(folder);
                if no_writers.is_none() && matches!(error, Error::DiskFull { .. }) {
                    return Err(error);
                }
                let uri = format!("file:{}?immutable=1", percent_encoded(&database));
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
                let library = Self::connect(folder, Connection::open_with_flags(uri, flags))?;
                Self { _no_writers: no_writers, ..library }
            }
            library => library?.with_log()?,
        };
        Ok(Self { moved_log, ..library })
    }

    /// Opens the library in `folder`. Creates folder and library if there is none.
    pub fn open_or_create(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::io("create the library folder", folder))?;
        let moved_log = opening::before_opening(folder)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = folder.join(DATABASE);
        // SQLite only reports "unable to open database file"; the operating system reports the cause.
        File::options().append(true).create(true).open(&database).map_err(|error| match error.kind() {
            std::io::ErrorKind::PermissionDenied => Error::ReadOnlyLibrary { path: folder.to_owned() },
            _ => Error::io("create", &database)(error),
        })?;
        let library = Self::connect(folder, Connection::open_with_flags(&database, flags))?.with_log()?;
        Ok(Self { moved_log, ..library })
    }

    /// Turns on write-ahead logging. A backup that someone has copied into the folder has none.
    fn with_log(self) -> Result<Self> {
        let mode = "PRAGMA journal_mode";
        let has_log = self.query_one::<String>(mode)? == "wal";
        if !has_log {
            self.query_one::<String>(&format!("{mode} = WAL"))?;
        }
        Ok(self)
    }

    /// A message about what was found and mended when the library was opened.
    pub fn notice(&self) -> Option<String> {
        self.moved_log.as_ref().map(|log| {
            format!(
                "{} was put in place of another papers.db, whose last changes were still in papers.db-wal. They do not \
                 fit this file, so they are not in the library; they were moved to {}",
                self.database.display(),
                log.display()
            )
        })
    }

    fn connect(folder: &Path, connection: rusqlite::Result<Connection>) -> Result<Self> {
        Self::connect_to(&folder.join(DATABASE), connection)
    }

    /// Prepares a connection to the file `database`, which may have any name.
    pub(super) fn connect_to(database: &Path, connection: rusqlite::Result<Connection>) -> Result<Self> {
        let connection = connection.map_err(|error| failure(database, error))?;
        let folder = database.parent().unwrap_or(database).to_owned();
        let mut library =
            Self { folder, database: database.to_owned(), connection, moved_log: None, _no_writers: None };
        library.prepare()?;
        Ok(library)
    }

    fn prepare(&mut self) -> Result<()> {
        // Readers of another process may hold the file for a moment.
        let patience = Duration::from_secs(10);
        let set_up = |connection: &Connection| {
            connection.busy_timeout(patience)?;
            // Adding a paper takes about thirty different queries, and parsing one takes longer than running it.
            connection.set_prepared_statement_cache_capacity(64);
            // Keeps one plan for a query: otherwise SQLite parses the query again when a parameter has another value.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            // A library may come from a stranger. Its triggers and indexes may only use harmless functions.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            checksums::define(connection)?;
            // Map up to 256 MiB of the file; keep 64 MiB of changed pages until the commit.
            connection
                .execute_batch("PRAGMA foreign_keys = ON; PRAGMA mmap_size = 268435456; PRAGMA cache_size = -65536;")?;
            let tables = "SELECT count(*) FROM sqlite_schema";
            let tables: i64 = connection.query_row(tables, [], |row| row.get(0))?;
            let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
            let is_ours = tables == 0 || number("application_id")? == schema::APPLICATION_ID;
            Ok((tables == 0, is_ours, number("user_version")?))
        };
        let (is_empty, is_ours, found) = set_up(&self.connection).map_err(|error| self.failed(error))?;
        if is_empty && found == 0 {
            return schema::create(&mut self.connection).map_err(|error| failure(&self.database, error));
        }
        if !is_ours {
            let reason = "it is a database of another program; name another folder with --library DIR".to_owned();
            return Err(Error::Input { path: self.database.clone(), reason });
        }
        if found != schema::VERSION {
            return Err(Error::OtherLibraryFormat { path: self.database.clone(), found, supported: schema::VERSION });
        }
        Ok(())
    }

    /// Returns a copy in memory, without the data of the vectors, on which a change can be tried.
    pub fn scratch(&self) -> Result<Self> {
        let mut scratch = Self {
            folder: self.folder.clone(),
            database: self.database.clone(),
            connection: Connection::open_in_memory().map_err(|error| self.failed(error))?,
            moved_log: None,
            _no_writers: None,
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
                 INSERT INTO vectors SELECT number, paper, text_hash, x'', precision, 0 FROM stored.vectors;
                 INSERT INTO sentence_vectors SELECT vector, x'', 0 FROM stored.sentence_vectors;
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

    /// The present state of the library.
    pub fn state(&self) -> Result<LibraryState> {
        let sql = "SELECT (SELECT value FROM meta WHERE key = 'state'), (SELECT value FROM meta WHERE key = 'epoch'),
                   coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'vectors'), 0)";
        let read = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement
                .query_row([], |row| Ok(LibraryState { state: row.get(0)?, epoch: row.get(1)?, newest: row.get(2)? }))
        };
        let state = read().map_err(|error| self.failed(error))?;
        // The names become parts of paths.
        if let Some(name) = [&state.state, &state.epoch].into_iter().find(|name| !is_random_name(name)) {
            return Err(self.corrupt(format!("{name:?} is not the name of a state")));
        }
        Ok(state)
    }

    /// Begins a read transaction: until [`end_reading`](Self::end_reading), all queries see one state of the library.
    pub fn begin_reading(&self) -> Result<()> {
        self.connection.execute_batch("BEGIN").map_err(|error| self.failed(error))
    }

    /// Ends a read transaction.
    pub fn end_reading(&self) -> Result<()> {
        self.connection.execute_batch("ROLLBACK").map_err(|error| self.failed(error))
    }

    /// Takes the right to write, which lasts until the lock is dropped. Waits two seconds for another writer.
    ///
    /// # Errors
    /// [`Error::Locked`] with the writer.
    pub fn lock(&self) -> Result<WriteLock> {
        // An `add` holds the lock for long, other changes only briefly.
        WriteLock::take(&self.folder, Duration::from_secs(2))
    }

    /// Whether any process holds the right to write.
    pub fn is_being_written(&self) -> bool {
        WriteLock::is_taken(&self.folder)
    }

    /// Whether no transaction is open.
    pub fn is_idle(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// Runs a query and returns its rows, each converted by `read`.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnMut(&rusqlite::Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let all = || self.connection.prepare_cached(sql)?.query_map(parameters, read)?.collect::<rusqlite::Result<_>>();
        all().map_err(|error| self.failed(error))
    }

    /// Deletes the files of a library that has no papers, not even removed ones, and no state of a sync. Returns
    /// whether it deleted them. Keeps a library that another process has open or is writing to.
    ///
    /// # Errors
    /// [`Error::Io`] when they cannot be deleted; any error of reading the library.
    pub fn discard_if_empty(self) -> Result<bool> {
        let Ok(lock) = WriteLock::take(&self.folder, Duration::ZERO) else { return Ok(false) };
        let papers: i64 = self.query_one("SELECT count(*) FROM papers")?;
        let syncs: i64 =
            self.query_one(&format!("SELECT count(*) FROM meta WHERE key LIKE '{}%'", schema::SYNC_KEY))?;
        if papers > 0 || syncs > 0 || !self.is_only_connection() {
            return Ok(false);
        }
        let Self { folder, connection, .. } = self;
        drop(connection);
        delete_database(&folder)?;
        drop(lock);
        delete(&folder.join(LOCK))?;
        Ok(true)
    }

    /// Whether no other connection is open: only then can SQLite leave WAL mode.
    fn is_only_connection(&self) -> bool {
        let mode = self.connection.busy_timeout(Duration::ZERO).and_then(|()| {
            self.connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0))
        });
        mode.is_ok_and(|mode| mode == "delete")
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
        let database = &self.database;
        let run = |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let changes = transaction.total_changes();
            let value = work(&transaction)?;
            if transaction.total_changes() > changes {
                checksums::complete(&transaction)?;
                transaction.prepare_cached(write_ahead_log::RENEW)?.execute([])?;
            }
            transaction.commit()?;
            Ok(value)
        };
        run(&mut self.connection).map_err(|error| failure(database, error))
    }
}

/// Whether a name is one of those that `lower(hex(randomblob(16)))` makes.
fn is_random_name(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Deletes the database in `folder` with all papers, and the files that SQLite keeps beside it. For a library that has
/// nothing of a user.
///
/// # Errors
/// [`Error::Io`].
pub fn delete_database(folder: &Path) -> Result<()> {
    [DATABASE].iter().chain(&BESIDE).try_for_each(|name| delete(&folder.join(name)))
}

fn delete(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// A path for a `file:` URI, with its syntax characters `?`, `#` and `%` encoded.
pub(super) fn percent_encoded(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_library_is_deleted_unless_it_holds_something_or_is_open_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Library::open_or_create(folder.path()).unwrap();
        let files = || std::fs::read_dir(folder.path()).unwrap().count();
        let other = open();
        assert!(!open().discard_if_empty().unwrap(), "the other connection may be about to write");
        drop(other);
        let lock = open().lock().unwrap();
        assert!(!open().discard_if_empty().unwrap(), "another writer has the lock");
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

    #[test]
    fn a_library_of_another_format_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open_or_create(folder.path()).unwrap();
        library.connection.execute_batch("PRAGMA user_version = 7").unwrap();
        drop(library);
        let message = Library::open(folder.path()).unwrap_err().to_string();
        assert!(
            message.contains("format 7") && message.contains("reads format 3") && message.contains("--library DIR"),
            "{message}"
        );
    }
}
