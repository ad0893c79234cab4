//! The index on disk: `cache/index-STATE/`, derived from the truth and trusted only after its checks.
//!
//! | file | holds |
//! | --- | --- |
//! | `manifest.json` | what the index was made from and how, and length and checksum of the other files |
//! | `matrix.f32` | the vectors, little-endian f32, row by row |
//! | `rows.bin` | for each row its version (16 bytes) and its key (8 bytes; −1: dead), little-endian |
//! | `graph.u32` | the graph, if there is one |
//!
//! A new index is written to a temporary folder, synced and renamed; nothing that is in use is ever written to.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::hnsw::{BuildParams, Graph};
use super::vector_index::Row;
use super::{Matrix, VectorIndex};
use crate::{Error, Result};

/// Changes whenever the layout of the files does.
const FORMAT: u32 = 1;

const PREFIX: &str = "index-";

/// What an index must have been made from to be of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Hash of the model.
    pub model_sha256: String,
    /// Dimension of its vectors.
    pub dim: usize,
    /// Names the state of the truth; no other state ever has the same name. Letters and digits.
    pub state: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    model_sha256: String,
    dim: usize,
    state: String,
    rows: usize,
    graph: Option<BuildParams>,
    files: Vec<FileEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileEntry {
    name: String,
    bytes: u64,
    /// XXH3, 64 bits, hexadecimal.
    xxh3: String,
}

/// What was found on disk.
#[derive(Debug, Default)]
pub struct Cached {
    /// The index, if there is one that can be used or built upon.
    pub index: Option<VectorIndex>,
    /// Whether it is of the expected state, and so complete.
    pub fresh: bool,
    /// What was found damaged and left aside.
    pub damage: Option<String>,
}

/// Opens the index below `cache` that was made from `expected`, else another one of the same model to build upon, and
/// checks every byte of it.
///
/// Never fails: what cannot be used is not used, and is said in [`Cached::damage`] if it should have been usable.
pub fn open_cached(cache: &Path, expected: &Expected) -> Cached {
    let mut folders = indexes(cache);
    // The expected one last, to be taken first.
    folders.sort_by_key(|(state, _)| *state == expected.state);
    let Some((_, folder)) = folders.pop() else { return Cached::default() };
    match open(&folder, expected) {
        Ok(Some((index, fresh))) => Cached { index: Some(index), fresh, damage: None },
        Ok(None) => Cached::default(),
        Err(damage) => Cached { damage: Some(damage), ..Cached::default() },
    }
}

/// The folders of indexes, with the state that each is named after.
fn indexes(cache: &Path) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(cache).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Some((entry.file_name().to_str()?.strip_prefix(PREFIX)?.to_owned(), entry.path())))
        .collect()
}

/// The index and whether it is of the expected state. `Ok(None)`: whole, but of another model or format. `Err`: damaged.
fn open(folder: &Path, expected: &Expected) -> Result<Option<(VectorIndex, bool)>, String> {
    let shown = |name: &str| folder.join(name).display().to_string();
    let manifest =
        std::fs::read(folder.join("manifest.json")).map_err(|error| format!("{}: {error}", shown("manifest.json")))?;
    let manifest: Manifest =
        serde_json::from_slice(&manifest).map_err(|error| format!("{}: {error}", shown("manifest.json")))?;
    // Without `..`: a new field does not compile until somebody decides what it means here.
    let Manifest { format, model_sha256, dim, state, rows: count, graph: graph_params, files } = manifest;
    if format != FORMAT || model_sha256 != expected.model_sha256 || dim != expected.dim {
        return Ok(None);
    }
    let read = |name: &str| -> Result<Option<Mmap>, String> {
        let Some(entry) = files.iter().find(|file| file.name == name) else { return Ok(None) };
        let file = File::open(folder.join(name)).map_err(|error| format!("{}: {error}", shown(name)))?;
        // SAFETY: index files are never written to once their folder has its name, only deleted, which leaves a mapping
        // as it is.
        let map = unsafe { Mmap::map(&file) }.map_err(|error| format!("{}: {error}", shown(name)))?;
        if map.len() as u64 != entry.bytes {
            return Err(format!("{} has {} bytes instead of {}", shown(name), map.len(), entry.bytes));
        }
        if format!("{:016x}", xxh3_64(&map)) != entry.xxh3 {
            return Err(format!("{} does not match its checksum", shown(name)));
        }
        Ok(Some(map))
    };
    let odd = |name: &str| format!("{} cannot be read", shown(name));
    let rows = read("rows.bin")?.ok_or_else(|| odd("rows.bin"))?;
    let rows: Vec<Row> = rows
        .as_chunks::<24>()
        .0
        .iter()
        .map(|bytes| {
            let (mut version, mut key) = ([0; 16], [0; 8]);
            version.copy_from_slice(&bytes[..16]);
            key.copy_from_slice(&bytes[16..]);
            Row { version: u128::from_le_bytes(version), key: i64::from_le_bytes(key) }
        })
        .collect();
    let matrix = read("matrix.f32")?.and_then(|map| Matrix::from_map(map, dim)).ok_or_else(|| odd("matrix.f32"))?;
    let graph = match read("graph.u32")? {
        None => None,
        Some(map) => Some(Graph::from_bytes(&map).ok_or_else(|| odd("graph.u32"))?),
    };
    let covered = graph.as_ref().map_or(0, Graph::len);
    if matrix.len() != rows.len() || rows.len() != count || covered > count || graph.is_some() != graph_params.is_some()
    {
        return Err(format!("the files of {} do not fit each other", folder.display()));
    }
    // A graph of another shape is built anew, by however many threads it was built.
    let as_now = |params: BuildParams| params == BuildParams { parallel: params.parallel, ..BuildParams::default() };
    let graph = graph.zip(graph_params).filter(|(_, params)| as_now(*params));
    let fresh = state == expected.state && folder.ends_with(format!("{PREFIX}{state}"));
    Ok(Some((VectorIndex::from_parts(matrix, rows, graph), fresh)))
}

impl VectorIndex {
    /// Writes the index below `cache` and deletes every other one there, half-written ones of killed processes too; the
    /// caller sees to it that nobody else writes.
    pub fn store(&self, cache: &Path, made_from: &Expected) -> Result<()> {
        std::fs::create_dir_all(cache).map_err(Error::io("create", cache))?;
        let staging = tempfile::Builder::new().prefix(".writing-").tempdir_in(cache);
        let staging = staging.map_err(Error::io("create a folder in", cache))?;
        let row = |row: &Row| [&row.version.to_le_bytes()[..], &row.key.to_le_bytes()].concat();
        let rows: Vec<u8> = self.rows.iter().flat_map(row).collect();
        let matrix = self.matrix.values();
        let swapped: Vec<u8>;
        let matrix: &[u8] = if cfg!(target_endian = "little") {
            bytemuck::cast_slice(matrix)
        } else {
            swapped = matrix.iter().flat_map(|value| value.to_le_bytes()).collect();
            &swapped
        };
        let graph = self.graph.as_ref().map(Graph::to_bytes);
        let files = [("matrix.f32", Some(matrix)), ("rows.bin", Some(&rows)), ("graph.u32", graph.as_deref())];
        let mut entries = Vec::new();
        for (name, bytes) in files {
            if let Some(bytes) = bytes {
                write_synced(&staging.path().join(name), bytes)?;
                let xxh3 = format!("{:016x}", xxh3_64(bytes));
                entries.push(FileEntry { name: name.to_owned(), bytes: bytes.len() as u64, xxh3 });
            }
        }
        let Expected { model_sha256, dim, state } = made_from.clone();
        let (rows, graph) = (self.rows.len(), self.graph_params);
        let manifest = Manifest { format: FORMAT, model_sha256, dim, state, rows, graph, files: entries };
        let manifest = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::io("write", cache)(error.into()))?;
        write_synced(&staging.path().join("manifest.json"), &manifest)?;
        let target = cache.join(format!("{PREFIX}{}", made_from.state));
        // One of this state may be there, damaged; a folder with files in it cannot be renamed over.
        if target.exists() {
            std::fs::remove_dir_all(&target).map_err(Error::io("replace", &target))?;
        }
        let staging = staging.keep();
        std::fs::rename(&staging, &target).map_err(Error::io("create", &target))?;
        for entry in std::fs::read_dir(cache).into_iter().flatten().flatten().filter(|entry| entry.path() != target) {
            // On some systems a folder in use cannot be deleted; the next index will.
            let _ = std::fs::remove_dir_all(entry.path());
        }
        Ok(())
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(Error::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::super::Scope;
    use super::super::hnsw::BuildParams;
    use super::*;
    use crate::vector::Embedding;

    fn index() -> VectorIndex {
        let live: Vec<Row> = (0..40).map(|number| Row { version: number as u128, key: number + 7 }).collect();
        let mut index = VectorIndex::refresh(None, &live, 2, |keys, sink| {
            for key in keys {
                let angle = (*key - 7) as f32 / 30.0;
                sink(Embedding::new(vec![angle.cos(), angle.sin()]).unwrap().as_slice());
            }
            Ok(())
        })
        .unwrap();
        index.build_graph(BuildParams { parallel: false, ..BuildParams::default() }, &mut |_| ()).unwrap();
        index
    }

    fn expected(state: u64) -> Expected {
        Expected { model_sha256: "m".into(), dim: 2, state: state.to_string() }
    }

    #[test]
    fn what_is_stored_is_what_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let index = index();
        index.store(folder.path(), &expected(3)).unwrap();
        index.store(folder.path(), &expected(4)).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the older one is gone");
        let cached = open_cached(folder.path(), &expected(4));
        assert!(cached.fresh && cached.damage.is_none());
        let opened = cached.index.unwrap();
        assert_eq!((&opened.rows, &opened.graph), (&index.rows, &index.graph));
        assert_eq!(opened.matrix.values(), index.matrix.values());
        let query: &[f32] = &[1.0, 0.0];
        let search = |index: &VectorIndex| index.search(&[query], 5, Scope::Fast, &Default::default());
        assert_eq!(search(&opened), search(&index));
    }

    #[test]
    fn another_state_is_a_base_and_another_model_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        index().store(folder.path(), &expected(3)).unwrap();
        let older = open_cached(folder.path(), &expected(5));
        assert!(older.index.is_some() && !older.fresh);
        for other in [Expected { model_sha256: "n".into(), ..expected(3) }, Expected { dim: 4, ..expected(3) }] {
            let cached = open_cached(folder.path(), &other);
            assert!(cached.index.is_none() && cached.damage.is_none());
        }
    }

    #[test]
    fn any_cut_and_any_flipped_bit_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        index().store(folder.path(), &expected(3)).unwrap();
        let inner = folder.path().join("index-3");
        for name in ["matrix.f32", "rows.bin", "graph.u32", "manifest.json"] {
            let path = inner.join(name);
            let whole = std::fs::read(&path).unwrap();
            let mut altered = vec![whole[..whole.len() - 1].to_vec(), whole[..whole.len() / 2].to_vec(), Vec::new()];
            for at in [0, whole.len() / 2, whole.len() - 1] {
                let mut flipped = whole.clone();
                flipped[at] ^= 0x40;
                altered.push(flipped);
            }
            for bytes in altered {
                std::fs::write(&path, &bytes).unwrap();
                let cached = open_cached(folder.path(), &expected(3));
                let unused = cached.index.is_none() && cached.damage.is_none();
                let noticed = cached.damage.as_ref().is_some_and(|damage| damage.contains("index-3"));
                // A flipped bit in the manifest can also name another model or state, which is no damage.
                let refused = noticed || unused || !cached.fresh;
                assert!(if name == "manifest.json" { refused } else { noticed }, "{name}: {cached:?}");
            }
            std::fs::write(&path, &whole).unwrap();
        }
        assert!(open_cached(folder.path(), &expected(3)).fresh, "restored");
    }

    proptest::proptest! {
        #[test]
        fn bytes_that_are_no_graph_are_refused_without_a_panic(words in proptest::collection::vec(0u32..6, 0..40)) {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            if let Some(graph) = Graph::from_bytes(&bytes) {
                proptest::prop_assert_eq!(graph.to_bytes(), bytes);
            }
        }
    }
}
