//! Letters that a reader of PDFs could not name, and wrote as the numbers of their glyphs: `classi(cid:12)er`.
//!
//! 173 is the soft hyphen of Latin 1, where a line broke. 11 to 14 are ff, fi, fl and ffi in TeX's fonts for text (Knuth,
//! "The TeXbook", appendix F), and Greek letters in those for formulas, so they are taken for the former beside a small
//! letter only. Other numbers mean something else in each font and stay.

use std::borrow::Cow;

/// How such a glyph begins.
pub(super) const BEGIN: &str = "(cid:";

const LIGATURES: [(&str, &str); 4] = [("11", "ff"), ("12", "fi"), ("13", "fl"), ("14", "ffi")];

pub(super) fn named(text: &str) -> Cow<'_, str> {
    let mut named = String::new();
    let (mut done, mut from) = (0, 0);
    while let Some(found) = text[from..].find(BEGIN) {
        let begin = from + found;
        from = begin + BEGIN.len();
        // Longer than any number of a glyph, and the search for its end would go on to the end of the text.
        let Some((number, rest)) = text[from..].split_once(')').filter(|(number, _)| number.len() <= 5) else {
            continue;
        };
        let beside_letter = text[..begin].ends_with(|c: char| c.is_ascii_lowercase())
            || rest.starts_with(|c: char| c.is_ascii_lowercase());
        let ligature = LIGATURES.iter().find(|(known, _)| *known == number && beside_letter);
        let meant = if number == "173" { Some("\u{ad}") } else { ligature.map(|(_, letters)| *letters) };
        let Some(meant) = meant else { continue };
        named.push_str(&text[done..begin]);
        named.push_str(meant);
        done = from + number.len() + 1;
        from = done;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    named.push_str(&text[done..]);
    Cow::Owned(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_are_named_where_they_are_known() {
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
            assert_eq!(named(text), meant);
        }
    }
}
