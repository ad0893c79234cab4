//! The macros that `@string` defines.

use std::collections::HashMap;

use super::super::limits::MAX_RECORD_BYTES;

/// The macros that `@string` defined.
#[derive(Default)]
pub(super) struct Macros {
    values: HashMap<String, String>,
    bytes: usize,
}

/// The longest value of a macro: macros of macros could grow without end.
pub(super) const MAX_MACRO_BYTES: usize = 64 << 10;

impl Macros {
    pub(super) fn define(&mut self, name: &str, value: String) {
        let bytes = name.len() + value.len();
        if value.len() <= MAX_MACRO_BYTES && self.bytes + bytes <= MAX_RECORD_BYTES {
            self.bytes += bytes;
            self.values.insert(name.to_lowercase(), value);
        }
    }

    /// The value of a bare word; months and words that are not macros are kept.
    pub(super) fn value<'v>(&'v self, word: &'v str) -> &'v str {
        if word.starts_with(|c: char| c.is_ascii_digit()) || self.values.is_empty() {
            return word;
        }
        self.values.get(&word.to_lowercase()).map_or(word, String::as_str)
    }
}
