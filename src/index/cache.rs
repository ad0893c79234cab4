//! The index on disk: `cache/index-STATE/`, kept by [`crate::cache`].
//!
//! | file | holds |
//! | --- | --- |
//! | `matrix.f32` | the vectors, row by row |
//! | `rows.bin` | for each row its version (16 bytes) and its key (8 bytes; −1: dead) |
//! | `graph.u32` | the graph, if there is one |

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::hnsw::{BuildParams, Graph};
use super::vector_index::Row;
use super::{Matrix, VectorIndex};
use crate::Result;
use crate::cache;

/// Changes whenever the layout of the files does.
const FORMAT: u32 = 2;

const NAME: &str = "index";

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
struct MadeFrom {
    format: u32,
    model_sha256: String,
    dim: usize,
    rows: usize,
    graph: Option<BuildParams>,
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
    match cache::steadily(cache, NAME, || open(cache, expected)) {
        Ok(Some((index, fresh))) => Cached { index: Some(index), fresh, damage: None },
        Ok(None) => Cached::default(),
        Err(damage) => Cached { damage: Some(damage), ..Cached::default() },
    }
}

/// Whether there is one below `cache` that was made from `state`; it is not looked into.
pub fn has_cached(cache: &Path, state: &str) -> bool {
    cache::has(cache, NAME, state)
}

/// The index and whether it is of the expected state. `Ok(None)`: whole, but of another model or format. `Err`: damaged.
fn open(cache: &Path, expected: &Expected) -> Result<Option<(VectorIndex, bool)>, String> {
    let Some(folder) = cache::open::<MadeFrom>(cache, NAME, &expected.state)? else { return Ok(None) };
    // Without `..`: a new field does not compile until somebody decides what it means here.
    let MadeFrom { format, model_sha256, dim, rows: count, graph: graph_params } = &folder.made_from;
    if *format != FORMAT || *model_sha256 != expected.model_sha256 || *dim != expected.dim {
        return Ok(None);
    }
    let unfit = || format!("the files of {} do not fit each other", folder.path().display());
    let rows = folder.column::<u8>("rows.bin")?;
    let rows: Vec<Row> = rows
        .as_slice()
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
    let matrix = Matrix::from_column(folder.column("matrix.f32")?, *dim).ok_or_else(unfit)?;
    let graph = match folder.has("graph.u32") {
        false => None,
        true => Some(Graph::from_bytes(folder.column("graph.u32")?.as_slice()).ok_or_else(unfit)?),
    };
    let covered = graph.as_ref().map_or(0, Graph::len);
    if matrix.len() != rows.len()
        || rows.len() != *count
        || covered > *count
        || graph.is_some() != graph_params.is_some()
    {
        return Err(unfit());
    }
    // A graph of another shape is built anew, by however many threads it was built.
    let as_now = |params: BuildParams| params == BuildParams { parallel: params.parallel, ..BuildParams::default() };
    let graph = graph.map(Arc::new).zip(*graph_params).filter(|(_, params)| as_now(*params));
    Ok(Some((VectorIndex::from_parts(matrix, rows, graph), folder.fresh)))
}

impl VectorIndex {
    /// Writes the index below `cache` and deletes every other one there; the caller sees to it that nobody else writes.
    pub fn store(&self, cache: &Path, made_from: &Expected) -> Result<()> {
        let row = |row: &Row| [&row.version.to_le_bytes()[..], &row.key.to_le_bytes()].concat();
        let rows: Vec<u8> = self.rows.iter().flat_map(row).collect();
        let graph = self.graph.as_ref().map(|graph| graph.to_bytes());
        let files = [("matrix.f32", self.matrix.as_bytes()), ("rows.bin", &rows)];
        let files: Vec<(&str, &[u8])> =
            files.into_iter().chain(graph.as_deref().map(|graph| ("graph.u32", graph))).collect();
        let Expected { model_sha256, dim, state } = made_from.clone();
        let (rows, graph) = (self.rows.len(), self.graph_params);
        cache::store(cache, NAME, &state, &MadeFrom { format: FORMAT, model_sha256, dim, rows, graph }, &files)
    }
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
        let search = |index: &VectorIndex| index.search(&[query], 5, Scope::Fast, &|_| true, 0);
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
