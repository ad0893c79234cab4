//! The index on disk: `cache/index-STATE/`, in the format of [`crate::cache`].
//!
//! | file | content |
//! | --- | --- |
//! | `matrix.f32` | the vectors, row by row |
//! | `rows.bin` | for each row its version (16 bytes) and its key (8 bytes; −1 if the vector was removed) |
//! | `graph.u32` | the graph, if there is one |

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::hnsw::{BuildParams, Graph};
use super::vector_index::Row;
use super::{Matrix, VectorIndex};
use crate::Result;
use crate::cache;

/// The format changes when the files change.
const KIND: cache::Kind = cache::Kind { name: "index", format: 2 };

/// The model and the state of the library that an index must be made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Hash of the model.
    pub model_sha256: String,
    /// Dimension of the model's vectors.
    pub dim: usize,
    /// Name of the library's state, in letters and digits; no other state ever has the same name.
    pub state: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct MadeFrom {
    model_sha256: String,
    dim: usize,
    rows: usize,
    graph: Option<BuildParams>,
}

/// The result of [`open_cached`].
pub type Cached = cache::Cached<VectorIndex>;

/// Opens the index below `cache` that was made from `expected`. If there is none, opens another index of the same
/// model, which the caller can refresh. Checks every byte of the index.
///
/// Never fails; if the index is damaged, the field `damage` describes how.
pub fn open_cached(cache: &Path, expected: &Expected) -> Cached {
    Cached::open(cache, KIND, || open(cache, expected))
}

/// Whether there is an index below `cache` that was made from `state`. Does not check the index.
pub fn has_cached(cache: &Path, state: &str) -> bool {
    cache::has(cache, KIND, state)
}

/// Returns the index, and whether it has the expected state. Returns `Ok(None)` if there is no index or it has another
/// model or format, and `Err` if it is damaged.
fn open(cache: &Path, expected: &Expected) -> Result<Option<(VectorIndex, bool)>, String> {
    let Some(folder) = cache::open::<MadeFrom>(cache, KIND, &expected.state)? else { return Ok(None) };
    // Destructures without `..`, so that a new field does not compile until it is checked here.
    let MadeFrom { model_sha256, dim, rows: count, graph: graph_params } = &folder.made_from;
    if *model_sha256 != expected.model_sha256 || *dim != expected.dim {
        return Ok(None);
    }
    let mismatch = || folder.mismatch();
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
    let matrix = Matrix::from_column(folder.column("matrix.f32")?, *dim).ok_or_else(mismatch)?;
    let graph = match folder.has("graph.u32") {
        false => None,
        true => Some(Graph::from_bytes(folder.column("graph.u32")?.as_slice()).ok_or_else(mismatch)?),
    };
    let covered = graph.as_ref().map_or(0, Graph::len);
    if matrix.len() != rows.len()
        || rows.len() != *count
        || covered > *count
        || graph.is_some() != graph_params.is_some()
    {
        return Err(mismatch());
    }
    // Leaves out a graph with other parameters, so that it is built again. A difference in `parallel` does not matter.
    let has_current_parameters =
        |params: BuildParams| params == BuildParams { parallel: params.parallel, ..BuildParams::default() };
    let graph = graph.map(Arc::new).zip(*graph_params).filter(|(_, params)| has_current_parameters(*params));
    Ok(Some((VectorIndex::from_parts(matrix, rows, graph), folder.fresh)))
}

impl VectorIndex {
    /// Writes the index below `cache` and deletes all other indexes there. The caller must be the only writer.
    pub fn store(&self, cache: &Path, made_from: &Expected) -> Result<()> {
        let row = |row: &Row| [&row.version.to_le_bytes()[..], &row.key.to_le_bytes()].concat();
        let rows: Vec<u8> = self.rows.iter().flat_map(row).collect();
        let graph = self.graph.as_ref().map(|graph| graph.to_bytes());
        let files = [("matrix.f32", self.matrix.as_bytes()), ("rows.bin", &rows)];
        let files: Vec<(&str, &[u8])> =
            files.into_iter().chain(graph.as_deref().map(|graph| ("graph.u32", graph))).collect();
        let Expected { model_sha256, dim, state } = made_from.clone();
        let (rows, graph) = (self.rows.len(), self.graph_params);
        cache::store(cache, KIND, &state, &MadeFrom { model_sha256, dim, rows, graph }, &files)
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
    fn a_stored_index_opens_with_the_same_content() {
        let folder = tempfile::tempdir().unwrap();
        let index = index();
        index.store(folder.path(), &expected(3)).unwrap();
        index.store(folder.path(), &expected(4)).unwrap();
        assert!(!folder.path().join("index-3").exists(), "the older index was deleted");
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
    fn an_index_of_another_state_is_opened_but_an_index_of_another_model_is_not() {
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
    fn truncation_and_flipped_bits_are_noticed_in_every_file() {
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
                // A flipped bit in the manifest can also give another model or state, which is not damage.
                let refused = noticed || unused || !cached.fresh;
                assert!(if name == "manifest.json" { refused } else { noticed }, "{name}: {cached:?}");
            }
            std::fs::write(&path, &whole).unwrap();
        }
        assert!(open_cached(folder.path(), &expected(3)).fresh, "restored");
    }

    proptest::proptest! {
        /// Takes the 4-byte words that encode a small graph, replaces up to two of them, and may cut off the end.
        #[test]
        fn words_that_do_not_encode_a_graph_are_refused(
            changes in proptest::collection::vec((0usize..200, 0u32..45), 0..3), cut in 0usize..900,
        ) {
            let index = index();
            let mut words: Vec<[u8; 4]> = index.graph.as_ref().unwrap().to_bytes().as_chunks::<4>().0.to_vec();
            let whole = words.clone();
            let count = words.len();
            changes.into_iter().for_each(|(at, word)| words[at * count / 200] = word.to_le_bytes());
            words.truncate(count.max(900) - cut);
            let bytes = words.as_flattened();
            let read = Graph::from_bytes(bytes);
            proptest::prop_assert!(words != whole || read.is_some(), "unchanged");
            proptest::prop_assert!(words.len() == count || read.is_none(), "truncated");
            if let Some(graph) = read {
                proptest::prop_assert_eq!(graph.to_bytes(), bytes);
                // Whatever its links are, a search of the graph ends and finds rows.
                proptest::prop_assert!(!graph.search(&index.matrix, &[1.0, 0.0], 5, 50, &|_| true).is_empty());
            }
        }
    }
}
