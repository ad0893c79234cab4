//! Vectors in the library: finds papers without vectors, and stores and reads vectors.

use rusqlite::{OptionalExtension, Row, params};

use super::connection::advance;
use super::papers::{damaged, paper_from_json};
use super::{Library, PaperNumber, WriteLock, sentences};
use crate::vector::{Embedded, Embedding, ModelIdentity, Precision};
use crate::{Error, Result};

/// A paper to embed: the vector of its present text, or those of its sentences, are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The paper.
    pub number: PaperNumber,
    /// The text to embed.
    pub text: String,
    /// Hash of `text`, stored with the vector.
    pub text_hash: [u8; 16],
}

/// A vector that can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchableVector {
    /// The hash of the text that was embedded, combined with the precision. With the model, it determines the vector
    /// apart from rounding.
    pub version: u128,
    /// The hash of the paper's present text. The vector is of another text until the present text is embedded.
    pub text: u128,
    /// Its paper.
    pub paper: PaperNumber,
}

/// How many vectors the library has, without those of removed papers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorSummary {
    /// The number of papers with a vector of each precision, most exact first.
    pub papers: [(Precision, u64); Precision::ALL.len()],
    /// Number of sentence vectors.
    pub sentences: u64,
    /// The size of the sentence vectors in the database, with the positions of the sentences, in bytes.
    pub sentence_bytes: u64,
}

impl Library {
    /// Number of all papers that [`pending`](Self::pending) lists.
    pub fn count_pending(&self) -> Result<u64> {
        let sql = format!("SELECT count(*) FROM papers WHERE {PENDING}");
        self.query_one(&sql).map(|count: i64| count.unsigned_abs())
    }

    /// Whether there may be vectors of texts that have changed since. Far faster than counting them.
    pub fn may_have_outdated_vectors(&self) -> Result<bool> {
        // A trigger deletes the vectors of the sentences when the text of a paper changes.
        self.query_one("SELECT (SELECT count(*) FROM vectors) > (SELECT count(*) FROM sentence_vectors)")
    }

    /// Lists papers without vectors of their present text or of its sentences. Returns at most `limit` papers whose
    /// number is greater than `after`, in the order of their numbers.
    pub fn pending(&self, after: PaperNumber, limit: usize) -> Result<Vec<Pending>> {
        let sql = format!(
            "SELECT number, record, text_hash FROM papers WHERE number > ? AND {PENDING} ORDER BY number LIMIT ?"
        );
        self.rows(&sql, [after, limit as i64], |row| {
            let paper = paper_from_json(&row.get::<_, String>(1)?, 1)?;
            Ok(Pending { number: row.get(0)?, text: paper.text(), text_hash: row.get(2)? })
        })
    }

    /// Stores the vectors of papers and of their sentences, as one transaction. `embedded` has the order of `papers`,
    /// and all its vectors have the precision `precision`. They replace earlier vectors of the papers. The first call
    /// also stores the model.
    ///
    /// # Errors
    /// [`Error::OtherModel`] when another model made the library's vectors. [`Error::InvalidVector`] for a vector of
    /// another dimension, or for sentences that are empty, overlap or are out of order. After an error, nothing is
    /// stored.
    ///
    /// # Panics
    /// If `papers` and `embedded` differ in length.
    pub fn store_vectors(
        &mut self,
        _lock: &WriteLock,
        model: &ModelIdentity,
        precision: Precision,
        papers: &[Pending],
        embedded: &[Embedded],
    ) -> Result<()> {
        assert_eq!(papers.len(), embedded.len(), "there must be one vector for each paper");
        let stored = self.model()?;
        if let Some(stored) = stored.as_ref().filter(|stored| stored.sha256 != model.sha256) {
            let path = self.folder.clone();
            return Err(Error::OtherModel { path, library: stored.short(), current: model.short() });
        }
        let blobs: Vec<(Vec<u8>, Vec<u8>)> =
            embedded.iter().map(|embedded| blobs(embedded, model.dim)).collect::<Result<_>>()?;
        self.transaction(|transaction| {
            if stored.is_none() {
                for (key, value) in [
                    ("model_name", &model.name),
                    ("model_sha256", &model.sha256),
                    ("model_dim", &model.dim.to_string()),
                    ("model_multilingual", &model.multilingual.to_string()),
                ] {
                    transaction.execute("INSERT INTO meta (key, value) VALUES (?, ?)", [key, value])?;
                }
            }
            for (paper, (vector, sentences)) in papers.iter().zip(blobs) {
                // REPLACE deletes the old vector and the vectors of its sentences.
                let sql = "INSERT OR REPLACE INTO vectors (paper, text_hash, data, precision) VALUES (?, ?, ?, ?)";
                let values = params![paper.number, paper.text_hash, vector, precision.name()];
                let number = transaction.prepare_cached(sql)?.insert(values)?;
                let sql = "INSERT INTO sentence_vectors (vector, data) VALUES (?, ?)";
                transaction.prepare_cached(sql)?.execute(params![number, sentences])?;
            }
            advance(transaction)
        })
    }

    /// All vectors that can be searched, oldest first. A paper with a changed text keeps its old vector until the new
    /// one is stored.
    pub fn live_rows(&self) -> Result<Vec<SearchableVector>> {
        let sql = "SELECT vectors.text_hash, papers.text_hash, paper, precision
                   FROM vectors JOIN papers ON papers.number = paper
                   WHERE removal IS NULL ORDER BY vectors.number";
        self.rows(sql, [], |row| {
            let version = u128::from_le_bytes(row.get(0)?) ^ mark(precision(row, 3)?);
            Ok(SearchableVector { version, text: u128::from_le_bytes(row.get(1)?), paper: row.get(2)? })
        })
    }

    /// Counts vectors by precision, and vectors of sentences. Reads a few bytes of every row.
    pub fn vector_summary(&self) -> Result<VectorSummary> {
        // The rows are counted here, because SQLite sorts whole rows, with all vectors, to group them.
        let sql = "SELECT precision, length(sentence_vectors.data) FROM papers JOIN vectors ON paper = papers.number
                   LEFT JOIN sentence_vectors ON vector = vectors.number WHERE removal IS NULL";
        let rows = self.rows(sql, [], |row| Ok((precision(row, 0)?, row.get::<_, Option<i64>>(1)?)))?;
        let of = |precision| rows.iter().filter(|(found, _)| *found == precision).count() as u64;
        let papers = Precision::ALL.map(|precision| (precision, of(precision)));
        let sentence_bytes = rows.iter().filter_map(|(_, bytes)| *bytes).sum::<i64>().unsigned_abs();
        let headers = sentences::HEADER_BYTES * rows.iter().filter(|(_, bytes)| bytes.is_some()).count() as u64;
        // All sentences have the same size.
        let bytes_each = sentences::RANGE_BYTES + self.model()?.map_or(0, |model| model.dim as u64);
        let sentences = sentence_bytes.saturating_sub(headers) / bytes_each;
        Ok(VectorSummary { papers, sentences, sentence_bytes })
    }

    /// Passes the vector of each paper to `sink`, in the order of `papers`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when a vector is missing or damaged.
    pub fn read_vectors(
        &self,
        papers: impl IntoIterator<Item = PaperNumber>,
        dim: usize,
        mut sink: impl FnMut(Embedding),
    ) -> Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT data FROM vectors WHERE paper = ?")
            .map_err(|error| self.failed(error))?;
        for number in papers {
            let read =
                statement.query_row([number], |row| Ok(Embedding::from_le_bytes(row.get_ref(0)?.as_blob()?, dim)));
            let embedding = read.optional().map_err(|error| self.failed(error))?;
            let embedding =
                embedding.ok_or_else(|| self.corrupt(format!("the vector of paper {number} is missing")))?;
            sink(embedding.map_err(|error| self.corrupt(format!("the vector of paper {number}: {error}")))?);
        }
        Ok(())
    }
}

/// The SQL condition for papers that must be embedded.
const PENDING: &str = "removal IS NULL AND NOT EXISTS (
    SELECT 1 FROM vectors JOIN sentence_vectors ON vector = vectors.number
    WHERE paper = papers.number AND vectors.text_hash = papers.text_hash)";

/// Encodes the vector of a paper and the vectors of its sentences, as they are stored.
fn blobs(embedded: &Embedded, dim: usize) -> Result<(Vec<u8>, Vec<u8>)> {
    if embedded.vector.dim() != dim {
        return Err(Error::InvalidVector { dim: embedded.vector.dim(), reason: "the model has another dimension" });
    }
    Ok((embedded.vector.to_le_bytes(), sentences::encode(&embedded.sentences, dim)?))
}

pub(super) fn precision(row: &Row, column: usize) -> rusqlite::Result<Precision> {
    let name = row.get_ref(column)?.as_str()?;
    name.parse().map_err(|_| damaged(column, format!("{name:?} is not a precision of vectors")))
}

/// A number that makes the versions of one text different for each precision.
fn mark(precision: Precision) -> u128 {
    match precision {
        Precision::F32 => 0,
        Precision::Bf16 => 1,
        Precision::Int8 => 2,
    }
}
