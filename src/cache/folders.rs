//! The folders below `cache`: their names, and which of them relata may delete.
//!
//! relata deletes a folder only if it has the name of a derived folder, is not a symbolic link, contains the marker
//! [`MARKER`], and contains nothing but files. All this is checked again at each deletion, since anyone can put a
//! folder there.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::faults::{Operation, attempt};
use crate::{Error, Result};

/// The prefix of the names of unfinished folders.
pub(super) const STAGING: &str = ".writing-";

/// An empty file in every folder that relata has made. It is the first file in the folder.
const MARKER: &str = "made-by-relata";

/// The file that makes programs for backups leave out a folder (<https://bford.info/cachedir/>).
const CACHE_TAG: &str = "CACHEDIR.TAG";

const CACHE_TAG_TEXT: &str = "Signature: 8a477f597d28d172789f06886806bc55
# relata makes everything in this folder from papers.db. You may delete it; the next `relata add` makes it again.
";

/// The name of the folder of a kind that is made from `state`.
///
/// # Errors
/// A message if `state` is not a name that relata makes: at most 32 hexadecimal digits. It could be another path.
pub(super) fn name_of(kind: &str, state: &str) -> Result<String, String> {
    match is_state(state) {
        true => Ok(format!("{kind}-{state}")),
        false => Err(format!("{state:?} is not the name of a state")),
    }
}

fn is_state(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Returns the folders of a kind below `cache`, in the order of their names. Leaves out symbolic links.
pub(super) fn folders(cache: &Path, kind: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(cache).into_iter().flatten().flatten();
    let is_folder = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|sort| sort.is_dir());
    let paths = entries.filter(is_folder).map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| is_of_kind(path, kind)).collect();
    folders.sort_unstable();
    folders
}

/// Whether a path is that of a folder `KIND-STATE`, or of an unfinished one if `kind` begins with [`STAGING`].
fn is_of_kind(path: &Path, kind: &str) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let rest = name.and_then(|name| name.strip_prefix(kind)?.strip_prefix('-'));
    match kind.starts_with(STAGING) {
        true => rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric())),
        false => rest.is_some_and(is_state),
    }
}

/// Creates the folder `cache`, with the tag for programs that make backups.
///
/// # Errors
/// [`Error::Io`]; [`Error::Input`] if something else has this name, also a symbolic link to a folder.
pub(super) fn create_cache(cache: &Path) -> Result<()> {
    match std::fs::symlink_metadata(cache) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => {
            let reason = "it is not a folder; move it away".to_owned();
            return Err(Error::Input { path: cache.to_owned(), reason });
        }
        Err(_) => {
            let create = || attempt(Operation::Create, cache).and_then(|()| std::fs::create_dir_all(cache));
            create().map_err(Error::io("create", cache))?;
        }
    }
    let tag = cache.join(CACHE_TAG);
    if tag.symlink_metadata().is_err() {
        let write = || attempt(Operation::Create, &tag).and_then(|()| std::fs::write(&tag, CACHE_TAG_TEXT));
        write().map_err(Error::io("write", &tag))?;
    }
    Ok(())
}

/// A folder that is being written. It is deleted when dropped.
pub(super) struct Staging(TempDir);

impl Staging {
    /// Creates a folder for a kind below `cache`.
    pub fn create(cache: &Path, kind: &str) -> Result<Self> {
        let create = || {
            attempt(Operation::Create, cache)?;
            let folder = tempfile::Builder::new().prefix(&format!("{STAGING}{kind}-")).tempdir_in(cache)?;
            let marker = folder.path().join(MARKER);
            attempt(Operation::Create, &marker)?;
            std::fs::File::create_new(marker)?;
            Ok(Self(folder))
        };
        create().map_err(Error::io("create a folder in", cache))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Gives the folder its final path. There must be nothing at this path.
    pub fn rename(self, target: &Path) -> Result<()> {
        attempt(Operation::Rename, target).map_err(Error::io("create", target))?;
        let folder = self.0.keep();
        std::fs::rename(&folder, target).map_err(Error::io("create", target))
    }
}

/// Deletes a folder that relata has made. Deletes nothing if the folder may be of someone else.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    attempt(Operation::Remove, folder)?;
    let refuse = |reason: &str| Err(io::Error::other(format!("{reason}; move it away")));
    if !std::fs::symlink_metadata(folder)?.is_dir() {
        return refuse("it is not a folder");
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_file() {
            return refuse("relata did not make it: it contains more than files");
        }
        files.push(entry.path());
    }
    // A process that was killed at once leaves a folder without the marker, which is empty then.
    let is_ours = |file: &PathBuf| file.ends_with(MARKER);
    if !files.is_empty() && !files.iter().any(is_ours) {
        return refuse("relata did not make it: it has no file `made-by-relata`");
    }
    // The marker goes last, so that the next deletion finds it if this one is interrupted.
    files.sort_by_key(is_ours);
    for file in files {
        attempt(Operation::Remove, &file)?;
        std::fs::remove_file(file)?;
    }
    std::fs::remove_dir(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_made_here_are_deleted() {
        let cache = tempfile::tempdir().unwrap();
        let at = |name: &str| cache.path().join(name);
        for name in ["index-1", "index-2", "index-3", "index-4"] {
            std::fs::create_dir(at(name)).unwrap();
        }
        std::fs::write(at("index-1/thesis.tex"), "years of work").unwrap();
        assert!(remove(&at("index-1")).unwrap_err().to_string().contains("did not make it"));
        std::fs::write(at("index-2").join(MARKER), "").unwrap();
        std::fs::create_dir(at("index-2/inner")).unwrap();
        assert!(remove(&at("index-2")).unwrap_err().to_string().contains("did not make it"));
        std::fs::write(at("index-3").join(MARKER), "").unwrap();
        std::fs::write(at("index-3/matrix.f32"), "numbers").unwrap();
        remove(&at("index-3")).unwrap();
        remove(&at("index-4")).unwrap();
        let mut left = folders(cache.path(), "index");
        left.sort();
        assert_eq!(left, [at("index-1"), at("index-2")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_neither_followed_nor_listed() {
        let cache = tempfile::tempdir().unwrap();
        let victim = tempfile::tempdir().unwrap();
        std::fs::write(victim.path().join(MARKER), "").unwrap();
        let link = cache.path().join("index-1");
        std::os::unix::fs::symlink(victim.path(), &link).unwrap();
        assert!(folders(cache.path(), "index").is_empty());
        assert!(remove(&link).unwrap_err().to_string().contains("not a folder"));
        assert!(victim.path().join(MARKER).exists());
        let cache_link = cache.path().join("cache");
        std::os::unix::fs::symlink(victim.path(), &cache_link).unwrap();
        assert!(create_cache(&cache_link).unwrap_err().to_string().contains("not a folder"));
        assert!(!victim.path().join(CACHE_TAG).exists());
    }

    #[test]
    fn a_state_is_a_number_and_no_path() {
        assert_eq!(name_of("index", "0af").unwrap(), "index-0af");
        for state in ["", "x", "0AF", "x/../../victim", "..", "0/1", "0\\1", &"0".repeat(33)] {
            assert!(name_of("index", state).is_err(), "{state}");
        }
    }
}
