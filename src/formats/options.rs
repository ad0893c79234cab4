//! How to read a file, and the counts of what was read.

use super::fields::FieldMap;
use super::format::Format;

/// What was read from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadSummary {
    /// As detected or forced.
    pub format: Format,
    /// Papers given to the sink.
    pub papers: u64,
    /// Problems given to the sink.
    pub problems: u64,
}

/// How to read a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// The format; without one the content decides, then the name.
    pub format: Option<Format>,
    /// The meaning of columns of tables and fields of JSON whose names do not show it.
    pub map: FieldMap,
}

impl From<Option<Format>> for ReadOptions {
    fn from(format: Option<Format>) -> Self {
        Self { format, ..Self::default() }
    }
}
