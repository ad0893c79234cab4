//! The headings under which a paper is in the catalog.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::library::CatalogEntry;
use crate::paper::{Name, title_key};

/// A heading, under which the catalog lists papers. Its text is a [`title_key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading<'a> {
    /// A word of the title.
    TitleWord(&'a str),
    /// The last word of the family name of an author: `maaten` for Laurens van der Maaten.
    Family(&'a str),
    /// The last word of the family name of the first author.
    FirstFamily(&'a str),
    /// A longer form of an author's name: `laurens van der maaten`, `l van der maaten`, `van der maaten`; for Geoffrey
    /// E. Hinton also `geoffrey hinton`.
    Name(&'a str),
    /// A word of the name of a venue.
    VenueWord(&'a str),
    /// The whole name of a venue.
    Venue(&'a str),
    /// A year.
    Year(&'a str),
}

/// A heading as a hash of 64 bits.
pub(super) type Term = u64;

impl Heading<'_> {
    pub(super) fn term(self) -> Term {
        let (text, seed) = match self {
            Self::TitleWord(text) => (text, 1),
            Self::Family(text) => (text, 2),
            Self::Name(text) => (text, 3),
            Self::VenueWord(text) => (text, 4),
            Self::Venue(text) => (text, 5),
            Self::Year(text) => (text, 6),
            Self::FirstFamily(text) => (text, 7),
        };
        xxh3_64_with_seed(text.as_bytes(), seed)
    }
}

/// Passes each heading of a paper to `sink`, some of them several times.
pub(super) fn headings(entry: &CatalogEntry, sink: &mut dyn FnMut(Heading)) {
    entry.title_key.split(' ').for_each(|word| sink(Heading::TitleWord(word)));
    for name in &entry.names {
        headings_of_name(name, sink);
    }
    if let Some(first) = entry.names.first() {
        let family = title_key(&first.family);
        sink(Heading::FirstFamily(last_word(&family)));
    }
    if let Some(venue) = &entry.venue {
        let venue = title_key(venue);
        venue.split(' ').for_each(|word| sink(Heading::VenueWord(word)));
        sink(Heading::Venue(&venue));
    }
    if let Some(year) = entry.year {
        sink(Heading::Year(&year.to_string()));
    }
}

fn headings_of_name(name: &Name, sink: &mut dyn FnMut(Heading)) {
    let (family, given) = (title_key(&name.family), title_key(&name.given));
    let last = last_word(&family);
    if last.is_empty() {
        return;
    }
    sink(Heading::Family(last));
    if last != family {
        sink(Heading::Name(&family));
    }
    let Some(first) = given.split(' ').next().filter(|first| !first.is_empty()) else { return };
    sink(Heading::Name(&format!("{given} {family}")));
    sink(Heading::Name(&format!("{first} {family}")));
    sink(Heading::Name(&format!("{} {family}", &first[..first.chars().next().map_or(0, char::len_utf8)])));
}

fn last_word(text: &str) -> &str {
    text.rsplit(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_listed_under_each_form_of_the_name() {
        let of = |name: &str| {
            let mut found = Vec::new();
            headings_of_name(&Name::parse(name), &mut |heading| match heading {
                Heading::Family(text) | Heading::Name(text) => found.push(text.to_owned()),
                _ => unreachable!(),
            });
            found.dedup();
            found
        };
        assert_eq!(of("Geoffrey E. Hinton"), ["hinton", "geoffrey e hinton", "geoffrey hinton", "g hinton"]);
        assert_eq!(
            of("Laurens van der Maaten"),
            ["maaten", "van der maaten", "laurens van der maaten", "l van der maaten"]
        );
        assert_eq!(of("Plato"), ["plato"]);
        assert!(of("!").is_empty());
    }

    #[test]
    fn the_same_text_under_different_kinds_of_heading_is_a_different_term() {
        assert_ne!(Heading::TitleWord("fisher").term(), Heading::Family("fisher").term());
    }
}
