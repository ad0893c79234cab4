//! Folders of derived files: `cache/NAME-STATE/`, made from a state of the library and checked whenever they are
//! opened.
//!
//! A folder contains files and a `manifest.json`, which records what the files were made from, and the length and
//! checksum of each file. A new folder is written under another name, synced and renamed. Files in use are never
//! written to. relata deletes only folders that it has made (`folders.rs`). Numbers are little-endian; big-endian machines have no caches.

#[forbid(unsafe_code)]
mod column;
#[forbid(unsafe_code)]
mod folders;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use bytemuck::Pod;
use memmap2::Mmap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

pub use column::{Column, concatenated};
use folders::{STAGING, folders, name_of, remove};

use crate::faults::{Operation, attempt};
use crate::{Error, Result};

const MANIFEST: &str = "manifest.json";

/// A kind of folder.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The name, with which the names of its folders begin.
    pub name: &'static str,
    /// The version of the format of its files. Folders of another format are not opened.
    pub format: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest<M> {
    format: u32,
    /// What the files were made from. The caller defines its type.
    #[serde(flatten)]
    made_from: M,
    state: String,
    files: Vec<FileEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileEntry {
    name: String,
    bytes: u64,
    /// XXH3, 64 bits, hexadecimal.
    xxh3: String,
}

/// The part of a manifest that is the same in every format.
#[derive(Deserialize)]
struct AnyManifest {
    format: u32,
}

/// A folder with its manifest.
#[derive(Debug)]
pub struct Folder<M> {
    path: PathBuf,
    /// What the files were made from.
    pub made_from: M,
    /// Whether the files were made from the requested state.
    pub fresh: bool,
    files: Vec<FileEntry>,
}

/// Opens the folder of a kind below `cache` that was made from `state`. If there is none, opens another folder of this
/// kind. Returns `None` if there is no such folder either, or if it has another format.
///
/// # Errors
/// A message that describes the damage.
pub fn open<M: DeserializeOwned>(cache: &Path, kind: Kind, state: &str) -> Result<Option<Folder<M>>, String> {
    if cfg!(target_endian = "big") {
        return Ok(None);
    }
    let wanted = name_of(kind.name, state)?;
    let mut folders = folders(cache, kind.name);
    // Puts the wanted folder last, because the last folder is opened.
    folders.sort_by_key(|folder| folder.ends_with(&wanted));
    let Some(path) = folders.pop() else { return Ok(None) };
    let file = path.join(MANIFEST);
    let damaged = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let read = || attempt(Operation::Read, &file).and_then(|()| std::fs::read(&file));
    let bytes = read().map_err(|error| damaged(&error))?;
    let AnyManifest { format } = serde_json::from_slice(&bytes).map_err(|error| damaged(&error))?;
    if format != kind.format {
        return Ok(None);
    }
    let manifest: Manifest<M> = serde_json::from_slice(&bytes).map_err(|error| damaged(&error))?;
    // Destructures without `..`, so that a new field does not compile until it is handled here.
    let Manifest { format: _, made_from, state: found, files } = manifest;
    let fresh = found == state && path.ends_with(&wanted);
    Ok(Some(Folder { path, made_from, fresh, files }))
}

/// Whether there is a folder of a kind below `cache` that was made from `state`.
pub fn has(cache: &Path, kind: Kind, state: &str) -> bool {
    name_of(kind.name, state).is_ok_and(|name| cache.join(name).join(MANIFEST).is_file())
}

/// The result of opening an index on disk.
#[derive(Debug)]
pub struct Cached<I> {
    /// The index, if there is one that can be used or refreshed.
    pub index: Option<I>,
    /// Whether it was made from the expected state, and is therefore complete.
    pub fresh: bool,
    /// A description of the damage, if an index was not used because it is damaged.
    pub damage: Option<String>,
}

impl<I> Default for Cached<I> {
    fn default() -> Self {
        Self { index: None, fresh: false, damage: None }
    }
}

impl<I> Cached<I> {
    /// Calls `open`, which returns the index and whether it is fresh. If `open` fails, and a writer has replaced the
    /// folders of this kind meanwhile, calls it once more.
    pub fn open(cache: &Path, kind: Kind, open: impl Fn() -> Result<Option<(I, bool)>, String>) -> Self {
        let before = folders(cache, kind.name);
        match open().or_else(|damage| if folders(cache, kind.name) == before { Err(damage) } else { open() }) {
            Ok(Some((index, fresh))) => Self { index: Some(index), fresh, damage: None },
            Ok(None) => Self::default(),
            Err(damage) => Self { damage: Some(damage), ..Self::default() },
        }
    }
}

impl<M> Folder<M> {
    /// The message about files that do not match each other.
    pub fn mismatch(&self) -> String {
        format!("the files of {} do not match each other", self.path.display())
    }

    /// Whether the manifest lists a file.
    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.name == name)
    }

    /// Maps a file as numbers and checks every byte.
    ///
    /// # Errors
    /// A message that describes the damage.
    pub fn column<T: Pod>(&self, name: &str) -> Result<Column<T>, String> {
        let path = self.path.join(name);
        let damaged = |what: String| format!("{} {what}", path.display());
        let entry = self.files.iter().find(|file| file.name == name);
        let entry = entry.ok_or_else(|| damaged("is not in the manifest".to_owned()))?;
        if std::fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(damaged("is not a file".to_owned()));
        }
        let open = || attempt(Operation::Open, &path).and_then(|()| File::open(&path));
        let map = open().and_then(|file| {
            attempt(Operation::Map, &path)?;
            // SAFETY: once a folder has its final name, its files may be deleted but are never written to. A mapping
            // stays valid after its file is deleted.
            unsafe { Mmap::map(&file) }
        });
        let map = map.map_err(|error| damaged(format!("cannot be read: {error}")))?;
        if map.len() as u64 != entry.bytes {
            return Err(damaged(format!("has {} bytes instead of {}", map.len(), entry.bytes)));
        }
        if format!("{:016x}", xxh3_64(&map)) != entry.xxh3 {
            return Err(damaged("does not match its checksum".to_owned()));
        }
        Column::from_map(map).ok_or_else(|| damaged("has an incomplete number at its end".to_owned()))
    }
}

/// Writes a folder of files below `cache`. Deletes all other folders of this kind, including unfinished folders of
/// killed processes. The caller must hold the write lock.
pub fn store<M: Serialize>(
    cache: &Path,
    kind: Kind,
    state: &str,
    made_from: &M,
    files: &[(&str, &[u8])],
) -> Result<()> {
    if cfg!(target_endian = "big") {
        return Ok(());
    }
    let Kind { name, format } = kind;
    let target_name = name_of(name, state).map_err(|reason| Error::Input { path: cache.to_owned(), reason })?;
    folders::create_cache(cache)?;
    let staging = folders::Staging::create(cache, name)?;
    let mut entries = Vec::new();
    for (file, bytes) in files {
        write_synced(&staging.path().join(file), bytes)?;
        let xxh3 = format!("{:016x}", xxh3_64(bytes));
        entries.push(FileEntry { name: (*file).to_owned(), bytes: bytes.len() as u64, xxh3 });
    }
    let manifest = Manifest { format, made_from, state: state.to_owned(), files: entries };
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::io("write", cache)(error.into()))?;
    write_synced(&staging.path().join(MANIFEST), &manifest)?;
    let target = cache.join(target_name);
    // There may be a damaged folder of this state. A rename cannot replace a folder that contains files.
    if target.symlink_metadata().is_ok() {
        remove(&target).map_err(Error::io("replace", &target))?;
    }
    staging.rename(&target)?;
    let unfinished = folders(cache, &format!("{STAGING}{name}"));
    for other in folders(cache, name).into_iter().chain(unfinished).filter(|other| *other != target) {
        // Some systems cannot delete a folder in use. The next call deletes it.
        let _ = remove(&other);
    }
    Ok(())
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        attempt(Operation::Create, path)?;
        let mut file = File::create_new(path)?;
        attempt(Operation::Write, path)?;
        file.write_all(bytes)?;
        attempt(Operation::Sync, path)?;
        file.sync_all()
    };
    write().map_err(Error::io("write", path))
}
