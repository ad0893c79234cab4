//! Finds new and changed files in folders, once they are no longer being written.
//!
//! Folders are polled. Notifications of the system would not be enough, because only repeated checks show that a file
//! is complete. Polling also works on network drives, in containers and on all platforms, and needs no crate. It costs
//! one `stat` per file and second: a percent of a core for thousands of files.
//!
//! `formats` decides which files of a folder are watched. The caller reads their contents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::formats::contents_of;
use crate::{Error, Result};

/// The time for which a file must stay unchanged to count as complete. It is longer than programs usually pause between
/// writes. If a program writes after a longer pause, the file is found again, because it has changed.
pub const QUIET: Duration = Duration::from_secs(2);

/// Watched files and folders.
#[derive(Debug)]
pub struct Watch {
    roots: Vec<PathBuf>,
    /// A folder below `roots` that is not watched.
    except: PathBuf,
    files: BTreeMap<PathBuf, Watched>,
    /// Folders and links that could not be reached at the last look.
    unreachable: BTreeSet<PathBuf>,
}

#[derive(Debug)]
struct Watched {
    look: Look,
    /// When the file was first seen in this state.
    since: Instant,
    /// Whether the caller took the file in this state.
    is_taken: bool,
}

/// The state of a file, from its metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    bytes: u64,
    changed: Option<SystemTime>,
}

/// The result of a look at the folders.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// New and changed files, ordered by name.
    pub files: Vec<PathBuf>,
    /// Folders and links that have become unreachable since the last look, with the reason.
    pub unreachable: Vec<(PathBuf, String)>,
}

impl Watch {
    /// Watches files, and folders with their subfolders except `except`, such as the library.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] for a missing file or folder.
    pub fn new(roots: &[PathBuf], except: &Path) -> Result<Self> {
        for root in roots {
            if !root.exists() {
                let reason = "no such file or folder to watch; check the name".to_owned();
                return Err(Error::Input { path: root.clone(), reason });
            }
        }
        let (roots, except) = (roots.to_vec(), except.to_owned());
        Ok(Self { roots, except, files: BTreeMap::new(), unreachable: BTreeSet::new() })
    }

    /// Looks at the folders. `now` is the present time by the monotonic clock, and `date` by the system's clock.
    pub fn look(&mut self, now: Instant, date: SystemTime) -> Found {
        let (listed, unreachable) = self.list();
        // Forgets deleted files, but not those in folders that cannot be reached now.
        self.files.retain(|path, _| listed.contains_key(path) || unreachable.keys().any(|lost| path.starts_with(lost)));
        let before = std::mem::replace(&mut self.unreachable, unreachable.keys().cloned().collect());
        let new = unreachable.into_iter().filter(|(path, _)| !before.contains(path));
        let mut found = Found { files: Vec::new(), unreachable: new.collect() };
        for (path, look) in listed {
            let is_old =
                look.changed.and_then(|changed| date.duration_since(changed).ok()).is_some_and(|age| age >= QUIET);
            let watched = self.files.entry(path.clone()).or_insert_with(|| Watched {
                look,
                // An old file counts as complete.
                since: if is_old { now.checked_sub(QUIET).unwrap_or(now) } else { now },
                is_taken: false,
            });
            if watched.look != look {
                *watched = Watched { look, since: now, is_taken: false };
            }
            if !watched.is_taken && look.bytes > 0 && now.duration_since(watched.since) >= QUIET {
                found.files.push(path);
            }
        }
        found
    }

    /// Marks files as taken: they are not found again until they change.
    pub fn take(&mut self, files: &[PathBuf]) {
        for file in files {
            if let Some(watched) = self.files.get_mut(file) {
                watched.is_taken = true;
            }
        }
    }

    /// Lists all watched files, and the folders and links that cannot be reached.
    fn list(&self) -> (BTreeMap<PathBuf, Look>, BTreeMap<PathBuf, String>) {
        let (mut files, mut unreachable) = (BTreeMap::new(), BTreeMap::new());
        for root in &self.roots {
            match std::fs::metadata(root) {
                Ok(metadata) if !metadata.is_dir() => drop(files.insert(root.clone(), Look::of(&metadata))),
                _ => {
                    let contents = contents_of(root, &self.except);
                    files.extend(contents.files.into_iter().map(|(path, metadata)| (path, Look::of(&metadata))));
                    unreachable.extend(contents.unreachable);
                }
            }
        }
        (files, unreachable)
    }
}

impl Look {
    fn of(metadata: &std::fs::Metadata) -> Self {
        Self { bytes: metadata.len(), changed: metadata.modified().ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder, its watch, and clocks that tests advance.
    struct Scene {
        folder: tempfile::TempDir,
        watch: Watch,
        now: Instant,
        date: SystemTime,
    }

    impl Scene {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("library")).unwrap();
            let watch = Watch::new(&[folder.path().to_owned()], &folder.path().join("library")).unwrap();
            Self { folder, watch, now: Instant::now(), date: SystemTime::now() }
        }

        fn write(&self, name: &str, text: &str) {
            let path = self.folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }

        /// Advances the clocks, and returns the names of the files found then.
        fn after(&mut self, milliseconds: u64) -> Vec<String> {
            let passed = Duration::from_millis(milliseconds);
            (self.now, self.date) = (self.now + passed, self.date + passed);
            let found = self.watch.look(self.now, self.date).files;
            let name = |path: &PathBuf| path.strip_prefix(self.folder.path()).unwrap().to_str().unwrap().to_owned();
            found.iter().map(name).collect()
        }

        fn take(&mut self, name: &str) {
            self.watch.take(&[self.folder.path().join(name)]);
        }
    }

    #[test]
    fn a_file_is_found_when_it_is_complete_and_again_when_it_changes() {
        let mut scene = Scene::new();
        scene.write("a.jsonl", "one");
        assert_eq!(scene.after(0), [""; 0]);
        scene.write("a.jsonl", "one and two");
        assert_eq!(scene.after(1500), [""; 0], "it grows");
        assert_eq!(scene.after(1500), [""; 0], "it grew a moment ago");
        assert_eq!(scene.after(1000), ["a.jsonl"]);
        assert_eq!(scene.after(1000), ["a.jsonl"], "until it is taken");
        scene.take("a.jsonl");
        assert_eq!(scene.after(9000), [""; 0]);
        scene.write("a.jsonl", "three");
        assert_eq!(scene.after(1000), [""; 0]);
        assert_eq!(scene.after(2000), ["a.jsonl"]);
        std::fs::remove_file(scene.folder.path().join("a.jsonl")).unwrap();
        assert_eq!(scene.after(1000), [""; 0]);
    }

    #[test]
    fn an_old_file_is_found_at_once() {
        let mut scene = Scene::new();
        scene.write("old.csv", "a,b");
        assert_eq!(scene.after(60_000), ["old.csv"]);
    }

    #[test]
    fn unfinished_and_empty_files_and_the_library_are_ignored() {
        let mut scene = Scene::new();
        for name in ["a.jsonl.part", "empty.csv", "library/g.csv", "other/library/i.csv"] {
            scene.write(name, if name == "empty.csv" { "" } else { "text" });
        }
        scene.after(0);
        assert_eq!(scene.after(9000), ["other/library/i.csv"]);
        let from = scene.folder.path().join("a.jsonl.part");
        std::fs::rename(from, scene.folder.path().join("a.jsonl")).unwrap();
        assert_eq!(scene.after(9000)[0], "a.jsonl", "it was written long ago, under another name");
    }

    #[cfg(unix)]
    #[test]
    fn a_broken_link_is_reported_once_and_other_files_are_found() {
        let mut scene = Scene::new();
        let path = |name: &str| scene.folder.path().join(name);
        std::os::unix::fs::symlink("gone.csv", path("link.csv")).unwrap();
        let (link, kept) = (path("link.csv"), path("a.csv"));
        scene.write("a.csv", "text");
        let reason = "is a link to gone.csv, which does not exist".to_owned();
        assert_eq!(scene.watch.look(scene.now, scene.date).unreachable, [(link, reason)]);
        assert_eq!(scene.after(9000), ["a.csv"]);
        scene.take("a.csv");
        std::fs::rename(&kept, kept.with_extension("bak")).unwrap();
        assert_eq!(scene.watch.look(scene.now, scene.date), Found::default());
        std::fs::rename(kept.with_extension("bak"), &kept).unwrap();
        assert_eq!(scene.after(9000), ["a.csv"], "a file that was gone may have changed");
        scene.write("gone.csv", "text");
        assert_eq!(scene.after(9000), ["a.csv", "gone.csv", "link.csv"]);
    }

    #[test]
    fn a_lost_folder_is_reported_once_and_its_taken_files_stay_taken() {
        let mut scene = Scene::new();
        scene.write("a.csv", "text");
        assert_eq!(scene.after(9000), ["a.csv"]);
        scene.take("a.csv");
        let away = scene.folder.path().with_extension("away");
        std::fs::rename(scene.folder.path(), &away).unwrap();
        assert_eq!(scene.watch.look(scene.now, scene.date).unreachable.len(), 1);
        assert_eq!(scene.watch.look(scene.now, scene.date), Found::default());
        std::fs::rename(&away, scene.folder.path()).unwrap();
        assert_eq!(scene.after(9000), [""; 0]);
        let missing = Watch::new(&["no such folder".into()], Path::new("library")).unwrap_err().to_string();
        assert!(missing.contains("no such folder: no such file or folder to watch"), "{missing}");
    }
}
