//! White space, characters that cannot be seen, ligatures, and one form for each letter
//! ([NFC](https://www.unicode.org/reports/tr15/)). Not NFKC: it would turn `x²` into `x2`.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Single spaces, nothing invisible, no ligatures, trimmed, NFC.
///
/// Idempotent: what is dropped is dropped before composing, since it may stand between a letter and its accent.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return folded_ascii(text);
    }
    let (mut is_folded, mut may_compose, mut before) = (true, false, ' ');
    for c in text.chars() {
        if !(' '..='~').contains(&c) {
            is_folded &= !c.is_whitespace() && !c.is_control() && !is_invisible(c) && ligature(c).is_none();
            may_compose |= !is_inert(c);
        } else if c == ' ' {
            is_folded &= before != ' ';
        }
        before = c;
    }
    is_folded &= before != ' ' || text.is_empty();
    match (is_folded, may_compose) {
        (true, false) => Cow::Borrowed(text),
        (true, true) if is_nfc(text) => Cow::Borrowed(text),
        (true, true) => Cow::Owned(text.nfc().collect()),
        (false, may_compose) => {
            let bare = without_the_invisible(text);
            Cow::Owned(if may_compose { bare.nfc().collect() } else { bare })
        }
    }
}

/// [`folded`] of a text of nothing but ASCII, as most are. Without branches, which a processor guesses wrong at the end
/// of every word: that was a sixth of what it takes to read arXiv's metadata.
fn folded_ascii(text: &str) -> Cow<'_, str> {
    let mut bare = vec![0; text.len()];
    let (mut length, mut before) = (0, b' ');
    for byte in text.bytes() {
        let byte = if byte <= b' ' || byte == 0x7f { b' ' } else { byte };
        bare[length] = byte;
        length += usize::from(byte != b' ' || before != b' ');
        before = byte;
    }
    bare.truncate(length - usize::from(length > 0 && before == b' '));
    if bare == text.as_bytes() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(String::from_utf8(bare).expect("ASCII"))
}

fn without_the_invisible(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '!'..='~' => bare.push(c),
            // "COVID\u{ad}19": meant to be seen, since no word is broken before a number.
            '\u{ad}' if chars.peek().is_some_and(char::is_ascii_digit) => bare.push('-'),
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
    bare
}

/// Whether a text of nothing but such characters is in NFC: Latin, Greek and Cyrillic letters that are composed,
/// punctuation, arrows, mathematics, Chinese. Saves looking up each character, which takes longer than all the rest.
fn is_inert(c: char) -> bool {
    matches!(c,
        ..'\u{300}' | '\u{391}'..='\u{3c9}' | '\u{400}'..='\u{482}' | '\u{2010}'..='\u{20cf}'
        | '\u{2100}'..='\u{2120}' | '\u{2190}'..='\u{2328}'
        | '\u{2500}'..='\u{2acf}' | '\u{3001}'..='\u{3029}' | '\u{4e00}'..='\u{9fff}')
}

/// Characters that only disturb display: soft hyphen, zero-width space, marks and overrides of direction, word joiner,
/// byte-order mark, what annotates, tags, and what is no character. The joiners U+200C and U+200D stay: Persian and
/// Indic scripts are spelled with them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{e0000}'..='\u{e007f}')
}

/// What typesetting joined; text copied from a PDF is full of them, and no reader types them.
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
    fn what_cannot_be_seen_goes_and_what_means_something_stays() {
        for (text, expected) in [
            (" A\ttitle\u{1b}[31m \u{202e}with\r\n\u{200b}noise e\u{301}\u{a0}", "A title [31m with noise é"),
            ("e\u{200b}\u{301}", "é"),
            ("bum\u{ad}ble", "bumble"),
            ("APIS\u{ad}19", "APIS-19"),
            ("eﬃcient ﬁeld, x² + CO₂, Å", "efficient field, x² + CO₂, Å"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("", ""),
            (" \n ", ""),
        ] {
            assert_eq!(folded(text), expected, "{text:?}");
        }
        for text in ["Bees hum.", "“Bees” – naïve", "가나다"] {
            assert!(matches!(folded(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn ascii_is_folded_as_any_text_is() {
        let letters = [' ', ' ', 'a', '\n', '\u{7f}', '-'];
        for number in 0..letters.len().pow(5) {
            let letter = |place: u32| letters[number / letters.len().pow(place) % letters.len()];
            let text: String = (0..5).map(letter).collect();
            assert_eq!(folded_ascii(&text), without_the_invisible(&text), "{text:?}");
        }
    }

    #[test]
    fn inert_characters_do_not_change_when_composed() {
        let inert: Vec<char> = ('\0'..=char::MAX).filter(|c| is_inert(*c)).collect();
        for pair in inert.windows(2) {
            for text in [String::from_iter(pair), String::from_iter(pair.iter().rev())] {
                assert_eq!(text.nfc().collect::<String>(), text, "{pair:?}");
            }
        }
        let all: String = inert.iter().collect();
        assert_eq!(all.nfc().collect::<String>(), all);
    }
}
