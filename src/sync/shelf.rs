//! Where papers go: whoever syncs says how they are stored.

use crate::Result;
use crate::formats::Format;

/// What became of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Records that were read, as papers or as problems.
    pub records: u64,
    /// Papers that were added or updated.
    pub changed: u64,
    /// Whether the limit ended it before the last paper.
    pub cut: bool,
}

/// Where papers go, and where it is remembered how far a list was read.
pub trait Shelf {
    /// What is remembered, by name.
    fn states(&self) -> Result<Vec<(String, String)>>;

    /// Stores the papers of a page, of which no more than `limit` are added or updated. `source` is what they are listed
    /// under.
    fn take(&mut self, source: &str, page: &str, format: Format, limit: Option<u64>) -> Result<Taken>;

    /// Remembers `text` under `name`.
    fn remember(&mut self, name: &str, text: &str) -> Result<()>;
}

/// Receives what the user should know, though the work goes on.
pub type Notices<'a> = &'a dyn Fn(String);
