//! The files of a folder: which of them are to be read, and which cannot be.
//!
//! The same for folders that are added and folders that are watched. Files and folders that are hidden, unfinished or kept
//! by a program for itself are left out by their names. Links are followed, but no folder is entered twice. What cannot be
//! reached is reported.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// Folders are entered down to this depth, which ends loops that links do not explain.
const MAX_DEPTH: usize = 32;

/// Extensions of files that a browser, an editor or another program has not finished, or keeps for itself.
#[rustfmt::skip]
const UNFINISHED: [&str; 12] = [
    "part", "partial", "crdownload", "download", "opdownload", "aria2", "filepart", "tmp", "temp", "swp", "lock",
    "bak",
];

/// What is in a folder and in the folders within it.
#[derive(Debug, Default)]
pub struct Contents {
    /// In the order of their names: the files of a folder first, then its folders.
    pub files: Vec<(PathBuf, Metadata)>,
    /// Folders and links that cannot be reached, and why; the reason follows the path in messages.
    pub unreachable: Vec<(PathBuf, String)>,
}

/// The contents of `folder`, without those of `except`, such as the folder of the library.
///
/// A folder that cannot be read, `folder` itself included, is listed as unreachable; the rest is found all the same.
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
                let reason = format!("lies more than {MAX_DEPTH} folders deep; name it to have it read");
                contents.unreachable.push((entry.into_path(), reason));
            }
            // Folders, and pipes and devices, which could be waited for without end.
            Ok(_) => {}
            Err(error) => contents.unreachable.extend(unreachable(&error)),
        }
    }
    contents
}

/// The path that cannot be reached, and why; `None` if it is left out or gone, or a link back to a folder above it.
fn unreachable(error: &walkdir::Error) -> Option<(PathBuf, String)> {
    let (path, depth, error) = (error.path()?, error.depth(), error.io_error()?);
    let reason = match (std::fs::read_link(path), error.kind()) {
        (Err(_), io::ErrorKind::NotFound) if depth > 0 => return None,
        _ if depth > 0 && is_left_out(path) => return None,
        (Ok(target), io::ErrorKind::NotFound) => format!("is a link to {}, which is not there", target.display()),
        (Ok(target), _) => format!("is a link to {}, which cannot be reached: {error}", target.display()),
        (Err(_), _) => format!("cannot be read: {error}"),
    };
    Some((path.to_owned(), reason))
}

/// Whether a file or folder is hidden or unfinished, by its name.
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

    /// Names of the files, and of what cannot be reached with the reasons.
    fn found(folder: &Path, except: &str) -> (Vec<String>, Vec<String>) {
        let name = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
        let contents = contents_of(folder, &folder.join(except));
        let unreachable = contents.unreachable.iter().map(|(path, reason)| format!("{} {reason}", name(path)));
        (contents.files.iter().map(|(path, _)| name(path)).collect(), unreachable.collect())
    }

    #[test]
    fn files_come_in_order_without_what_is_hidden_unfinished_or_the_librarys() {
        let folder = folder_with(&[
            "z.bib",
            "a.csv",
            "b/c.ris",
            "b/deep/d.ris",
            ".hidden.bib",
            ".git/config",
            "e.bib~",
            "f.jsonl.part",
            "g.CRDOWNLOAD",
            "~$h.csv",
            "#i.bib#",
            "x.tmp/j.csv",
            "library/papers.csv",
            "b/library/k.csv",
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
    fn links_that_lead_nowhere_are_reported_and_the_rest_is_found() {
        use std::os::unix::fs::symlink;
        let folder = folder_with(&["a.bib"]);
        symlink("gone.bib", folder.path().join("b.bib")).unwrap();
        symlink("c.bib", folder.path().join("c.bib")).unwrap();
        symlink("gone", folder.path().join(".lock")).unwrap();
        let (files, unreachable) = found(folder.path(), "library");
        assert_eq!(files, ["a.bib"]);
        assert_eq!(unreachable[0], "b.bib is a link to gone.bib, which is not there");
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
