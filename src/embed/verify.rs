//! Compares the files of a model folder with the registry.

use std::path::Path;

use super::files;
use super::model::READ_FILES;
use super::registry::{KnownFile, KnownModel};
use crate::{Error, Result};

/// The files that [`Embedder::load`](super::Embedder::load) hashes while it reads them.
pub(super) const HASHED_WHEN_LOADED: [&str; 2] = ["model.safetensors", "tokenizer.json"];

/// Checks the size and the SHA-256 of the file at `path`. `Err` says how it differs from `file`.
pub(super) fn verify(file: &KnownFile, path: &Path) -> Result<(), String> {
    let size = std::fs::metadata(path).map_err(|error| format!("cannot read {}: {error}", file.path))?.len();
    if size != file.bytes {
        return Err(format!("{} has {size} bytes instead of {}: refused", file.path, file.bytes));
    }
    match files::sha256(path) {
        Ok(hash) if hash == file.sha256 => Ok(()),
        Ok(hash) => Err(format!("{} has the SHA-256 {hash} instead of {}: refused", file.path, file.sha256)),
        Err(error) => Err(error.to_string()),
    }
}

/// Checks a folder before each load: the hash of every file, or its size if it is hashed while it is loaded; and that the
/// folder has no other file that would be read.
pub(super) fn verify_folder(known: &KnownModel, folder: &Path) -> Result<()> {
    for file in &known.files {
        let path = folder.join(&file.path);
        let is_unaltered = if HASHED_WHEN_LOADED.contains(&file.path.as_str()) {
            std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == file.bytes)
        } else {
            verify(file, &path).is_ok()
        };
        if !is_unaltered {
            return Err(Error::AlteredModel { path });
        }
    }
    for name in READ_FILES {
        let path = folder.join(name);
        if !known.files.iter().any(|file| file.path == name) && path.exists() {
            return Err(Error::AlteredModel { path });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::default_model;

    #[test]
    fn every_file_of_a_known_model_is_compared_with_the_registry() {
        let mut known = default_model().clone();
        let contents = |file: &KnownFile| file.path.clone().into_bytes();
        let folder = tempfile::tempdir().unwrap();
        for file in &mut known.files {
            let path = folder.path().join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, contents(file)).unwrap();
            (file.bytes, file.sha256) = (file.path.len() as u64, files::sha256(&path).unwrap());
        }
        verify_folder(&known, folder.path()).unwrap();
        for file in &known.files {
            let path = folder.path().join(&file.path);
            let mut altered = contents(file);
            altered[0] ^= 1;
            std::fs::write(&path, altered).unwrap();
            let is_hashed_later = HASHED_WHEN_LOADED.contains(&file.path.as_str());
            assert_eq!(verify_folder(&known, folder.path()).is_ok(), is_hashed_later, "{}", file.path);
            std::fs::write(&path, contents(file)).unwrap();
        }
        // A file that the model does not have, but that would be read.
        let removed = known.files.iter().position(|file| file.path == "sentence_bert_config.json").unwrap();
        known.files.remove(removed);
        let error = verify_folder(&known, folder.path()).unwrap_err();
        assert!(error.to_string().contains("sentence_bert_config.json has changed"), "{error}");
    }
}
