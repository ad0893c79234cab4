//! The catalog on disk: `cache/catalog-STATE/`, with a file for each column, in the format of [`crate::cache`].

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::columns::{Catalog, Columns};
use crate::Result;
use crate::cache;
use crate::library::LibraryState;

/// The format changes when the files or the headings of a paper change.
const KIND: cache::Kind = cache::Kind { name: "catalog", format: 3 };

#[derive(Debug, Serialize, Deserialize)]
struct MadeFrom {
    /// [`LibraryState::epoch`].
    epoch: String,
}

/// The result of [`open_cached`].
pub type Cached = cache::Cached<Catalog>;

/// Opens the catalog below `cache` that was made from a state. If there is none, opens an older one of the same epoch,
/// which the caller can refresh. Checks every byte.
///
/// Never fails; if the catalog is damaged, the field `damage` describes how.
pub fn open_cached(cache: &Path, moment: &LibraryState) -> Cached {
    Cached::open(cache, KIND, || open(cache, moment))
}

/// Whether there is a catalog below `cache` that was made from `state`. Does not check the catalog.
pub fn has_cached(cache: &Path, state: &str) -> bool {
    cache::has(cache, KIND, state)
}

fn open(cache: &Path, moment: &LibraryState) -> Result<Option<(Catalog, bool)>, String> {
    let Some(folder) = cache::open::<MadeFrom>(cache, KIND, &moment.state)? else { return Ok(None) };
    if folder.made_from.epoch != moment.epoch {
        return Ok(None);
    }
    let columns = Columns {
        papers: folder.column("papers")?,
        days: folder.column("days")?,
        title_words: folder.column("title_words")?,
        terms: folder.column("terms")?,
        starts: folder.column("starts")?,
        places: folder.column("places")?,
        spellings: folder.column("spellings")?,
        spelling_starts: folder.column("spelling_starts")?,
    };
    match columns.fit() {
        true => Ok(Some((Catalog { columns }, folder.fresh))),
        false => Err(folder.mismatch()),
    }
}

impl Catalog {
    /// Writes the catalog below `cache` and deletes all other catalogs there. The caller must be the only writer.
    pub fn store(&self, cache: &Path, moment: &LibraryState) -> Result<()> {
        let made_from = MadeFrom { epoch: moment.epoch.clone() };
        cache::store(cache, KIND, &moment.state, &made_from, &self.columns.files())
    }
}
