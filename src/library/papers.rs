//! Papers in the library: taking one in, listing, removing.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use super::{Library, PaperNumber, WriteLock};
use crate::Result;
use crate::paper::{Paper, PaperId, derived_id};

/// What became of a paper that was offered to the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Added,
    /// It is new, but its id names another paper, so that it got an id of its own.
    AddedAs {
        /// Its id in the library.
        id: PaperId,
        /// Title of the paper that has the id.
        taken_by: String,
    },
    /// It was known, and its record is now another.
    Updated,
    /// It was known as it is.
    Unchanged,
    /// The same run has brought it before, with another text; the first is kept.
    Repeated {
        /// The line that was kept.
        first_line: u64,
    },
}

/// The papers that one run has brought, with the line of each.
#[derive(Debug, Default)]
pub struct Seen(HashMap<PaperNumber, u64>);

/// A paper and its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The key.
    pub number: PaperNumber,
    /// The paper.
    pub paper: Paper,
    /// The file it came from.
    pub source: String,
}

/// How many papers a file brought that are still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSummary {
    /// The file's name as it was given.
    pub name: String,
    /// Its papers.
    pub papers: u64,
}

impl Library {
    /// Takes papers in, in order, as one transaction; each comes with the line it stood on.
    ///
    /// A paper is known if one of its public identifiers is, or else its id. An id that the file made up may mean another
    /// paper in another file: when the titles differ and the file is another, both papers are kept. An abstract is never
    /// replaced by nothing.
    pub fn take_in(
        &mut self,
        _lock: &WriteLock,
        source: &str,
        papers: &[(Paper, u64)],
        seen: &mut Seen,
    ) -> Result<Vec<Outcome>> {
        self.transaction(|transaction| {
            let outcomes = take_in_all(transaction, source, papers, seen)?;
            if outcomes.iter().any(|outcome| !matches!(outcome, Outcome::Unchanged | Outcome::Repeated { .. })) {
                advance(transaction)?;
            }
            Ok(outcomes)
        })
    }

    /// The stored paper that `paper` would be taken for; `None` if it would be new.
    pub fn same_as(&self, paper: &Paper) -> Result<Option<Listed>> {
        let found = known(&self.connection, paper).map_err(|error| self.failed(error))?;
        let listed = found.map(|known| self.paper(known.number)).transpose()?.flatten();
        Ok(listed.filter(|listed| listed.paper.title_key() == paper.title_key()))
    }

    /// Number of papers.
    pub fn count(&self) -> Result<u64> {
        self.query_one("SELECT count(*) FROM papers WHERE removed_at IS NULL").map(|count: i64| count.unsigned_abs())
    }

    /// Number of papers without an abstract.
    pub fn count_without_abstract(&self) -> Result<u64> {
        let sql = "SELECT count(*) FROM papers WHERE removed_at IS NULL AND record ->> 'abstract' IS NULL";
        self.query_one(sql).map(|count: i64| count.unsigned_abs())
    }

    /// The files that papers came from, by name.
    pub fn sources(&self) -> Result<Vec<SourceSummary>> {
        let sql = "SELECT name, count(*) FROM papers JOIN sources ON sources.number = papers.source
                   WHERE removed_at IS NULL GROUP BY name ORDER BY name";
        self.rows(sql, [], |row| Ok(SourceSummary { name: row.get(0)?, papers: row.get::<_, i64>(1)?.unsigned_abs() }))
    }

    /// Papers in the order in which they were added, from the `offset`-th on, at most `limit`.
    pub fn list(&self, offset: u64, limit: u64) -> Result<Vec<Listed>> {
        let sql = "SELECT papers.number, record, name FROM papers JOIN sources ON sources.number = papers.source
                   WHERE removed_at IS NULL ORDER BY papers.number LIMIT ? OFFSET ?";
        self.rows(sql, params![clamp(limit), clamp(offset)], listed)
    }

    /// The paper with a key, also if it was removed.
    pub fn paper(&self, number: PaperNumber) -> Result<Option<Listed>> {
        let sql = "SELECT papers.number, record, name FROM papers JOIN sources ON sources.number = papers.source
                   WHERE papers.number = ?";
        Ok(self.rows(sql, [number], listed)?.pop())
    }

    /// Takes papers out; [`Library::undo_remove`] brings the papers of the last call back.
    pub fn remove(&mut self, _lock: &WriteLock, papers: &[PaperNumber]) -> Result<()> {
        let now = jiff::Timestamp::now().to_string();
        self.transaction(|transaction| {
            for paper in papers {
                let sql = "UPDATE papers SET removed_at = ? WHERE number = ? AND removed_at IS NULL";
                transaction.prepare_cached(sql)?.execute(params![now, paper])?;
            }
            advance(transaction)
        })
    }

    /// Brings back what the last [`Library::remove`] took out, and says what.
    pub fn undo_remove(&mut self, _lock: &WriteLock) -> Result<Vec<Listed>> {
        let sql = "SELECT papers.number, record, name FROM papers JOIN sources ON sources.number = papers.source
                   WHERE removed_at = (SELECT max(removed_at) FROM papers) ORDER BY papers.number";
        let back = self.rows(sql, [], listed)?;
        self.transaction(|transaction| {
            for listed in &back {
                let sql = "UPDATE papers SET removed_at = NULL WHERE number = ?";
                transaction.prepare_cached(sql)?.execute([listed.number])?;
            }
            advance(transaction)
        })?;
        Ok(back)
    }

    /// All papers that a file brought.
    pub fn papers_of_source(&self, name: &str) -> Result<Vec<Listed>> {
        let sql = "SELECT papers.number, record, name FROM papers JOIN sources ON sources.number = papers.source
                   WHERE removed_at IS NULL AND name = ? ORDER BY papers.number";
        self.rows(sql, [name], listed)
    }

    pub(super) fn rows<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let all = || self.connection.prepare_cached(sql)?.query_map(parameters, read)?.collect::<rusqlite::Result<_>>();
        all().map_err(|error| self.failed(error))
    }
}

fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn listed(row: &rusqlite::Row) -> rusqlite::Result<Listed> {
    Ok(Listed { number: row.get(0)?, paper: from_json(&row.get::<_, String>(1)?, 1)?, source: row.get(2)? })
}

/// A record that does not parse was damaged in the file: SQLite's own word for that is used.
pub(super) fn from_json(json: &str, column: usize) -> rusqlite::Result<Paper> {
    serde_json::from_str(json).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

/// Marks every cache as out of date.
pub(super) fn advance(transaction: &Transaction) -> rusqlite::Result<()> {
    transaction.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'", []).map(|_| ())
}

/// First half of the SHA-256 of the text that is embedded.
pub(super) fn text_hash(paper: &Paper) -> [u8; 16] {
    let digest = Sha256::digest(paper.text().as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}

/// What the library knows of a paper that comes in.
struct Known {
    number: PaperNumber,
    record: String,
    source: i64,
    removed: bool,
    /// By a public identifier, which means the same in every file.
    by_identifier: bool,
}

fn known(connection: &Connection, paper: &Paper) -> rusqlite::Result<Option<Known>> {
    let read = |by_identifier: bool| {
        move |row: &rusqlite::Row| {
            let removed = row.get::<_, Option<String>>(3)?.is_some();
            Ok(Known { number: row.get(0)?, record: row.get(1)?, source: row.get(2)?, removed, by_identifier })
        }
    };
    for identifier in paper.ids.iter() {
        let sql = "SELECT number, record, source, removed_at FROM papers
                   WHERE number = (SELECT min(paper) FROM identifiers WHERE value = ?)";
        let found = connection.prepare_cached(sql)?.query_row([identifier.to_string()], read(true)).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let sql = "SELECT number, record, source, removed_at FROM papers WHERE id = ?";
    connection.prepare_cached(sql)?.query_row([paper.id.as_str()], read(false)).optional()
}

fn take_in_all(
    transaction: &Transaction,
    source: &str,
    papers: &[(Paper, u64)],
    seen: &mut Seen,
) -> rusqlite::Result<Vec<Outcome>> {
    transaction.prepare_cached("INSERT OR IGNORE INTO sources (name) VALUES (?)")?.execute([source])?;
    let source = transaction.query_row("SELECT number FROM sources WHERE name = ?", [source], |row| row.get(0))?;
    papers.iter().map(|(paper, line)| take_in_one(transaction, source, paper, *line, seen)).collect()
}

fn take_in_one(
    transaction: &Transaction,
    source: i64,
    paper: &Paper,
    line: u64,
    seen: &mut Seen,
) -> rusqlite::Result<Outcome> {
    let Some(known) = known(transaction, paper)? else {
        let number = insert(transaction, source, paper)?;
        seen.0.insert(number, line);
        return Ok(Outcome::Added);
    };
    let old = from_json(&known.record, 1)?;
    let same_title = old.title_key() == paper.title_key();
    let first_line = seen.0.get(&known.number).copied();
    // The same file may correct a title; but within one run, or from another file, the id stands for something else.
    let same_paper = known.by_identifier || same_title || (known.source == source && first_line.is_none());
    if !same_paper {
        let id = derived_id(&paper.title, paper.authors.first().map_or("", String::as_str), paper.year);
        if id == paper.id {
            // The id was derived already: two titles, one id. The odds are 1 in 65,536 per author, year and word.
            return Ok(Outcome::Repeated { first_line: first_line.unwrap_or(0) });
        }
        let renamed = Paper { id: id.clone(), ..paper.clone() };
        return Ok(match take_in_one(transaction, source, &renamed, line, seen)? {
            Outcome::Added => Outcome::AddedAs { id, taken_by: old.title },
            other => other,
        });
    }
    let new = Paper { id: old.id.clone(), ..merged(paper.clone(), &old) };
    if let Some(first_line) = first_line {
        let same = new.text() == old.text();
        return Ok(if same { Outcome::Unchanged } else { Outcome::Repeated { first_line } });
    }
    seen.0.insert(known.number, line);
    if new == old && !known.removed {
        return Ok(Outcome::Unchanged);
    }
    let sql = "UPDATE papers SET title_key = ?, record = ?, text_hash = ?, removed_at = NULL WHERE number = ?";
    transaction.prepare_cached(sql)?.execute(params![new.title_key(), json(&new)?, text_hash(&new), known.number])?;
    identify(transaction, known.number, &new)?;
    Ok(if known.removed { Outcome::Added } else { Outcome::Updated })
}

fn insert(transaction: &Transaction, source: i64, paper: &Paper) -> rusqlite::Result<PaperNumber> {
    let sql = "INSERT INTO papers (id, title_key, record, text_hash, source) VALUES (?, ?, ?, ?, ?)";
    let values = params![paper.id.as_str(), paper.title_key(), json(paper)?, text_hash(paper), source];
    let number = transaction.prepare_cached(sql)?.insert(values)?;
    identify(transaction, number, paper)?;
    Ok(number)
}

fn identify(transaction: &Transaction, number: PaperNumber, paper: &Paper) -> rusqlite::Result<()> {
    for identifier in paper.ids.iter() {
        let sql = "INSERT OR IGNORE INTO identifiers (value, paper) VALUES (?, ?)";
        transaction.prepare_cached(sql)?.execute(params![identifier.to_string(), number])?;
    }
    Ok(())
}

fn json(paper: &Paper) -> rusqlite::Result<String> {
    serde_json::to_string(paper).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// `new` where it says something, `old` where it does not.
fn merged(new: Paper, old: &Paper) -> Paper {
    fn or<T: Clone>(new: Vec<T>, old: &[T]) -> Vec<T> {
        if new.is_empty() { old.to_vec() } else { new }
    }
    let mut ids = new.ids.clone();
    old.ids.iter().for_each(|identifier| ids.add(identifier));
    Paper {
        id: new.id,
        title: new.title,
        abstract_text: new.abstract_text.or_else(|| old.abstract_text.clone()),
        et_al: if new.authors.is_empty() { old.et_al } else { new.et_al },
        authors: or(new.authors, &old.authors),
        year: new.year.or(old.year),
        date: new.date.or(old.date),
        venue: new.venue.or_else(|| old.venue.clone()),
        categories: or(new.categories, &old.categories),
        keywords: or(new.keywords, &old.keywords),
        organizations: or(new.organizations, &old.organizations),
        ids,
        url: new.url.or_else(|| old.url.clone()),
        has_code: new.has_code || old.has_code,
    }
}
