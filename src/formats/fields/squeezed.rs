//! Names without case and punctuation, so that `Paper_ID`, `paperId` and `paper-id` are one.

/// The name in lower case, letters and digits only.
pub(in crate::formats) fn squeezed(name: &str) -> String {
    letters(name).collect()
}

/// Whether `name` in that form is `expected`, which is ASCII.
pub(in crate::formats) fn is_squeezed(name: &str, expected: &str) -> bool {
    // Each letter of `expected` takes at least a byte of `name`; the check spares most comparisons.
    name.len() >= expected.len() && letters(name).eq(expected.chars())
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}
