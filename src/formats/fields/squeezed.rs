//! Reduces names to letters and digits, so that `Paper_ID`, `paperId` and `paper-id` are the same name.

/// Returns the letters and digits of a name in lower case.
pub(in crate::formats) fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether [`squeezed`] would return `expected` for `name`. `expected` must be ASCII.
pub(in crate::formats) fn is_squeezed(name: &str, expected: &str) -> bool {
    // Lower case of ASCII is enough, because `expected` has no other letters. It takes a fraction of the time.
    name.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).eq(expected.chars())
}
