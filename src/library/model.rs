//! The model that made the vectors of a library.

use rusqlite::OptionalExtension;

use super::Library;
use crate::vector::ModelIdentity;
use crate::{Error, Result};

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
        let multilingual = value("model_multilingual")?.as_deref() == Some("true");
        Ok(Some(ModelIdentity { name, sha256, dim: dim.parse().map_err(corrupt)?, multilingual }))
    }
}
