//! Scores papers for a question by BM25, as a share of the most that the question's words could give.
//!
//! A question is short, so its language is often uncertain. It is therefore read in the language of each paper: a
//! German paper is compared with the German stems of the question, and an English paper with the English stems.

use super::language::Language;
use super::postings::LexicalIndex;
use super::terms::{Document, Term, Tokenizer, Word};
use super::weights::{bm25, bm25_idf, bm25_limit, length_norm};

/// The weight of a pair of successive words in a question, where a single word has 1. On 707 one-sentence summaries,
/// claims and searches, weights from 0.15 to 0.3 are equally good, and better than 0 (BENCHMARKS.md).
const PAIRS: f32 = 0.2;

/// The words of a question, as papers of each language have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionWords {
    /// Each language of [`LexicalIndex::languages_of_words`].
    readings: Vec<(Language, Vec<Term>)>,
}

impl QuestionWords {
    /// The words in a language; in English if no paper of the index has this language.
    fn reading(&self, language: Language) -> &[Term] {
        let reading = |language| self.readings.iter().find(|(other, _)| *other == language);
        reading(language.of_words()).or_else(|| reading(Language::English)).map_or(&[], |(_, words)| words)
    }
}

impl LexicalIndex {
    /// Reads the words of a question in each language of the papers. English stop words never count, although papers
    /// in other languages may have them as parts of names.
    pub fn question_words(&self, tokenizer: &mut Tokenizer, text: &str) -> QuestionWords {
        let english = tokenizer.words(text, Language::English);
        let is_stop_word =
            |word: &Word| english.binary_search_by_key(&word.range.start, |word| word.range.start).is_err();
        let reading = |language| {
            let words = tokenizer.words(text, language).into_iter();
            (language, words.filter(|word| !is_stop_word(word)).map(|word| word.term).collect())
        };
        QuestionWords { readings: self.languages_of_words().into_iter().map(reading).collect() }
    }

    /// Whether papers of the library have at least half of the words of a question, in one of the languages.
    pub fn has_words(&self, question: &QuestionWords) -> bool {
        question.readings.iter().any(|(_, words)| {
            let known = words.iter().filter(|word| self.document_frequency(**word) > 0).count();
            known > 0 && 2 * known >= words.len()
        })
    }

    /// Returns how well each paper matches the words of a question, by position: its BM25 score divided by the most
    /// that the words could give. A paper with each word very often in a short text is near 1, and a paper without any
    /// of the words is 0. Values of different questions are comparable.
    ///
    /// A repeated word counts each time. Pairs of successive words count a fifth as much as words, so with
    /// whole phrases the value may be more than 1.
    pub fn question_scores(&self, question: &QuestionWords) -> Vec<f32> {
        let mut scores = vec![0.0; self.end() as usize];
        let length_norms = self.length_norms();
        let languages = self.columns.languages.as_slice();
        for (language, words) in &question.readings {
            // For each language of a paper, whether its words are read by the rules of this one.
            let is_read_so: [bool; 256] =
                std::array::from_fn(|number| Language::of_number(number as u8).of_words() == *language);
            for (term, idf, weight) in self.question_terms(words) {
                let (positions, counts) = self.all_postings(term);
                for (&position, &count) in positions.iter().zip(counts) {
                    if is_read_so[usize::from(languages[position as usize])] {
                        scores[position as usize] += weight * bm25(count, idf, length_norms[position as usize]);
                    }
                }
            }
        }
        scores
    }

    /// Returns the same value for a text that is not in the index.
    pub fn question_score(&self, question: &QuestionWords, document: &Document) -> f32 {
        let length_norm = length_norm(document.length, self.mean_length());
        let score = |(term, idf, weight): (Term, f32, f32)| {
            let at = document.terms.binary_search_by_key(&term, |(term, _)| *term).ok()?;
            Some(weight * bm25(document.terms[at].1, idf, length_norm))
        };
        self.question_terms(question.reading(document.language)).into_iter().filter_map(score).sum()
    }

    /// Returns the words of a question and their pairs, each with its idf and its weight. Leaves out terms that no
    /// paper has.
    fn question_terms(&self, words: &[Term]) -> Vec<(Term, f32, f32)> {
        let known = |term: Term| {
            let with_term = self.document_frequency(term);
            (with_term > 0).then(|| (term, bm25_idf(self.len(), with_term)))
        };
        let single: Vec<(Term, f32)> = words.iter().filter_map(|word| known(*word)).collect();
        let limit: f32 = single.iter().map(|(_, idf)| bm25_limit(*idf)).sum();
        let pairs = words.array_windows().filter_map(|[first, second]| known(Term::pair(*first, *second)));
        let pairs = pairs.map(|(term, idf)| (term, idf, PAIRS / limit));
        single.iter().map(|&(term, idf)| (term, idf, 1.0 / limit)).chain(pairs).collect()
    }
}
