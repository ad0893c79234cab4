//! Makes a catalog from an older one and from new papers.

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;
use rayon::prelude::*;

use super::columns::{Catalog, Columns};
use super::heading::{Heading, Term, headings};
use super::spelling::SPELLED_FROM;
use crate::Result;
use crate::library::{CatalogEntry, PaperNumber};

impl Catalog {
    /// Makes the catalog of `papers`. The papers that `base` has must be the first of them, unchanged; if they are not
    /// the first, `base` is not used. Calls `load` with the other papers; it passes their entries to its sink in any
    /// order, and may pass entries of more papers.
    ///
    /// # Errors
    /// The errors of `load`.
    pub fn refresh(
        base: Option<&Self>,
        papers: &[PaperNumber],
        load: impl FnOnce(&[PaperNumber], &mut dyn FnMut(CatalogEntry)) -> Result<()>,
    ) -> Result<Self> {
        let base = base.filter(|base| papers.starts_with(base.papers())).cloned().unwrap_or_default();
        let new = &papers[base.len()..];
        if new.is_empty() {
            return Ok(base);
        }
        let mut place_of: Vec<(PaperNumber, u32)> = new.iter().copied().zip(base.len() as u32..).collect();
        place_of.sort_unstable();
        let mut entries = Vec::with_capacity(new.len());
        load(new, &mut |entry| {
            if let Ok(at) = place_of.binary_search_by_key(&entry.paper, |(paper, _)| *paper) {
                entries.push((place_of[at].1, entry));
            }
        })?;
        Ok(Self { columns: merged(&base.columns, new, &entries) })
    }
}

/// The headings of an entry, each once, and the number of different words of its title.
fn terms(entry: &CatalogEntry) -> (Vec<Term>, u8) {
    let (mut terms, mut title_words) = (Vec::new(), HashSet::new());
    headings(entry, &mut |heading| {
        terms.push(heading.term());
        if matches!(heading, Heading::TitleWord(_)) {
            title_words.insert(heading.term());
        }
    });
    terms.sort_unstable();
    terms.dedup();
    (terms, u8::try_from(title_words.len()).unwrap_or(u8::MAX))
}

fn merged(old: &Columns, new: &[PaperNumber], entries: &[(u32, CatalogEntry)]) -> Columns {
    let papers = [old.papers.as_slice(), new].concat();
    let mut title_words = old.title_words.as_slice().to_vec();
    title_words.resize(papers.len(), 0);
    let mut days = old.days.as_slice().to_vec();
    days.resize(papers.len(), 0);
    for (place, entry) in entries {
        let day = |date: Date| i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
        days[*place as usize] = entry.day.map_or(0, day);
    }
    let found: Vec<(u32, Vec<Term>, u8)> = entries
        .par_iter()
        .map(|(place, entry)| {
            let (terms, words) = terms(entry);
            (*place, terms, words)
        })
        .collect();
    found.iter().for_each(|(place, _, words)| title_words[*place as usize] = *words);
    let listed = |(place, terms, _): (u32, Vec<Term>, u8)| terms.into_iter().map(move |term| (term, place));
    let mut added: Vec<(Term, u32)> = found.into_iter().flat_map(listed).collect();
    added.par_sort_unstable();
    let (terms, starts, places) = postings(old, &added);
    let (spellings, spelling_starts) = spellings(old, entries);
    Columns {
        papers: papers.into(),
        days: days.into(),
        title_words: title_words.into(),
        terms: terms.into(),
        starts: starts.into(),
        places: places.into(),
        spellings: spellings.into(),
        spelling_starts: spelling_starts.into(),
    }
}

/// Merges the headings of `old` with `added`, which is sorted and has greater places.
fn postings(old: &Columns, mut added: &[(Term, u32)]) -> (Vec<Term>, Vec<u32>, Vec<u32>) {
    let old_terms = old.terms.as_slice();
    let (mut terms, mut starts) = (Vec::with_capacity(old_terms.len()), vec![0]);
    let mut places: Vec<u32> = Vec::with_capacity(old.places.as_slice().len() + added.len());
    let mut at = 0;
    loop {
        let Some(term) = old_terms.get(at).copied().into_iter().chain(added.first().map(|(term, _)| *term)).min()
        else {
            return (terms, starts, places);
        };
        if old_terms.get(at) == Some(&term) {
            places.extend(old.places_at(at));
            at += 1;
        }
        let (own, rest) = added.split_at(added.iter().take_while(|(other, _)| *other == term).count());
        places.extend(own.iter().map(|(_, place)| place));
        added = rest;
        terms.push(term);
        starts.push(places.len() as u32);
    }
}

/// The words of titles and family names of `old` and of `entries`, in alphabetical order.
fn spellings(old: &Columns, entries: &[(u32, CatalogEntry)]) -> (Vec<u8>, Vec<u32>) {
    let words_of = |(_, entry): &(u32, CatalogEntry)| {
        let mut words = Vec::new();
        headings(entry, &mut |heading| match heading {
            Heading::TitleWord(word) | Heading::Family(word) if word.chars().count() >= SPELLED_FROM => {
                words.push(word.to_owned());
            }
            _ => {}
        });
        words
    };
    let new: HashSet<String> = entries.par_iter().flat_map_iter(words_of).collect();
    let mut all: BTreeSet<&[u8]> = new.iter().map(String::as_bytes).collect();
    let bytes = old.spellings.as_slice();
    all.extend(old.spelling_starts.as_slice().array_windows().map(|&[a, b]| &bytes[a as usize..b as usize]));
    let (mut spellings, mut starts) = (Vec::new(), vec![0]);
    for word in all {
        spellings.extend(word);
        starts.push(spellings.len() as u32);
    }
    (spellings, starts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::paper::Name;

    fn entry(paper: PaperNumber, title: &str, author: &str) -> CatalogEntry {
        let names = vec![Name::parse(author)];
        let day = Some(Date::constant(2017, 12, 31 - paper as i8));
        CatalogEntry {
            paper,
            title_key: title.to_owned(),
            names,
            venue: Some("ICLR".to_owned()),
            year: Some(2017),
            day,
        }
    }

    fn catalog(base: Option<&Catalog>, entries: &[CatalogEntry]) -> Catalog {
        let papers: Vec<PaperNumber> = entries.iter().map(|entry| entry.paper).collect();
        let load = |new: &[PaperNumber], sink: &mut dyn FnMut(CatalogEntry)| {
            entries.iter().rev().filter(|entry| new.contains(&entry.paper)).cloned().for_each(sink);
            Ok(())
        };
        Catalog::refresh(base, &papers, load).unwrap()
    }

    #[test]
    fn papers_are_listed_under_their_headings() {
        let catalog =
            catalog(None, &[entry(7, "bees dance", "Ada Byron"), entry(3, "bees and the bees", "Karl Ritter")]);
        assert_eq!(catalog.places(Heading::TitleWord("bees")), [0, 1]);
        assert_eq!(catalog.places(Heading::Family("ritter")), [1]);
        assert_eq!(catalog.places(Heading::Name("a byron")), [0]);
        assert_eq!(catalog.places(Heading::Year("2017")), [0, 1]);
        assert_eq!(catalog.places(Heading::Venue("iclr")), [0, 1]);
        assert!(catalog.places(Heading::Family("bees")).is_empty());
        let mut places = [0, 1];
        catalog.sort_newest_first(&mut places);
        assert_eq!(places, [1, 0]);
        assert_eq!((catalog.papers(), catalog.title_words()), (&[7, 3][..], &[2, 3][..]));
    }

    proptest! {
        #[test]
        fn a_refreshed_catalog_is_the_same_as_a_new_one(
            titles in prop::collection::vec("[a-c]{1,2}( [a-c]{4,5}){0,2}", 1..8), known in 0usize..8, reversed: bool
        ) {
            let entries: Vec<CatalogEntry> =
                titles.iter().zip(1..).map(|(title, paper)| entry(paper, title, "Ada Byron")).collect();
            let mut before = entries[..known.min(entries.len())].to_vec();
            if reversed {
                before.reverse();
            }
            let files = |catalog: &Catalog| catalog.columns.files().map(|(name, bytes)| (name, bytes.to_vec()));
            let old = catalog(None, &before);
            prop_assert_eq!(files(&catalog(Some(&old), &entries)), files(&catalog(None, &entries)));
            prop_assert!(old.columns.fit());
        }
    }
}
