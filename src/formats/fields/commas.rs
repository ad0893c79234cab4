//! Splits a text of names in which commas are the only separators. `Curie, Marie` is one person;
//! `Marie Curie, Niels Bohr` and `Curie, Marie, Bohr, Niels` are two.
//!
//! The parts between commas are either whole names, or pairs of a family name and given names. In pairs most parts are
//! single words; whole names almost never are. So each part has a weight: roughly the natural logarithm of how much
//! more often such a part occurs in pairs than among whole names, counted in 87,000 lists of authors. The evidence from
//! the other lists of the file is added, so that `Corrêa de Sousa, Ana Carolina` is one person in a column of such
//! pairs.

use std::cell::Cell;

/// The evidence from the lists of names in one file so far. Above zero, the lists consist of pairs.
#[derive(Debug, Default)]
pub(in crate::formats) struct PairEvidence(Cell<f32>);

/// The limit of the evidence from one list, and from all lists together.
const MAX_SHOWN: [f32; 2] = [4.0, 12.0];

/// The share of the evidence from all lists that is added to the weight of another list. It adds at most 6, which is
/// less than the weight of a pair of two single words (8).
const SHARE: f32 = 0.5;

impl PairEvidence {
    /// Learns from a text of names in which commas are the only separators. The text may be a single name.
    pub(super) fn learn(&self, text: &str) {
        let parts = parts(text);
        let shown = match parts.len() {
            0 => return,
            // One whole name, without a comma.
            1 if words(parts[0]).count() > 1 => -2.0,
            1 => return,
            count if !count.is_multiple_of(2) => parts.iter().map(|part| if is_word(part) { 0.0 } else { -1.0 }).sum(),
            _ => weight(&parts),
        };
        let [of_one, of_all] = MAX_SHOWN;
        self.0.set((self.0.get() + shown.clamp(-of_one, of_one)).clamp(-of_all, of_all));
    }
}

/// Returns the names in a text in which commas are the only separators. Returns `None` if the text is one name or
/// cannot be split.
pub(super) fn split(text: &str, habit: &PairEvidence) -> Option<Vec<String>> {
    let parts = parts(text);
    if parts.len() < 2 {
        return None;
    }
    if parts.len().is_multiple_of(2) && weight(&parts) + habit.0.get() * SHARE > 0.0 {
        let pairs = || parts.chunks(2).map(|pair| pair.join(", ")).collect();
        return (parts.len() > 2).then(pairs);
    }
    let single = parts.iter().filter(|part| is_word(part) || are_initials(part)).count();
    (single * 2 < parts.len()).then(|| parts.iter().map(|part| (*part).to_owned()).collect())
}

fn parts(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn words(part: &str) -> std::str::SplitWhitespace<'_> {
    part.split_whitespace()
}

fn is_word(part: &str) -> bool {
    !part.contains(char::is_whitespace)
}

fn weight(parts: &[&str]) -> f32 {
    parts.iter().enumerate().map(|(at, part)| if at % 2 == 0 { of_family(part) } else { of_given(part) }).sum()
}

/// The weight of a part in the position of a family name.
fn of_family(part: &str) -> f32 {
    let first_is_small = part.starts_with(char::is_lowercase);
    match () {
        () if are_initials(part) => -6.0,
        () if is_word(part) => 4.0,
        () if words(part).any(is_initial) => -5.0,
        // Such as "van der Berg".
        () if first_is_small => 3.0,
        () => -2.3,
    }
}

/// The weight of a part in the position of given names.
fn of_given(part: &str) -> f32 {
    let mut words = words(part);
    let last = words.next_back().unwrap_or_default();
    match () {
        () if are_initials(part) => 6.0,
        () if is_word(part) => 4.0,
        // Such as "Marie S.".
        () if is_initial(last) => 1.5,
        () if part.starts_with(char::is_lowercase) => -2.0,
        () if words.any(is_initial) => -3.0,
        () => -1.2,
    }
}

/// Whether a part consists of initials: `M.`, `M. S.`, `J.-P.`.
fn are_initials(part: &str) -> bool {
    part.split(['.', ' ', '-']).all(|piece| piece.chars().count() <= 1)
}

/// Whether a word is an initial, as in `K.`, or several, as in `AK`, which PubMed writes after the family name.
fn is_initial(word: &str) -> bool {
    let letters = || word.chars().filter(|c| !matches!(c, '.' | '-'));
    (1..=3).contains(&letters().count()) && letters().all(char::is_uppercase) && (word.contains('.') || word.len() < 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_between_names_and_within_names_are_distinguished() {
        for (text, names) in [
            ("Ada Byron, Carl Gauss", Some(&["Ada Byron", "Carl Gauss"][..])),
            ("Byron, Ada", None),
            ("López García, María", None),
            ("van der Berg, Jan Willem", None),
            ("Byron, Ada, Gauss, Carl", Some(&["Byron, Ada", "Gauss, Carl"])),
            ("Byron, Ada K., de la Cruz, Ana María", Some(&["Byron, Ada K.", "de la Cruz, Ana María"])),
            ("Byron, A., Gauss, C. F.", Some(&["Byron, A.", "Gauss, C. F."])),
            ("A. K. Byron, Carl Gauss", Some(&["A. K. Byron", "Carl Gauss"])),
            ("Byron AK, Gauss C", Some(&["Byron AK", "Gauss C"])),
            ("Ada Byron, Carl Gauss, Plato", Some(&["Ada Byron", "Carl Gauss", "Plato"])),
            ("Plato, Aristotle, Socrates", None),
        ] {
            let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
            assert_eq!(split(text, &PairEvidence::default()), names, "{text}");
        }
    }

    #[test]
    fn other_lists_of_the_file_decide_an_ambiguous_list() {
        let open = "Corrêa de Sousa, Ana Carolina";
        let (pairs, whole) = (PairEvidence::default(), PairEvidence::default());
        for text in ["Byron, Ada", "Gauss, Carl Friedrich, Noether, Emmy", "Curie, Marie"] {
            pairs.learn(text);
        }
        for text in ["Ada Byron", "Carl Friedrich Gauss, Emmy Noether"] {
            whole.learn(text);
        }
        assert_eq!(split(open, &pairs), None);
        assert_eq!(split(open, &whole).map(|names| names.len()), Some(2));
        assert_eq!(split("Curie, Marie", &whole), None, "other lists do not change a clear pair");
        let four = "Ada Byron, Carl Gauss, Emmy Noether, Marie Curie";
        assert_eq!(split(four, &pairs).map(|names| names.len()), Some(4), "nor a clear list of whole names");
    }
}
