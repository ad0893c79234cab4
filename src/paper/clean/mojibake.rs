//! Repairs UTF-8 that was decoded as Latin-1 or Windows-1252: `LÃ¤mmerzahl`, `naÃ¯ve`, `theyâ€™re`.
//!
//! Letters are repaired only if the author cannot have intended them. Their bytes in Windows-1252 must be a character
//! in UTF-8, and no language may have the combination. Two combinations are kept for this reason: `Å–` after a number
//! is an ångström and a dash, and `É”` may end a quotation.

use std::borrow::Cow;

/// The characters of Windows-1252 for the bytes 0x80 to 0x9f, which are control characters in Latin-1. Zero for bytes
/// without a character.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// The text with its letters repaired. If the text was damaged several times, one call undoes the last damage.
pub(super) fn repaired(text: &str) -> Cow<'_, str> {
    // Every damaged character begins with a letter from Â to ô. In UTF-8, all these letters begin with this byte.
    if !text.as_bytes().contains(&0xc3) {
        return text.into();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut repaired = String::with_capacity(text.len());
    let (mut at, mut after_damaged) = (0, false);
    while at < chars.len() {
        let damaged = Damaged::at(&chars, at).filter(|found| found.is_sure(&chars, at, after_damaged));
        repaired.push(damaged.as_ref().map_or(chars[at], |found| found.character));
        at += damaged.as_ref().map_or(1, |found| found.length);
        after_damaged = damaged.is_some();
    }
    repaired.into()
}

/// The character that results when several characters are read as the bytes of UTF-8.
struct Damaged {
    character: char,
    length: usize,
}

impl Damaged {
    fn at(chars: &[char], at: usize) -> Option<Self> {
        let length = match byte(*chars.get(at)?)? {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let mut bytes = [0; 4];
        for (byte_at, c) in chars.get(at..at + length)?.iter().enumerate() {
            bytes[byte_at] = byte(*c)?;
        }
        let character = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
        Some(Self { character, length })
    }

    /// Whether the author cannot have intended the characters in the text.
    fn is_sure(&self, chars: &[char], at: usize, after_damaged: bool) -> bool {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let second = chars[at + 1];
        // Quotes, dashes and spaces may follow any letter.
        let may_follow =
            matches!(second, '‘'..='”' | '–' | '—' | '…' | '•' | '™' | '\u{a0}' | '«' | '»' | '®' | '°' | '·')
                || matches!(second, '‚' | '„' | '†' | '‡' | '‹' | '›' | '²' | '³' | '¹' | '±' | '´' | '˜');
        let is_control = ('\u{80}'..='\u{9f}').contains(&second);
        let is_among_damaged = || after_damaged || Self::at(chars, at + self.length).is_some();
        match chars[at] {
            // The letters À to ÿ. Most texts have no other damaged letters.
            'Ã' => !may_follow || !before.is_some_and(char::is_uppercase),
            // The repaired character of such a pair equals its second character.
            'Â' => match self.character {
                '\u{80}'..='\u{9f}' => is_among_damaged() && is_control,
                '\u{a0}' | '«' | '»' => {
                    let may_be_damaged = |c: char| c.is_whitespace() || (c.is_alphanumeric() && !c.is_uppercase());
                    after_damaged || before.is_none_or(may_be_damaged)
                }
                _ => true,
            },
            'Å' | 'Ä' => {
                is_control || !may_follow || (before.is_some_and(|c| c.is_ascii_lowercase()) && second != '”')
            }
            'Î' | 'Ï' => is_control || !may_follow || matches!(second, '±' | '²' | '³' | '´' | '‚' | '„' | '†' | '‡'),
            // Punctuation, letter-like symbols, arrows, mathematics.
            'â' => matches!(self.character, '\u{2010}'..='\u{22ff}'),
            // Ligatures, full width, the byte-order mark.
            'ï' => {
                matches!(self.character, '\u{fb00}'..='\u{fb06}' | '\u{ff00}'..='\u{ffee}' | '\u{feff}' | '\u{fffd}')
            }
            'ð' => true,
            // Other scripts, such as Chinese: another damaged letter must be adjacent.
            _ => is_among_damaged(),
        }
    }
}

/// The byte of a character in Windows-1252, or in Latin-1 if Windows-1252 has no byte for it.
fn byte(c: char) -> Option<u8> {
    match c {
        '\u{80}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        '\u{100}'.. => {
            let at = WINDOWS_1252.iter().position(|known| *known == c)?;
            Some(0x80 + at as u8)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text, decoded wrongly.
    fn damaged(text: &str, is_latin_1: bool) -> String {
        let wrong = |byte: u8| match byte {
            0x80..=0x9f if !is_latin_1 && WINDOWS_1252[usize::from(byte - 0x80)] != '\0' => {
                WINDOWS_1252[usize::from(byte - 0x80)]
            }
            byte => char::from(byte),
        };
        text.bytes().map(wrong).collect()
    }

    #[test]
    fn letters_are_repaired_after_both_kinds_of_wrong_decoding() {
        for text in [
            "Lämmerzahl, Erdős-Rényi and the naïve Müller",
            "“Bees” – they’re humming… ≥ 5 °C ± 2 µm",
            "Łukasz Kaczyński, Ďuriš, Tešić",
            "α-synuclein, π and σ² of 3×4",
            "Пчёлы летают",
            "关于蜜蜂的研究",
            "a ﬁeld of 𝑥",
        ] {
            for is_latin_1 in [true, false] {
                let wrong = damaged(text, is_latin_1);
                assert_ne!(wrong, text);
                assert_eq!(repaired(&wrong), text, "{wrong}");
                assert_eq!(repaired(text), text, "correct text is not changed");
            }
            assert_eq!(repaired(&repaired(&damaged(&damaged(text, true), true))), text, "damaged twice");
        }
        assert_eq!(repaired("LÃ¤mmerzahl and Müller"), "Lämmerzahl and Müller", "only one name is damaged");
    }

    #[test]
    fn rare_but_intended_combinations_are_kept() {
        for text in [
            "1.2 Å–3.4 Å, 5 Å±0.1", "der „große Spaß“", "le “café”… – «Â»", "AMANHÃ” e ‘SERTÃ’", "Ø±0.1 mm, 3 × “4”",
            "ÉÈÊ ÃO ÂNGULO", "Ñandú, ïambe, ð, â",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
