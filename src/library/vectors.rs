//! Vectors in the library: which papers lack one, storing them, reading them back.

use rusqlite::{OptionalExtension, params};

use super::papers::{advance, from_json};
use super::{Library, PaperNumber, WriteLock};
use crate::vector::{Embedding, ModelIdentity};
use crate::{Error, Result};

/// A paper whose text has no vector yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The paper.
    pub number: PaperNumber,
    /// What to embed.
    pub text: String,
    /// Hash of `text`, stored with the vector.
    pub text_hash: [u8; 16],
}

/// A vector that can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveRow {
    /// Hash of the text that it was made from; with the model it determines the vector.
    pub text_hash: u128,
    /// Whose it is.
    pub paper: PaperNumber,
}

impl Library {
    /// The model that made the library's vectors; `None` while there are none.
    pub fn model(&self) -> Result<Option<ModelIdentity>> {
        let value = |key: &str| {
            let sql = "SELECT value FROM meta WHERE key = ?";
            let read =
                || self.connection.prepare_cached(sql)?.query_row([key], |row| row.get::<_, String>(0)).optional();
            read().map_err(|error| self.failed(error))
        };
        let (Some(name), Some(sha256), Some(dim)) = (value("model_name")?, value("model_sha256")?, value("model_dim")?)
        else {
            return Ok(None);
        };
        let corrupt = |_| Error::Corrupt { path: self.database.clone(), detail: format!("dimension {dim:?}") };
        Ok(Some(ModelIdentity { name, sha256, dim: dim.parse().map_err(corrupt)? }))
    }

    /// Number of papers without a vector of their present text.
    pub fn count_pending(&self) -> Result<u64> {
        let sql = "SELECT count(*) FROM papers LEFT JOIN vectors ON vectors.paper = papers.number
                   AND vectors.text_hash = papers.text_hash WHERE removal IS NULL AND vectors.number IS NULL";
        self.query_one(sql).map(|count: i64| count.unsigned_abs())
    }

    /// Papers without a vector of their present text whose key is greater than `after`, by key, at most `limit`.
    pub fn pending(&self, after: PaperNumber, limit: usize) -> Result<Vec<Pending>> {
        let sql = "SELECT papers.number, record, papers.text_hash FROM papers LEFT JOIN vectors ON vectors.paper = papers.number
                   AND vectors.text_hash = papers.text_hash
                   WHERE papers.number > ? AND removal IS NULL AND vectors.number IS NULL
                   ORDER BY papers.number LIMIT ?";
        self.rows(sql, [after, limit as i64], |row| {
            let paper = from_json(&row.get::<_, String>(1)?, 1)?;
            Ok(Pending { number: row.get(0)?, text: paper.text(), text_hash: row.get(2)? })
        })
    }

    /// Stores the vectors of `papers`, in the same order, as one transaction, and with the first ones the model.
    ///
    /// # Errors
    /// [`Error::OtherModel`] when the library's vectors are another model's.
    pub fn store_vectors(
        &mut self,
        _lock: &WriteLock,
        model: &ModelIdentity,
        papers: &[Pending],
        embeddings: &[Embedding],
    ) -> Result<()> {
        let stored = self.model()?;
        if let Some(stored) = stored.as_ref().filter(|stored| stored.sha256 != model.sha256) {
            let path = self.folder.clone();
            return Err(Error::OtherModel { path, library: stored.short(), current: model.short() });
        }
        self.transaction(|transaction| {
            if stored.is_none() {
                let dim = model.dim.to_string();
                for (key, value) in [("model_name", &model.name), ("model_sha256", &model.sha256), ("model_dim", &dim)]
                {
                    transaction.execute("INSERT INTO meta VALUES (?, ?)", [key, value])?;
                }
            }
            for (paper, embedding) in papers.iter().zip(embeddings) {
                let sql = "INSERT OR REPLACE INTO vectors (paper, text_hash, data) VALUES (?, ?, ?)";
                let values = params![paper.number, paper.text_hash, embedding.to_le_bytes()];
                transaction.prepare_cached(sql)?.execute(values)?;
            }
            advance(transaction)
        })
    }

    /// All vectors that can be searched, oldest first. A paper whose text has changed since is searched by its old vector
    /// until the new one is there.
    pub fn live_rows(&self) -> Result<Vec<LiveRow>> {
        let sql = "SELECT vectors.text_hash, paper FROM vectors JOIN papers ON papers.number = paper
                   WHERE removal IS NULL ORDER BY vectors.number";
        self.rows(sql, [], |row| Ok(LiveRow { text_hash: u128::from_le_bytes(row.get(0)?), paper: row.get(1)? }))
    }

    /// Reads the vectors of papers and hands each to `sink`, in their order.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when a vector is missing or damaged.
    pub fn read_vectors(
        &self,
        papers: impl IntoIterator<Item = PaperNumber>,
        dim: usize,
        mut sink: impl FnMut(Embedding),
    ) -> Result<()> {
        let corrupt = |detail: String| Error::Corrupt { path: self.database.clone(), detail };
        let mut statement = self
            .connection
            .prepare_cached("SELECT data FROM vectors WHERE paper = ?")
            .map_err(|error| self.failed(error))?;
        for number in papers {
            let read =
                statement.query_row([number], |row| Ok(Embedding::from_le_bytes(row.get_ref(0)?.as_blob()?, dim)));
            let embedding = read.optional().map_err(|error| self.failed(error))?;
            let embedding = embedding.ok_or_else(|| corrupt(format!("the vector of paper {number} is missing")))?;
            sink(embedding.map_err(|error| corrupt(format!("the vector of paper {number}: {error}")))?);
        }
        Ok(())
    }
}
