//! Files that cannot be used as a whole, and the limit on the size of a record.

use std::path::Path;

use crate::Error;

/// The largest record that is read. Papers with full text are far smaller; a larger record is not a paper, or a file that
/// lost its line ends, and could fill the memory.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// The largest record of JSON that is read: in memory, a value takes up to 80 times the bytes of its text.
pub(super) const MAX_JSON_BYTES: usize = 4 << 20;

/// The error of a file that cannot be used; `reason` follows its name.
pub(super) fn unusable(path: &Path, reason: impl Into<String>) -> Error {
    Error::Input { path: path.to_owned(), reason: reason.into() }
}
