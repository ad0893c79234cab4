//! The catalog in memory: for each heading, the papers listed under it.
//!
//! | column | content |
//! | --- | --- |
//! | `papers` | for each place the number of its paper |
//! | `days` | for each place the day on which its paper appeared, as `year * 10000 + month * 100 + day`; 0 if unknown |
//! | `title_words` | for each place the number of different words of its title, at most 255 |
//! | `terms` | the headings, as hashes, ascending |
//! | `starts` | for each heading the start of its places; then the end of the last places |
//! | `places` | the places of each heading, ascending |
//! | `spellings` | words of titles and family names, of [`SPELLED_FROM`] letters or more, in alphabetical order |
//! | `spelling_starts` | for each of these words its start in `spellings`, in bytes; then the end of the last word |
//!
//! [`SPELLED_FROM`]: super::spelling::SPELLED_FROM

use super::heading::{Heading, Term};
use crate::cache::Column;
use crate::library::PaperNumber;

/// A catalog. A clone shares its content.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    pub(super) columns: Columns,
}

/// The columns in the table of this file.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub papers: Column<i64>,
    pub days: Column<i32>,
    pub title_words: Column<u8>,
    pub terms: Column<Term>,
    pub starts: Column<u32>,
    pub places: Column<u32>,
    pub spellings: Column<u8>,
    pub spelling_starts: Column<u32>,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            papers: Vec::new().into(),
            days: Vec::new().into(),
            title_words: Vec::new().into(),
            terms: Vec::new().into(),
            starts: vec![0].into(),
            places: Vec::new().into(),
            spellings: Vec::new().into(),
            spelling_starts: vec![0].into(),
        }
    }
}

impl Columns {
    /// The names and bytes of all columns.
    pub fn files(&self) -> [(&'static str, &[u8]); 8] {
        // Destructures without `..`, so that a new column does not compile until it is stored.
        let Self { papers, days, title_words, terms, starts, places, spellings, spelling_starts } = self;
        [
            ("papers", papers.as_bytes()),
            ("days", days.as_bytes()),
            ("title_words", title_words.as_bytes()),
            ("terms", terms.as_bytes()),
            ("starts", starts.as_bytes()),
            ("places", places.as_bytes()),
            ("spellings", spellings.as_bytes()),
            ("spelling_starts", spelling_starts.as_bytes()),
        ]
    }

    /// Whether the lengths of the columns match.
    pub fn fit(&self) -> bool {
        let ends = |starts: &[u32], items: usize, end: usize| {
            starts.len() == items + 1
                && starts.first() == Some(&0)
                && starts.last().is_some_and(|&last| last as usize == end)
        };
        let words = self.spelling_starts.as_slice();
        let papers = self.papers.as_slice().len();
        self.title_words.as_slice().len() == papers
            && self.days.as_slice().len() == papers
            && ends(self.starts.as_slice(), self.terms.as_slice().len(), self.places.as_slice().len())
            && ends(words, words.len().saturating_sub(1), self.spellings.as_slice().len())
    }

    /// The places of the heading at an index of `terms`.
    pub fn places_at(&self, at: usize) -> &[u32] {
        let starts = self.starts.as_slice();
        &self.places.as_slice()[starts[at] as usize..starts[at + 1] as usize]
    }
}

impl Catalog {
    /// Number of papers.
    pub fn len(&self) -> usize {
        self.papers().len()
    }

    /// Whether there is no paper.
    pub fn is_empty(&self) -> bool {
        self.papers().is_empty()
    }

    /// The paper at each place.
    pub fn papers(&self) -> &[PaperNumber] {
        self.columns.papers.as_slice()
    }

    /// Sorts places: the newest paper first, papers without a date last. Of papers with the same day, the one added
    /// later is first.
    pub fn sort_newest_first(&self, places: &mut [u32]) {
        let days = self.columns.days.as_slice();
        places.sort_unstable_by_key(|&place| std::cmp::Reverse((days[place as usize], self.papers()[place as usize])));
    }

    /// The number of different words of the title at each place, at most 255.
    pub fn title_words(&self) -> &[u8] {
        self.columns.title_words.as_slice()
    }

    /// The places of the papers under a heading, ascending.
    pub fn places(&self, heading: Heading) -> &[u32] {
        match self.columns.terms.as_slice().binary_search(&heading.term()) {
            Ok(at) => self.columns.places_at(at),
            Err(_) => &[],
        }
    }
}
