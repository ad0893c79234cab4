//! The files of a folder.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::unusable;
use crate::{Error, Result};

/// Folders within folders are followed to here, so that a loop that cannot be seen ends.
const MAX_DEPTH: usize = 32;

/// The files in `folder` and in the folders within it, in the order of their names: the files of a folder first, then
/// its folders. Hidden ones are left out, as are folders that were seen before, by whatever name.
///
/// # Errors
/// The folder itself cannot be read, or holds no file. Folders within it that cannot be read are left out.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting = vec![(folder.to_owned(), 0)];
    while let Some((current, depth)) = waiting.pop() {
        // Links may lead back to where they stand.
        if depth > MAX_DEPTH || !seen.insert(current.canonicalize().unwrap_or_else(|_| current.clone())) {
            continue;
        }
        let entries = match std::fs::read_dir(&current) {
            Ok(entries) => entries,
            Err(error) if depth == 0 => return Err(Error::io("read", folder)(error)),
            Err(_) => continue,
        };
        let is_hidden = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| !is_hidden(path));
        paths.sort();
        let (folders, rest): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
        // Pipes and devices could be waited for without end.
        files.extend(rest.into_iter().filter(|path| path.is_file()));
        waiting.extend(folders.into_iter().rev().map(|path| (path, depth + 1)));
    }
    if files.is_empty() {
        return Err(unusable(folder, "is a folder without files"));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_folder_come_in_order_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["b", "b/deep", ".git"] {
            std::fs::create_dir(path(name)).unwrap();
        }
        for name in ["z.bib", "a.csv", "b/c.ris", "b/deep/d.ris", ".hidden.bib", ".git/config"] {
            std::fs::write(path(name), "x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), path("b/loop")).unwrap();
        let expected = ["a.csv", "z.bib", "b/c.ris", "b/deep/d.ris"].map(path);
        assert_eq!(files_in(folder.path()).unwrap(), expected);
    }

    #[test]
    fn a_folder_without_files_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let message = files_in(folder.path()).unwrap_err().to_string();
        assert!(message.ends_with("is a folder without files"), "{message}");
        assert!(files_in(&folder.path().join("none")).is_err());
    }
}
