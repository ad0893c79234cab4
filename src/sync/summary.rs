//! What a sync came to.

use jiff::civil::Date;

use super::source::Source;
use crate::Error;
use crate::recommender::AddSummary;

/// What came from a source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceReport {
    /// Which.
    pub source: Source,
    /// The day from which the list was read.
    pub since: Date,
    /// Papers received, known or new.
    pub received: u64,
    /// What of them was added or updated.
    pub changed: u64,
    /// Papers that arXiv no longer has; the library keeps them.
    pub deleted: u64,
    /// Requests made.
    pub requests: u64,
    /// Whether the list was read to its end.
    pub complete: bool,
}

/// What a sync came to.
#[derive(Debug)]
pub struct SyncSummary {
    /// One for each source that was asked.
    pub sources: Vec<SourceReport>,
    /// What was taken, of all sources.
    pub papers: AddSummary,
    /// What ended it early; what was received before is kept.
    pub failure: Option<Error>,
}
