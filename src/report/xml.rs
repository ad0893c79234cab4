//! Text for XML.

/// The text with U+FFFD in place of characters that XML does not allow
/// ([XML 1.0, 2.2](https://www.w3.org/TR/xml/#charsets)).
pub(super) fn allowed(text: &str) -> String {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if is_allowed(c) { c } else { '\u{fffd}' }).collect()
}
