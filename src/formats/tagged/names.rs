//! Converts names of people from the notation of tagged formats to BibTeX's notation.

use crate::formats::organisations::{self, is_organisation};
use crate::paper::Name;

/// Reads `Family, Given`, `Family, Given, Jr.`, `Liu R.` or `A. Byron`. These names belong to organisations: a name
/// that ends in a comma (EndNote's mark), a name with more than three parts between commas, and a name without commas
/// that contains a word such as `University`.
pub(super) fn person(text: &str) -> String {
    let text = text.replace(['{', '}', '\n'], " ");
    let text = text.trim();
    if let Some(organisation) = text.strip_suffix(',') {
        return organisations::organisation(organisation);
    }
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let name = |family: &str, given: &str, suffix: &str| {
        Name { family: family.to_owned(), given: given.to_owned(), suffix: suffix.to_owned() }.notation()
    };
    match parts[..] {
        [text] => without_comma(text),
        [family, given] => name(family, given, ""),
        [family, given, suffix] => name(family, given, suffix),
        _ => organisations::organisation(text),
    }
}

fn without_comma(text: &str) -> String {
    if is_organisation(text) {
        return organisations::organisation(text);
    }
    match text.rsplit_once(' ') {
        Some((family, initials)) if are_initials(initials) && !family.split(' ').any(are_initials) => {
            format!("{}, {initials}", family.trim())
        }
        _ => text.to_owned(),
    }
}

/// Whether a word consists of initials, such as `R.`, `DK`, `M-J` or `D.G.`.
fn are_initials(word: &str) -> bool {
    let letters = word.chars().filter(|c| !matches!(c, '.' | '-')).count();
    (1..=3).contains(&letters) && word.chars().all(|c| c.is_uppercase() || matches!(c, '.' | '-'))
}

/// Returns the names in these values, in BibTeX's notation. Line ends and semicolons separate names.
pub(super) fn people(values: &[String]) -> Vec<String> {
    let names = values.iter().flat_map(|value| value.split(['\n', ';'])).map(str::trim);
    names.filter(|name| !name.is_empty()).map(person).collect()
}

/// Joins names into a list in BibTeX's notation, without "et al.".
pub(super) fn joined(names: &[String]) -> String {
    let names = names.iter().filter(|name| !is_et_al(name)).map(|name| Name::parse(name).notation());
    names.collect::<Vec<_>>().join(" and ")
}

/// Whether a name is "et al." or "others", which means that the list is not complete.
fn is_et_al(name: &str) -> bool {
    let letters: String = name.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    letters == "etal" || letters == "others"
}

/// Returns the names without "et al.", and whether the list contained it.
pub(super) fn without_et_al(mut names: Vec<String>) -> (Vec<String>, bool) {
    let count = names.len();
    names.retain(|name| !is_et_al(name));
    let et_al = names.len() < count;
    (names, et_al)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_parts() {
        for (text, expected) in [
            ("Byron, Ada", "Byron, Ada"),
            ("Byron,Ada", "Byron, Ada"),
            ("King, Martin Luther, Jr.", "King, Jr., Martin Luther"),
            ("van der Berg, Rahman", "van der Berg, Rahman"),
            ("Liu R.", "Liu, R."),
            ("van Raaij MJ", "van Raaij, MJ"),
            ("A. Byron", "A. Byron"),
            ("Ada Byron", "Ada Byron"),
            ("World Health Organization", "{World Health Organization}"),
            ("Bees of the World,", "{Bees of the World}"),
            ("Google, Inc.,", "{Google, Inc.}"),
            ("Berg, Carl, Byron, Gauss", "{Berg, Carl, Byron, Gauss}"),
            ("余敏", "余敏"),
        ] {
            assert_eq!(person(text), expected, "{text}");
        }
        assert_eq!(people(&["Byron, A.; Gauss, C.".to_owned()]), ["Byron, A.", "Gauss, C."]);
        assert_eq!(without_et_al(vec!["Byron, A.".into(), "et al.".into()]), (vec!["Byron, A.".to_owned()], true));
    }
}
