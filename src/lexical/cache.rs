//! The index on disk: `cache/lexical-STATE/`, one file for each column of `postings`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::postings::{Columns, LexicalIndex};
use crate::Result;
use crate::cache;

/// Changes whenever the layout of the files does, or what a text's terms or their weights are.
const FORMAT: u32 = 2;

const NAME: &str = "lexical";

#[derive(Debug, Serialize, Deserialize)]
struct MadeFrom {
    format: u32,
    /// Names the order in which papers stand; the caller's own.
    #[serde(default)]
    order: String,
}

/// What was found on disk.
#[derive(Debug, Default)]
pub struct Cached {
    /// The index, if there is one that can be used or built upon.
    pub index: Option<LexicalIndex>,
    /// Whether it is of the expected state and order, and so complete.
    pub fresh: bool,
    /// What was found damaged and left aside.
    pub damage: Option<String>,
}

/// Opens the index below `cache`, that of `state` rather than an older one, and checks every byte of it. `order` names
/// the order in which papers stand.
///
/// Never fails: what cannot be used is not used, and is said in [`Cached::damage`] if it should have been usable.
pub fn open_cached(cache: &Path, state: &str, order: &str) -> Cached {
    match cache::steadily(cache, NAME, || open(cache, state)) {
        Ok(Some((index, of, is_of_state))) => {
            Cached { index: Some(index), fresh: is_of_state && of == order, damage: None }
        }
        Ok(None) => Cached::default(),
        Err(damage) => Cached { damage: Some(damage), ..Cached::default() },
    }
}

/// Whether there is one below `cache` that was made from `state`; it is not looked into.
pub fn has_cached(cache: &Path, state: &str) -> bool {
    cache::has(cache, NAME, state)
}

/// The index, the name of its order, and whether it is of the state.
fn open(cache: &Path, state: &str) -> Result<Option<(LexicalIndex, String, bool)>, String> {
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
    let unfit = || format!("the files of {} do not fit each other", folder.path().display());
    let index = LexicalIndex::from_columns(columns).ok_or_else(unfit)?;
    Ok(Some((index, folder.made_from.order.clone(), folder.fresh)))
}

impl LexicalIndex {
    /// Writes the index below `cache` and deletes every other one there; the caller sees to it that nobody else writes.
    pub fn store(&self, cache: &Path, state: &str, order: &str) -> Result<()> {
        // Without `..`: a new column does not compile until it is kept.
        let Columns {
            versions,
            lengths,
            norms,
            terms,
            starts,
            positions,
            counts,
            lone_terms,
            lone_positions,
            lone_counts,
        } = &self.columns;
        let files = [
            ("versions", versions.as_bytes()),
            ("lengths", lengths.as_bytes()),
            ("norms", norms.as_bytes()),
            ("terms", terms.as_bytes()),
            ("starts", starts.as_bytes()),
            ("positions", positions.as_bytes()),
            ("counts", counts.as_bytes()),
            ("lone_terms", lone_terms.as_bytes()),
            ("lone_positions", lone_positions.as_bytes()),
            ("lone_counts", lone_counts.as_bytes()),
        ];
        let made_from = MadeFrom { format: FORMAT, order: order.to_owned() };
        cache::store(cache, NAME, state, &made_from, &files)
    }
}
