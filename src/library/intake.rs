//! Taking papers in: is this one known, and if so, is what comes better than what is there?
//!
//! A paper is known by its public identifiers, else by its id. An id that a file made up says nothing beyond that file, and
//! an identifier may be that of the proceedings or a slip, so in doubt both papers are kept: a double can be removed, a
//! loss cannot.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use super::papers::{advance, from_json};
use super::{Library, Listed, PaperNumber, WriteLock};
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
    /// The same file has brought it before, with another text; the first is kept.
    Repeated {
        /// The line that was kept.
        first_line: u64,
        /// The id or identifier that the two share.
        shared: String,
    },
}

/// The papers that one file has brought so far, with the line of each.
#[derive(Debug, Default)]
pub struct Seen(HashMap<PaperNumber, u64>);

/// In place of a path for standard input, which is another source each time.
pub const STANDARD_INPUT: &str = "-";

/// Two titles under one identifier are of one work when they share at least this much (Sørensen–Dice over pairs of letters):
/// between a preprint and its published version it is above 0.7, between chapters of one book below 0.4, as a rule.
const SAME_WORK: f64 = 0.5;

impl Library {
    /// Takes papers in, in order, as one transaction; each comes with the line it stood on. `source` is the file's full
    /// path, or [`STANDARD_INPUT`].
    ///
    /// An abstract is never replaced by nothing, and no paper by another.
    pub fn take_in(
        &mut self,
        _lock: &WriteLock,
        source: &str,
        papers: &[(Paper, u64)],
        seen: &mut Seen,
    ) -> Result<Vec<Outcome>> {
        if papers.is_empty() {
            return Ok(Vec::new());
        }
        self.transaction(|transaction| {
            transaction.prepare_cached("INSERT OR IGNORE INTO sources (name) VALUES (?)")?.execute([source])?;
            let find = "SELECT number FROM sources WHERE name = ?";
            let number = transaction.query_row(find, [source], |row| row.get(0))?;
            let mut file = File { transaction, number, is_stdin: source == STANDARD_INPUT, seen };
            let outcomes: Vec<Outcome> =
                papers.iter().map(|(paper, line)| file.take_in(paper, *line)).collect::<rusqlite::Result<_>>()?;
            if outcomes.iter().any(|outcome| !matches!(outcome, Outcome::Unchanged | Outcome::Repeated { .. })) {
                advance(transaction)?;
            }
            Ok(outcomes)
        })
    }

    /// The stored paper that `paper` would be taken for; `None` if it would be new.
    pub fn same_as(&self, paper: &Paper) -> Result<Option<Listed>> {
        let found = known(&self.connection, paper).map_err(|error| self.failed(error))?;
        let live = found.filter(|known| !known.removed);
        let listed = live.map(|known| self.paper(known.number)).transpose()?.flatten();
        Ok(listed.filter(|listed| listed.paper.title_key() == paper.title_key()))
    }
}

/// What the library knows of a paper that comes in.
struct Known {
    number: PaperNumber,
    paper: Paper,
    source: i64,
    removed: bool,
    /// The public identifier by which it is known; `None` if by its id.
    identifier: Option<String>,
}

fn known(connection: &Connection, paper: &Paper) -> rusqlite::Result<Option<Known>> {
    let read = |row: &rusqlite::Row| {
        let paper = from_json(&row.get::<_, String>(1)?, 1)?;
        let removed = row.get::<_, Option<i64>>(3)?.is_some();
        Ok(Known { number: row.get(0)?, paper, source: row.get(2)?, removed, identifier: None })
    };
    for identifier in paper.ids.iter() {
        let sql = "SELECT number, record, source, removal FROM papers
                   WHERE number IN (SELECT paper FROM identifiers WHERE value = ?) ORDER BY number";
        let mut statement = connection.prepare_cached(sql)?;
        for known in statement.query_map([identifier.to_string()], read)? {
            let known = known?;
            if is_same_work(&known.paper, paper) {
                return Ok(Some(Known { identifier: Some(identifier.to_string()), ..known }));
            }
        }
    }
    let sql = "SELECT number, record, source, removal FROM papers WHERE id = ?";
    connection.prepare_cached(sql)?.query_row([paper.id.as_str()], read).optional()
}

fn is_same_work(a: &Paper, b: &Paper) -> bool {
    strsim::sorensen_dice(&a.title_key(), &b.title_key()) >= SAME_WORK
}

/// The file that papers come from, within a transaction.
struct File<'a> {
    transaction: &'a Transaction<'a>,
    number: i64,
    is_stdin: bool,
    seen: &'a mut Seen,
}

impl File<'_> {
    fn take_in(&mut self, paper: &Paper, line: u64) -> rusqlite::Result<Outcome> {
        let Some(known) = known(self.transaction, paper)? else {
            let number = self.insert(paper)?;
            self.seen.0.insert(number, line);
            return Ok(Outcome::Added);
        };
        let old = known.paper;
        let first_line = self.seen.0.get(&known.number).copied();
        // The same file may correct a title; but within one run, or from another file, an id may stand for anything.
        let corrects = known.source == self.number && !self.is_stdin && first_line.is_none();
        if known.identifier.is_none() && old.title_key() != paper.title_key() && !corrects {
            return self.take_in_renamed(paper, line, &old);
        }
        let new = Paper { id: old.id.clone(), ..merged(paper.clone(), &old) };
        if let Some(first_line) = first_line {
            let shared = known.identifier.unwrap_or_else(|| old.id.to_string());
            let same = new.text() == old.text();
            return Ok(if same { Outcome::Unchanged } else { Outcome::Repeated { first_line, shared } });
        }
        self.seen.0.insert(known.number, line);
        if new == old && !known.removed {
            return Ok(Outcome::Unchanged);
        }
        let sql = "UPDATE papers SET title_key = ?, record = ?, text_hash = ?, removal = NULL WHERE number = ?";
        let values = params![new.title_key(), json(&new)?, text_hash(&new), known.number];
        self.transaction.prepare_cached(sql)?.execute(values)?;
        self.identify(known.number, &new)?;
        Ok(if known.removed { Outcome::Added } else { Outcome::Updated })
    }

    /// Takes a paper in whose id names `other`.
    fn take_in_renamed(&mut self, paper: &Paper, line: u64, other: &Paper) -> rusqlite::Result<Outcome> {
        let id = derived_id(&paper.title, paper.authors.first().map_or("", String::as_str), paper.year);
        if id == paper.id {
            // The id was derived already: two titles, one id. The odds are 1 in 65,536 per author, year and word.
            let first_line = self.seen.0.values().copied().min().unwrap_or(0);
            return Ok(Outcome::Repeated { first_line, shared: id.to_string() });
        }
        let renamed = Paper { id: id.clone(), ..paper.clone() };
        Ok(match self.take_in(&renamed, line)? {
            Outcome::Added => Outcome::AddedAs { id, taken_by: other.title.clone() },
            other => other,
        })
    }

    fn insert(&self, paper: &Paper) -> rusqlite::Result<PaperNumber> {
        let sql = "INSERT INTO papers (id, title_key, record, text_hash, source) VALUES (?, ?, ?, ?, ?)";
        let values = params![paper.id.as_str(), paper.title_key(), json(paper)?, text_hash(paper), self.number];
        let number = self.transaction.prepare_cached(sql)?.insert(values)?;
        self.identify(number, paper)?;
        Ok(number)
    }

    fn identify(&self, number: PaperNumber, paper: &Paper) -> rusqlite::Result<()> {
        for identifier in paper.ids.iter() {
            let sql = "INSERT OR IGNORE INTO identifiers (value, paper) VALUES (?, ?)";
            self.transaction.prepare_cached(sql)?.execute(params![identifier.to_string(), number])?;
        }
        Ok(())
    }
}

fn json(paper: &Paper) -> rusqlite::Result<String> {
    serde_json::to_string(paper).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// First half of the SHA-256 of the text that is embedded.
fn text_hash(paper: &Paper) -> [u8; 16] {
    let digest = Sha256::digest(paper.text().as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
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
