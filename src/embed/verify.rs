//! Compares the files of a model folder with the registry.

use std::path::Path;

use super::model;
use super::registry::{KnownFile, KnownModel};
use crate::{Error, Result};

/// Checks the size and the SHA-256 of a file in `folder`. `Err` says how the file differs.
pub(super) fn verify(file: &KnownFile, folder: &Path) -> Result<(), String> {
    let path = folder.join(&file.path);
    let size = std::fs::metadata(&path).map_err(|error| format!("cannot read {}: {error}", file.path))?.len();
    if size != file.bytes {
        return Err(format!("{} has {size} bytes instead of {}: refused", file.path, file.bytes));
    }
    match model::sha256_file(&path) {
        Ok(hash) if hash == file.sha256 => Ok(()),
        Ok(hash) => Err(format!("{} has the SHA-256 {hash} instead of {}: refused", file.path, file.sha256)),
        Err(error) => Err(error.to_string()),
    }
}

/// Checks a folder before each load: the size of every file, and the hash of each small file.
/// [`Embedder::load`](super::Embedder::load) hashes the weights and the tokenizer while it reads them.
pub(super) fn verify_small(known: &KnownModel, folder: &Path) -> Result<()> {
    for file in &known.files {
        let path = folder.join(&file.path);
        let is_unaltered = match file.bytes {
            ..100_000 => verify(file, folder).is_ok(),
            bytes => std::fs::metadata(&path).is_ok_and(|metadata| metadata.len() == bytes),
        };
        if !is_unaltered {
            return Err(Error::AlteredModel { path });
        }
    }
    Ok(())
}
