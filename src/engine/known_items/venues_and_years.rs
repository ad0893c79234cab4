//! Finds a venue and a year.

use std::ops::Range;

use super::reader::{NAME_TO_TEXT, Part, Reader};
use crate::catalog::Heading;

/// The most words of a venue: `Proceedings of the Annual Meeting of the Association for Computational Linguistics`.
const LONGEST_VENUE: usize = 12;

/// Words beside a year that begins or ends a period.
const PERIODS: [&str; 6] = ["since", "after", "before", "until", "till", "to"];

impl Reader<'_, '_, '_> {
    pub fn find_venue(&mut self) {
        if !self.is_short() {
            return;
        }
        for length in (1..=LONGEST_VENUE).rev() {
            for start in 0..self.words.len().saturating_sub(length - 1) {
                let range = start..start + length;
                if self.is_free(range.clone())
                    && let Some(places) = self.venue(range.clone())
                {
                    self.consumed[range.clone()].fill(true);
                    self.venue = Some(Part { text: self.joined(range), places });
                    return;
                }
            }
        }
    }

    fn venue(&mut self, range: Range<usize>) -> Option<Vec<u32>> {
        let text = self.joined(range.clone());
        let heading = if range.len() == 1 { Heading::VenueWord(&text) } else { Heading::Venue(&text) };
        let places = self.evidence.places(heading);
        if places.is_empty() || text.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let words: Vec<&str> = range.clone().map(|at| self.words.get(at)).collect();
        let texts = self.texts_with_all(&words);
        let is_venue =
            places.len() / NAME_TO_TEXT >= texts && (range.len() > 1 || self.is_unbound(range.start, places));
        is_venue.then(|| places.to_vec())
    }

    pub fn find_year(&mut self) {
        if !self.is_short() || self.words.len() == 1 {
            return;
        }
        for at in 0..self.words.len() {
            let word = self.words.get(at);
            if !may_be_year(word) || !self.is_free(at..at + 1) {
                continue;
            }
            let places = self.evidence.places(Heading::Year(word));
            let is_in_period = self.neighbours(at).any(|(other, _)| PERIODS.contains(&other) || may_be_year(other));
            let is_at_an_end = at == 0 || at + 1 == self.words.len();
            let is_dated = at > 0 && ["in", "from"].contains(&self.words.get(at - 1));
            // Texts that cite papers have "al 2017".
            let is_cited = at > 0 && self.words.get(at - 1) == "al";
            let stands_alone = is_at_an_end || is_dated || !self.names.is_empty() || self.venue.is_some();
            if !places.is_empty() && !is_in_period && stands_alone && (is_cited || self.is_unbound(at, places)) {
                self.consumed[at] = true;
                self.year = Some(Part { text: word.to_owned(), places: places.to_vec() });
                return;
            }
        }
    }
}

/// Whether a word may be a year.
fn may_be_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}
