//! What a source puts around a title that is no part of it.

use std::borrow::Cow;

/// Words after which a full stop belongs to the word.
const ABBREVIATIONS: [&str; 12] = ["al", "etc", "inc", "ltd", "co", "corp", "vs", "jr", "sr", "sp", "spp", "st"];

/// Without the brackets in which [PubMed](https://www.nlm.nih.gov/bsd/mms/medlineelements.html#ti) puts a translated
/// title, and without the full stop with which it ends every title.
pub(super) fn bare(title: &str) -> Cow<'_, str> {
    Cow::Borrowed(without_full_stop(without_brackets(title)))
}

/// Only where the brackets hold the whole title, of several words: `[18F]` is a title's own.
fn without_brackets(title: &str) -> &str {
    let whole = title.strip_suffix('.').unwrap_or(title);
    let Some(inner) = whole.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return title };
    let mut depth = 0i64;
    let closes_within = inner.chars().any(|c| {
        depth += i64::from(c == '[') - i64::from(c == ']');
        depth < 0
    });
    if closes_within || depth != 0 || !inner.trim().contains(' ') { title } else { inner.trim() }
}

fn without_full_stop(title: &str) -> &str {
    let Some(rest) = title.strip_suffix('.') else { return title };
    let word = rest.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    // An ellipsis, "U.S.", "et al.": the stop is not the title's, but that behind "2.0" is. A stop before which nothing
    // stands is not its end.
    let is_kept = word.contains('.') && !word.ends_with(|c: char| c.is_ascii_digit())
        || ABBREVIATIONS.iter().any(|known| word.eq_ignore_ascii_case(known))
        || !rest.ends_with(|c: char| c.is_alphanumeric() || ")]}\"'’”»*°%".contains(c));
    if is_kept { title } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_titles_full_stop_goes_and_that_of_its_last_word_stays() {
        for (title, expected) in [
            ("On bees.", "On bees"),
            ("Bees (a review).", "Bees (a review)"),
            ("Bees and hepatitis B.", "Bees and hepatitis B"),
            ("Bees of the U.S.", "Bees of the U.S."),
            ("A reply to Byron et al.", "A reply to Byron et al."),
            ("Bombus sp.", "Bombus sp."),
            ("HiveML 2.0.", "HiveML 2.0"),
            ("And then...", "And then..."),
            ("Bees? ", "Bees? "),
            (".", "."),
        ] {
            assert_eq!(bare(title), expected);
        }
    }

    #[test]
    fn a_title_all_in_brackets_loses_them() {
        for (title, expected) in [
            ("[The bees of the north].", "The bees of the north"),
            ("[Bees [and wasps]]", "Bees [and wasps]"),
            ("[18F]FDG in bees [sic]", "[18F]FDG in bees [sic]"),
            ("[Retracted] On bees", "[Retracted] On bees"),
            ("[18F]", "[18F]"),
            ("[a] b [c]", "[a] b [c]"),
        ] {
            assert_eq!(bare(title), expected);
        }
    }
}
