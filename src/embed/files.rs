//! Reads the files of a model folder, which may be a stranger's: only files, not pipes or devices, and only of a size
//! that the files of a model have.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::http::in_short;
use crate::{Error, Result};

/// The greatest size of a configuration file. Those of sentence-transformers have at most a few kilobytes.
pub(super) const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// The greatest size of `tokenizer.json`. That of a model for a hundred languages has 17 MB.
pub(super) const MAX_TOKENIZER_BYTES: u64 = 32 << 20;

/// The greatest size of the weights: twice the greatest model that is loaded, since a file may have tensors that are not.
pub(super) const MAX_WEIGHTS_BYTES: u64 = 8 << 30;

/// Returns the error for a file or folder of a model.
pub(super) fn unusable(path: &Path, reason: impl Into<String>) -> Error {
    Error::Model { path: path.to_owned(), reason: reason.into() }
}

/// Opens a file of at most `most` bytes. Links are followed, since the cache of the hub has links to files.
///
/// # Errors
/// [`Error::Model`] for a folder, a pipe, a device or a larger file; [`Error::Io`] if it is missing or cannot be read.
pub(super) fn open(path: &Path, most: u64) -> Result<File> {
    // Before it is opened: opening a pipe waits for a writer.
    let metadata = std::fs::metadata(path).map_err(Error::io("read", path))?;
    if !metadata.is_file() {
        return Err(unusable(path, "is not a file"));
    }
    let bytes = metadata.len();
    if bytes > most {
        let limit = most >> 20;
        return Err(unusable(
            path,
            format!("has {} MiB; relata reads at most {limit} MiB of such a file", bytes >> 20),
        ));
    }
    File::open(path).map_err(Error::io("read", path))
}

/// Reads a file of at most `most` bytes. Errors as for [`open`].
pub(super) fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // `take`, in case the file grows.
    open(path, most)?.take(most).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    Ok(bytes)
}

/// SHA-256 of a file of at most [`MAX_WEIGHTS_BYTES`], in hexadecimal. Errors as for [`open`].
pub(super) fn sha256(path: &Path) -> Result<String> {
    let file = open(path, MAX_WEIGHTS_BYTES)?;
    // SAFETY: the bytes are read once, front to back. relata replaces model files only by rename, never in place.
    let bytes = unsafe { memmap2::Mmap::map(&file) }.map_err(Error::io("read", path))?;
    Ok(hex(&Sha256::digest(&bytes)))
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The reason why a JSON file is unusable. It may quote the file, so it is cut.
pub(super) fn json_reason(error: &serde_json::Error) -> String {
    in_short(&error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_a_limited_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, b"abc").unwrap();
        assert_eq!(read(&path, 3).unwrap(), b"abc");
        assert_eq!(sha256(&path).unwrap()[..8], *"ba7816bf");
        assert!(read(folder.path(), 3).unwrap_err().to_string().ends_with("is not a file"));
        // A file without contents takes no space on the disk, but has a size.
        File::create(&path).unwrap().set_len(9 << 30).unwrap();
        let error = sha256(&path).unwrap_err().to_string();
        assert!(error.ends_with("has 9216 MiB; relata reads at most 8192 MiB of such a file"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_pipes_are_refused_and_links_to_files_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link, pipe) = (folder.path().join("f"), folder.path().join("l"), folder.path().join("p"));
        std::fs::write(&file, b"abc").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(read(&link, 3).unwrap(), b"abc");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), Path::new("/dev/zero"), Path::new("/dev/null")] {
            assert!(open(path, 3).unwrap_err().to_string().ends_with("is not a file"), "{}", path.display());
        }
    }
}
