//! Merges postings, on all threads.
//!
//! Terms are hashes, so their first bits divide them into blocks of about the same size. First each block finds the terms
//! that change, and the number of their postings. Then the place of everything is known, and all blocks are written at the
//! same time. Everything between two terms that change is copied.

use std::ops::Range;

use rayon::prelude::*;

use super::moves::Moves;
use super::postings::{Columns, Posting};
use super::terms::Term;

/// The number of first bits of a term that choose its block: 16 blocks, enough for the threads of most machines.
const BITS: u32 = 4;

const BLOCKS: usize = 1 << BITS;

/// The range of each block in ascending terms.
pub(super) fn of_terms(terms: &[u64]) -> [Range<usize>; BLOCKS] {
    of_ascending(terms, |&term| term)
}

fn of_ascending<T>(values: &[T], term: impl Fn(&T) -> u64) -> [Range<usize>; BLOCKS] {
    let start = |block: usize| values.partition_point(|value| term(value) >> (u64::BITS - BITS) < block as u64);
    std::array::from_fn(|block| start(block)..start(block + 1))
}

/// The postings of `old`, except those of papers that are gone, and those `added`, which ascend by term and position.
/// Versions, lengths and norms stay empty.
pub(super) fn merged(old: &Columns, moves: &Moves, added: &[(Term, Posting)]) -> Columns {
    let [terms, lone] = [&old.terms, &old.lone_terms].map(|terms| of_terms(terms.as_slice()));
    let new = of_ascending(added, |(term, _)| term.hash());
    let plan =
        |block: usize| Plan::new(old, moves, terms[block].clone(), lone[block].clone(), &added[new[block].clone()]);
    let plans: Vec<Plan> = (0..BLOCKS).into_par_iter().map(plan).collect();
    let sum = |of: fn(&Plan) -> usize| plans.iter().map(of).sum::<usize>();
    let (term_count, posting_count, lone_count) =
        (sum(|plan| plan.term_count), sum(|plan| plan.posting_count), sum(|plan| plan.lone_count));
    let (mut terms, mut starts) = (vec![0; term_count], vec![0; term_count + 1]);
    let (mut positions, mut counts) = (vec![0; posting_count], vec![0; posting_count]);
    let (mut lone_terms, mut lone_positions, mut lone_counts) =
        (vec![0; lone_count], vec![0; lone_count], vec![0; lone_count]);
    let mut all = Target {
        terms: &mut terms,
        ends: &mut starts[1..],
        positions: &mut positions,
        counts: &mut counts,
        lone_terms: &mut lone_terms,
        lone_positions: &mut lone_positions,
        lone_counts: &mut lone_counts,
        written: 0,
    };
    let targets: Vec<Target> = plans.iter().map(|plan| all.split_off(plan)).collect();
    plans.into_par_iter().zip(targets).for_each(|(plan, target)| plan.write(old, moves, target));
    Columns {
        terms: terms.into(),
        starts: starts.into(),
        positions: positions.into(),
        counts: counts.into(),
        lone_terms: lone_terms.into(),
        lone_positions: lone_positions.into(),
        lone_counts: lone_counts.into(),
        ..Columns::default()
    }
}

/// A term whose postings change.
struct Edit<'a> {
    term: Term,
    /// The place of the term among `terms` in the old index; an empty range if it is not there.
    shared: Range<usize>,
    /// The same for `lone_terms`.
    lone: Range<usize>,
    added: &'a [(Term, Posting)],
    /// The number of postings in the new index.
    len: usize,
}

impl Edit<'_> {
    fn becomes_lone(&self) -> bool {
        self.len == 1 && self.term.is_pair()
    }

    fn becomes_shared(&self) -> bool {
        self.len > 0 && !self.becomes_lone()
    }

    /// The postings in the old index.
    fn postings<'c>(&self, old: &'c Columns) -> (&'c [u32], &'c [u8]) {
        if self.shared.is_empty() {
            (&old.lone_positions.as_slice()[self.lone.clone()], &old.lone_counts.as_slice()[self.lone.clone()])
        } else {
            old.postings_at(self.shared.start)
        }
    }

    /// Writes the postings of the new index.
    fn write(&self, old: &Columns, moves: &Moves, positions: &mut [u32], counts: &mut [u8]) {
        let (old_positions, old_counts) = self.postings(old);
        let kept = if moves.is_empty() {
            positions[..old_positions.len()].copy_from_slice(old_positions);
            counts[..old_counts.len()].copy_from_slice(old_counts);
            old_positions.len()
        } else {
            let places = old_positions.iter().zip(old_counts).filter_map(|(&at, &count)| Some((moves.of(at)?, count)));
            let mut kept = 0;
            for (place, count) in places {
                (positions[kept], counts[kept]) = (place, count);
                kept += 1;
            }
            kept
        };
        let targets = positions[kept..].iter_mut().zip(&mut counts[kept..]);
        for ((position, count), (_, added)) in targets.zip(self.added) {
            (*position, *count) = (added.position, added.count);
        }
        if !positions.is_sorted() {
            let mut postings: Vec<(u32, u8)> = positions.iter().copied().zip(counts.iter().copied()).collect();
            postings.sort_unstable();
            for ((position, count), posting) in positions.iter_mut().zip(counts).zip(postings) {
                (*position, *count) = posting;
            }
        }
    }
}

/// The changes of a block.
struct Plan<'a> {
    /// The block's part of `terms` in the old index.
    shared: Range<usize>,
    /// The same for `lone_terms`.
    lone: Range<usize>,
    /// Ascending by term.
    edits: Vec<Edit<'a>>,
    /// Numbers in the new index.
    term_count: usize,
    posting_count: usize,
    lone_count: usize,
}

impl<'a> Plan<'a> {
    /// Plans the block with the ranges `shared` and `lone` in the old index, and with `added`.
    fn new(
        old: &Columns,
        moves: &Moves,
        shared: Range<usize>,
        lone: Range<usize>,
        mut added: &'a [(Term, Posting)],
    ) -> Self {
        let (terms, lone_terms) = (old.terms.as_slice(), old.lone_terms.as_slice());
        let changing = changing(old, moves, shared.clone(), lone.clone(), added);
        let mut plan = Self {
            term_count: shared.len(),
            posting_count: old.postings_of(shared.clone()).len(),
            lone_count: lone.len(),
            edits: Vec::with_capacity(changing.len()),
            shared: shared.clone(),
            lone: lone.clone(),
        };
        let (mut at, mut lone_at) = (shared.start, lone.start);
        for term in changing {
            at = seek(&terms[..shared.end], at, term);
            lone_at = seek(&lone_terms[..lone.end], lone_at, term);
            let is_at = |terms: &[u64], at: usize| usize::from(terms.get(at) == Some(&term));
            let new = added.iter().take_while(|(next, _)| next.hash() == term).count();
            let mut edit = Edit {
                term: Term::from_hash(term),
                shared: at..at + is_at(terms, at),
                lone: lone_at..lone_at + is_at(lone_terms, lone_at),
                added: &added[..new],
                len: 0,
            };
            added = &added[new..];
            let (positions, _) = edit.postings(old);
            edit.len = new + moves.count(positions);
            plan.posting_count -= old.postings_of(edit.shared.clone()).len();
            plan.posting_count += if edit.becomes_shared() { edit.len } else { 0 };
            plan.term_count = plan.term_count - edit.shared.len() + usize::from(edit.becomes_shared());
            plan.lone_count = plan.lone_count - edit.lone.len() + usize::from(edit.becomes_lone());
            plan.edits.push(edit);
        }
        plan
    }

    fn write(&self, old: &Columns, moves: &Moves, mut target: Target) {
        let (mut at, mut lone_at) = (self.shared.start, self.lone.start);
        for edit in &self.edits {
            target.copy(old, moves, at..edit.shared.start);
            target.copy_lone(old, moves, lone_at..edit.lone.start);
            (at, lone_at) = (edit.shared.end, edit.lone.end);
            target.push(edit, old, moves);
        }
        target.copy(old, moves, at..self.shared.end);
        target.copy_lone(old, moves, lone_at..self.lone.end);
    }
}

/// The terms of a block whose postings change or change their order, ascending.
fn changing(
    old: &Columns,
    moves: &Moves,
    shared: Range<usize>,
    lone: Range<usize>,
    added: &[(Term, Posting)],
) -> Vec<u64> {
    let mut changing: Vec<u64> = added.chunk_by(|a, b| a.0 == b.0).map(|postings| postings[0].0.hash()).collect();
    if !moves.is_empty() {
        let terms = old.terms.as_slice()[shared.clone()].iter().zip(old.postings(shared));
        changing.extend(terms.filter(|(_, (positions, _))| !moves.keep(positions)).map(|(term, _)| term));
        let pairs = old.lone_terms.as_slice()[lone.clone()].iter().zip(&old.lone_positions.as_slice()[lone]);
        changing.extend(pairs.filter(|(_, position)| moves.of(**position).is_none()).map(|(pair, _)| pair));
        // Three ascending runs, which the stable sort merges.
        changing.sort();
        changing.dedup();
    }
    changing
}

/// The first place from `from` whose term is not less than `term`; fast if it is near.
fn seek(terms: &[u64], from: usize, term: u64) -> usize {
    let mut step = 1;
    while terms.get(from + step - 1).is_some_and(|&next| next < term) {
        step *= 2;
    }
    let near = from + step / 2..terms.len().min(from + step - 1);
    near.start + terms[near].partition_point(|&next| next < term)
}

/// The parts of the columns that a block writes; each starts after what is already written.
struct Target<'a> {
    terms: &'a mut [u64],
    /// `starts` without the first.
    ends: &'a mut [u32],
    positions: &'a mut [u32],
    counts: &'a mut [u8],
    lone_terms: &'a mut [u64],
    lone_positions: &'a mut [u32],
    lone_counts: &'a mut [u8],
    /// The number of postings before.
    written: u32,
}

impl<'a> Target<'a> {
    /// Splits off the first part, for the block of a plan.
    fn split_off(&mut self, plan: &Plan) -> Target<'a> {
        let block = Target {
            terms: split_off(&mut self.terms, plan.term_count),
            ends: split_off(&mut self.ends, plan.term_count),
            positions: split_off(&mut self.positions, plan.posting_count),
            counts: split_off(&mut self.counts, plan.posting_count),
            lone_terms: split_off(&mut self.lone_terms, plan.lone_count),
            lone_positions: split_off(&mut self.lone_positions, plan.lone_count),
            lone_counts: split_off(&mut self.lone_counts, plan.lone_count),
            written: self.written,
        };
        self.written += plan.posting_count as u32;
        block
    }

    /// Copies terms with all their postings.
    fn copy(&mut self, old: &Columns, moves: &Moves, terms: Range<usize>) {
        let postings = old.postings_of(terms.clone());
        let old_ends = &old.starts.as_slice()[1..][terms.clone()];
        let (before, now) = (postings.start as u32, self.written);
        append(&mut self.terms, &old.terms.as_slice()[terms]);
        let ends = split_off(&mut self.ends, old_ends.len());
        ends.iter_mut().zip(old_ends).for_each(|(end, old_end)| *end = old_end - before + now);
        self.written += postings.len() as u32;
        let positions = &old.positions.as_slice()[postings.clone()];
        moves.write(positions, split_off(&mut self.positions, positions.len()));
        append(&mut self.counts, &old.counts.as_slice()[postings]);
    }

    /// Copies pairs that only one paper has.
    fn copy_lone(&mut self, old: &Columns, moves: &Moves, pairs: Range<usize>) {
        append(&mut self.lone_terms, &old.lone_terms.as_slice()[pairs.clone()]);
        let positions = &old.lone_positions.as_slice()[pairs.clone()];
        moves.write(positions, split_off(&mut self.lone_positions, positions.len()));
        append(&mut self.lone_counts, &old.lone_counts.as_slice()[pairs]);
    }

    /// Writes a term that changes.
    fn push(&mut self, edit: &Edit, old: &Columns, moves: &Moves) {
        let (positions, counts) = if edit.becomes_shared() {
            append(&mut self.terms, &[edit.term.hash()]);
            self.written += edit.len as u32;
            append(&mut self.ends, &[self.written]);
            (split_off(&mut self.positions, edit.len), split_off(&mut self.counts, edit.len))
        } else if edit.becomes_lone() {
            append(&mut self.lone_terms, &[edit.term.hash()]);
            (split_off(&mut self.lone_positions, 1), split_off(&mut self.lone_counts, 1))
        } else {
            return;
        };
        edit.write(old, moves, positions, counts);
    }
}

/// Splits off the first `count`.
fn split_off<'a, T>(rest: &mut &'a mut [T], count: usize) -> &'a mut [T] {
    let (first, later) = std::mem::take(rest).split_at_mut(count);
    *rest = later;
    first
}

fn append<T: Copy>(rest: &mut &mut [T], values: &[T]) {
    split_off(rest, values.len()).copy_from_slice(values);
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
