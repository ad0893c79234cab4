//! Merges postings, on all threads.
//!
//! Terms are hashes, so their first bits divide them into blocks of about the same size. Each task finds the terms of
//! one block whose postings change. Everything between two such terms is copied as one run.

use std::ops::Range;

use rayon::prelude::*;

use super::moves::Moves;
use super::postings::{Columns, Posting};
use super::terms::Term;
use crate::cache::concatenated;

/// The number of first bits of a term that determine its block. Four bits make 16 blocks, enough for the threads of
/// most machines.
const BITS: u32 = 4;

const BLOCKS: usize = 1 << BITS;

/// Returns the range of each block in `terms`, which must ascend.
pub(super) fn of_terms(terms: &[u64]) -> [Range<usize>; BLOCKS] {
    of_ascending(terms, |&term| term)
}

fn of_ascending<T>(values: &[T], term: impl Fn(&T) -> u64) -> [Range<usize>; BLOCKS] {
    let start = |block: usize| values.partition_point(|value| term(value) >> (u64::BITS - BITS) < block as u64);
    std::array::from_fn(|block| start(block)..start(block + 1))
}

/// Merges the postings of `old`, except those of removed papers, with the postings in `added`, which must ascend by
/// term and position. Leaves versions, lengths, norms and vocabulary empty.
pub(super) fn merged(old: &Columns, moves: &Moves, added: &[(Term, Posting)]) -> Columns {
    let (positions, lone_positions) = (moves.moved(&old.positions), moves.moved(&old.lone_positions));
    let old = &Columns { positions, lone_positions, ..old.clone() };
    let [terms, lone] = [&old.terms, &old.lone_terms].map(|terms| of_terms(terms.as_slice()));
    let new = of_ascending(added, |(term, _)| term.hash());
    let edits_of =
        |block: usize| edits(old, moves, terms[block].clone(), lone[block].clone(), &added[new[block].clone()]);
    let edits: Vec<Vec<Edit>> = (0..BLOCKS).into_par_iter().map(edits_of).collect();
    let mut parts = Parts::default();
    let (mut at, mut lone_at) = (0, 0);
    for edit in edits.iter().flatten() {
        parts.copy(old, at..edit.shared.start);
        parts.copy_lone(old, lone_at..edit.lone.start);
        parts.push(edit);
        (at, lone_at) = (edit.shared.end, edit.lone.end);
    }
    parts.copy(old, at..old.terms.as_slice().len());
    parts.copy_lone(old, lone_at..old.lone_terms.as_slice().len());
    parts.starts.push(parts.postings);
    Columns {
        terms: concatenated(&parts.terms).into(),
        starts: parts.starts.into(),
        positions: concatenated(&parts.positions).into(),
        counts: concatenated(&parts.counts).into(),
        lone_terms: concatenated(&parts.lone_terms).into(),
        lone_positions: concatenated(&parts.lone_positions).into(),
        lone_counts: concatenated(&parts.lone_counts).into(),
        ..Columns::default()
    }
}

/// A term whose postings change.
struct Edit {
    term: u64,
    /// The place of the term among `terms` in the old index; an empty range if it is not there.
    shared: Range<usize>,
    /// The place of the term among `lone_terms` in the old index; an empty range if it is not there.
    lone: Range<usize>,
    /// The postings in the new index.
    positions: Vec<u32>,
    counts: Vec<u8>,
}

/// Returns the edits of a block, ascending by term. `shared` and `lone` are the ranges of the block in the old index.
fn edits(
    old: &Columns,
    moves: &Moves,
    shared: Range<usize>,
    lone: Range<usize>,
    mut added: &[(Term, Posting)],
) -> Vec<Edit> {
    let changing = changing(old, moves, shared.clone(), lone.clone(), added);
    let (terms, lone_terms) = (&old.terms.as_slice()[..shared.end], &old.lone_terms.as_slice()[..lone.end]);
    let (mut at, mut lone_at) = (shared.start, lone.start);
    let edit = |term: u64| {
        at = seek(terms, at, term);
        lone_at = seek(lone_terms, lone_at, term);
        let place = |terms: &[u64], at: usize| at..at + usize::from(terms.get(at) == Some(&term));
        let (shared, lone) = (place(terms, at), place(lone_terms, lone_at));
        let (positions, counts) = if shared.is_empty() {
            (&old.lone_positions.as_slice()[lone.clone()], &old.lone_counts.as_slice()[lone.clone()])
        } else {
            old.postings_at(shared.start)
        };
        let kept = positions.iter().copied().zip(counts.iter().copied());
        let mut postings: Vec<(u32, u8)> = kept.filter(|(position, _)| !moves.is_gone(*position)).collect();
        let (new, later) = added.split_at(added.iter().take_while(|(next, _)| next.hash() == term).count());
        added = later;
        postings.extend(new.iter().map(|(_, posting)| (posting.position, posting.count)));
        // This sort is fast for ascending runs.
        postings.sort();
        let (positions, counts) = postings.into_iter().unzip();
        Edit { term, shared, lone, positions, counts }
    };
    changing.into_iter().map(edit).collect()
}

/// Returns the terms of a block whose postings change, in content or in order. The terms ascend.
fn changing(
    old: &Columns,
    moves: &Moves,
    shared: Range<usize>,
    lone: Range<usize>,
    added: &[(Term, Posting)],
) -> Vec<u64> {
    let mut changing: Vec<u64> = added.chunk_by(|a, b| a.0 == b.0).map(|postings| postings[0].0.hash()).collect();
    if !moves.is_empty() {
        let stay = |positions: &[u32]| positions.is_sorted() && !positions.iter().any(|&at| moves.is_gone(at));
        let terms = old.terms.as_slice()[shared.clone()].iter().zip(old.postings(shared));
        changing.extend(terms.filter(|(_, (positions, _))| !stay(positions)).map(|(term, _)| term));
        let pairs = old.lone_terms.as_slice()[lone.clone()].iter().zip(&old.lone_positions.as_slice()[lone]);
        changing.extend(pairs.filter(|(_, position)| moves.is_gone(**position)).map(|(pair, _)| pair));
        // `changing` has three ascending runs, which the stable sort merges.
        changing.sort();
        changing.dedup();
    }
    changing
}

/// Returns the first place at or after `from` whose term is not less than `term`. Fast if that place is near `from`.
fn seek(terms: &[u64], from: usize, term: u64) -> usize {
    let mut step = 1;
    while terms.get(from + step - 1).is_some_and(|&next| next < term) {
        step *= 2;
    }
    let near = from + step / 2..terms.len().min(from + step - 1);
    near.start + terms[near].partition_point(|&next| next < term)
}

/// The parts of the new index's columns, to be concatenated.
#[derive(Default)]
struct Parts<'a> {
    terms: Vec<&'a [u64]>,
    starts: Vec<u32>,
    positions: Vec<&'a [u32]>,
    counts: Vec<&'a [u8]>,
    lone_terms: Vec<&'a [u64]>,
    lone_positions: Vec<&'a [u32]>,
    lone_counts: Vec<&'a [u8]>,
    /// The number of postings so far.
    postings: u32,
}

impl<'a> Parts<'a> {
    /// Adds terms with all their postings.
    fn copy(&mut self, old: &'a Columns, terms: Range<usize>) {
        let postings = old.postings_of(terms.clone());
        let (before, now) = (postings.start as u32, self.postings);
        self.starts.extend(old.starts.as_slice()[terms.clone()].iter().map(|start| start - before + now));
        self.terms.push(&old.terms.as_slice()[terms]);
        self.postings += postings.len() as u32;
        self.positions.push(&old.positions.as_slice()[postings.clone()]);
        self.counts.push(&old.counts.as_slice()[postings]);
    }

    /// Adds pairs that only one paper has.
    fn copy_lone(&mut self, old: &'a Columns, pairs: Range<usize>) {
        self.lone_terms.push(&old.lone_terms.as_slice()[pairs.clone()]);
        self.lone_positions.push(&old.lone_positions.as_slice()[pairs.clone()]);
        self.lone_counts.push(&old.lone_counts.as_slice()[pairs]);
    }

    /// Adds a term that changes, unless no paper has it any more.
    fn push(&mut self, edit: &'a Edit) {
        let term = std::slice::from_ref(&edit.term);
        match edit.positions.len() {
            0 => {}
            1 if Term::from_hash(edit.term).is_pair() => {
                self.lone_terms.push(term);
                self.lone_positions.push(&edit.positions);
                self.lone_counts.push(&edit.counts);
            }
            count => {
                self.terms.push(term);
                self.starts.push(self.postings);
                self.postings += count as u32;
                self.positions.push(&edit.positions);
                self.counts.push(&edit.counts);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn seeking_finds_the_same_place_as_a_linear_search(
            mut terms in proptest::collection::vec(0u64..40, 0..40), from in 0usize..40, term in 0u64..42
        ) {
            terms.sort_unstable();
            let from = from.min(terms.len());
            let first = (from..terms.len()).find(|&at| terms[at] >= term).unwrap_or(terms.len());
            proptest::prop_assert_eq!(seek(&terms, from, term), first);
        }
    }

    #[test]
    fn every_term_is_in_one_block() {
        let terms = [0, 1, 1 << 60, (1 << 60) + 1, u64::MAX - 1, u64::MAX];
        let blocks = of_terms(&terms);
        assert_eq!((&blocks[0], &blocks[1], &blocks[2], &blocks[15]), (&(0..2), &(2..4), &(4..4), &(4..6)));
    }
}
