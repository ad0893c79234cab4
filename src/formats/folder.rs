//! Finds the files to read in a folder, and reports those that cannot be read.
//!
//! The rules are the same for folders that are added and folders that are watched. Hidden, unfinished, temporary and
//! backup files and folders are skipped by their names. Links are followed, but no folder is entered twice.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// The greatest depth at which folders are entered. It also ends loops that the check for repeated folders does not
/// find.
const MAX_DEPTH: usize = 32;

/// Extensions of unfinished downloads and of temporary, lock and backup files.
const UNFINISHED: [&str; 12] = [
    "part", "partial", "crdownload", "download", "opdownload", "aria2", "filepart", "tmp", "temp", "swp", "lock", "bak",
];

/// The files in a folder and in its subfolders.
#[derive(Debug, Default)]
pub struct Contents {
    /// The files, in the order of their names. The files of a folder precede those of its subfolders.
    pub files: Vec<(PathBuf, Metadata)>,
    /// Paths that cannot be read, each with the reason. In a message the reason follows the path.
    pub unreachable: Vec<(PathBuf, String)>,
}

/// Returns the files in `folder`. Leaves out the folder `except`, for example the folder of the library.
///
/// A folder that cannot be read, even `folder` itself, is listed as unreachable. The other files are still found.
pub fn contents_of(folder: &Path, except: &Path) -> Contents {
    let mut contents = Contents::default();
    let mut entered: HashSet<PathBuf> = HashSet::from_iter(except.canonicalize());
    let is_read = |entry: &DirEntry| {
        let is_entered_again =
            entry.file_type().is_dir() && entry.path().canonicalize().is_ok_and(|path| !entered.insert(path));
        (entry.depth() == 0 || !is_left_out(entry.path())) && !is_entered_again
    };
    let walk = WalkDir::new(folder).follow_links(true).max_depth(MAX_DEPTH + 1);
    let walk = walk.sort_by_key(|entry| (entry.path().is_dir(), entry.file_name().to_owned()));
    for entry in walk.into_iter().filter_entry(is_read) {
        match entry.and_then(|entry| Ok((entry.metadata()?, entry))) {
            Ok((metadata, entry)) if metadata.is_file() => contents.files.push((entry.into_path(), metadata)),
            Ok((metadata, entry)) if metadata.is_dir() && entry.depth() > MAX_DEPTH => {
                let reason = format!("is more than {MAX_DEPTH} folders deep; to read it, give its path");
                contents.unreachable.push((entry.into_path(), reason));
            }
            // Not listed: folders, which the walk enters, and pipes and devices, which could block without end.
            Ok(_) => {}
            Err(error) => contents.unreachable.extend(unreachable(&error)),
        }
    }
    contents
}

/// Returns the path that cannot be read and the reason. Returns `None` if the path is skipped by its name, no longer
/// exists, or is a link to a folder above it.
fn unreachable(error: &walkdir::Error) -> Option<(PathBuf, String)> {
    let (path, depth, error) = (error.path()?, error.depth(), error.io_error()?);
    let reason = match (std::fs::read_link(path), error.kind()) {
        (Err(_), io::ErrorKind::NotFound) if depth > 0 => return None,
        _ if depth > 0 && is_left_out(path) => return None,
        (Ok(target), io::ErrorKind::NotFound) => format!("is a link to {}, which does not exist", target.display()),
        (Ok(target), _) => format!("is a link to {}, which cannot be reached: {error}", target.display()),
        (Err(_), _) => format!("cannot be read: {error}"),
    };
    Some((path.to_owned(), reason))
}

/// Whether the name of a file or folder is that of a hidden, unfinished, temporary or backup file.
fn is_left_out(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    name.starts_with(['.', '~', '#'])
        || name.ends_with('~')
        || ending.is_some_and(|ending| UNFINISHED.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        folder
    }

    /// Returns the names of the files, and each path that cannot be read with its reason.
    fn found(folder: &Path, except: &str) -> (Vec<String>, Vec<String>) {
        let name = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
        let contents = contents_of(folder, &folder.join(except));
        let unreachable = contents.unreachable.iter().map(|(path, reason)| format!("{} {reason}", name(path)));
        (contents.files.iter().map(|(path, _)| name(path)).collect(), unreachable.collect())
    }

    #[test]
    fn files_are_sorted_without_hidden_unfinished_and_library_files() {
        let folder = folder_with(&[
            "z.bib", "a.csv", "b/c.ris", "b/deep/d.ris", ".hidden.bib", ".git/config", "e.bib~", "f.jsonl.part",
            "g.CRDOWNLOAD", "~$h.csv", "#i.bib#", "x.tmp/j.csv", "library/papers.csv", "b/library/k.csv",
            "partial.bib",
        ]);
        let expected = ["a.csv", "partial.bib", "z.bib", "b/c.ris", "b/deep/d.ris", "b/library/k.csv"];
        assert_eq!(found(folder.path(), "library"), (expected.map(str::to_owned).to_vec(), vec![]));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_no_folder_is_entered_twice() {
        use std::os::unix::fs::symlink;
        let outside = folder_with(&["o.bib", "more/p.bib"]);
        let folder = folder_with(&["b/c.ris"]);
        symlink(folder.path(), folder.path().join("b/loop")).unwrap();
        symlink(outside.path().join("more"), folder.path().join("m")).unwrap();
        symlink(outside.path().join("o.bib"), folder.path().join("o.bib")).unwrap();
        assert_eq!(found(folder.path(), "library").0, ["o.bib", "b/c.ris", "m/p.bib"]);
    }

    #[cfg(unix)]
    #[test]
    fn broken_links_are_reported_and_other_files_are_found() {
        use std::os::unix::fs::symlink;
        let folder = folder_with(&["a.bib"]);
        symlink("gone.bib", folder.path().join("b.bib")).unwrap();
        symlink("c.bib", folder.path().join("c.bib")).unwrap();
        symlink("gone", folder.path().join(".lock")).unwrap();
        let (files, unreachable) = found(folder.path(), "library");
        assert_eq!(files, ["a.bib"]);
        assert_eq!(unreachable[0], "b.bib is a link to gone.bib, which does not exist");
        assert!(unreachable[1].starts_with("c.bib is a link to c.bib, which cannot be reached: "), "{unreachable:?}");
        assert_eq!(unreachable.len(), 2);
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_reported() {
        let contents = contents_of(Path::new("no such folder"), Path::new("library"));
        assert!(contents.files.is_empty());
        assert!(contents.unreachable[0].1.starts_with("cannot be read: "), "{contents:?}");
    }
}
