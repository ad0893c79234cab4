//! Finds names of authors.

use std::ops::Range;

use super::evidence::{in_both, in_either};
use super::reader::{NAME_TO_TEXT, Reader};
use crate::catalog::Heading;

/// A rare combination of words is a name and words of a title if at most this many papers fit it.
const FEW: usize = 3;

/// The most words of a name: `Maria da Conceição van der Berg`.
const LONGEST_NAME: usize = 6;

impl Reader<'_, '_, '_> {
    pub fn find_names(&mut self) {
        if self.is_short() || (0..self.words.len()).any(|at| self.is_announced(at)) {
            self.find_full_names();
            self.find_family_names();
        }
    }

    /// Finds names of several words, the longest first.
    fn find_full_names(&mut self) {
        for length in (2..=LONGEST_NAME).rev() {
            for start in 0..self.words.len().saturating_sub(length - 1) {
                if self.is_free(start..start + length)
                    && let Some(places) = self.full_name(start..start + length)
                {
                    self.take_name(start..start + length, self.joined(start..start + length), places);
                }
            }
        }
    }

    /// Finds names of one word, each perhaps with an initial or a given name after it, and misspelt ones.
    fn find_family_names(&mut self) {
        for at in 0..self.words.len() {
            if !self.is_free(at..at + 1) {
                continue;
            }
            let family = self.evidence.places(Heading::Family(self.words.get(at)));
            let is_cited = at + 2 < self.words.len() && self.joined(at + 1..at + 3) == "et al";
            let is_name = self.is_announced(at)
                || is_cited
                || self.is_alone_with_year(at, family)
                || self.is_family_name(at)
                    && !self.is_stop_word(at)
                    && (!self.is_exchanged(at) || self.is_typical(at, family));
            if !family.is_empty() && is_name {
                match self.given_after(at) {
                    Some(places) => self.take_name(at..at + 2, self.joined(at..at + 2), places),
                    None => self.take_name(at..at + 1, self.joined(at..at + 1), family.to_vec()),
                }
            } else if let Some((correction, places)) = self.misspelt(at) {
                self.take_name(at..at + 1, correction, places);
            }
        }
    }

    /// The papers by an author with a name of several words.
    fn full_name(&mut self, range: Range<usize>) -> Option<Vec<u32>> {
        let words: Vec<&str> = range.clone().map(|at| self.words.get(at)).collect();
        if words.iter().any(|word| word.contains(|c: char| !c.is_alphabetic())) {
            return None;
        }
        let mut places = self.evidence.places(Heading::Name(&words.join(" ")));
        if places.is_empty() && words.len() == 3 && words[1].chars().nth(1).is_none() {
            // Geoffrey E. Hinton may be Geoffrey Hinton elsewhere.
            places = self.evidence.places(Heading::Name(&format!("{} {}", words[0], words[2])));
        }
        if places.is_empty() {
            return None;
        }
        let is_initial = words[0].chars().nth(1).is_none();
        let is_name = match is_initial {
            true => self.is_family_name(range.end - 1),
            false => self.is_announced(range.start) || places.len() >= NAME_TO_TEXT * self.texts_with_all(&words),
        };
        if !is_name {
            return None;
        }
        // Two family names may also be the names of one person.
        let both = match words[..] {
            [first, second] if self.is_family_name(range.start) => {
                in_both(self.evidence.places(Heading::Family(first)), self.evidence.places(Heading::Family(second)))
            }
            _ => Vec::new(),
        };
        Some(in_either(places, &both))
    }

    /// Whether the word at an index is a family name by itself.
    fn is_family_name(&mut self, at: usize) -> bool {
        let word = self.words.get(at);
        let family = self.evidence.places(Heading::Family(word));
        if family.is_empty() || word.chars().nth(1).is_none() || !word.chars().all(char::is_alphabetic) {
            return false;
        }
        let Some(texts) = self.evidence.texts_with(word) else { return false };
        family.len() >= NAME_TO_TEXT * texts && self.is_unbound(at, family)
    }

    /// Whether the word at an index is a stop word in the language of the question.
    fn is_stop_word(&mut self, at: usize) -> bool {
        self.evidence.is_stop_word(self.words.get(at), self.language)
    }

    /// Whether the question is the family name of an author and the year of a paper by this author, and no title has
    /// the name. Abstracts may have it, because they cite authors: "Obozinski (2017)".
    fn is_alone_with_year(&self, at: usize, family: &[u32]) -> bool {
        if self.words.len() != 2 || at > 1 {
            return false;
        }
        let year = self.evidence.places(Heading::Year(self.words.get(1 - at)));
        !in_both(family, year).is_empty() && self.evidence.places(Heading::TitleWord(self.words.get(at))).is_empty()
    }

    /// Whether the word at an index becomes a stop word if two neighbouring letters are exchanged: "teh". Such a word
    /// counts as a name only if the other words are typical of this author.
    fn is_exchanged(&mut self, at: usize) -> bool {
        let letters: Vec<char> = self.words.get(at).chars().collect();
        (1..letters.len()).any(|second| {
            let mut exchanged = letters.clone();
            exchanged.swap(second - 1, second);
            self.evidence.texts_with(&exchanged.iter().collect::<String>()).is_none()
        })
    }

    /// The number of `places` whose papers have all free words except stop words and the word at an index: in the
    /// title, as the name of an author, or as the year.
    fn fitting(&mut self, at: usize, places: &[u32]) -> usize {
        let free = (0..self.words.len()).filter(|&other| other != at && !self.consumed[other]);
        let others = free.map(|other| self.words.get(other)).filter(|other| self.evidence.texts_with(other).is_some());
        let others: Vec<&str> = others.collect();
        let has = |place: &u32, word: &str| {
            let headings = [Heading::TitleWord(word), Heading::Family(word), Heading::Year(word)];
            headings.into_iter().any(|heading| self.evidence.places(heading).binary_search(place).is_ok())
        };
        places.iter().filter(|place| others.iter().all(|word| has(place, word))).count()
    }

    /// Whether the papers at `places` have the free words except the word at an index more often than all papers do.
    /// Without such words, returns true.
    fn is_typical(&mut self, at: usize, places: &[u32]) -> bool {
        let everything: Vec<u32> = (0..self.evidence.catalog.len() as u32).collect();
        let (here, anywhere) = (self.fitting(at, places), self.fitting(at, &everything));
        here == places.len() || here * everything.len() > anywhere * places.len()
    }

    /// The papers by an author whose family name is the word at an index, and whose given name or initial is after it.
    fn given_after(&mut self, at: usize) -> Option<Vec<u32>> {
        if !self.is_free(at..at + 2) || self.words.is_joined_to_next(at) {
            return None;
        }
        let (family, given) = (self.words.get(at), self.words.get(at + 1));
        let places = self.evidence.places(Heading::Name(&format!("{given} {family}")));
        let is_initial = given.chars().nth(1).is_none();
        let mut is_given = || self.evidence.texts_with(given).is_some_and(|texts| places.len() >= NAME_TO_TEXT * texts);
        (!places.is_empty() && (is_initial || is_given())).then(|| places.to_vec())
    }

    /// The family name that a word is meant to be, and the papers by its authors. `None` if a title, a text or an
    /// author has the word, or if a title has a word that it could be.
    ///
    /// Unless a name is announced, a paper by this author must have all other words, so that a rare word of a subject
    /// ("waggle dance") is not taken for a name ("Wagle").
    fn misspelt(&mut self, at: usize) -> Option<(String, Vec<u32>)> {
        let word = self.words.get(at);
        if !word.chars().all(char::is_alphabetic) || self.evidence.texts_with(word) != Some(0) {
            return None;
        }
        let corrections = self.evidence.catalog.one_error_from(word);
        if corrections.iter().any(|word| !self.evidence.places(Heading::TitleWord(word)).is_empty()) {
            return None;
        }
        let families = corrections.into_iter().map(|word| {
            let places = self.evidence.places(Heading::Family(word));
            (self.fitting(at, places), word, places)
        });
        // Of several names, that of the author with the most papers that fit, or else with the most papers.
        let (fitting, correction, places) = families.max_by_key(|(fitting, _, places)| (*fitting, places.len()))?;
        (self.is_announced(at) || fitting > 0).then(|| (correction.to_owned(), places.to_vec()))
    }

    /// Takes words that are rare as names, if at most [`FEW`] papers have each free word in the title or as the name of
    /// an author, and if none has all of them in the title.
    pub fn find_rare_names(&mut self) {
        if !self.is_short() {
            return;
        }
        self.consume_connections();
        let free: Vec<usize> = (0..self.words.len()).filter(|&at| !self.consumed[at]).collect();
        let among = self.places();
        // A single word needs a year, a venue or another name beside it.
        if free.is_empty() || free.len() + usize::from(among.is_some()) < 2 {
            return;
        }
        let evidence = &*self.evidence;
        let titled = |at: usize| evidence.places(Heading::TitleWord(self.words.get(at)));
        let by = |at: usize| evidence.places(Heading::Family(self.words.get(at)));
        // The rarest word first, so that few papers are looked up among those of the others.
        let mut rarest_first = free.clone();
        rarest_first.sort_by_key(|&at| titled(at).len() + by(at).len());
        let mut fits: Vec<u32> = match among {
            Some(among) => among,
            None => in_either(titled(rarest_first[0]), by(rarest_first[0])),
        };
        for at in rarest_first {
            fits.retain(|place| titled(at).binary_search(place).is_ok() || by(at).binary_search(place).is_ok());
        }
        let is_name = |at: &usize| in_both(&fits, titled(*at)).is_empty();
        let names: Vec<usize> = free.iter().copied().filter(is_name).collect();
        if !(1..=FEW).contains(&fits.len()) || names.is_empty() {
            return;
        }
        let families: Vec<Vec<u32>> = names.iter().map(|&at| by(at).to_vec()).collect();
        // Two names may be neighbours in texts too, where they refer to a paper.
        names.iter().for_each(|&at| self.consumed[at] = true);
        let are_unbound = names.iter().all(|&at| self.bound_texts(at, |_| 1) == 0);
        names.iter().for_each(|&at| self.consumed[at] = false);
        if are_unbound {
            for (at, family) in names.into_iter().zip(families) {
                self.take_name(at..at + 1, self.joined(at..at + 1), family);
            }
        }
    }
}
