//! A complete check of the database, for `relata doctor`.

use std::ops::Range;

use rusqlite::{Row, params};

use super::identity::Features;
use super::papers::{from_json, paper_from_json};
use super::placement::text_hash;
use super::profiles::timestamp;
use super::vectors::precision;
use super::{Library, PaperNumber, checksums, sentences};
use crate::paper::{Paper, PaperId};
use crate::vector::{Embedding, SentenceVector};
use crate::{Error, Result};

/// Tables, each with a condition in SQL that is true for every undamaged row.
#[rustfmt::skip]
pub(super) const CONDITIONS: [(&str, &str); 10] = [
    ("last_commit", "typeof(token) = 'text' AND token GLOB 'commit:*' AND length(token) = 72"),
    ("meta", "typeof(key) = 'text' AND typeof(value) = 'text'
              AND (key NOT IN ('state', 'epoch') OR length(value) = 32 AND value NOT GLOB '*[^0-9a-f]*')"),
    ("sources", "typeof(name) = 'text'"),
    ("papers", "removal IS NULL OR typeof(removal) = 'integer' AND removal >= 0"),
    ("versions", "typeof(id) = 'text' AND typeof(line) = 'integer' AND line >= 0 AND typeof(hash) = 'integer'
                  AND typeof(reason) IN ('text', 'null') AND alone IN (0, 1)
                  AND (removal IS NULL OR typeof(removal) = 'integer' AND removal > 0)"),
    ("decisions", "typeof(number) = 'integer' AND number > 0 AND a < b AND together IN (0, 1)"),
    ("profiles", "typeof(name) = 'text' AND typeof(key) = 'text' AND length(key) = 32 AND key NOT GLOB '*[^0-9a-f]*'
                  AND typeof(last_feed_paper) = 'integer' AND last_feed_paper >= 0
                  AND (removal IS NULL OR typeof(removal) = 'integer' AND removal > 0)"),
    ("opinions", "typeof(number) = 'integer' AND number > 0 AND opinion IN (-1, 0, 1)"),
    ("seen", "typeof(number) = 'integer' AND number > 0
              AND (profile IS 0 OR EXISTS (SELECT 1 FROM profiles WHERE profiles.number = profile))"),
    ("title_keys", "typeof(key) = 'integer'"),
];

/// The columns with times, each with its table.
pub(super) const TIMES: [(&str, &str); 3] =
    [("profiles", "last_feed_at"), ("opinions", "said_at"), ("seen", "seen_at")];

impl Library {
    /// Runs SQLite's check of every page and index, and then checks the values in all tables, also those of removed
    /// papers. Takes seconds for a large library.
    ///
    /// Every row has a checksum (`checksums.rs`), so a wrong value that could be right is found, too.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) with the first damage.
    pub fn check(&self) -> Result<()> {
        let verdict: String = self.query_one("PRAGMA integrity_check(1)")?;
        if verdict != "ok" {
            return Err(self.page_fault(&verdict));
        }
        let strays = self.rows("PRAGMA foreign_key_check", [], |row| {
            Ok(format!("a row of {} refers to a missing row of {}", row.get::<_, String>(0)?, row.get::<_, String>(2)?))
        })?;
        if let Some(stray) = strays.into_iter().next() {
            return Err(self.corrupt(stray));
        }
        self.check_values()?;
        self.check_papers()?;
        self.check_versions()?;
        self.check_vectors()?;
        self.check_checksums()
    }

    /// The error for a finding of SQLite's check: "Tree 30 page 30: unable to get the page. error code=266".
    fn page_fault(&self, verdict: &str) -> Error {
        let detail = verdict.trim_start_matches("*** in database main ***").trim().replace('\n', "; ");
        let code = detail.rsplit_once("error code=").and_then(|(_, code)| code.parse::<i32>().ok());
        match code {
            Some(code) if code & 0xff == rusqlite::ffi::SQLITE_IOERR => {
                Error::DiskFailed { path: self.database().to_owned(), detail: "reading failed".to_owned() }
            }
            _ => self.corrupt(detail),
        }
    }

    /// Checks that no row has changed since it was written.
    fn check_checksums(&self) -> Result<()> {
        for table in checksums::TABLES {
            let damaged: i64 = self.query_one(&checksums::count_damaged(table))?;
            if damaged > 0 {
                return Err(self.corrupt(format!("rows of {} that changed on the disk: {damaged}", table.0)));
            }
        }
        Ok(())
    }

    /// Checks the values that are neither records nor vectors.
    fn check_values(&self) -> Result<()> {
        for (table, condition) in CONDITIONS {
            let sql = format!("SELECT count(*) FROM {table} WHERE ({condition}) IS NOT TRUE");
            let damaged: i64 = self.query_one(&sql)?;
            if damaged > 0 {
                return Err(self.corrupt(format!("rows of {table} with an invalid value: {damaged}")));
            }
        }
        for (table, column) in TIMES {
            let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
            self.rows(&sql, [], |row| timestamp(row, 0))?;
        }
        let named: i64 = self.query_one("SELECT count(*) FROM meta WHERE key IN ('state', 'epoch')")?;
        if named < 2 {
            return Err(self.corrupt("the state of the library has no name".to_owned()));
        }
        let has_vectors: bool = self.query_one("SELECT EXISTS (SELECT 1 FROM vectors)")?;
        if has_vectors && self.model()?.is_none() {
            return Err(self.corrupt("the model that made the vectors is not recorded".to_owned()));
        }
        Ok(())
    }

    /// Checks that the record of every paper can be read, and that what is derived from it belongs to it.
    fn check_papers(&self) -> Result<()> {
        self.each("SELECT id, title_key, text_hash, record FROM papers", |row| {
            let id: String = row.get(0)?;
            let paper = from_json(row.get_ref(3)?.as_str()?, 3)?;
            let fault = if paper.id.as_str() != id {
                "its record has another id"
            } else if paper.title_key() != row.get::<_, String>(1)? {
                "its title key belongs to another title"
            } else if text_hash(&paper) != row.get::<_, [u8; 16]>(2)? {
                "the hash of its text belongs to another text"
            } else {
                return Ok(Ok(()));
            };
            Ok(Err(format!("{id:?}: {fault}")))
        })
    }

    /// Checks that every paper that is not removed has a version, that every record can be read, and that each version
    /// that is not removed leads to its paper.
    fn check_versions(&self) -> Result<()> {
        let sql = "SELECT id FROM papers WHERE removal IS NULL AND NOT EXISTS
                   (SELECT 1 FROM versions WHERE paper = papers.number AND versions.removal IS NULL)";
        let without = self.rows(sql, [], |row| row.get::<_, String>(0))?;
        if let Some(id) = without.first() {
            return Err(self.corrupt(format!("{id:?}: the paper has no version")));
        }
        let sql = "SELECT versions.id, coalesce(versions.record, papers.record), papers.number,
                          versions.removal IS NULL
                   FROM versions JOIN papers ON papers.number = versions.paper";
        self.each(sql, |row| {
            let id: String = row.get(0)?;
            let mut record = from_json(row.get_ref(1)?.as_str()?, 1)?;
            record.id = PaperId::new(&id);
            let is_kept: bool = row.get(3)?;
            match !is_kept || self.is_found_by(&record, row.get(2)?)? {
                true => Ok(Ok(())),
                false => Ok(Err(format!("{id:?}: its identifiers or its title do not find it"))),
            }
        })
    }

    /// Whether all identifiers and title keys of a record lead to its paper.
    fn is_found_by(&self, record: &Paper, paper: PaperNumber) -> rusqlite::Result<bool> {
        let features = Features::of(record);
        for identifier in &features.identifiers {
            let sql = "SELECT 1 FROM identifiers WHERE value = ? AND paper = ?";
            if !self.connection.prepare_cached(sql)?.exists(params![identifier.to_string(), paper])? {
                return Ok(false);
            }
        }
        for key in &features.keys {
            let sql = "SELECT 1 FROM title_keys WHERE key = ? AND paper = ?";
            if !self.connection.prepare_cached(sql)?.exists([*key, paper])? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn check_vectors(&self) -> Result<()> {
        let dim = self.model()?.map_or(0, |model| model.dim);
        let sql = "SELECT id, record, papers.text_hash IS vectors.text_hash, precision, vectors.data,
                          sentence_vectors.data
                   FROM vectors JOIN papers ON papers.number = paper
                   LEFT JOIN sentence_vectors ON vector = vectors.number ORDER BY vectors.number";
        self.each(sql, |row| {
            let id: String = row.get(0)?;
            Ok(check_row(row, dim)?.map_err(|detail| format!("{id:?}: {detail}")))
        })
    }

    /// Calls `check` with each row of a query. It returns a description of the damage in the row, if there is any.
    fn each(&self, sql: &str, check: impl Fn(&Row) -> rusqlite::Result<Result<(), String>>) -> Result<()> {
        let read = || {
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Err(detail) = check(row)? {
                    return Ok(Err(detail));
                }
            }
            Ok(Ok(()))
        };
        read().map_err(|error| self.failed(error))?.map_err(|detail| self.corrupt(detail))
    }
}

/// Checks the vectors of one paper.
pub(super) fn check_row(row: &Row, dim: usize) -> rusqlite::Result<Result<(), String>> {
    let paper = paper_from_json(&row.get::<_, String>(1)?, 1)?;
    let is_of_present_text: bool = row.get(2)?;
    precision(row, 3)?;
    let vector = Embedding::from_le_bytes(row.get_ref(4)?.as_blob()?, dim);
    let sentences = row.get_ref(5)?.as_blob_or_null()?.map(|blob| sentences::decode(blob, dim));
    Ok(match (vector, sentences) {
        (Err(error), _) => Err(error.to_string()),
        (Ok(_), None) => Ok(()),
        (Ok(_), Some(_)) if !is_of_present_text => Err("its sentence vectors belong to another text".to_owned()),
        (Ok(_), Some(sentences)) => sentences.and_then(|sentences| check_ranges(&sentences, &paper.text())),
    })
}

fn check_ranges(sentences: &[SentenceVector], text: &str) -> Result<(), String> {
    let is_outside = |range: &&Range<u32>| text.get(range.start as usize..range.end as usize).is_none();
    match sentences.iter().map(|sentence| &sentence.range).find(is_outside) {
        Some(outside) => Err(format!("its text has no sentence at bytes {outside:?}")),
        None => Ok(()),
    }
}
