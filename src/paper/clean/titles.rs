//! Removes marks that a source puts around a title.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::paper::patterns::{WordList, compiled};

/// Words that end with a full stop.
const ABBREVIATIONS: WordList = WordList("al, etc, inc, ltd, co, corp, vs, jr, sr, sp, spp, st");

/// The title without the brackets in which [PubMed](https://www.nlm.nih.gov/bsd/mms/medlineelements.html#ti) puts a
/// translated title, without the full stop at its end, and without the braces of BibTeX.
pub(super) fn bare(title: &str) -> Cow<'_, str> {
    PROTECTION.replace_all(without_full_stop(without_brackets(title)), "$1$2$3$4")
}

/// Braces that keep BibTeX from changing the case of a word: `{SPOK}: {B}ees`. Braces of formulas do not match, because
/// they follow a sign or do not contain a word.
static PROTECTION: LazyLock<Regex> =
    LazyLock::new(|| compiled(r#"(^|[ ("“-])\{(?:(\p{Lu}[\p{Alphabetic}\p{N}-]+)\}|(\p{Lu})\}(\p{Ll}))"#));

/// Removes brackets around the whole title if it has several words. `[18F]` is kept.
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
    // The full stop of an ellipsis, of "U.S." and of "et al." is kept. The full stop after "2.0" is removed.
    let is_kept = word.contains('.') && !word.ends_with(|c: char| c.is_ascii_digit())
        || ABBREVIATIONS.contains(&word.to_ascii_lowercase())
        || !rest.ends_with(|c: char| c.is_alphanumeric() || ")]}\"'’”»*°%".contains(c));
    if is_kept { title } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_stop_of_a_title_is_removed_and_that_of_an_abbreviation_is_kept() {
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
    fn braces_around_words_are_removed_and_those_of_formulas_are_kept() {
        for (title, expected) in [
            ("{SPOK} and {B}ees of {Rome}", "SPOK and Bees of Rome"),
            ("({TLS}) bees", "(TLS) bees"),
            ("The set {A} of {0,1} and {K(z)} bees", "The set {A} of {0,1} and {K(z)} bees"),
            ("H^{SPOK}, s_{NN} and {unclosed", "H^{SPOK}, s_{NN} and {unclosed"),
            ("{{A}} {", "{{A}} {"),
        ] {
            assert_eq!(bare(title), expected);
        }
    }

    #[test]
    fn brackets_around_a_whole_title_are_removed() {
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
