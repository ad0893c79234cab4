//! The terms that two texts share, in readable form.

use std::collections::{BTreeMap, HashSet};

use super::informative::{MAX_WORDS, beginning, belong_together, is_name};
use super::postings::LexicalIndex;
use super::substance::Substance;
use super::terms::{Document, Term, Tokenizer, Word};
use super::weights::tf_idf;

/// A term that two texts share.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedTerm {
    /// As it is written where it first occurs in the second text: "masked language".
    pub text: String,
    /// Its share of the similarity, 0 to 1.
    pub share: f32,
}

impl LexicalIndex {
    /// Returns the shared terms of a text and a paper (title, abstract) that contribute most to
    /// their tf-idf cosine: at most `limit`, greatest share first. Words in a row that both papers
    /// have in a row are one term, of at most three words, and are not shown again on their own. Numbers, single
    /// letters and words that papers do not repeat ("show", "existing"; see [`Substance`]) are left out. The shares of
    /// all shared terms, shown or not, add up to 1.
    pub fn shared_terms(
        &self,
        tokenizer: &mut Tokenizer,
        first: &Document,
        second: (&str, Option<&str>),
        limit: usize,
    ) -> Vec<SharedTerm> {
        let second = (beginning(second.0), second.1.map(beginning));
        let own = tokenizer.document(second.0, second.1);
        let mut shares = self.products(first, &own);
        let sum: f32 = shares.values().sum();
        let (mut phrases, mut in_phrases, mut pairs) = (Vec::new(), HashSet::new(), Vec::new());
        for text in [second.0, second.1.unwrap_or_default()] {
            let words = tokenizer.words(text, own.language);
            pairs.extend(words.array_windows().map(|[first, second]| [first.term, second.term]));
            for start in 0..words.len() {
                for length in 1..=MAX_WORDS.min(words.len() - start) {
                    let Some(terms) = phrase(text, &words[start..start + length], &shares) else { break };
                    in_phrases.extend(terms.iter().copied());
                    let range = words[start].range.start..words[start + length - 1].range.end;
                    phrases.push(Phrase {
                        length,
                        order: phrases.len(),
                        text: text[range].split_whitespace().collect::<Vec<_>>().join(" "),
                        terms,
                    });
                }
            }
        }
        // Two words that are always apart, as by a full stop, share what their pair contributes.
        for words in pairs {
            let pair = Term::pair(words[0], words[1]);
            if !in_phrases.contains(&pair)
                && let Some(share) = shares.remove(&pair)
            {
                for word in words {
                    *shares.entry(word).or_default() += share / 2.0;
                }
            }
        }
        phrases.sort_by(|a, b| b.length.cmp(&a.length).then(a.order.cmp(&b.order)));
        let mut named: Vec<(f32, Phrase)> = Vec::new();
        for phrase in phrases {
            let share: f32 = phrase.terms.iter().filter_map(|term| shares.remove(term)).sum();
            if share > 0.0 {
                named.push((share / sum, phrase));
            }
        }
        named.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.order.cmp(&b.1.order)));
        let mut substance = Substance::new(self);
        named.retain(|(_, phrase)| is_name(&phrase.text) && substance.is_repeated(&phrase.terms[..phrase.length]));
        let term = |(share, phrase): (f32, Phrase)| SharedTerm { text: phrase.text, share };
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

/// Words in a row in a text.
struct Phrase {
    /// The number of words.
    length: usize,
    /// Its place among the phrases of the text.
    order: usize,
    /// As it is written.
    text: String,
    /// The terms of its words and of its pairs of words.
    terms: Vec<Term>,
}

/// Returns the terms of words in a row; `None` if they are not one phrase, or not all of the terms are shared.
fn phrase(text: &str, words: &[Word], shares: &BTreeMap<Term, f32>) -> Option<Vec<Term>> {
    let is_joined = |pair: &[Word; 2]| belong_together(&text[pair[0].range.end..pair[1].range.start]);
    let pairs = words.array_windows().map(|[first, second]| Term::pair(first.term, second.term));
    let terms: Vec<Term> = words.iter().map(|word| word.term).chain(pairs).collect();
    (words.array_windows().all(is_joined) && terms.iter().all(|term| shares.contains_key(term))).then_some(terms)
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

    fn document(text: &str) -> Document {
        Tokenizer::default().document(text, None)
    }

    #[test]
    fn a_pair_replaces_its_words_and_rare_terms_come_first() {
        let texts = ["masked language model of bees", "language models, masked", "the language of bees", "language"];
        let index = index(&texts);
        let shared =
            index.shared_terms(&mut Tokenizer::default(), &document(texts[0]), ("Language model for Bees", None), 5);
        let names: Vec<&str> = shared.iter().map(|term| term.text.as_str()).collect();
        assert_eq!(names, ["Language model", "Bees"]);
        assert!((shared.iter().map(|term| term.share).sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(index.shared_terms(&mut Tokenizer::default(), &document(texts[0]), ("Honey", None), 5).is_empty());
        assert_eq!(index.shared_terms(&mut Tokenizer::default(), &document(texts[0]), (texts[1], None), 1).len(), 1);
    }

    #[test]
    fn words_in_a_row_are_one_term_and_punctuation_separates_them() {
        let texts = ["graph neural networks, learning", "deep graph neural networks. Learning (graph)", "bees of 2019"];
        let names = |first: &str, second: &str| {
            let terms = index(&texts).shared_terms(&mut Tokenizer::default(), &document(first), (second, None), 9);
            assert!((terms.iter().map(|term| term.share).sum::<f32>() - 1.0).abs() < 1e-5, "{terms:?}");
            terms.into_iter().map(|term| term.text).collect::<Vec<_>>()
        };
        assert_eq!(names(texts[0], texts[1]), ["graph neural networks", "Learning"]);
        assert_eq!(names(texts[1], "Learning graph-neural; networks"), ["graph-neural", "networks", "Learning"]);
    }

    #[test]
    fn numbers_are_not_shown() {
        let texts = ["bees of 2019, x", "bees in 2019, x", "wasps"];
        let shared = index(&texts).shared_terms(&mut Tokenizer::default(), &document(texts[0]), (texts[1], None), 9);
        assert_eq!(shared.iter().map(|term| term.text.as_str()).collect::<Vec<_>>(), ["bees"]);
    }

    #[test]
    fn a_pair_is_shown_with_the_stop_words_between_its_words() {
        let texts = ["state of the art", "a state-of-the-art bee", "bee"];
        let shared = index(&texts).shared_terms(&mut Tokenizer::default(), &document(texts[0]), (texts[1], None), 3);
        assert_eq!(shared[0].text, "state-of-the-art");
    }
}
