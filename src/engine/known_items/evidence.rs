//! How often words of a question are words of texts, and how often they are names.

use crate::catalog::{Catalog, Heading};
use crate::lexical::{Language, LexicalIndex, Term, Tokenizer};

/// What a library says about the words of a question.
pub(super) struct Evidence<'a> {
    pub catalog: &'a Catalog,
    terms: &'a LexicalIndex,
    /// The languages by whose rules the papers' words are read.
    languages: Vec<Language>,
    tokenizer: Tokenizer,
}

impl<'a> Evidence<'a> {
    pub fn new(catalog: &'a Catalog, terms: &'a LexicalIndex) -> Self {
        Self { catalog, terms, languages: terms.languages_of_words(), tokenizer: Tokenizer::default() }
    }

    /// The places of the papers under a heading.
    pub fn places(&self, heading: Heading) -> &'a [u32] {
        self.catalog.places(heading)
    }

    /// The number of papers whose title or abstract has a word, with any ending; `None` for stop words.
    pub fn texts_with(&mut self, word: &str) -> Option<usize> {
        let found = |terms: Vec<Term>| self.terms.document_frequency(terms[0]);
        self.readings(&[word]).into_iter().map(found).max()
    }

    /// The number of papers whose title or abstract has two words in a row; `None` if one is a stop word.
    pub fn texts_with_pair(&mut self, first: &str, second: &str) -> Option<usize> {
        let found = |terms: Vec<Term>| self.terms.document_frequency(Term::pair(terms[0], terms[1]));
        self.readings(&[first, second]).into_iter().map(found).max()
    }

    /// Whether a word has no meaning in a language.
    pub fn is_stop_word(&mut self, word: &str, language: Language) -> bool {
        self.tokenizer.words(word, language).is_empty()
    }

    /// The terms of words in each language of the papers in which none is a stop word. Empty if one is an English stop
    /// word, which never counts, as in [`LexicalIndex::question_words`].
    fn readings(&mut self, words: &[&str]) -> Vec<Vec<Term>> {
        let mut term = |word: &str, language: Language| match self.tokenizer.words(word, language)[..] {
            [ref word] => Some(word.term),
            _ => None,
        };
        let mut reading =
            |language: Language| -> Option<Vec<Term>> { words.iter().map(|word| term(word, language)).collect() };
        if reading(Language::English).is_none() {
            return Vec::new();
        }
        self.languages.iter().filter_map(|language| reading(*language)).collect()
    }
}

/// The places that are in both lists, which ascend. Takes the length of the shorter list.
pub(super) fn in_both(a: &[u32], b: &[u32]) -> Vec<u32> {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.iter().copied().filter(|place| long.binary_search(place).is_ok()).collect()
}

/// The places that are in at least one of two lists, which ascend.
pub(super) fn in_either(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn places_are_combined_as_sets(a: BTreeSet<u32>, b: BTreeSet<u32>) {
            let list = |set: &BTreeSet<u32>| set.iter().copied().collect::<Vec<u32>>();
            prop_assert_eq!(in_both(&list(&a), &list(&b)), list(&(&a & &b)));
            prop_assert_eq!(in_either(&list(&a), &list(&b)), list(&(&a | &b)));
        }
    }
}
