//! Names without case and punctuation, so that `Paper_ID`, `paperId` and `paper-id` are one.

/// The name in lower case, letters and digits only.
pub(in crate::formats) fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
