//! What is refused: a file that cannot be used as a whole, a record that is too large.

use std::path::Path;

use crate::Error;

/// The largest record that is read: papers with full text stay far below it, so what is larger is no paper, or a file
/// that lost its line ends; holding it would let one bad file take all memory.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// The error of a file that cannot be used; `reason` follows its name.
pub(super) fn unusable(path: &Path, reason: impl Into<String>) -> Error {
    Error::Input { path: path.to_owned(), reason: reason.into() }
}
