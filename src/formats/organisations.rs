//! Recognises names of organisations. BibTeX's notation has them in braces, so that they are not split into family and
//! given names.

use crate::paper::single_spaced;

/// Words that are common in names of organisations and rare in names of people.
const WORDS: [&str; 34] = [
    "agency", "alliance", "association", "board", "bureau", "center", "centre", "centers", "collaboration",
    "collaborative", "college", "commission", "committee", "company", "consortium", "corporation", "council",
    "department", "federation", "foundation", "group", "initiative", "institute", "investigators", "laboratory",
    "ministry", "network", "office", "organization", "organisation", "society", "team", "university", "consortia",
];

/// Whether a name is surely that of an organisation. If the name has a comma, a single word before or after it does not
/// count: in "Board, Ada" it is a family name.
pub(super) fn is_organisation(name: &str) -> bool {
    let is_telling = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
    };
    let has_comma = name.contains(',');
    name.split(',').any(|part| {
        let mut words = part.split_whitespace();
        words.clone().any(is_telling) && (!has_comma || words.nth(1).is_some())
    })
}

/// Returns the name of an organisation in BibTeX's notation: in braces.
pub(super) fn organisation(name: &str) -> String {
    let name = single_spaced(&name.replace(['{', '}'], ""));
    if name.is_empty() { name } else { format!("{{{name}}}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisations_are_recognised_by_a_word_that_is_not_a_family_name() {
        for (name, expected) in [
            ("World Health Organization", true),
            ("University of Bees, Department of Wings", true),
            ("Hive, Department of Wings", true),
            ("(Bee Collaboration)", true),
            ("Consortium", true),
            ("Board, Ada", false),
            ("Ada Byron", false),
            ("Byron, Ada", false),
            ("", false),
        ] {
            assert_eq!(is_organisation(name), expected, "{name}");
        }
        assert_eq!(organisation(" Bees {and}\n wasps "), "{Bees and wasps}");
        assert_eq!(organisation("{}"), "");
    }
}
