//! Saves what is readable of a damaged database into a new one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};

use super::addition::KnownVersions;
use super::backup::{CopyProgress, check_unused, replace, with_suffix};
use super::check::{CONDITIONS, TIMES, check_row};
use super::entries::{self, DATABASE};
use super::failure::failure;
use super::identity::merging;
use super::lock::WriteLock;
use super::papers::{json, paper_from_json};
use super::placement::{Index, text_hash};
use super::salvage::{self, Row};
use super::versions::versions_of;
use super::{Library, PaperNumber, checksums, pages};
use crate::faults::{Operation, attempt};
use crate::paper::{Paper, PaperId};
use crate::{Error, Result, temporary};

/// The result of [`Library::repair`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// The number of papers in the new database.
    pub papers: u64,
    /// The number of papers, also of removed ones, that could not be saved. Numbers of papers have no gaps, so it is
    /// known.
    pub lost_papers: u64,
    /// Papers that must be embedded again, because their vectors could not be saved or were damaged.
    pub not_embedded: u64,
    /// Rows whose content had changed on the disk, but that were kept, with their tables. Look at these.
    pub changed: Vec<String>,
    /// The other tables of which rows could not be saved: likes and dislikes, papers seen, profiles.
    pub incomplete: Vec<&'static str>,
    /// The damaged database.
    pub replaced: PathBuf,
}

/// A damaged header may claim any length; a database with ten million papers has less than this.
const MOST_BYTES: u64 = 1 << 38;

/// A record whose paper was lost.
struct Orphan {
    record: Paper,
    source: String,
    line: u64,
    alone: bool,
}

impl Library {
    /// Makes a new database of everything that can be read of that in `folder`, checks it, and puts it in place of the
    /// damaged one, which is kept. Derived values are computed again.
    ///
    /// # Errors
    /// [`Error::NoLibrary`]; [`Error::Corrupt`] if nothing can be saved; [`Error::Locked`]; [`Error::DiskFull`]. After
    /// an error, the library is as it was.
    pub fn repair(folder: &Path, progress: CopyProgress) -> Result<Repaired> {
        let database = folder.join(DATABASE);
        if !database.exists() {
            return Err(Error::NoLibrary { path: folder.to_owned() });
        }
        entries::check(folder)?;
        check_unused(folder)?;
        let lock = WriteLock::take(folder, Duration::from_secs(2))?;
        let workplace = temporary::Folder::below(folder)?;
        let copy = copy_files(folder, workplace.path())?;
        let target = workplace.join("new.db");
        let steps = checksums::TABLES.len() as u64 + 2;
        let mut step = 0;
        let mut advance = || {
            step += 1;
            progress(step, steps);
        };
        let mut repair = Repair::open(&copy, &target, &database)?;
        repair.run(&mut advance)?;
        let Repair { damaged, mut new, orphans, mut report, greatest, .. } = repair;
        drop(damaged);
        let mut known = KnownVersions::default();
        for Orphan { record, source, line, alone } in orphans {
            new.add_records(&lock, &source, &[(record, line)], !alone, &mut known)?;
        }
        advance();
        new.check().map_err(|error| match error {
            Error::Corrupt { detail, .. } => {
                Error::Corrupt { path: database.clone(), detail: format!("it cannot be repaired: {detail}") }
            }
            error => error,
        })?;
        let all: i64 = new.query_one("SELECT count(*) FROM papers")?;
        (report.papers, report.not_embedded) = (new.count()?, new.count_pending()?);
        report.lost_papers = greatest.saturating_sub(all).max(0).unsigned_abs();
        if all == 0 {
            return Err(Error::Corrupt { path: database, detail: "no paper in it can be read".to_owned() });
        }
        // Leaves a single file without a log.
        new.connection.pragma_update(None, "journal_mode", "DELETE").map_err(|error| new.failed(error))?;
        new.connection.pragma_update(None, "journal_mode", "WAL").map_err(|error| new.failed(error))?;
        drop(new);
        report.replaced = replace(folder, &target, "damaged", &lock)?.unwrap_or(database);
        Ok(report)
    }
}

/// Copies the database and its log into another folder, so that the files themselves are only read. Fills up a database
/// whose end is missing with empty pages: otherwise SQLite reads nothing of it.
fn copy_files(folder: &Path, into: &Path) -> Result<PathBuf> {
    let (from, to) = (folder.join(DATABASE), into.join("damaged.db"));
    for suffix in ["", "-wal"] {
        let from = with_suffix(&from, suffix);
        if from.exists() {
            attempt(Operation::Create, &to).map_err(Error::io("create", &to))?;
            std::fs::copy(&from, with_suffix(&to, suffix)).map_err(Error::io("copy", &from))?;
        }
    }
    let fill = || {
        let (expected, file) = (pages::expected_length(&to)?, File::options().write(true).open(&to)?);
        if file.metadata()?.len() < expected { file.set_len(expected.min(MOST_BYTES)) } else { Ok(()) }
    };
    fill().map_err(Error::io("write", &to))?;
    Ok(to)
}

struct Repair {
    copy: PathBuf,
    damaged: Connection,
    new: Library,
    orphans: Vec<Orphan>,
    report: Repaired,
    /// The greatest number of a paper.
    greatest: i64,
}

impl Repair {
    fn open(copy: &Path, target: &Path, database: &Path) -> Result<Self> {
        let open = || {
            let damaged = Connection::open(copy)?;
            checksums::define(&damaged)?;
            // Fails if the damage is in the log or in the first pages. Then the log is lost.
            let _ = damaged.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            Ok(damaged)
        };
        let damaged = open().map_err(|error| failure(database, error))?;
        let new = Library::connect_to(target, Connection::open(target))?;
        let report = Repaired {
            papers: 0,
            lost_papers: 0,
            not_embedded: 0,
            changed: Vec::new(),
            incomplete: Vec::new(),
            replaced: database.to_owned(),
        };
        Ok(Self { copy: copy.to_owned(), damaged, new, orphans: Vec::new(), report, greatest: 0 })
    }

    fn run(&mut self, advance: &mut dyn FnMut()) -> Result<()> {
        let whole_file = self.damaged.prepare("SELECT count(*) FROM papers").is_ok();
        let mut found: BTreeMap<&str, (Vec<Row>, bool)> = BTreeMap::new();
        for table in checksums::TABLES {
            found.insert(table.0, salvage::rows(&self.damaged, table));
            advance();
        }
        if !whole_file || found.values().any(|(_, is_whole)| !is_whole) {
            self.add_rows_in_pages(&mut found)?;
        }
        self.greatest = self.greatest_number(&found);
        let Self { new, report, orphans, .. } = self;
        let off = "PRAGMA foreign_keys = OFF";
        new.connection.execute_batch(off).map_err(|error| new.failed(error))?;
        new.transaction(|transaction| {
            for table in checksums::TABLES {
                let Some((rows, is_whole)) = found.remove(table.0) else { continue };
                insert(transaction, table, rows, is_whole, report)?;
            }
            mend_papers(transaction)?;
            *orphans = mend_versions(transaction)?;
            derive_keys(transaction)?;
            delete_strays(transaction)
        })?;
        new.connection.execute_batch("PRAGMA foreign_keys = ON").map_err(|error| new.failed(error))?;
        advance();
        Ok(())
    }

    /// Adds the rows that SQLite cannot reach but that are in the pages of the file.
    fn add_rows_in_pages(&self, found: &mut BTreeMap<&str, (Vec<Row>, bool)>) -> Result<()> {
        let numbered: Vec<_> = checksums::TABLES.into_iter().filter(|(_, key, _)| *key == "number").collect();
        let in_pages = salvage::rows_in_pages(&self.copy, &numbered, &self.new.connection);
        for (table, mut rows) in in_pages.map_err(Error::io("read", &self.copy))? {
            let Some((known, _)) = found.get_mut(table) else { continue };
            for row in known.iter() {
                if let Value::Integer(number) = row[0] {
                    rows.remove(&number);
                }
            }
            known.extend(rows.into_values());
        }
        Ok(())
    }

    fn greatest_number(&self, found: &BTreeMap<&str, (Vec<Row>, bool)>) -> i64 {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'papers'";
        let recorded = self.damaged.query_row(sql, [], |row| row.get(0)).unwrap_or(0);
        let rows = found.get("papers").map(|(rows, _)| rows.as_slice()).unwrap_or_default();
        let numbers =
            rows.iter().filter_map(|row| if let Value::Integer(number) = row[0] { Some(number) } else { None });
        numbers.max().unwrap_or(0).max(recorded)
    }
}

/// Inserts the rows of a table. Leaves out those that the table does not take, and vectors that changed on the disk.
fn insert(
    transaction: &Transaction,
    (table, key, columns): (&'static str, &str, &str),
    rows: Vec<Row>,
    is_whole: bool,
    report: &mut Repaired,
) -> rusqlite::Result<()> {
    let width = key.split(", ").count() + columns.split(", ").count();
    let marks = vec!["?"; width].join(", ");
    let sql = format!("INSERT OR IGNORE INTO {table} ({key}, {columns}) VALUES ({marks})");
    let mut statement = transaction.prepare(&sql)?;
    let mut sum = transaction.prepare(&format!("SELECT checksum({marks})"))?;
    let can_be_made_again = matches!(table, "vectors" | "sentence_vectors");
    let mut is_complete = is_whole;
    for mut row in rows {
        let stored = row.pop();
        let is_state = table == "meta" && matches!(&row[0], Value::Text(key) if key == "state" || key == "epoch");
        if is_state {
            continue;
        }
        let is_changed = match stored {
            Some(Value::Integer(stored)) => {
                sum.query_row(params_from_iter(&row), |row| row.get::<_, i64>(0))? != stored
            }
            _ => false,
        };
        if is_changed && can_be_made_again {
            continue;
        }
        match statement.execute(params_from_iter(&row)) {
            Ok(1) if is_changed => report.changed.push(format!("{table} {}", name_of(&row))),
            Ok(_) => {}
            Err(_) => is_complete = false,
        }
    }
    if !is_complete && !can_be_made_again && !matches!(table, "papers" | "versions" | "sources") {
        report.incomplete.push(table);
    }
    Ok(())
}

/// The key of a row, and the id or name after it.
fn name_of(row: &Row) -> String {
    let text = |value: &Value| match value {
        Value::Integer(number) => Some(number.to_string()),
        Value::Text(text) if text.len() <= 100 => Some(text.clone()),
        _ => None,
    };
    row.iter().take(2).filter_map(text).collect::<Vec<_>>().join(" ")
}

/// Gives every paper the values that its record has, and an unreadable paper the record of its versions. Deletes papers
/// without any record.
fn mend_papers(transaction: &Transaction) -> rusqlite::Result<()> {
    transaction.execute("UPDATE papers SET removal = NULL WHERE typeof(removal) <> 'integer' OR removal < 0", [])?;
    let sql = "SELECT number, id, record, source FROM papers";
    let papers: Vec<(PaperNumber, Value, Value, i64)> = transaction
        .prepare(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (number, id, record, source) in papers {
        let own = if let Value::Text(json) = &record { paper_from_json(json, 0).ok() } else { None };
        let record = match own {
            Some(record) => Some(record),
            None => merged_versions(transaction, number)?,
        };
        let Some(mut record) = record else {
            transaction.execute("DELETE FROM papers WHERE number = ?", [number])?;
            continue;
        };
        if let Value::Text(id) = id {
            record.id = PaperId::new(id);
        }
        let sql = "UPDATE OR IGNORE papers SET id = ?, title_key = ?, record = ?, text_hash = ? WHERE number = ?";
        let values = params![record.id.as_str(), record.title_key(), json(&record)?, text_hash(&record), number];
        transaction.prepare_cached(sql)?.execute(values)?;
        let sql = "INSERT OR IGNORE INTO sources (number, name) VALUES (?1, 'unknown file ' || ?1)";
        transaction.prepare_cached(sql)?.execute([source])?;
    }
    Ok(())
}

fn merged_versions(transaction: &Transaction, paper: PaperNumber) -> rusqlite::Result<Option<Paper>> {
    let sql = "SELECT record FROM versions WHERE paper = ? AND removal IS NULL AND typeof(record) = 'text'";
    let records: Vec<String> =
        transaction.prepare_cached(sql)?.query_map([paper], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let records: Vec<Paper> = records.iter().filter_map(|json| paper_from_json(json, 0).ok()).collect();
    let records: Vec<&Paper> = records.iter().collect();
    Ok(records.first().map(|first| merging::merged(&first.id, &records)))
}

/// Deletes versions that cannot be read, and returns those whose paper is lost. Gives a version to papers without one.
fn mend_versions(transaction: &Transaction) -> rusqlite::Result<Vec<Orphan>> {
    let sql = "SELECT versions.number, versions.record, papers.number IS NOT NULL, name, versions.source, line, alone
               FROM versions LEFT JOIN papers ON papers.number = paper
               LEFT JOIN sources ON sources.number = versions.source";
    let mut statement = transaction.prepare(sql)?;
    let mut rows = statement.query([])?;
    let (mut orphans, mut unusable, mut sources) = (Vec::new(), Vec::new(), BTreeSet::new());
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let record = match row.get::<_, Value>(1)? {
            Value::Null => Ok(None),
            Value::Text(json) => paper_from_json(&json, 1).map(Some),
            _ => Err(rusqlite::Error::QueryReturnedNoRows),
        };
        let name: Option<String> = row.get(3).unwrap_or_default();
        if name.is_none() {
            sources.insert(row.get::<_, i64>(4).unwrap_or_default());
        }
        match (record, row.get::<_, bool>(2)?) {
            (Ok(_), true) => continue,
            (Ok(Some(record)), false) => orphans.push(Orphan {
                record,
                source: name.unwrap_or_else(|| "unknown file".to_owned()),
                line: row.get::<_, i64>(5).unwrap_or_default().unsigned_abs(),
                alone: row.get(6).unwrap_or_default(),
            }),
            _ => {}
        }
        unusable.push(number);
    }
    for number in unusable {
        transaction.prepare_cached("DELETE FROM versions WHERE number = ?")?.execute([number])?;
    }
    for number in sources {
        let sql = "INSERT OR IGNORE INTO sources (number, name) VALUES (?1, 'unknown file ' || ?1)";
        transaction.prepare_cached(sql)?.execute([number])?;
    }
    transaction.execute(
        "INSERT INTO versions (paper, source, line, id, record, hash, reason, alone)
         SELECT number, source, 0, id, NULL, 0, NULL, 0 FROM papers WHERE removal IS NOT 0 AND NOT EXISTS
             (SELECT 1 FROM versions WHERE paper = papers.number AND versions.removal IS NULL)",
        [],
    )?;
    Ok(orphans)
}

/// Fills the tables by which papers are found.
fn derive_keys(transaction: &Transaction) -> rusqlite::Result<()> {
    let papers: Vec<PaperNumber> = transaction
        .prepare("SELECT number FROM papers")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for paper in papers {
        let mut index = Index::default();
        versions_of(transaction, paper)?.iter().for_each(|version| index.extend(&version.features));
        index.store(transaction, paper, &Index::default())?;
    }
    Ok(())
}

/// Deletes rows that refer to lost rows, rows with invalid values, and vectors that cannot be used.
fn delete_strays(transaction: &Transaction) -> rusqlite::Result<()> {
    for (table, condition) in CONDITIONS {
        if !matches!(table, "papers" | "versions" | "last_commit") {
            transaction.execute(&format!("DELETE FROM {table} WHERE ({condition}) IS NOT TRUE"), [])?;
        }
    }
    for (table, column) in TIMES {
        let sql = format!(
            "UPDATE {table} SET {column} = '1970-01-01T00:00:00Z' WHERE {column} IS NOT NULL
                           AND strftime('%s', {column}) IS NULL"
        );
        transaction.execute(&sql, [])?;
    }
    transaction.execute_batch(
        "DELETE FROM decisions WHERE a NOT IN (SELECT number FROM versions)
             OR b NOT IN (SELECT number FROM versions);
         DELETE FROM opinions WHERE version NOT IN (SELECT number FROM versions)
             OR profile NOT IN (SELECT number FROM profiles);
         DELETE FROM seen WHERE version NOT IN (SELECT number FROM versions)
             OR profile NOT IN (SELECT number FROM profiles UNION SELECT 0);
         DELETE FROM vectors WHERE paper NOT IN (SELECT number FROM papers);
         DELETE FROM sentence_vectors WHERE vector NOT IN (SELECT number FROM vectors);",
    )?;
    let model = "SELECT value FROM meta WHERE key = ?";
    let model = |key: &str| transaction.query_row(model, [key], |row| row.get::<_, String>(0)).optional();
    let dim = model("model_dim")?.and_then(|dim| dim.parse().ok());
    let (Some(dim), Some(_), Some(_)) = (dim, model("model_name")?, model("model_sha256")?) else {
        transaction.execute_batch("DELETE FROM sentence_vectors; DELETE FROM vectors")?;
        return transaction.execute("DELETE FROM meta WHERE key LIKE 'model_%'", []).map(|_| ());
    };
    let mut damaged: Vec<i64> = Vec::new();
    let sql = "SELECT id, record, papers.text_hash IS vectors.text_hash, precision, vectors.data,
                      sentence_vectors.data, vectors.number
               FROM vectors JOIN papers ON papers.number = paper
               LEFT JOIN sentence_vectors ON vector = vectors.number";
    let mut statement = transaction.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !matches!(check_row(row, dim), Ok(Ok(()))) {
            damaged.push(row.get(6)?);
        }
    }
    for number in damaged {
        transaction.prepare_cached("DELETE FROM sentence_vectors WHERE vector = ?")?.execute([number])?;
        transaction.prepare_cached("DELETE FROM vectors WHERE number = ?")?.execute([number])?;
    }
    Ok(())
}
