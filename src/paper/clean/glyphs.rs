//! Replaces glyph numbers that a PDF extractor wrote in place of letters: `classi(cid:12)er`.
//!
//! Number 173 is the soft hyphen of Latin-1, which marks a line break. The numbers 11 to 14 are ff, fi, fl and ffi in
//! TeX's text fonts (Knuth, "The TeXbook", appendix F). In its math fonts they are Greek letters, so they are read as
//! ligatures only beside a lower-case letter. Other numbers differ from font to font and are kept.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::paper::patterns::compiled;

static GLYPH: LazyLock<Regex> = LazyLock::new(|| compiled(r"\(cid:(11|12|13|14|173)\)"));

pub(super) fn with_letters(text: &str) -> Cow<'_, str> {
    if !text.contains("(cid:") {
        return text.into();
    }
    GLYPH.replace_all(text, |glyph: &Captures| {
        let place = glyph.get_match().range();
        let is_small = |c: char| c.is_ascii_lowercase();
        let is_ligature = text[..place.start].ends_with(is_small) || text[place.end..].starts_with(is_small);
        match &glyph[1] {
            "173" => "\u{ad}",
            _ if !is_ligature => &text[place],
            "11" => "ff",
            "12" => "fi",
            "13" => "fl",
            _ => "ffi",
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_glyph_numbers_are_replaced_by_letters() {
        for (text, meant) in [
            ("classi(cid:12)ers and e(cid:14)cient trade-o(cid:11)s", "classifiers and efficient trade-offs"),
            ("the fruit (cid:13)y", "the fruit fly"),
            ("coordina(cid:173) tion", "coordina\u{ad} tion"),
            (
                "an (cid:11)-stable law, (cid:15)-tubes, (cid:2)tting",
                "an (cid:11)-stable law, (cid:15)-tubes, (cid:2)tting",
            ),
            ("(cid:", "(cid:"),
            ("(cid:12", "(cid:12"),
            ("(cid:é)(cid:12)ne", "(cid:é)fine"),
        ] {
            assert_eq!(with_letters(text), meant);
        }
    }
}
