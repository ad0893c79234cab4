//! Folders of derived files: `cache/NAME-STATE/`, made from a state of the library and checked whenever they are
//! opened.
//!
//! A folder contains files and a `manifest.json`, which records what the files were made from, and the length and
//! checksum of each file. A new folder is written under another name, synced and renamed. Files in use are never
//! written to. Numbers are little-endian; big-endian machines have no caches.

use std::fs::File;
use std::io::Write;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytemuck::Pod;
use memmap2::Mmap;
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Error, Result};

/// The prefix of the names of unfinished folders.
const STAGING: &str = ".writing-";

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
    let wanted = format!("{}-{state}", kind.name);
    let mut folders = folders(cache, kind.name);
    // Puts the wanted folder last, because the last folder is opened.
    folders.sort_by_key(|folder| folder.ends_with(&wanted));
    let Some(path) = folders.pop() else { return Ok(None) };
    let file = path.join(MANIFEST);
    let damaged = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let bytes = std::fs::read(&file).map_err(|error| damaged(&error))?;
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
    cache.join(format!("{}-{state}", kind.name)).join(MANIFEST).is_file()
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

/// Returns the folders `name` below `cache`, in the order of their names.
fn folders(cache: &Path, name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(cache).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| belongs_to(path, name)).collect();
    folders.sort_unstable();
    folders
}

fn belongs_to(path: &Path, name: &str) -> bool {
    let file = path.file_name().and_then(|file| file.to_str());
    file.and_then(|file| file.strip_prefix(name)).is_some_and(|rest| rest.starts_with('-'))
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
        let map = File::open(&path).and_then(|file| {
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
    std::fs::create_dir_all(cache).map_err(Error::io("create", cache))?;
    let staging = tempfile::Builder::new().prefix(&format!("{STAGING}{name}-")).tempdir_in(cache);
    let staging = staging.map_err(Error::io("create a folder in", cache))?;
    let mut entries = Vec::new();
    for (file, bytes) in files {
        write_synced(&staging.path().join(file), bytes)?;
        let xxh3 = format!("{:016x}", xxh3_64(bytes));
        entries.push(FileEntry { name: (*file).to_owned(), bytes: bytes.len() as u64, xxh3 });
    }
    let manifest = Manifest { format, made_from, state: state.to_owned(), files: entries };
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::io("write", cache)(error.into()))?;
    write_synced(&staging.path().join(MANIFEST), &manifest)?;
    let target = cache.join(format!("{name}-{state}"));
    // There may be a damaged folder of this state. A rename cannot replace a folder that contains files.
    if target.exists() {
        std::fs::remove_dir_all(&target).map_err(Error::io("replace", &target))?;
    }
    let staging = staging.keep();
    std::fs::rename(&staging, &target).map_err(Error::io("create", &target))?;
    let unfinished = folders(cache, &format!("{STAGING}{name}"));
    for other in folders(cache, name).into_iter().chain(unfinished).filter(|other| *other != target) {
        // Some systems cannot delete a folder in use. The next call deletes it.
        let _ = std::fs::remove_dir_all(other);
    }
    Ok(())
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(Error::io("write", path))
}

/// Numbers in memory or mapped from a file; a clone shares them.
#[derive(Debug, Clone)]
pub struct Column<T>(Values<T>);

#[derive(Debug, Clone)]
enum Values<T> {
    Owned(Arc<Vec<T>>),
    /// The numbers of a file: little-endian, page-aligned, and without an incomplete number at the end.
    Mapped(Arc<Mmap>, PhantomData<T>),
}

impl<T: Pod> Column<T> {
    fn from_map(map: Mmap) -> Option<Self> {
        let whole = bytemuck::try_cast_slice::<u8, T>(&map).is_ok();
        (whole && cfg!(target_endian = "little")).then(|| Self(Values::Mapped(Arc::new(map), PhantomData)))
    }

    /// The numbers.
    pub fn as_slice(&self) -> &[T] {
        match &self.0 {
            Values::Owned(values) => values,
            // `from_map` has checked length and alignment.
            Values::Mapped(map, _) => bytemuck::cast_slice(map),
        }
    }

    /// The numbers as the bytes of a file.
    pub fn as_bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self.as_slice())
    }

    /// Returns the numbers, so that the caller can change them. Copies them first if they are mapped or shared with a
    /// clone.
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        if let Values::Mapped(..) = self.0 {
            self.0 = Values::Owned(Arc::new(self.as_slice().to_vec()));
        }
        match &mut self.0 {
            Values::Owned(values) => Arc::make_mut(values),
            Values::Mapped(..) => unreachable!("it was copied above"),
        }
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Values::Owned(Arc::new(values)))
    }
}

/// The number of values that a thread copies at a time.
const COPIED_AT_ONCE: usize = 1 << 18;

/// Concatenates `parts`, in their order, on all threads.
pub fn concatenated<T: Pod + Send + Sync>(parts: &[&[T]]) -> Vec<T> {
    // The system provides each page of memory at the first write to it, so each thread waits only for its own pages.
    let mut values = vec![T::zeroed(); parts.iter().map(|part| part.len()).sum()];
    let mut rest = values.as_mut_slice();
    let mut copies = Vec::new();
    for piece in parts.iter().flat_map(|part| part.chunks(COPIED_AT_ONCE)) {
        let (target, later) = rest.split_at_mut(piece.len());
        copies.push((target, piece));
        rest = later;
    }
    copies.into_par_iter().for_each(|(target, piece)| target.copy_from_slice(piece));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_shares_its_numbers_until_it_is_changed() {
        let column = Column::from(vec![1u32, 2]);
        let mut other = column.clone();
        assert_eq!(column.as_slice().as_ptr(), other.as_slice().as_ptr());
        other.to_mut().push(3);
        assert_eq!((column.as_slice(), other.as_slice()), (&[1, 2][..], &[1, 2, 3][..]));
    }

    #[test]
    fn parts_are_concatenated_in_their_order() {
        let numbers: Vec<u32> = (0..3 * COPIED_AT_ONCE as u32 + 5).collect();
        let (first, second) = numbers.split_at(COPIED_AT_ONCE + 7);
        assert_eq!(concatenated(&[first, &[], second]), numbers);
        assert!(concatenated::<u8>(&[]).is_empty());
    }
}
