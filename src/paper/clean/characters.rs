//! Cleans white space, invisible characters and ligatures, and gives each letter one form
//! ([NFC](https://www.unicode.org/reports/tr15/)). NFKC is not used, because it turns `x²` into `x2`.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text with single spaces, without invisible characters and ligatures, trimmed, in NFC.
///
/// Idempotent: invisible characters are removed before letters are composed, since one may be between a letter and its
/// accent.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    let is_spaced = !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ");
    if is_spaced && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.into();
    }
    let mut bare = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '!'..='~' => bare.push(c),
            c if c.is_whitespace() || c.is_control() => {
                if !bare.is_empty() && !bare.ends_with(' ') {
                    bare.push(' ');
                }
            }
            c if is_invisible(c) => {}
            c => match ligature(c) {
                Some(letters) => bare.push_str(letters),
                None => bare.push(c),
            },
        }
    }
    bare.truncate(bare.trim_end().len());
    // Most texts are in NFC already, and composing takes the largest part of the time to read a file.
    let is_composed = bare.is_ascii() || is_nfc_quick(bare.chars()) == IsNormalized::Yes;
    if is_composed { bare.into() } else { bare.nfc().collect() }
}

/// Whether a character is a soft hyphen, zero-width space, mark or override of direction, word joiner, byte-order mark,
/// annotation, tag or noncharacter. The joiners U+200C and U+200D are kept: Persian and Indic spelling needs them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{e0000}'..='\u{e007f}')
}

/// The letters of a ligature. Text copied from a PDF often has ligatures.
fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_removed_and_others_are_kept() {
        for (text, expected) in [
            (" A\ttitle\u{1b}[31m \u{202e}with\r\n\u{200b}noise e\u{301}\u{a0}", "A title [31m with noise é"),
            ("e\u{200b}\u{301}", "é"),
            ("bum\u{ad}ble", "bumble"),
            ("eﬃcient ﬁeld, x² + CO₂, Å", "efficient field, x² + CO₂, Å"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("", ""),
            (" \n ", ""),
        ] {
            assert_eq!(folded(text), expected, "{text:?}");
        }
        for text in ["Bees hum.", "“Bees” – naïve", "가나다"] {
            assert_eq!(folded(text), text);
        }
    }
}
