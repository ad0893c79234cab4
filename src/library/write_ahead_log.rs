//! Whether a write-ahead log belongs to the database beside it.
//!
//! A process that is killed leaves its log, `papers.db-wal`, and SQLite applies it to the database at the next start.
//! If someone has put back an older `papers.db` in the meantime, SQLite applies it to that file, and damages it: the
//! log holds only the pages that had changed.
//!
//! Therefore every transaction writes a row with a random token and the token of the transaction before it. The row is
//! alone in the first table, so it is alone on page 2 of the file. The pages 2 in the log form a chain: the first has
//! the token `t0` of the database when the log was begun, and the last has the token of the last transaction. The
//! database itself has `t0`, or a later token of the chain if SQLite has begun to copy pages from the log. A database
//! with another token is another database.
//!
//! The format of both files: <https://www.sqlite.org/fileformat2.html>.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::entries::{DATABASE, log_of};
use super::lock::WriteLock;
use super::pages::{self, number, read_up_to};
use crate::faults::{Operation, attempt};
use crate::{Error, Result};

/// The table with the token of the last transaction. It must be the first table of the database.
pub(super) const TABLE: &str = "
    -- The token of the last transaction and that of the transaction before it (`library/write_ahead_log.rs`).
    CREATE TABLE last_commit (token TEXT NOT NULL);
    INSERT INTO last_commit VALUES ('commit:' || lower(hex(randomblob(16))) || ':00000000000000000000000000000000');
";

/// Replaces the token. The text keeps its length, so SQLite overwrites it in place and the page has no second copy.
pub(super) const RENEW: &str =
    "UPDATE last_commit SET token = 'commit:' || lower(hex(randomblob(16))) || ':' || substr(token, 8, 32)";

/// Begins the token in the page.
const PREFIX: &[u8] = b"commit:";

/// The digits of one token.
const DIGITS: usize = 32;

/// What a page says before the first transaction.
const NO_TOKEN: &[u8] = &[b'0'; DIGITS];

/// Bytes of the header of a log, and of that before each of its pages.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The page of the token. Page 1 has the header and the names of the tables.
const PAGE: u32 = 2;

/// How often the files are read before they are said not to match, and how long apart. A writer copies the log to the
/// database about once in a thousand changed pages, which takes longer than this pause.
const READINGS: usize = 4;
const BETWEEN_READINGS: Duration = Duration::from_millis(20);

/// Checks the log of the database in `folder`. Moves it to another name if it belongs to another database, and returns
/// that name. This must be called before SQLite opens the database, which would apply the log.
///
/// # Errors
/// [`Error::Corrupt`] if the log belongs to another database and cannot be moved, or if the database is empty but its
/// log is not. [`Error::Locked`] while another process writes.
pub(super) fn move_foreign(folder: &Path) -> Result<Option<PathBuf>> {
    // A writer of another process may change both files between the two readings, so one mismatch proves nothing.
    for _ in 0..READINGS {
        if belongs(folder)? {
            return Ok(None);
        }
        std::thread::sleep(BETWEEN_READINGS);
    }
    // With the lock, no process begins a log.
    let _lock = WriteLock::take(folder, Duration::from_secs(2))?;
    if belongs(folder)? {
        return Ok(None);
    }
    let log = log_of(folder);
    let target = (1..)
        .map(|number| folder.join(format!("{DATABASE}-wal.foreign-{number}")))
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| log.clone());
    attempt(Operation::Rename, &log).and_then(|()| std::fs::rename(&log, &target)).map_err(|error| Error::Corrupt {
        path: log.clone(),
        detail: format!("it is the log of another papers.db, and it cannot be moved away: {error}"),
    })?;
    Ok(Some(target))
}

/// Whether the log belongs to the database, or there is none. True if this cannot be known.
fn belongs(folder: &Path) -> Result<bool> {
    let (database, log) = (folder.join(DATABASE), log_of(folder));
    let Some(chain) = chain(&log).map_err(Error::io("read", &log))? else { return Ok(true) };
    let Some(first) = chain.first() else { return Ok(true) };
    match token(&database).map_err(Error::io("read", &database))? {
        Some(stored) => Ok(first.before == stored.own || chain.iter().any(|token| token.own == stored.own)),
        // The database has its first page only: its tables are still in the log.
        None if first.before == NO_TOKEN => Ok(true),
        None if pages::read(&database, PAGE).map_err(Error::io("read", &database))?.is_none() => {
            let detail = "it is cut off, but its log papers.db-wal is not empty".to_owned();
            Err(Error::Corrupt { path: database, detail })
        }
        None => Ok(true),
    }
}

/// The tokens of a transaction, each as hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    own: [u8; DIGITS],
    before: [u8; DIGITS],
}

impl Token {
    /// Finds the token in a page.
    fn in_page(page: &[u8]) -> Option<Self> {
        // The page has one cell. The position of the cell is in the two bytes after the header of eight bytes.
        let cell = page.get(8..10)?;
        let cell = page.get(usize::from(u16::from_be_bytes([cell[0], cell[1]]))..)?;
        let at = cell.windows(PREFIX.len()).position(|bytes| bytes == PREFIX)? + PREFIX.len();
        let own = cell.get(at..at + DIGITS)?.try_into().ok()?;
        let before = cell.get(at + DIGITS + 1..at + 2 * DIGITS + 1)?.try_into().ok()?;
        Some(Self { own, before })
    }
}

/// The token in a database itself, without its log.
fn token(database: &Path) -> io::Result<Option<Token>> {
    Ok(pages::read(database, PAGE)?.and_then(|page| Token::in_page(&page)))
}

/// The tokens in a log, in the order in which they were written; `None` without a log. Includes the tokens of
/// transactions that were not finished, which does no harm: no database has them.
fn chain(log: &Path) -> io::Result<Option<Vec<Token>>> {
    let mut file = match File::open(log) {
        Ok(file) => io::BufReader::with_capacity(FRAME_HEADER, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(header) = read_up_to::<LOG_HEADER>(&mut file)? else { return Ok(None) };
    let size = pages::size(number(&header, 8));
    let salts = &header[16..24];
    let (mut chain, mut page) = (Vec::new(), vec![0; size]);
    while let Some(frame) = read_up_to::<FRAME_HEADER>(&mut file)? {
        // Behind the end of this log are remains of earlier ones, with other salts.
        if &frame[8..16] != salts {
            break;
        }
        if number(&frame, 0) != PAGE {
            file.seek_relative(size as i64)?;
            continue;
        }
        match file.read_exact(&mut page) {
            Ok(()) => chain.extend(Token::in_page(&page)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
    }
    Ok(Some(chain))
}
