//! Names without case and punctuation, so that `Paper_ID`, `paperId` and `paper-id` are one.

/// Longer than any name that means something.
pub(super) const LONGEST: usize = 48;

/// The name in lower case, letters and digits only.
pub(in crate::formats) fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Calls `f` with the name as [`squeezed`], unless it is too long to mean anything.
pub(in crate::formats) fn with_squeezed<T>(name: &str, f: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let mut squeezed_name = [0; LONGEST];
    let mut length = 0;
    for byte in name.bytes() {
        if !byte.is_ascii() {
            return f(&squeezed(name));
        }
        if byte.is_ascii_alphanumeric() {
            *squeezed_name.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    f(std::str::from_utf8(&squeezed_name[..length]).ok()?)
}
