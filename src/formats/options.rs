//! Options for reading a file, and the summary of what was read.

use super::fields::FieldMap;
use super::format::Format;

/// The summary of reading a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadSummary {
    /// The format, as detected or as given in the options.
    pub format: Format,
    /// How many papers the sink got.
    pub papers: u64,
    /// How many problems the sink got.
    pub problems: u64,
}

/// How to read a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// The format. If there is none, the content of the file decides, then its name.
    pub format: Option<Format>,
    /// The meanings that the user gives to columns of tables and fields of JSON.
    pub map: FieldMap,
}

impl From<Option<Format>> for ReadOptions {
    fn from(format: Option<Format>) -> Self {
        Self { format, ..Self::default() }
    }
}
