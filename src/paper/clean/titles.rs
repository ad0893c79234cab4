//! What a source puts around a title that is no part of it.

use std::borrow::Cow;

/// Words after which a full stop belongs to the word.
const ABBREVIATIONS: [&str; 12] = ["al", "etc", "inc", "ltd", "co", "corp", "vs", "jr", "sr", "sp", "spp", "st"];

/// Without the brackets in which [PubMed](https://www.nlm.nih.gov/bsd/mms/medlineelements.html#ti) puts a translated
/// title, and without the full stop with which it ends every title.
pub(super) fn bare(title: &str) -> Cow<'_, str> {
    let bare = without_full_stop(without_brackets(title));
    if bare.contains('{') { without_protection(bare) } else { Cow::Borrowed(bare) }
}

/// Without the braces that keep BibTeX from changing the case of a word, which services that list BibTeX pass on:
/// `{SPOK}: {B}ees`. A brace that a formula needs has something else than a word in it, or a sign before it.
fn without_protection(title: &str) -> Cow<'_, str> {
    let mut bare = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(open) = rest.find('{') {
        let (before, group) = rest.split_at(open);
        bare.push_str(before);
        let length = group[1..].find(['{', '}']).unwrap_or(0);
        let (word, behind) = (&group[1..=length], &group[1 + length..]);
        let is_word = word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphanumeric() || c == '-');
        let is_apart = before.is_empty() || before.ends_with([' ', '-', '(', '“', '"']);
        let is_letter = word.chars().nth(1).is_none();
        let goes_on = behind.strip_prefix('}').is_some_and(|rest| rest.starts_with(char::is_lowercase));
        if behind.starts_with('}') && is_word && is_apart && (goes_on || !is_letter) {
            bare.push_str(word);
            rest = &behind[1..];
        } else {
            bare.push('{');
            rest = &group[1..];
        }
    }
    bare.push_str(rest);
    if bare == title { Cow::Borrowed(title) } else { Cow::Owned(bare) }
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
    fn braces_around_words_go_and_those_of_formulas_stay() {
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
