//! The limit on the size of a record, and the error for a file that cannot be used.

use std::path::Path;

use crate::Error;

/// The largest record that is read, in bytes. Papers with full text are far smaller. A larger record is not a paper, or
/// its file has lost its line ends; it could fill the memory.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// The largest JSON record that is read, in bytes. In memory a value takes up to 80 times the bytes of its text.
pub(super) const MAX_JSON_BYTES: usize = 4 << 20;

/// Returns the error for a file that cannot be used. In the message `reason` follows the name of the file.
pub(super) fn unusable(path: &Path, reason: impl Into<String>) -> Error {
    Error::Input { path: path.to_owned(), reason: reason.into() }
}
