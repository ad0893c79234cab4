//! The inverted index: for each term, the papers that have it and how often.
//!
//! | column | content |
//! | --- | --- |
//! | `versions` | for each position the version of its text (16 bytes); 0 if there is no paper |
//! | `lengths` | for each position its number of words |
//! | `languages` | for each position its [`Language`], as a number |
//! | `norms` | for each position the length of its vector of tf-idf weights |
//! | `own_roots` | for each position the root of its BM25 score for itself as a question |
//! | `terms` | the terms that can match, ascending: all words, and the pairs that more than one paper has |
//! | `starts` | for each of these terms the start of its postings; then the end of the last postings |
//! | `positions`, `counts` | the postings: the papers of each term, ascending, and its count in each, at most 255 |
//! | `lone_terms`, `lone_positions`, `lone_counts` | the pairs that only one paper has so far |
//! | `vocabulary` | all words or their stems (`vocabulary.rs`) |
//!
//! Terms are hashes. To show a term, find it in the paper's text.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::language::Language;
use super::terms::Term;
use super::weights::{inverse_document_frequency, length_norm};
use crate::cache::Column;

/// A paper that has a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Posting {
    pub position: u32,
    /// How often the paper has the term, at least 1; occurrences in the title count twice.
    pub count: u8,
}

/// An inverted index over papers, which have positions from 0. A clone shares its content.
#[derive(Debug, Clone)]
pub struct LexicalIndex {
    pub(super) columns: Columns,
    /// Number of papers.
    len: usize,
    /// Mean number of words.
    mean_length: f32,
    /// The correction of BM25 for the length of the paper at each position.
    length_norms: Arc<[f32]>,
    /// The number of papers of each language that has some, ascending by language.
    languages: Arc<[(Language, usize)]>,
}

/// The columns in the table of this file.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub versions: Column<u128>,
    pub lengths: Column<u32>,
    pub languages: Column<u8>,
    pub norms: Column<f32>,
    pub own_roots: Column<f32>,
    pub terms: Column<u64>,
    pub starts: Column<u32>,
    pub positions: Column<u32>,
    pub counts: Column<u8>,
    pub lone_terms: Column<u64>,
    pub lone_positions: Column<u32>,
    pub lone_counts: Column<u8>,
    pub vocabulary: Column<u8>,
}

/// The version at a position without a paper.
pub(super) const NO_PAPER: u128 = 0;

impl Default for Columns {
    fn default() -> Self {
        Self {
            versions: Vec::new().into(),
            lengths: Vec::new().into(),
            languages: Vec::new().into(),
            norms: Vec::new().into(),
            own_roots: Vec::new().into(),
            terms: Vec::new().into(),
            starts: vec![0].into(),
            positions: Vec::new().into(),
            counts: Vec::new().into(),
            lone_terms: Vec::new().into(),
            lone_positions: Vec::new().into(),
            lone_counts: Vec::new().into(),
            vocabulary: Vec::new().into(),
        }
    }
}

impl Columns {
    /// Number of papers.
    pub fn papers(&self) -> usize {
        self.versions.as_slice().iter().filter(|version| **version != NO_PAPER).count()
    }

    /// Mean number of words of `papers` papers.
    pub fn mean_length(&self, papers: usize) -> f32 {
        let words: u64 = self.lengths.as_slice().iter().map(|length| u64::from(*length)).sum();
        words as f32 / papers.max(1) as f32
    }

    /// The correction of BM25 for the length of the paper at each position, in an index of `papers` papers.
    pub fn length_norms(&self, papers: usize) -> Arc<[f32]> {
        let mean_length = self.mean_length(papers);
        self.lengths.as_slice().iter().map(|length| length_norm(*length, mean_length)).collect()
    }

    /// The number of papers of each language that has some, ascending by language.
    fn counted_languages(&self) -> Arc<[(Language, usize)]> {
        let mut counts = BTreeMap::new();
        for (&language, &version) in self.languages.as_slice().iter().zip(self.versions.as_slice()) {
            if version != NO_PAPER {
                *counts.entry(Language::of_number(language)).or_default() += 1;
            }
        }
        counts.into_iter().collect()
    }

    /// Returns the papers and counts of each term in a range of terms.
    pub fn postings(&self, terms: Range<usize>) -> impl Iterator<Item = (&[u32], &[u8])> {
        let (positions, counts) = (self.positions.as_slice(), self.counts.as_slice());
        let starts = &self.starts.as_slice()[terms.start..=terms.end];
        starts.array_windows().map(|&[start, end]| {
            let range = start as usize..end as usize;
            (&positions[range.clone()], &counts[range])
        })
    }

    /// Returns the papers and counts of a term.
    pub fn postings_at(&self, term: usize) -> (&[u32], &[u8]) {
        let range = self.postings_of(term..term + 1);
        (&self.positions.as_slice()[range.clone()], &self.counts.as_slice()[range])
    }

    /// Returns the range of postings of a range of terms.
    pub fn postings_of(&self, terms: Range<usize>) -> Range<usize> {
        let starts = self.starts.as_slice();
        starts[terms.start] as usize..starts[terms.end] as usize
    }

    /// The names and bytes of all columns.
    pub fn files(&self) -> [(&'static str, &[u8]); 13] {
        // Destructures without `..`, so that a new column does not compile until it is stored.
        #[rustfmt::skip]
        let Self {
            versions, lengths, languages, norms, own_roots, terms, starts, positions, counts, lone_terms,
            lone_positions, lone_counts, vocabulary,
        } = self;
        [
            ("versions", versions.as_bytes()),
            ("lengths", lengths.as_bytes()),
            ("languages", languages.as_bytes()),
            ("norms", norms.as_bytes()),
            ("own_roots", own_roots.as_bytes()),
            ("terms", terms.as_bytes()),
            ("starts", starts.as_bytes()),
            ("positions", positions.as_bytes()),
            ("counts", counts.as_bytes()),
            ("lone_terms", lone_terms.as_bytes()),
            ("lone_positions", lone_positions.as_bytes()),
            ("lone_counts", lone_counts.as_bytes()),
            ("vocabulary", vocabulary.as_bytes()),
        ]
    }
}

impl LexicalIndex {
    /// Makes an index of columns. Returns `None` if their lengths do not match.
    pub(super) fn from_columns(columns: Columns) -> Option<Self> {
        let ends = columns.versions.as_slice().len();
        let (terms, starts) = (columns.terms.as_slice(), columns.starts.as_slice());
        let (positions, lone) = (columns.positions.as_slice(), columns.lone_positions.as_slice());
        let fits = columns.lengths.as_slice().len() == ends
            && columns.languages.as_slice().len() == ends
            && columns.norms.as_slice().len() == ends
            && columns.own_roots.as_slice().len() == ends
            && starts.len() == terms.len() + 1
            && starts.first() == Some(&0)
            && starts.last().is_some_and(|&last| last as usize == positions.len())
            && columns.counts.as_slice().len() == positions.len()
            && columns.lone_terms.as_slice().len() == lone.len()
            && columns.lone_counts.as_slice().len() == lone.len();
        fits.then(|| Self::new(columns))
    }

    /// Makes an index of columns whose lengths match.
    pub(super) fn new(columns: Columns) -> Self {
        let len = columns.papers();
        Self {
            len,
            mean_length: columns.mean_length(len),
            length_norms: columns.length_norms(len),
            languages: columns.counted_languages(),
            columns,
        }
    }

    /// Number of papers.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no paper.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One more than the last position.
    pub fn end(&self) -> u32 {
        self.columns.versions.as_slice().len() as u32
    }

    /// The number of papers of each language that has some, ascending by language.
    pub fn languages(&self) -> &[(Language, usize)] {
        &self.languages
    }

    /// The language of the paper at a position.
    pub fn language(&self, position: u32) -> Language {
        self.columns
            .languages
            .as_slice()
            .get(position as usize)
            .map_or_else(Language::default, |&language| Language::of_number(language))
    }

    /// The languages by whose rules the words of papers are read, each once; English is always the first.
    pub fn languages_of_words(&self) -> Vec<Language> {
        let others = self.languages.iter().map(|(language, _)| language.of_words());
        let mut languages: Vec<Language> = std::iter::once(Language::English).chain(others).collect();
        languages.sort_unstable();
        languages.dedup();
        languages
    }

    /// Mean number of words of a paper.
    pub(super) fn mean_length(&self) -> f32 {
        self.mean_length
    }

    /// The correction of BM25 for the length of the paper at each position.
    pub(super) fn length_norms(&self) -> &[f32] {
        &self.length_norms
    }

    /// Length of the vector of tf-idf weights at each position; 0 without terms.
    pub(super) fn norms(&self) -> &[f32] {
        self.columns.norms.as_slice()
    }

    /// The root of the BM25 score of the paper at each position for itself as a question; 0 without words.
    pub(super) fn own_roots(&self) -> &[f32] {
        self.columns.own_roots.as_slice()
    }

    /// Returns the papers and counts of a term. Both are empty for a term that no paper has, and for a pair that only
    /// one paper has.
    pub(super) fn postings(&self, term: Term) -> (&[u32], &[u8]) {
        match self.columns.terms.as_slice().binary_search(&term.hash()) {
            Ok(at) => self.columns.postings_at(at),
            Err(_) => (&[], &[]),
        }
    }

    /// Returns the papers and counts of a term. This includes the paper of a pair that only one paper has.
    pub(super) fn all_postings(&self, term: Term) -> (&[u32], &[u8]) {
        let lone = || {
            let at = self.columns.lone_terms.as_slice().binary_search(&term.hash()).ok()?;
            Some((&self.columns.lone_positions.as_slice()[at..=at], &self.columns.lone_counts.as_slice()[at..=at]))
        };
        match self.postings(term) {
            ([], _) => lone().unwrap_or_default(),
            postings => postings,
        }
    }

    /// Returns the papers that have a term, ascending. This includes the paper of a pair that only one paper has.
    pub fn papers_with(&self, term: Term) -> &[u32] {
        self.all_postings(term).0
    }

    /// Number of papers that have a term.
    pub fn document_frequency(&self, term: Term) -> usize {
        self.papers_with(term).len()
    }

    /// The inverse document frequency of a term; see `inverse_document_frequency`.
    pub(super) fn idf(&self, term: Term) -> f32 {
        inverse_document_frequency(self.len, self.document_frequency(term))
    }

    /// Whether the index has exactly the papers of `rows`, at the same positions.
    pub(super) fn has_rows(&self, rows: &[Option<u128>]) -> bool {
        let versions = self.columns.versions.as_slice();
        versions.len() == rows.len() && versions.iter().zip(rows).all(|(a, b)| *a == b.unwrap_or(NO_PAPER))
    }
}
