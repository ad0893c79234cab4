//! One look at every byte of a text that says which steps there is work for. Most texts need none, so this is what
//! cleaning costs.

use super::glyphs;

/// What a text may hold that is to be cleaned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Beyond ASCII: letters may be damaged, composed, joined or invisible.
    pub non_ascii: bool,
    /// `<`
    pub tag: bool,
    /// `&`
    pub entity: bool,
    /// What LaTeX cannot do without: a backslash, a dollar, a brace, an opening quote.
    pub latex: bool,
    /// A hyphen before white space, or a soft one.
    pub broken_word: bool,
    /// `O_` or `C_`, with which bioRxiv's tokens begin.
    pub token: bool,
    /// A glyph by its number.
    pub glyph: bool,
    /// A capital directly behind a small letter.
    pub camel: bool,
    /// White space or control characters other than single spaces between words.
    space: bool,
}

const NON_ASCII: u32 = 1;
const TAG: u32 = 1 << 1;
const ENTITY: u32 = 1 << 2;
const LATEX: u32 = 1 << 3;
const CONTROL: u32 = 1 << 4;

// Two bytes in a row: each has a bit as the first of the pair and one as the second.
const DOUBLE_SPACE: u32 = 1;
const HYPHEN_SPACE: u32 = 1 << 1;
const TOKEN: u32 = 1 << 2;
const CAMEL: u32 = 1 << 3;
const GLYPH: u32 = 1 << 4;
const FIRST: u32 = 8;
const SECOND: u32 = 16;

const CLASSES: [u32; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            // Tab and line ends too: a hyphen may stand before them.
            b'\t'..=b'\r' => CONTROL | HYPHEN_SPACE << SECOND,
            0..=0x1f | 0x7f => CONTROL,
            0x80.. => NON_ASCII,
            b'<' => TAG,
            b'&' => ENTITY,
            b'\\' | b'$' | b'{' | b'}' | b'`' => LATEX,
            b' ' => DOUBLE_SPACE << FIRST | (DOUBLE_SPACE | HYPHEN_SPACE) << SECOND,
            b'-' => HYPHEN_SPACE << FIRST,
            b'O' | b'C' => TOKEN << FIRST | CAMEL << SECOND,
            b'A'..=b'Z' => CAMEL << SECOND,
            b'(' => GLYPH << FIRST,
            b'c' => CAMEL << FIRST | GLYPH << SECOND,
            b'a'..=b'z' => CAMEL << FIRST,
            b'_' => TOKEN << SECOND,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl Marks {
    pub(super) fn of(text: &str) -> Self {
        let (mut seen, mut pairs, mut before) = (0, 0, 0);
        for byte in text.bytes() {
            let class = CLASSES[usize::from(byte)];
            seen |= class;
            pairs |= before >> FIRST & class >> SECOND;
            before = class;
        }
        let outer_space = text.starts_with(' ') || text.ends_with(' ');
        let non_ascii = seen & NON_ASCII != 0;
        let rare_hyphen = non_ascii && (text.contains("\u{ad}") || text.contains("\u{2010}"));
        Self {
            non_ascii,
            tag: seen & TAG != 0,
            entity: seen & ENTITY != 0,
            latex: seen & LATEX != 0,
            broken_word: pairs & HYPHEN_SPACE != 0 || rare_hyphen,
            token: pairs & TOKEN != 0,
            glyph: pairs & GLYPH != 0 && text.contains(glyphs::BEGIN),
            camel: pairs & CAMEL != 0,
            space: seen & CONTROL != 0 || pairs & DOUBLE_SPACE != 0 || outer_space,
        }
    }

    /// Whether there is nothing to do but to look at its words. Outer spaces count.
    pub(super) fn is_clean(self) -> bool {
        Self { token: false, camel: false, ..self } == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_seen_where_it_is_and_nowhere_else() {
        let clean = Marks::default();
        for (text, marks) in [
            ("", clean),
            ("Bees, wasps (and ants): state-of-the-art; 5 > 3.", clean),
            ("a < b", Marks { tag: true, ..clean }),
            ("Bees (comb) (cid:12)", Marks { glyph: true, ..clean }),
            ("R&D", Marks { entity: true, ..clean }),
            ("$5", Marks { latex: true, ..clean }),
            ("bum- ble", Marks { broken_word: true, ..clean }),
            ("bum-\nble", Marks { broken_word: true, space: true, ..clean }),
            ("O_LI", Marks { token: true, ..clean }),
            ("two  spaces", Marks { space: true, ..clean }),
            ("outer ", Marks { space: true, ..clean }),
            ("é", Marks { non_ascii: true, ..clean }),
            ("bum\u{ad}ble", Marks { non_ascii: true, broken_word: true, ..clean }),
            ("BumBle", Marks { camel: true, ..clean }),
        ] {
            assert_eq!(Marks::of(text), marks, "{text:?}");
        }
        assert!(Marks::of("O_LI").is_clean() && !Marks::of("a < b").is_clean());
    }
}
