//! Whether the files of a model folder are those that the registry knows.

use std::path::Path;

use super::model;
use super::registry::{KnownFile, KnownModel};
use crate::{Error, Result};

/// Whether a file of `folder` is the one that is known; `Err` says how it differs.
pub(super) fn verify(file: &KnownFile, folder: &Path) -> Result<(), String> {
    let path = folder.join(&file.path);
    let size = std::fs::metadata(&path).map_err(|error| format!("{} did not arrive: {error}", file.path))?.len();
    if size != file.bytes {
        return Err(format!("{} has {size} bytes instead of {}: refused", file.path, file.bytes));
    }
    match model::sha256_file(&path) {
        Ok(hash) if hash == file.sha256 => Ok(()),
        Ok(hash) => Err(format!("{} has the SHA-256 {hash} instead of {}: refused", file.path, file.sha256)),
        Err(error) => Err(error.to_string()),
    }
}

/// On each load: all files are there and of their size, and the small ones are what they were; weights and tokenizer are
/// hashed by [`Embedder::load`](super::Embedder::load), while they are read.
pub(super) fn verify_small(known: &KnownModel, folder: &Path) -> Result<()> {
    for file in &known.files {
        let path = folder.join(&file.path);
        let whole = match file.bytes {
            ..100_000 => verify(file, folder).is_ok(),
            bytes => std::fs::metadata(&path).is_ok_and(|metadata| metadata.len() == bytes),
        };
        if !whole {
            return Err(Error::AlteredModel { path });
        }
    }
    Ok(())
}
