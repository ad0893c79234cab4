//! The index on disk: `cache/lexical-STATE/`, with a file for each column of `postings`, in the format of
//! [`crate::cache`].

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::postings::{Columns, LexicalIndex};
use crate::Result;
use crate::cache;

/// The format changes when the files, the terms of a text, the numbers of languages, or the weights of terms change.
const KIND: cache::Kind = cache::Kind { name: "lexical", format: 6 };

#[derive(Debug, Serialize, Deserialize)]
struct MadeFrom {
    /// The caller's name for the order of the papers.
    order: String,
}

/// The result of [`open_cached`].
pub type Cached = cache::Cached<LexicalIndex>;

/// Opens the index below `cache` that was made from `state`. If there is none, opens an older index, which the caller
/// can refresh. Checks every byte of the index. The index is fresh if it was made from `state` and its papers have this
/// `order`.
///
/// Never fails; if the index is damaged, the field `damage` describes how.
pub fn open_cached(cache: &Path, state: &str, order: &str) -> Cached {
    Cached::open(cache, KIND, || open(cache, state, order))
}

/// Whether there is an index below `cache` that was made from `state`. Does not check the index.
pub fn has_cached(cache: &Path, state: &str) -> bool {
    cache::has(cache, KIND, state)
}

/// Returns the index, and whether it has this state and order. Returns `Ok(None)` if there is no index of this format,
/// and `Err` if it is damaged.
fn open(cache: &Path, state: &str, order: &str) -> Result<Option<(LexicalIndex, bool)>, String> {
    let Some(folder) = cache::open::<MadeFrom>(cache, KIND, state)? else { return Ok(None) };
    let columns = Columns {
        versions: folder.column("versions")?,
        lengths: folder.column("lengths")?,
        languages: folder.column("languages")?,
        norms: folder.column("norms")?,
        own_roots: folder.column("own_roots")?,
        terms: folder.column("terms")?,
        starts: folder.column("starts")?,
        positions: folder.column("positions")?,
        counts: folder.column("counts")?,
        lone_terms: folder.column("lone_terms")?,
        lone_positions: folder.column("lone_positions")?,
        lone_counts: folder.column("lone_counts")?,
        vocabulary: folder.column("vocabulary")?,
    };
    let index = LexicalIndex::from_columns(columns).ok_or_else(|| folder.mismatch())?;
    Ok(Some((index, folder.fresh && folder.made_from.order == order)))
}

impl LexicalIndex {
    /// Writes the index below `cache` and deletes all other indexes there. The caller must be the only writer.
    pub fn store(&self, cache: &Path, state: &str, order: &str) -> Result<()> {
        let made_from = MadeFrom { order: order.to_owned() };
        cache::store(cache, KIND, state, &made_from, &self.columns.files())
    }
}
