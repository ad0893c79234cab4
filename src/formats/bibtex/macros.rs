//! The macros that `@string` defines.

use std::collections::HashMap;

use super::super::limits::MAX_RECORD_BYTES;

/// The macros that `@string` defined.
#[derive(Default)]
pub(super) struct Macros {
    values: HashMap<String, String>,
    bytes: usize,
}

/// The longest value of a macro, in bytes. Without a limit, macros that use macros could grow without end.
pub(super) const MAX_MACRO_BYTES: usize = 64 << 10;

impl Macros {
    pub(super) fn define(&mut self, name: &str, value: String) {
        let bytes = name.len() + value.len();
        if value.len() <= MAX_MACRO_BYTES && self.bytes + bytes <= MAX_RECORD_BYTES {
            self.bytes += bytes;
            self.values.insert(name.to_lowercase(), value);
        }
    }

    /// Returns the value of a word without quotes or braces. If the word is not a macro, returns the word itself, for
    /// example a month.
    pub(super) fn value<'v>(&'v self, word: &'v str) -> &'v str {
        if word.starts_with(|c: char| c.is_ascii_digit()) || self.values.is_empty() {
            return word;
        }
        self.values.get(&word.to_lowercase()).map_or(word, String::as_str)
    }
}
