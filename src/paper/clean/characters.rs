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

/// The text with a space in place of each control character and each separator of lines, and without invisible
/// characters. Everything else stays as it is.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return text.into();
    }
    text.chars().filter(|&c| !is_invisible(c)).map(|c| if is_unprintable(c) { ' ' } else { c }).collect()
}

/// Whether a character is a control character (C0, DEL, C1), a separator of lines (U+2028, U+2029) or invisible.
///
/// Terminals obey control characters. Marks and overrides of direction show a text in another order than it has, and
/// invisible characters hide a part of it.
pub(crate) fn is_unprintable(c: char) -> bool {
    match c {
        ' '..='~' => false,
        c => c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || is_invisible(c),
    }
}

/// Whether a character is a soft hyphen, zero-width space, mark or override of direction, word joiner, byte-order mark,
/// annotation, format control of shorthand or music, tag or noncharacter.
///
/// Kept are the joiners U+200C and U+200D, because Persian and Indic spelling and many emoji need them, and variation
/// selectors, because Japanese names need them. Arabic and Hebrew texts need no marks: their letters have a direction.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}')
        // The last two characters of each plane are noncharacters.
        || u32::from(c) & 0xfffe == 0xfffe
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

    #[test]
    fn no_character_that_controls_or_hides_remains_and_spelling_does() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32).filter(|&c| is_unprintable(c)) {
            for cleaned in [folded(&format!("a{c}b")), printable(&format!("a{c}b"))] {
                assert!(cleaned == "ab" || cleaned == "a b", "U+{:04X} {cleaned:?}", u32::from(c));
            }
        }
        for text in [
            "नेपाल्\u{200d}को",
            "می\u{200c}خواهم",
            "👩\u{200d}🔬",
            "葛\u{e0100}城",
            "❤\u{fe0f}",
            "שלום عليكم",
            "e\u{301}\u{20d7}",
        ] {
            assert_eq!(printable(text), text);
        }
    }
}
