//! Exact search for many queries at once: similarities block by block, as products of matrices in bf16, of which those
//! that may belong to the best are computed again in f32.
//!
//! Rounding moves the product of two vectors by no more than `|a - ã| · |b| + |ã| · |b - b̃|` (Cauchy and Schwarz), and these
//! norms are measured. So nothing that belongs to the best is passed over, and what is found is what a plain scan finds,
//! to the bit. No more than a block of similarities is held at a time, for each thread.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use multiversion::multiversion;
use rayon::prelude::*;

use super::{Matrix, Neighbor};
use crate::gemm::casts::{cast_to_bf16, from_bf16};
use crate::gemm::lanes::LANES;
use crate::gemm::panels::Panels;
use crate::gemm::tile::{self, Out, Words};
use crate::vector::dot;

/// Rows and columns of a block: at 384 dimensions its panels, the queries and their similarities together fill most of a
/// second-level cache of a megabyte.
const BLOCK: usize = 256;

/// Fewest queries of a task: the rows of a tile.
const FEWEST_PER_TASK: usize = 12;

/// How much longer than twice what is wanted a list may grow.
const LENGTH_BEYOND: usize = 64;

/// The rows of a matrix in bf16, laid out to be multiplied.
#[derive(Debug)]
pub(super) struct Rounded {
    blocks: Vec<Panels>,
    norms: Norms,
}

impl Rounded {
    pub fn new(matrix: &Matrix) -> Self {
        let dim = matrix.dim();
        let of_block = |rows: &[f32]| {
            let mut cast = vec![0; dim];
            let norms = rows.chunks_exact(dim).map(|row| {
                cast_to_bf16(row, &mut cast);
                Norms::of(row, &cast)
            });
            let norms = norms.fold(Norms::default(), Norms::greater);
            (Panels::from_rows_bf16(rows, dim), norms)
        };
        let blocks: Vec<(Panels, Norms)> = matrix.values().par_chunks(BLOCK * dim.max(1)).map(of_block).collect();
        let norms = blocks.iter().map(|(_, norms)| *norms).fold(Norms::default(), Norms::greater);
        Self { blocks: blocks.into_iter().map(|(panels, _)| panels).collect(), norms }
    }
}

/// Greatest norms of some vectors, and of what rounding takes from them.
#[derive(Debug, Clone, Copy, Default)]
struct Norms {
    whole: f32,
    error: f32,
}

impl Norms {
    fn of(row: &[f32], rounded: &[u16]) -> Self {
        let whole: f32 = row.iter().map(|x| x * x).sum();
        let error: f32 = row.iter().zip(rounded).map(|(x, bits)| (x - from_bf16(*bits)).powi(2)).sum();
        Self { whole: whole.sqrt(), error: error.sqrt() }
    }

    fn greater(self, other: Self) -> Self {
        Self { whole: self.whole.max(other.whole), error: self.error.max(other.error) }
    }

    /// How far a product of bf16 can be from [`dot`], the rounding of sums included: `dim` additions in each, and as much
    /// again since the norms are sums too.
    fn slack(self, other: Self, dim: usize) -> f32 {
        let sums = 4.0 * dim as f32 * f32::EPSILON * self.whole * other.whole;
        self.error * other.whole + (self.whole + self.error) * other.error + sums
    }
}

/// Some queries in bf16.
struct Queries {
    words: Vec<u32>,
    stride: usize,
    norms: Norms,
}

impl Queries {
    fn new<'q>(queries: impl ExactSizeIterator<Item = &'q [f32]>, dim: usize) -> Self {
        let stride = dim.div_ceil(2);
        let mut words = vec![0; queries.len() * stride];
        let mut norms = Norms::default();
        for (query, words) in queries.zip(words.chunks_exact_mut(stride.max(1))) {
            let rounded = &mut bytemuck::cast_slice_mut::<u32, u16>(words)[..dim];
            cast_to_bf16(query, rounded);
            norms = norms.greater(Norms::of(query, rounded));
        }
        Self { words, stride, norms }
    }

    /// `out ← queries · block`, rows of [`BLOCK`] numbers.
    fn times(&self, block: &Panels, out: &mut [f32]) {
        let rows = self.words.len() / self.stride.max(1);
        let words = Words { words: &self.words, stride: self.stride, rows };
        tile::bf16(words, block, Out { values: out, stride: BLOCK });
    }
}

/// What may be among the best of some queries, by products in bf16.
struct Lists<'m> {
    matrix: &'m Matrix,
    queries: Vec<&'m [f32]>,
    top_k: usize,
    /// How far a product can be from what it stands for.
    slack: f32,
    /// What a product must reach to be looked at; as many as a block has columns, whatever the number of queries.
    thresholds: Vec<f32>,
    lists: Vec<Vec<Neighbor>>,
}

impl<'m> Lists<'m> {
    fn new(matrix: &'m Matrix, queries: Vec<&'m [f32]>, top_k: usize, slack: f32) -> Self {
        let lists = vec![Vec::new(); queries.len()];
        let mut thresholds = vec![if top_k > 0 { f32::NEG_INFINITY } else { f32::INFINITY }; queries.len()];
        thresholds.resize(BLOCK, f32::INFINITY);
        Self { matrix, queries, top_k, slack, thresholds, lists }
    }

    /// Length at which a list is cut: often enough that little is kept, seldom enough that it costs little.
    fn longest(&self) -> usize {
        self.top_k.saturating_mul(2).saturating_add(LENGTH_BEYOND)
    }

    fn offer(&mut self, at: usize, product: Neighbor) {
        if product.similarity >= self.thresholds[at] {
            self.lists[at].push(product);
            if self.lists[at].len() == self.longest() {
                self.cut(at);
            }
        }
    }

    /// Takes out what cannot be among the best: what is below so many others by more than rounding explains.
    fn cut(&mut self, at: usize) {
        let list = &mut self.lists[at];
        let (_, worst, _) = list.select_nth_unstable(self.top_k - 1);
        let threshold = worst.similarity - 2.0 * self.slack;
        list.retain(|neighbor| neighbor.similarity >= threshold);
        self.thresholds[at] = threshold;
        // So many that rounding cannot tell apart: copies of one text, perhaps.
        if list.len() > self.longest() / 4 * 3 {
            self.settle(at);
            self.thresholds[at] = self.lists[at][self.top_k - 1].similarity - self.slack;
        }
    }

    /// Leaves the best of a list, by what products stand for.
    fn settle(&mut self, at: usize) {
        let list = &mut self.lists[at];
        for neighbor in list.iter_mut() {
            neighbor.similarity = dot(self.queries[at], self.matrix.row(neighbor.position));
        }
        list.sort_unstable();
        list.truncate(self.top_k);
    }

    fn into_sorted(mut self) -> Vec<Vec<Neighbor>> {
        for at in 0..self.lists.len() {
            if self.lists[at].len() > self.top_k {
                self.cut(at);
            }
            self.settle(at);
        }
        self.lists
    }
}

/// As [`super::exact::search`], for many queries.
pub(super) fn search(
    matrix: &Matrix,
    queries: &[&[f32]],
    top_k: usize,
    within: Range<u32>,
    accept: &(dyn Fn(u32) -> bool + Sync),
) -> Vec<Vec<Neighbor>> {
    let rounded = matrix.rounded();
    let blocks = within.start as usize / BLOCK..(within.end as usize).div_ceil(BLOCK);
    let search_for = |queries: &[&[f32]]| {
        let rows = Queries::new(queries.iter().copied(), matrix.dim());
        let slack = rows.norms.slack(rounded.norms, matrix.dim());
        let mut lists = Lists::new(matrix, queries.to_vec(), top_k, slack);
        let (mut out, mut hits) = (vec![0.0; queries.len() * BLOCK], Vec::new());
        let none = [f32::INFINITY; BLOCK];
        for block in blocks.clone() {
            rows.times(&rounded.blocks[block], &mut out);
            let width = rounded.blocks[block].columns();
            for (at, similarities) in out.chunks_exact(BLOCK).enumerate() {
                find_hits(similarities, lists.thresholds[at], &none, width, &mut hits);
                for &column in &hits {
                    let position = (block * BLOCK + column) as u32;
                    if within.contains(&position) && accept(position) {
                        lists.offer(at, Neighbor { position, similarity: similarities[column] });
                    }
                }
            }
        }
        lists.into_sorted()
    };
    let per_task = (queries.len() / (2 * rayon::current_num_threads())).clamp(FEWEST_PER_TASK, BLOCK);
    queries.par_chunks(per_task).flat_map_iter(search_for).collect()
}

/// For each row of the matrix that `accept` admits its `top_k` nearest among the others that it admits, in the order of
/// [`Neighbor`]; for the other rows nothing. Each product is computed once, for both of its rows.
pub(super) fn all_pairs(
    matrix: &Matrix,
    top_k: usize,
    accept: &(dyn Fn(u32) -> bool + Sync),
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<Vec<Neighbor>> {
    let rounded = matrix.rounded();
    let slack = rounded.norms.slack(rounded.norms, matrix.dim());
    let rows_of = |block: usize| (block * BLOCK) as u32..((block + 1) * BLOCK).min(matrix.len()) as u32;
    let lists_of = |block: usize| {
        let mut lists = Lists::new(matrix, rows_of(block).map(|row| matrix.row(row)).collect(), top_k, slack);
        for (threshold, _) in lists.thresholds.iter_mut().zip(rows_of(block)).filter(|(_, row)| !accept(*row)) {
            *threshold = f32::INFINITY;
        }
        Mutex::new(lists)
    };
    let count = rounded.blocks.len();
    let lists: Vec<Mutex<Lists>> = (0..count).map(lists_of).collect();
    let compare = |first: usize| {
        let rows = Queries::new(rows_of(first).map(|row| matrix.row(row)), matrix.dim());
        let (mut out, mut hits) = (vec![0.0; rows_of(first).len() * BLOCK], Vec::new());
        let none = [f32::INFINITY; BLOCK];
        for second in first..count {
            rows.times(&rounded.blocks[second], &mut out);
            let mut of_rows = locked(&lists[first]);
            // In this order everywhere, so that no two threads wait for each other.
            let mut of_columns = (second != first).then(|| locked(&lists[second]));
            let width = rounded.blocks[second].columns();
            for (at, (row, similarities)) in rows_of(first).zip(out.chunks_exact(BLOCK)).enumerate() {
                let thresholds = of_columns.as_ref().map_or(&none[..], |of_columns| &of_columns.thresholds);
                find_hits(similarities, of_rows.thresholds[at], thresholds, width, &mut hits);
                for &column in &hits {
                    let (similarity, position) = (similarities[column], (second * BLOCK + column) as u32);
                    if position != row && accept(position) && accept(row) {
                        of_rows.offer(at, Neighbor { position, similarity });
                        if let Some(of_columns) = &mut of_columns {
                            of_columns.offer(column, Neighbor { position: row, similarity });
                        }
                    }
                }
            }
        }
        progress(rows_of(first).len());
    };
    (0..count).into_par_iter().with_max_len(1).for_each(compare);
    let unlocked = lists.into_iter().map(|lists| lists.into_inner().unwrap_or_else(PoisonError::into_inner));
    unlocked.flat_map(Lists::into_sorted).collect()
}

/// A panic of another thread ends the whole computation, so nothing looks at what it left.
fn locked<'l, 'm>(lists: &'l Mutex<Lists<'m>>) -> MutexGuard<'l, Lists<'m>> {
    lists.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The columns below `width` whose similarity reaches the threshold of the row, or their own.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
fn find_hits(similarities: &[f32], of_row: f32, of_columns: &[f32], width: usize, hits: &mut Vec<usize>) {
    hits.clear();
    let (similarities, thresholds) = (similarities.as_chunks::<LANES>().0, of_columns.as_chunks::<LANES>().0);
    for (chunk, (similarities, thresholds)) in similarities.iter().zip(thresholds).enumerate() {
        let is_hit = |lane: usize| (similarities[lane] >= of_row) | (similarities[lane] >= thresholds[lane]);
        if (0..LANES).fold(false, |any, lane| any | is_hit(lane)) {
            let columns = (0..LANES).filter(|lane| is_hit(*lane)).map(|lane| chunk * LANES + lane);
            hits.extend(columns.filter(|column| *column < width));
        }
    }
}
