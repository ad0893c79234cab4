//! Reduces names to letters and digits, so that `Paper_ID`, `paperId` and `paper-id` are the same name.

/// Returns the letters and digits of a name in lower case.
pub(in crate::formats) fn squeezed(name: &str) -> String {
    letters(name).collect()
}

/// Whether [`squeezed`] would return `expected` for `name`. `expected` must be ASCII.
pub(in crate::formats) fn is_squeezed(name: &str, expected: &str) -> bool {
    // A name with fewer bytes than `expected` cannot match. The comparison of lengths rejects most names quickly.
    name.len() >= expected.len() && letters(name).eq(expected.chars())
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}
