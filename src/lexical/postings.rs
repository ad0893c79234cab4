//! The inverted index: for each term, the papers that have it and how often.
//!
//! | column | holds |
//! | --- | --- |
//! | `versions` | for each position the version of its text (16 bytes); 0: nothing stands there |
//! | `lengths` | for each position its number of words |
//! | `norms` | for each position the length of its vector of tf-idf weights |
//! | `terms` | the terms that can match: all words, and the pairs of more than one paper; ascending |
//! | `starts` | for each of them where its postings begin, and the end of the last |
//! | `positions`, `counts` | the postings: papers, ascending within a term, and how often each has the term, to 255 |
//! | `lone_terms`, `lone_positions`, `lone_counts` | the pairs of one paper each: kept for the day that a second has them |
//!
//! Terms are looked up by hashes, so no words are kept: those who want to show one find it in the paper's text.

use std::ops::Range;

use super::terms::Term;
use super::weights::inverse_document_frequency;
use crate::cache::Column;

/// That a paper has a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// The paper.
    pub position: u32,
    /// How often, at least 1; the title's occurrences count twice.
    pub count: u8,
}

/// An inverted index over the papers at dense positions. A clone shares all that it has.
#[derive(Debug, Clone)]
pub struct LexicalIndex {
    pub(super) columns: Columns,
    /// Number of papers.
    len: usize,
    /// Mean number of words.
    mean_length: f32,
}

/// The columns of the module's table.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub versions: Column<u128>,
    pub lengths: Column<u32>,
    pub norms: Column<f32>,
    pub terms: Column<u64>,
    pub starts: Column<u32>,
    pub positions: Column<u32>,
    pub counts: Column<u8>,
    pub lone_terms: Column<u64>,
    pub lone_positions: Column<u32>,
    pub lone_counts: Column<u8>,
}

/// Where nothing stands.
pub(super) const NOTHING: u128 = 0;

impl Default for Columns {
    fn default() -> Self {
        Self {
            versions: Vec::new().into(),
            lengths: Vec::new().into(),
            norms: Vec::new().into(),
            terms: Vec::new().into(),
            starts: vec![0].into(),
            positions: Vec::new().into(),
            counts: Vec::new().into(),
            lone_terms: Vec::new().into(),
            lone_positions: Vec::new().into(),
            lone_counts: Vec::new().into(),
        }
    }
}

impl Columns {
    /// Number of papers.
    pub fn papers(&self) -> usize {
        self.versions.as_slice().iter().filter(|version| **version != NOTHING).count()
    }

    /// Papers and counts of the terms at some places, one after the other.
    pub fn postings(&self, terms: Range<usize>) -> impl Iterator<Item = (&[u32], &[u8])> {
        let (positions, counts) = (self.positions.as_slice(), self.counts.as_slice());
        let starts = &self.starts.as_slice()[terms.start..=terms.end];
        starts.array_windows().map(|&[start, end]| {
            let range = start as usize..end as usize;
            (&positions[range.clone()], &counts[range])
        })
    }

    /// Papers and counts of the term at a place.
    pub fn postings_at(&self, at: usize) -> (&[u32], &[u8]) {
        let range = self.postings_of(at..at + 1);
        (&self.positions.as_slice()[range.clone()], &self.counts.as_slice()[range])
    }

    /// Where the postings of the terms at some places are.
    pub fn postings_of(&self, terms: Range<usize>) -> Range<usize> {
        let starts = self.starts.as_slice();
        starts[terms.start] as usize..starts[terms.end] as usize
    }
}

impl LexicalIndex {
    /// `None` when the columns do not fit each other.
    pub(super) fn from_columns(columns: Columns) -> Option<Self> {
        let ends = columns.versions.as_slice().len();
        let (terms, starts) = (columns.terms.as_slice(), columns.starts.as_slice());
        let (positions, lone) = (columns.positions.as_slice(), columns.lone_positions.as_slice());
        let fits = columns.lengths.as_slice().len() == ends
            && columns.norms.as_slice().len() == ends
            && starts.len() == terms.len() + 1
            && starts.first() == Some(&0)
            && starts.last().is_some_and(|&last| last as usize == positions.len())
            && columns.counts.as_slice().len() == positions.len()
            && columns.lone_terms.as_slice().len() == lone.len()
            && columns.lone_counts.as_slice().len() == lone.len();
        fits.then(|| Self::new(columns))
    }

    /// Of columns that fit each other.
    pub(super) fn new(columns: Columns) -> Self {
        let len = columns.papers();
        let words: u64 = columns.lengths.as_slice().iter().map(|length| u64::from(*length)).sum();
        Self { len, mean_length: words as f32 / len.max(1) as f32, columns }
    }

    /// Number of papers.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One more than the last position.
    pub fn end(&self) -> u32 {
        self.columns.versions.as_slice().len() as u32
    }

    /// Mean number of words of a paper.
    pub(super) fn mean_length(&self) -> f32 {
        self.mean_length
    }

    /// Number of words of the paper at each position.
    pub(super) fn lengths(&self) -> &[u32] {
        self.columns.lengths.as_slice()
    }

    /// Length of each paper's vector of tf-idf weights; 0 without terms.
    pub(super) fn norms(&self) -> &[f32] {
        self.columns.norms.as_slice()
    }

    /// Papers and counts of a term; nothing for a term that no paper has, or a pair that only one has.
    pub(super) fn postings(&self, term: Term) -> (&[u32], &[u8]) {
        match self.columns.terms.as_slice().binary_search(&term.hash()) {
            Ok(at) => self.columns.postings_at(at),
            Err(_) => (&[], &[]),
        }
    }

    /// The papers that have a term, ascending; also of a pair that only one has.
    pub fn papers_with(&self, term: Term) -> &[u32] {
        let lone = || {
            let at = self.columns.lone_terms.as_slice().binary_search(&term.hash()).ok()?;
            Some(std::slice::from_ref(&self.columns.lone_positions.as_slice()[at]))
        };
        match self.postings(term).0 {
            [] => lone().unwrap_or_default(),
            papers => papers,
        }
    }

    /// Number of papers that have a term.
    pub fn document_frequency(&self, term: Term) -> usize {
        self.papers_with(term).len()
    }

    /// How rare a term is, see `inverse_document_frequency`.
    pub fn idf(&self, term: Term) -> f32 {
        inverse_document_frequency(self.len, self.document_frequency(term))
    }

    /// Whether the papers stand where `rows` have them.
    pub fn stands_as(&self, rows: &[Option<u128>]) -> bool {
        let versions = self.columns.versions.as_slice();
        versions.len() == rows.len() && versions.iter().zip(rows).all(|(a, b)| *a == b.unwrap_or(NOTHING))
    }
}
