//! The terms that two texts share, in readable form.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::postings::LexicalIndex;
use super::terms::{Document, Term, Tokenizer};
use super::weights::tf_idf;

/// A term that two texts share.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedTerm {
    /// Its first occurrence in the second text: "masked language".
    pub text: String,
    /// Its share of the similarity, 0 to 1.
    pub share: f32,
}

impl LexicalIndex {
    /// Returns the shared terms of two papers (title, abstract) that contribute most to
    /// their tf-idf cosine: at most `limit`, greatest share first. A term is a word or a pair of
    /// words. A pair replaces its two words, so that these are not listed again. The shares of all shared terms add up
    /// to 1.
    pub fn shared_terms(
        &self,
        tokenizer: &mut Tokenizer,
        first: (&str, Option<&str>),
        second: (&str, Option<&str>),
        limit: usize,
    ) -> Vec<SharedTerm> {
        let first = tokenizer.document(first.0, first.1);
        let own = tokenizer.document(second.0, second.1);
        let mut shares = self.products(&first, &own);
        let sum: f32 = shares.values().sum();
        let places = places(tokenizer, [second.0, second.1.unwrap_or_default()], |term| shares.contains_key(&term));
        // A pair takes the shares of its words.
        let mut pairs: Vec<(usize, Term, [Term; 2])> = places
            .iter()
            .filter_map(|(term, place)| Some((place.order, *term, place.words?)))
            .filter(|(_, term, _)| shares.contains_key(term))
            .collect();
        pairs.sort_unstable();
        for (_, pair, words) in pairs {
            let of_words: f32 = words.iter().filter_map(|word| shares.remove(word)).sum();
            *shares.entry(pair).or_default() += of_words;
        }
        let mut named: Vec<(f32, &Place)> =
            shares.iter().filter_map(|(term, share)| Some((share / sum, places.get(term)?))).collect();
        named.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.order.cmp(&b.1.order)));
        let term = |(share, place): (f32, &Place)| SharedTerm { text: place.text.clone(), share };
        named.into_iter().take(limit).map(term).collect()
    }

    /// Returns the contribution of each shared term to the dot product of two tf-idf vectors.
    fn products(&self, first: &Document, second: &Document) -> BTreeMap<Term, f32> {
        let product = |&(term, count): &(Term, u8)| {
            let at = second.terms.binary_search_by_key(&term, |(term, _)| *term).ok()?;
            // A pair that only one paper has is in no vector.
            let idf = (!self.postings(term).0.is_empty()).then(|| self.idf(term))?;
            Some((term, tf_idf(count, idf) * tf_idf(second.terms[at].1, idf)))
        };
        first.terms.iter().filter_map(product).collect()
    }
}

/// The first occurrence of a term.
struct Place {
    text: String,
    order: usize,
    /// The words of a pair.
    words: Option<[Term; 2]>,
}

/// Finds the first occurrence of each `wanted` term.
fn places(tokenizer: &mut Tokenizer, texts: [&str; 2], wanted: impl Fn(Term) -> bool) -> HashMap<Term, Place> {
    let mut places = HashMap::new();
    let mut order = 0;
    for text in texts {
        let words = tokenizer.words(text);
        let mut put = |term, range: Range<usize>, words| {
            order += 1;
            if !wanted(term) {
                return;
            }
            places.entry(term).or_insert_with(|| Place { text: text[range].to_owned(), order, words });
        };
        for (at, word) in words.iter().enumerate() {
            put(word.term, word.range.clone(), None);
            if let Some(next) = words.get(at + 1) {
                let pair = Term::pair(word.term, next.term);
                put(pair, word.range.start..next.range.end, Some([word.term, next.term]));
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[&str]) -> LexicalIndex {
        let rows: Vec<Option<u128>> = (1..=texts.len() as u128).map(Some).collect();
        LexicalIndex::refresh(None, &rows, |positions, sink| {
            positions.iter().for_each(|&at| sink((texts[at as usize].to_owned(), None)));
            Ok(())
        })
        .unwrap()
    }

    #[test]
    fn a_pair_replaces_its_words_and_rare_terms_come_first() {
        let texts = ["masked language model of bees", "language models, masked", "the language of bees", "language"];
        let index = index(&texts);
        let shared =
            index.shared_terms(&mut Tokenizer::default(), (texts[0], None), ("Language model for Bees", None), 5);
        let names: Vec<&str> = shared.iter().map(|term| term.text.as_str()).collect();
        assert_eq!(names, ["Language model", "Bees"]);
        assert!((shared.iter().map(|term| term.share).sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(index.shared_terms(&mut Tokenizer::default(), (texts[0], None), ("Honey", None), 5).is_empty());
        assert_eq!(index.shared_terms(&mut Tokenizer::default(), (texts[0], None), (texts[1], None), 1).len(), 1);
    }

    #[test]
    fn a_pair_is_shown_with_the_stop_words_between_its_words() {
        let texts = ["state of the art", "a state-of-the-art bee", "bee"];
        let shared = index(&texts).shared_terms(&mut Tokenizer::default(), (texts[0], None), (texts[1], None), 3);
        assert_eq!(shared[0].text, "state-of-the-art");
    }
}
