//! The words of a question, as the catalog has them.

use crate::lexical::Language;
use crate::paper::title_key;

/// The words of a question.
#[derive(Debug, Clone)]
pub(super) struct Words<'a> {
    /// The parts of the text between white space.
    parts: Vec<&'a str>,
    /// Each word, in the form of a title key, with the index of its part.
    words: Vec<(String, usize)>,
}

impl<'a> Words<'a> {
    pub fn new(text: &'a str) -> Self {
        let parts: Vec<&str> = text.split_whitespace().collect();
        let of_part = |(at, part): (usize, &&str)| {
            let key = title_key(part);
            key.split(' ').filter(|word| !word.is_empty()).map(|word| (word.to_owned(), at)).collect::<Vec<_>>()
        };
        let words = parts.iter().enumerate().flat_map(of_part).collect();
        Self { parts, words }
    }

    /// The language of the text; English if it is uncertain.
    pub fn language(&self) -> Language {
        Language::of(&[&self.parts.join(" ")])
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The word at an index.
    pub fn get(&self, at: usize) -> &str {
        &self.words[at].0
    }

    /// Whether the word at an index and the next are in one part of the text, as in "Bengio's".
    pub fn is_joined_to_next(&self, at: usize) -> bool {
        self.words.get(at + 1).is_some_and(|(_, part)| *part == self.words[at].1)
    }

    /// All words, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|(word, _)| word.as_str())
    }

    /// The parts of the text that have words, without those all of whose words are `consumed`.
    pub fn without(&self, consumed: &[bool]) -> String {
        let stays = |part: usize| self.words.iter().zip(consumed).any(|((_, at), consumed)| *at == part && !consumed);
        let kept = self.parts.iter().enumerate().filter(|(part, _)| stays(*part)).map(|(_, part)| *part);
        kept.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_title_keys_and_the_rest_keeps_its_form() {
        let words = Words::new("Gödel's (Self-Attention) & 2017");
        assert_eq!(words.iter().collect::<Vec<_>>(), ["godel", "s", "self", "attention", "2017"]);
        assert_eq!(words.without(&[true, true, false, true, false]), "(Self-Attention) 2017");
        assert_eq!(words.without(&[true; 5]), "");
    }
}
