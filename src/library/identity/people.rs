//! Compares lists of authors, to find out whether they are the same people.

use std::collections::BTreeSet;

use crate::paper::{Name, title_key};

/// The authors of a work, for comparison.
#[derive(Debug, Clone, Default)]
pub struct People(Vec<Person>);

#[derive(Debug, Clone)]
struct Person {
    family: String,
    initial: Option<char>,
    /// All words of the name, to compare names when the order of given and family name is unknown.
    words: BTreeSet<String>,
}

/// The agreement of two lists of authors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// The longer list has everybody on the shorter one.
    All,
    /// The longer list has at least half of the shorter one.
    Some,
    /// One list is empty.
    Unknown,
    /// Different people.
    None,
}

impl People {
    /// Authors, each in the notation of [`Name`].
    pub fn new(authors: &[String]) -> Self {
        // The first hundred authors of a large collaboration are enough.
        let people = authors.iter().take(100).map(|name| Person::new(&Name::parse(name)));
        Self(people.filter(|person| !person.words.is_empty()).collect())
    }

    /// The agreement of two lists; their order does not matter.
    pub fn agreement(&self, other: &Self) -> Agreement {
        let (short, long) = if self.0.len() <= other.0.len() { (&self.0, &other.0) } else { (&other.0, &self.0) };
        if short.is_empty() {
            return Agreement::Unknown;
        }
        let shared = short.iter().filter(|person| long.iter().any(|other| person.may_be(other))).count();
        match shared {
            shared if shared == short.len() => Agreement::All,
            shared if shared * 2 >= short.len() => Agreement::Some,
            _ => Agreement::None,
        }
    }

    /// Whether the lists have the same length and the same people.
    pub fn are_the_same(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.agreement(other) == Agreement::All
    }
}

impl Person {
    fn new(name: &Name) -> Self {
        let [family, given] = [&name.family, &name.given].map(|part| title_key(part));
        let words = format!("{family} {given}").split_whitespace().map(str::to_owned).collect();
        Self { family: family.replace(' ', ""), initial: given.chars().next(), words }
    }

    fn may_be(&self, other: &Self) -> bool {
        let initials = self.initial.zip(other.initial);
        let by_parts = self.family == other.family && initials.is_none_or(|(a, b)| a == b);
        by_parts || self.words == other.words || self.is_abbreviated(other) || other.is_abbreviated(self)
    }

    /// Whether this is an abbreviation of `other` such as "Byron A" for "Ada Byron". Its initials were parsed as the
    /// family name.
    fn is_abbreviated(&self, other: &Self) -> bool {
        let is_letters = self.family.chars().count() <= 3 && self.words.len() == 2;
        is_letters
            && self.words.contains(&other.family)
            && other.initial.is_some_and(|initial| self.family.starts_with(initial))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(list: &str) -> People {
        People::new(&list.split("; ").filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_same_people_match_in_each_notation_of_their_names() {
        for (a, b, expected) in [
            ("Ada Byron; Bea Honey", "Byron, A.; Honey, B.", Agreement::All),
            ("Ada Byron; Bea Honey; Cai Drone", "Byron, A.", Agreement::All),
            ("Ada Byron; Bea Honey", "Byron, A.; Wax, C.", Agreement::Some),
            ("Wang Wei", "Wang, Wei", Agreement::All),
            ("Byron A", "Ada Byron", Agreement::All),
            ("José García", "Garcia, Jose", Agreement::All),
            ("Xu Wang", "Wei Wang", Agreement::None),
            ("Ada Byron", "Charles Babbage", Agreement::None),
            ("", "Charles Babbage", Agreement::Unknown),
        ] {
            assert_eq!(people(a).agreement(&people(b)), expected, "{a} / {b}");
            assert_eq!(people(b).agreement(&people(a)), expected, "{b} / {a}");
        }
    }
}
