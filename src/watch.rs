//! Which files of some folders are new or changed, and have come to rest.
//!
//! The folders are looked through again and again, rather than having the system tell of changes: that works on network
//! drives, in containers and on every platform alike, a file has to be looked at several times anyway to see that
//! nobody is writing it any more, and no crate is needed. It costs a `stat` per file and second, a percent of a core
//! for thousands of files.
//!
//! Which files of a folder are looked at is the rule of `formats`; what is in a file, and whether it is of any use, is
//! the affair of whoever takes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::formats::contents_of;
use crate::{Error, Result};

/// How long a file has to stay as it is to count as written: longer than a program takes from one write to the next.
/// Who takes longer is met again, since the file changes then.
pub const QUIET: Duration = Duration::from_secs(2);

/// Files and folders that are watched.
#[derive(Debug)]
pub struct Watch {
    roots: Vec<PathBuf>,
    /// A folder below them that is not looked into.
    except: PathBuf,
    files: BTreeMap<PathBuf, Watched>,
    /// What could not be reached.
    unreachable: BTreeSet<PathBuf>,
}

#[derive(Debug)]
struct Watched {
    look: Look,
    /// Since when it looks so.
    since: Instant,
    /// Whether it was taken as it looks.
    is_taken: bool,
}

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    bytes: u64,
    changed: Option<SystemTime>,
}

/// What a look through the folders found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Files to take, by name.
    pub files: Vec<PathBuf>,
    /// What could be reached the last time and cannot now, folders or links, with what to say behind the path.
    pub unreachable: Vec<(PathBuf, String)>,
}

impl Watch {
    /// Watches files and folders, with the folders in them; but not `except`, the folder of the library, say.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] for what is not there.
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

    /// Looks through the folders. `now` and `date` are the present, by two clocks.
    pub fn look(&mut self, now: Instant, date: SystemTime) -> Found {
        let (listed, unreachable) = self.list();
        // What is gone may come back as something else; what cannot be seen is not gone.
        self.files.retain(|path, _| listed.contains_key(path) || unreachable.keys().any(|lost| path.starts_with(lost)));
        let before = std::mem::replace(&mut self.unreachable, unreachable.keys().cloned().collect());
        let new = unreachable.into_iter().filter(|(path, _)| !before.contains(path));
        let mut found = Found { files: Vec::new(), unreachable: new.collect() };
        for (path, look) in listed {
            let is_old =
                look.changed.and_then(|changed| date.duration_since(changed).ok()).is_some_and(|age| age >= QUIET);
            let watched = self.files.entry(path.clone()).or_insert_with(|| Watched {
                look,
                // What was there long before is at rest.
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

    /// Files that were found were taken, and are not found again until they change.
    pub fn take(&mut self, files: &[PathBuf]) {
        for file in files {
            if let Some(watched) = self.files.get_mut(file) {
                watched.is_taken = true;
            }
        }
    }

    /// All files that may be of use, and what cannot be reached.
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

    /// A folder, its watch, and clocks that are put forward.
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

        /// What is found so many milliseconds later.
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
    fn a_file_is_found_once_it_has_come_to_rest_and_again_when_it_changes() {
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
    fn what_was_there_before_is_found_at_once() {
        let mut scene = Scene::new();
        scene.write("old.csv", "a,b");
        assert_eq!(scene.after(60_000), ["old.csv"]);
    }

    #[test]
    fn unfinished_and_empty_files_and_the_library_are_left_alone() {
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
    fn a_link_that_leads_nowhere_is_told_once_and_hides_nothing_else() {
        let mut scene = Scene::new();
        let path = |name: &str| scene.folder.path().join(name);
        std::os::unix::fs::symlink("gone.csv", path("link.csv")).unwrap();
        let (link, kept) = (path("link.csv"), path("a.csv"));
        scene.write("a.csv", "text");
        let reason = "is a link to gone.csv, which is not there".to_owned();
        assert_eq!(scene.watch.look(scene.now, scene.date).unreachable, [(link, reason)]);
        assert_eq!(scene.after(9000), ["a.csv"]);
        scene.take("a.csv");
        std::fs::rename(&kept, kept.with_extension("bak")).unwrap();
        assert_eq!(scene.watch.look(scene.now, scene.date), Found::default());
        std::fs::rename(kept.with_extension("bak"), &kept).unwrap();
        assert_eq!(scene.after(9000), ["a.csv"], "it was gone, and what comes back may be another");
        scene.write("gone.csv", "text");
        assert_eq!(scene.after(9000), ["a.csv", "gone.csv", "link.csv"]);
    }

    #[test]
    fn a_folder_that_is_lost_is_told_once_and_what_was_taken_from_it_is_remembered() {
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
