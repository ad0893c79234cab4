//! The files of a folder: which of them are to be read, and which cannot be.
//!
//! One rule, for folders that are added and for folders that are watched. Files and folders that are hidden, and those
//! that a program is not done with or keeps for itself, are left out by their names. Links are followed, but no folder
//! is entered twice. What should be there and cannot be reached is told.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// Folders within folders are followed to here, so that a loop that cannot be seen ends.
const MAX_DEPTH: usize = 32;

/// Endings of files that browsers, editors and other programs are not done with, or keep for themselves.
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
    /// What cannot be reached: folders, and links that lead nowhere; with what to say behind the path.
    pub unreachable: Vec<(PathBuf, String)>,
}

/// Looks through `folder`, but not into `except`, the folder of the library, say.
///
/// A folder that cannot be read is told as unreachable, also `folder` itself; the rest is found all the same.
pub fn contents_of(folder: &Path, except: &Path) -> Contents {
    let mut contents = Contents::default();
    let mut seen: HashSet<PathBuf> = HashSet::from_iter(except.canonicalize());
    let mut waiting = vec![(folder.to_owned(), 0)];
    while let Some((current, depth)) = waiting.pop() {
        // Links may lead back to where they stand.
        if !seen.insert(current.canonicalize().unwrap_or_else(|_| current.clone())) {
            continue;
        }
        if depth > MAX_DEPTH {
            let reason = format!("lies more than {MAX_DEPTH} folders deep; name it to have it read");
            contents.unreachable.push((current, reason));
            continue;
        }
        match paths_in(&current) {
            Ok(paths) => {
                let folders = contents.sort_out(paths);
                waiting.extend(folders.into_iter().rev().map(|path| (path, depth + 1)));
            }
            Err(error) => contents.unreachable.push((current, format!("cannot be read: {error}"))),
        }
    }
    contents
}

fn paths_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !is_left_out(&entry.file_name().to_string_lossy()) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

impl Contents {
    /// Keeps what is a file, or cannot be reached; returns the folders.
    fn sort_out(&mut self, paths: Vec<PathBuf>) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        for path in paths {
            match std::fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => folders.push(path),
                Ok(metadata) if metadata.is_file() => self.files.push((path, metadata)),
                // Pipes and devices could be waited for without end.
                Ok(_) => {}
                Err(error) => self.unreachable.extend(why_not(&path, &error).map(|reason| (path, reason))),
            }
        }
        folders
    }
}

/// Why there is nothing behind a name; `None` if the name is gone too.
fn why_not(path: &Path, error: &io::Error) -> Option<String> {
    match (std::fs::read_link(path), error.kind()) {
        (Ok(target), io::ErrorKind::NotFound) => Some(format!("is a link to {}, which is not there", target.display())),
        (Ok(target), _) => Some(format!("is a link to {}, which cannot be reached: {error}", target.display())),
        (Err(_), io::ErrorKind::NotFound) => None,
        (Err(_), _) => Some(format!("cannot be read: {error}")),
    }
}

/// Whether a file's or folder's name says that it is hidden, or not done.
fn is_left_out(name: &str) -> bool {
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
    fn links_that_lead_nowhere_are_told_and_the_rest_is_found() {
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
    fn a_folder_that_cannot_be_read_is_told() {
        let contents = contents_of(Path::new("no such folder"), Path::new("library"));
        assert!(contents.files.is_empty());
        assert!(contents.unreachable[0].1.starts_with("cannot be read: "), "{contents:?}");
    }
}
