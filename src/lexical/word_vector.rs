//! Compares weighted words of papers, as of the sentences that have one purpose.

use std::collections::HashMap;

use super::postings::LexicalIndex;
use super::terms::Term;

/// Words with weights, as a vector of length 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WordVector {
    /// Ascending by term.
    weights: Vec<(Term, f32)>,
}

impl LexicalIndex {
    /// Makes a vector of words from the weighted number of occurrences of each: ln(1 + number) · idf, divided by the
    /// length of the vector. Leaves out words that no paper has.
    pub fn word_vector(&self, counts: &HashMap<Term, f32>) -> WordVector {
        let known = counts.iter().filter(|(term, _)| self.document_frequency(**term) > 0);
        let mut weights: Vec<(Term, f32)> =
            known.map(|(&term, count)| (term, count.ln_1p() * self.idf(term))).collect();
        weights.sort_unstable_by_key(|(term, _)| *term);
        let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        if length > 0.0 {
            weights.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
        WordVector { weights }
    }
}

impl WordVector {
    /// Returns the cosine of both vectors, 0 to 1; 0 if one is empty.
    pub fn cosine(&self, other: &Self) -> f32 {
        let mut rest = other.weights.iter().peekable();
        let mut product = |&(term, weight): &(Term, f32)| {
            while rest.next_if(|(other, _)| *other < term).is_some() {}
            let other = rest.next_if(|(other, _)| *other == term)?;
            Some(weight * other.1)
        };
        self.weights.iter().filter_map(&mut product).sum::<f32>().min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::language::Language;
    use super::super::terms::Tokenizer;
    use super::*;

    fn index() -> LexicalIndex {
        let texts = ["bees dance", "bees and wasps sting", "ants"];
        LexicalIndex::refresh(None, &[Some(1), Some(2), Some(3)], |positions, sink| {
            positions.iter().for_each(|&at| sink((texts[at as usize].to_owned(), None)));
            Ok(())
        })
        .unwrap()
    }

    fn counts(words: &[(&str, f32)]) -> HashMap<Term, f32> {
        let term = |word: &str| Tokenizer::default().words(word, Language::English)[0].term;
        words.iter().map(|(word, count)| (term(word), *count)).collect()
    }

    #[test]
    fn words_weigh_by_occurrences_and_idf() {
        let index = index();
        let vector = |words: &[(&str, f32)]| index.word_vector(&counts(words));
        let idf = |with_term: f32| (4.0 / (1.0 + with_term)).ln() + 1.0;
        let (bees, dance) = (2f32.ln() * idf(2.0), 3f32.ln() * idf(1.0));
        let both = vector(&[("bees", 1.0), ("dance", 2.0), ("unknown", 9.0)]);
        assert!((both.cosine(&vector(&[("dance", 0.5)])) - dance / bees.hypot(dance)).abs() < 1e-6);
        assert_eq!(both.cosine(&vector(&[("ants", 1.0)])), 0.0);
        assert_eq!(both.cosine(&vector(&[("unknown", 1.0)])), 0.0);
        assert_eq!(vector(&[]).cosine(&vector(&[])), 0.0);
    }

    proptest! {
        #[test]
        fn the_cosine_is_that_of_the_whole_vectors(
            first in prop::collection::hash_map(0u64..8, 0f32..3.0, 0..6),
            second in prop::collection::hash_map(0u64..8, 0f32..3.0, 0..6),
        ) {
            let vector = |weights: &HashMap<u64, f32>| {
                let mut weights: Vec<(Term, f32)> =
                    weights.iter().map(|(term, weight)| (Term::from_hash(*term), weight / 10.0)).collect();
                weights.sort_unstable_by_key(|(term, _)| *term);
                WordVector { weights }
            };
            let expected: f32 = first.iter().map(|(term, weight)| weight * second.get(term).unwrap_or(&0.0) / 100.0).sum();
            prop_assert!((vector(&first).cosine(&vector(&second)) - expected.min(1.0)).abs() < 1e-5);
        }
    }
}
