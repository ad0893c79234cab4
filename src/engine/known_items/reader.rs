//! What the readers of names, venues and years share: the words that were read, and what binds them.

use std::ops::Range;

use super::evidence::{Evidence, in_both, in_either};
use super::words::Words;
use crate::catalog::Heading;
use crate::lexical::Language;

/// A word is a name if at least this many times more papers have an author of this name than have the word in title or
/// abstract.
pub(super) const NAME_TO_TEXT: usize = 2;

/// The most words of a question in which names stand without "papers by". A longer text is a sentence or an abstract,
/// whose names are part of its subject.
const LONGEST_LIST: usize = 12;

/// Words for papers, which may stand before "by".
const PUBLICATIONS: [&str; 8] =
    ["paper", "papers", "article", "articles", "work", "works", "publication", "publications"];

/// Words that belong to the name, venue or year after them.
const BEFORE: [&str; 6] = ["by", "author", "authors", "in", "from", "at"];

/// Words that belong to the name, venue or year before them.
const AFTER: [&str; 5] = ["et", "al", "s", "on", "about"];

/// A part of a question that is a name, a venue or a year.
pub(super) struct Part {
    pub text: String,
    pub places: Vec<u32>,
}

/// Reads the words of a question one after the other.
pub(super) struct Reader<'r, 'w, 'c> {
    pub words: &'r Words<'w>,
    pub evidence: &'r mut Evidence<'c>,
    pub consumed: Vec<bool>,
    pub names: Vec<Part>,
    pub venue: Option<Part>,
    pub year: Option<Part>,
    /// The language of the question.
    pub language: Language,
}

impl<'r, 'w, 'c> Reader<'r, 'w, 'c> {
    pub fn new(words: &'r Words<'w>, evidence: &'r mut Evidence<'c>) -> Self {
        let consumed = vec![false; words.len()];
        let language = words.language();
        Self { words, evidence, consumed, names: Vec::new(), venue: None, year: None, language }
    }

    pub fn is_short(&self) -> bool {
        self.words.len() <= LONGEST_LIST
    }

    /// The words of a range with single spaces.
    pub fn joined(&self, range: Range<usize>) -> String {
        range.map(|at| self.words.get(at)).collect::<Vec<_>>().join(" ")
    }

    pub fn is_free(&self, range: Range<usize>) -> bool {
        range.end <= self.words.len() && !self.consumed[range].iter().any(|consumed| *consumed)
    }

    /// The words beside the word at an index that are not consumed, with whether they are after it.
    pub fn neighbours(&self, at: usize) -> impl Iterator<Item = (&'r str, bool)> + use<'r, 'w, 'c> {
        let (words, last) = (self.words, self.words.len());
        let before = at.checked_sub(1).filter(|&before| !self.consumed[before]);
        let after = Some(at + 1).filter(|&after| after < last && !self.consumed[after]);
        before.map(|at| (words.get(at), false)).into_iter().chain(after.map(|at| (words.get(at), true)))
    }

    /// The number of texts in which the word at an index is beside one of its neighbours, for the neighbour with the
    /// most. `used` says in how many papers a neighbour occurs with the other meaning of the word; neighbours for which
    /// this is more often are not counted.
    pub fn bound_texts(&mut self, at: usize, used: impl Fn(&str) -> usize) -> usize {
        let word = self.words.get(at);
        let mut most = 0;
        for (other, is_after) in self.neighbours(at) {
            let (first, second) = if is_after { (word, other) } else { (other, word) };
            let texts = self.evidence.texts_with_pair(first, second).unwrap_or_default();
            if texts >= used(other) {
                most = most.max(texts);
            }
        }
        most
    }

    /// Whether texts do not bind the word at an index to its neighbours. `places` are the papers in which it has the
    /// other meaning; the neighbours may be words of their titles. Names of their authors and their years bind nothing.
    pub fn is_unbound(&mut self, at: usize, places: &[u32]) -> bool {
        let catalog = self.evidence.catalog;
        let used = |other: &str| {
            let shared = |heading| in_both(places, catalog.places(heading)).len();
            // Texts cite authors together and with a year, so such neighbours bind nothing.
            let is_cited = shared(Heading::Family(other)) + shared(Heading::Year(other)) > 0;
            if is_cited { usize::MAX } else { shared(Heading::TitleWord(other)) }
        };
        self.bound_texts(at, used) == 0
    }

    /// The greatest possible number of texts that have these words in a row.
    pub fn texts_with_all(&mut self, words: &[&str]) -> usize {
        let pairs: Vec<usize> =
            words.array_windows().filter_map(|[a, b]| self.evidence.texts_with_pair(a, b)).collect();
        let singles = || words.iter().filter_map(|word| self.evidence.texts_with(word)).min();
        pairs.into_iter().min().or_else(singles).unwrap_or(usize::MAX / NAME_TO_TEXT)
    }

    /// Whether the words before the word at an index announce a name: "papers by", or "by" at the beginning.
    pub fn is_announced(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).map(|at| self.words.get(at));
        match before(1) {
            Some("by") => before(2).is_none_or(|word| PUBLICATIONS.contains(&word)),
            Some("author" | "authors") => true,
            _ => false,
        }
    }

    pub fn take_name(&mut self, range: Range<usize>, text: String, places: Vec<u32>) {
        self.consumed[range].fill(true);
        self.names.push(Part { text, places });
    }

    /// Consumes the words that connect what was found: "papers by", "and", "et al".
    pub fn consume_connections(&mut self) {
        let last = self.words.len();
        for at in (0..last.saturating_sub(1)).rev() {
            let word = self.words.get(at);
            let belongs = BEFORE.contains(&word) || PUBLICATIONS.contains(&word);
            let is_between = word == "and" && at > 0 && self.consumed[at - 1];
            self.consumed[at] |= self.consumed[at + 1] && (belongs || is_between);
        }
        for at in 1..last {
            self.consumed[at] |= self.consumed[at - 1] && AFTER.contains(&self.words.get(at));
        }
    }

    /// The papers that have all that was found; `None` if nothing was found. If no paper has all, the venue and the
    /// year are ignored, and if no paper has all authors, it has at least one.
    pub fn places(&self) -> Option<Vec<u32>> {
        let both = |parts: &mut dyn Iterator<Item = &Part>| {
            parts.map(|part| part.places.clone()).reduce(|a, b| in_both(&a, &b))
        };
        let (names, others) = (|| self.names.iter(), || self.venue.iter().chain(&self.year));
        let all = both(&mut names().chain(others()))?;
        if !all.is_empty() {
            return Some(all);
        }
        let by_all = both(&mut names()).unwrap_or_default();
        if !by_all.is_empty() {
            return Some(by_all);
        }
        names().map(|part| part.places.clone()).reduce(|a, b| in_either(&a, &b))
    }
}
