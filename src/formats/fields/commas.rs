//! Names in one text with nothing but commas between: `Curie, Marie` is one person, `Marie Curie, Niels Bohr` are two,
//! and `Curie, Marie, Bohr, Niels` are two as well.
//!
//! Names in pairs of family and given names are mostly single words, whole names hardly ever are. So each part is
//! weighed: the natural logarithm, roughly, of how much more often it is found in pairs than among whole names, as
//! counted in 87,000 lists of authors. What the other lists of the file have shown is added, so that `Corrêa de Sousa,
//! Ana Carolina` is one person in a column of such pairs.

use std::cell::Cell;

/// What the lists of names in one file have shown so far: above zero, they are pairs.
#[derive(Debug, Default)]
pub(in crate::formats) struct Habit(Cell<f32>);

/// The most that one list can show, and all lists together.
const MAX_SHOWN: [f32; 2] = [4.0, 12.0];

/// The share of the habit that counts for one more list; less than a single word counts.
const SHARE: f32 = 0.5;

impl Habit {
    /// Learns from a text with names that has no separator but commas, if it has any.
    pub(super) fn learn(&self, text: &str) {
        let parts = parts(text);
        let shown = match parts.len() {
            0 => return,
            // One author, and no comma.
            1 if words(parts[0]).count() > 1 => -2.0,
            1 => return,
            count if !count.is_multiple_of(2) => parts.iter().map(|part| if is_word(part) { 0.0 } else { -1.0 }).sum(),
            _ => weight(&parts),
        };
        let [of_one, of_all] = MAX_SHOWN;
        self.0.set((self.0.get() + shown.clamp(-of_one, of_one)).clamp(-of_all, of_all));
    }
}

/// The names in such a text; `None` if it is one name, or the names cannot be separated.
pub(super) fn split(text: &str, habit: &Habit) -> Option<Vec<String>> {
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

/// The weight of a part in the place of a family name.
fn of_family(part: &str) -> f32 {
    let first_is_small = part.starts_with(char::is_lowercase);
    match () {
        () if are_initials(part) => -6.0,
        () if is_word(part) => 4.0,
        () if words(part).any(is_initial) => -5.0,
        // "van der Berg".
        () if first_is_small => 3.0,
        () => -2.3,
    }
}

/// The weight of a part in the place of given names.
fn of_given(part: &str) -> f32 {
    let mut words = words(part);
    let last = words.next_back().unwrap_or_default();
    match () {
        () if are_initials(part) => 6.0,
        () if is_word(part) => 4.0,
        // "Marie S.".
        () if is_initial(last) => 1.5,
        () if part.starts_with(char::is_lowercase) => -2.0,
        () if words.any(is_initial) => -3.0,
        () => -1.2,
    }
}

/// `M.`, `M. S.`, `J.-P.`.
fn are_initials(part: &str) -> bool {
    part.split(['.', ' ', '-']).all(|piece| piece.chars().count() <= 1)
}

/// `K.` and `AK`, which PubMed puts behind the family name.
fn is_initial(word: &str) -> bool {
    let letters = || word.chars().filter(|c| !matches!(c, '.' | '-'));
    (1..=3).contains(&letters().count()) && letters().all(char::is_uppercase) && (word.contains('.') || word.len() < 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_by_itself_what_its_commas_separate() {
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
            assert_eq!(split(text, &Habit::default()), names, "{text}");
        }
    }

    #[test]
    fn other_lists_of_the_file_show_what_one_leaves_open() {
        let open = "Corrêa de Sousa, Ana Carolina";
        let (pairs, whole) = (Habit::default(), Habit::default());
        for text in ["Byron, Ada", "Gauss, Carl Friedrich, Noether, Emmy", "Curie, Marie"] {
            pairs.learn(text);
        }
        for text in ["Ada Byron", "Carl Friedrich Gauss, Emmy Noether"] {
            whole.learn(text);
        }
        assert_eq!(split(open, &pairs), None);
        assert_eq!(split(open, &whole).map(|names| names.len()), Some(2));
        assert_eq!(split("Curie, Marie", &whole), None, "a pair is one all the same");
        let four = "Ada Byron, Carl Gauss, Emmy Noether, Marie Curie";
        assert_eq!(split(four, &pairs).map(|names| names.len()), Some(4), "and so is a list of whole names");
    }
}
