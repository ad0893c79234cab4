//! A complete check of the database, for `relata doctor`.

use std::ops::Range;

use rusqlite::Row;

use super::papers::from_json;
use super::vectors::precision;
use super::{Library, sentences};
use crate::Result;
use crate::vector::{Embedding, SentenceVector};

impl Library {
    /// Runs SQLite's check of every page, then reads every version, vector and sentence vector, also of removed papers.
    /// Takes seconds for a large library.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) with the first damage.
    pub fn check(&self) -> Result<()> {
        let verdict: String = self.query_one("PRAGMA quick_check(1)")?;
        if verdict != "ok" {
            return Err(self.corrupt(verdict));
        }
        let strays = self.rows("PRAGMA foreign_key_check", [], |row| {
            Ok(format!("a row of {} refers to a missing row of {}", row.get::<_, String>(0)?, row.get::<_, String>(2)?))
        })?;
        match strays.into_iter().next() {
            Some(stray) => Err(self.corrupt(stray)),
            None => self.check_versions().and_then(|()| self.check_vectors()),
        }
    }

    /// Checks that every paper that is not removed has a version, and that every record can be read.
    fn check_versions(&self) -> Result<()> {
        let sql = "SELECT id FROM papers WHERE removal IS NULL AND NOT EXISTS
                   (SELECT 1 FROM versions WHERE paper = papers.number AND versions.removal IS NULL)";
        let without = self.rows(sql, [], |row| row.get::<_, String>(0))?;
        if let Some(id) = without.first() {
            return Err(self.corrupt(format!("{id:?}: the paper has no version")));
        }
        let sql = "SELECT record FROM versions WHERE record IS NOT NULL";
        self.rows(sql, [], |row| from_json(row.get_ref(0)?.as_str()?, 0).map(|_| ())).map(|_| ())
    }

    fn check_vectors(&self) -> Result<()> {
        let dim = self.model()?.map_or(0, |model| model.dim);
        let sql = "SELECT id, record, papers.text_hash IS vectors.text_hash, precision, vectors.data,
                          sentence_vectors.data
                   FROM vectors JOIN papers ON papers.number = paper
                   LEFT JOIN sentence_vectors ON vector = vectors.number ORDER BY vectors.number";
        let read = || {
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Err(detail) = check_row(row, dim)? {
                    return Ok(Err(format!("{:?}: {detail}", row.get::<_, String>(0)?)));
                }
            }
            Ok(Ok(()))
        };
        read().map_err(|error| self.failed(error))?.map_err(|detail| self.corrupt(detail))
    }
}

/// Checks the vectors of one paper.
fn check_row(row: &Row, dim: usize) -> rusqlite::Result<Result<(), String>> {
    let paper = from_json(&row.get::<_, String>(1)?, 1)?;
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
