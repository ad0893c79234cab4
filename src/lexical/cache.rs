//! The index on disk: `cache/lexical-STATE/`, with a file for each column of `postings`, in the format of [`crate::cache`].

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::postings::{Columns, LexicalIndex};
use crate::Result;
use crate::cache;

/// Changes with the format of the files, and with the terms of a text and their weights.
const FORMAT: u32 = 2;

const NAME: &str = "lexical";

#[derive(Debug, Serialize, Deserialize)]
struct MadeFrom {
    format: u32,
    /// The caller's name for the order of the papers.
    order: String,
}

/// What [`open_cached`] found.
pub type Cached = cache::Cached<LexicalIndex>;

/// Opens the index below `cache` that was made from `state`, or else an older one to refresh. Checks every byte of it. It is
/// fresh if its papers have the `order` too.
///
/// Never fails: the field `damage` says what is damaged.
pub fn open_cached(cache: &Path, state: &str, order: &str) -> Cached {
    Cached::open(cache, NAME, || open(cache, state, order))
}

/// Whether there is an index below `cache` that was made from `state`; does not check it.
pub fn has_cached(cache: &Path, state: &str) -> bool {
    cache::has(cache, NAME, state)
}

/// The index, and whether it is of this state and order.
fn open(cache: &Path, state: &str, order: &str) -> Result<Option<(LexicalIndex, bool)>, String> {
    let Some(folder) = cache::open::<MadeFrom>(cache, NAME, state)? else { return Ok(None) };
    if folder.made_from.format != FORMAT {
        return Ok(None);
    }
    let columns = Columns {
        versions: folder.column("versions")?,
        lengths: folder.column("lengths")?,
        norms: folder.column("norms")?,
        terms: folder.column("terms")?,
        starts: folder.column("starts")?,
        positions: folder.column("positions")?,
        counts: folder.column("counts")?,
        lone_terms: folder.column("lone_terms")?,
        lone_positions: folder.column("lone_positions")?,
        lone_counts: folder.column("lone_counts")?,
    };
    let mismatch = || format!("the files of {} do not fit together", folder.path().display());
    let index = LexicalIndex::from_columns(columns).ok_or_else(mismatch)?;
    Ok(Some((index, folder.fresh && folder.made_from.order == order)))
}

impl LexicalIndex {
    /// Writes the index below `cache` and deletes all others there. The caller must be the only writer.
    pub fn store(&self, cache: &Path, state: &str, order: &str) -> Result<()> {
        let made_from = MadeFrom { format: FORMAT, order: order.to_owned() };
        cache::store(cache, NAME, state, &made_from, &self.columns.files())
    }
}
