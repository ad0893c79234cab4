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

use std::collections::HashMap;

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

/// An inverted index over the papers at dense positions.
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
const NOTHING: u128 = 0;

impl Default for LexicalIndex {
    fn default() -> Self {
        Builder::new(&[]).finish()
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
        fits.then(|| {
            let lengths = columns.lengths.as_slice();
            let live = columns.versions.as_slice().iter().filter(|version| **version != NOTHING).count();
            let words: u64 = lengths.iter().map(|length| u64::from(*length)).sum();
            Self { len: live, mean_length: words as f32 / live.max(1) as f32, columns }
        })
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
            Ok(at) => self.postings_at(at),
            Err(_) => (&[], &[]),
        }
    }

    fn postings_at(&self, at: usize) -> (&[u32], &[u8]) {
        let starts = self.columns.starts.as_slice();
        let range = starts[at] as usize..starts[at + 1] as usize;
        (&self.columns.positions.as_slice()[range.clone()], &self.columns.counts.as_slice()[range])
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

    /// All terms, ascending, with their postings.
    pub(super) fn terms(&self) -> impl Iterator<Item = (Term, impl Iterator<Item = Posting>)> {
        let Columns { terms, lone_terms, lone_positions, lone_counts, .. } = &self.columns;
        let (terms, lone) = (terms.as_slice(), lone_terms.as_slice());
        let (mut at, mut lone_at) = (0, 0);
        std::iter::from_fn(move || {
            let (term, positions, counts) = match (terms.get(at), lone.get(lone_at)) {
                (None, None) => return None,
                (Some(&term), next) if next.is_none_or(|&next| term < next) => {
                    let (positions, counts) = self.postings_at(at);
                    at += 1;
                    (term, positions, counts)
                }
                _ => {
                    let here = lone_at..lone_at + 1;
                    lone_at += 1;
                    (lone[here.start], &lone_positions.as_slice()[here.clone()], &lone_counts.as_slice()[here])
                }
            };
            let postings = positions.iter().zip(counts).map(|(&position, &count)| Posting { position, count });
            Some((Term::from_hash(term), postings))
        })
    }

    /// For each position, where `rows` have its text; `None` where they do not.
    pub(super) fn moved_to(&self, rows: &[Option<u128>]) -> Vec<Option<u32>> {
        let mut places: HashMap<u128, Vec<u32>> = HashMap::new();
        for (position, version) in (0..).zip(rows) {
            if let Some(version) = version {
                places.entry(*version).or_default().push(position);
            }
        }
        // Texts can be the same: each place is taken once.
        let take = |version: &u128| places.get_mut(version).and_then(Vec::pop);
        self.columns.versions.as_slice().iter().map(take).collect()
    }

    /// Whether the papers stand where `rows` have them.
    pub fn stands_as(&self, rows: &[Option<u128>]) -> bool {
        let versions = self.columns.versions.as_slice();
        versions.len() == rows.len() && versions.iter().zip(rows).all(|(a, b)| *a == b.unwrap_or(NOTHING))
    }
}

/// Writes an index, term by term.
pub(super) struct Builder {
    len: usize,
    versions: Vec<u128>,
    lengths: Vec<u32>,
    /// Squares of the norms so far.
    squares: Vec<f64>,
    terms: Vec<u64>,
    starts: Vec<u32>,
    positions: Vec<u32>,
    counts: Vec<u8>,
    lone_terms: Vec<u64>,
    lone_positions: Vec<u32>,
    lone_counts: Vec<u8>,
}

impl Builder {
    pub fn new(rows: &[Option<u128>]) -> Self {
        Self {
            len: rows.iter().flatten().count(),
            versions: rows.iter().map(|version| version.unwrap_or(NOTHING)).collect(),
            lengths: vec![0; rows.len()],
            squares: vec![0.0; rows.len()],
            terms: Vec::new(),
            starts: vec![0],
            positions: Vec::new(),
            counts: Vec::new(),
            lone_terms: Vec::new(),
            lone_positions: Vec::new(),
            lone_counts: Vec::new(),
        }
    }

    pub fn set_length(&mut self, position: u32, length: u32) {
        self.lengths[position as usize] = length;
    }

    /// Takes the postings of the next term out of `postings`, whatever their order. Terms come ascending.
    pub fn push(&mut self, term: Term, postings: &mut Vec<Posting>) {
        match postings[..] {
            [] => return,
            [Posting { position, count }] if term.is_pair() => {
                self.lone_terms.push(term.hash());
                self.lone_positions.push(position);
                self.lone_counts.push(count);
            }
            _ => {
                postings.sort_unstable_by_key(|posting| posting.position);
                let idf = inverse_document_frequency(self.len, postings.len());
                for &Posting { position, count } in &*postings {
                    self.squares[position as usize] += f64::from(super::weights::tf_idf(count, idf)).powi(2);
                    self.positions.push(position);
                    self.counts.push(count);
                }
                self.terms.push(term.hash());
                self.starts.push(self.positions.len() as u32);
            }
        }
        postings.clear();
    }

    pub fn finish(self) -> LexicalIndex {
        let live = self.len;
        let words: u64 = self.lengths.iter().map(|length| u64::from(*length)).sum();
        let columns = Columns {
            versions: self.versions.into(),
            lengths: self.lengths.into(),
            norms: self.squares.into_iter().map(|square| square.sqrt() as f32).collect::<Vec<_>>().into(),
            terms: self.terms.into(),
            starts: self.starts.into(),
            positions: self.positions.into(),
            counts: self.counts.into(),
            lone_terms: self.lone_terms.into(),
            lone_positions: self.lone_positions.into(),
            lone_counts: self.lone_counts.into(),
        };
        LexicalIndex { columns, len: live, mean_length: words as f32 / live.max(1) as f32 }
    }
}
