//! Exact search for many queries at once. Block by block, it computes similarities as products of matrices of bytes. If
//! a similarity may be among the best, it is computed again in f32.
//!
//! Rounding changes the product of two vectors by at most `|a - ã| · |b| + |ã| · |b - b̃|` (Cauchy and Schwarz), and
//! these norms are measured. So no hit is missed, and the result is bit for bit the same as the result of a plain scan.
//! Each thread has one block of similarities in memory.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use multiversion::multiversion;
use rayon::prelude::*;

use super::rounded::{BLOCK, Norms};
use super::{Matrix, Neighbor, TopK};
use crate::gemm::kernels::{Form, Kernels};
use crate::gemm::lanes::LANES;
use crate::gemm::packed::{Packed, Rows};
use crate::vector::dot;

/// The smallest number of queries in a task: the rows of a tile.
const FEWEST_PER_TASK: usize = 12;

/// The greatest length of a list is twice `top_k` plus this number. Without it, short lists would be cut too often.
const SPARE_LENGTH: usize = 108;

/// Queries rounded to bytes.
struct Queries {
    rows: Rows,
    norms: Norms,
}

impl Queries {
    /// Rounds queries, to be multiplied by blocks in the format of `block`.
    fn new<'q>(queries: impl ExactSizeIterator<Item = &'q [f32]>, block: &Packed) -> Self {
        let (mut rows, mut norms) = (Rows::default(), Norms::default());
        rows.reset(queries.len(), block);
        for (at, query) in queries.enumerate() {
            rows.set(at, query, block);
            norms = norms.greater(Norms::of(query, rows.error(at, query, block)));
        }
        Self { rows, norms }
    }
}

/// For some queries, the rows that may be among the best according to products of bytes.
struct Lists<'m> {
    matrix: &'m Matrix,
    queries: Vec<&'m [f32]>,
    top_k: usize,
    /// The greatest error of a product.
    slack: f32,
    /// For each query, the smallest product that may be among the best. Padded to the columns of a block.
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

    /// The length at which a list is cut: short enough to save memory, long enough that cuts cost little.
    fn max_length(&self) -> usize {
        self.top_k.saturating_mul(2).saturating_add(SPARE_LENGTH)
    }

    fn offer(&mut self, at: usize, product: Neighbor) {
        if product.similarity >= self.thresholds[at] {
            self.lists[at].push(product);
            if self.lists[at].len() == self.max_length() {
                self.cut(at);
            }
        }
    }

    /// Removes rows that cannot be among the best, because `top_k` others are better by more than both errors together.
    fn cut(&mut self, at: usize) {
        let list = &mut self.lists[at];
        let (_, worst, _) = list.select_nth_unstable(self.top_k - 1);
        let threshold = worst.similarity - 2.0 * self.slack;
        list.retain(|neighbor| neighbor.similarity >= threshold);
        self.thresholds[at] = threshold;
        // Too many candidates are left, perhaps copies of one text. Rounded similarities cannot separate them.
        if list.len() > self.max_length() / 4 * 3 {
            self.rescore(at);
            self.thresholds[at] = self.lists[at][self.top_k - 1].similarity - self.slack;
        }
    }

    /// Reduces a list to its `top_k` best rows, with exact similarities.
    fn rescore(&mut self, at: usize) {
        let list = &mut self.lists[at];
        list.sort_unstable();
        let mut best = TopK::new(self.top_k);
        for &Neighbor { position, similarity } in list.iter() {
            if best.threshold() > similarity + self.slack {
                break;
            }
            best.push(Neighbor { position, similarity: dot(self.queries[at], self.matrix.row(position)) });
        }
        *list = best.into_sorted();
    }

    fn into_sorted(mut self) -> Vec<Vec<Neighbor>> {
        (0..self.lists.len()).for_each(|at| self.rescore(at));
        self.lists
    }
}

/// Returns the same as [`exact::search`](super::exact::search); it is the faster method for many queries.
pub(super) fn search(
    matrix: &Matrix,
    queries: &[&[f32]],
    top_k: usize,
    within: Range<u32>,
    accept: &(dyn Fn(u32) -> bool + Sync),
) -> Vec<Vec<Neighbor>> {
    let rounded = matrix.rounded();
    let blocks = within.start as usize / BLOCK..(within.end as usize).div_ceil(BLOCK);
    let Some(first) = rounded.blocks.first() else { return vec![Vec::new(); queries.len()] };
    let search_for = |queries: &[&[f32]]| {
        rounded.kernels.enter_thread();
        let Queries { rows, norms } = Queries::new(queries.iter().copied(), first);
        let slack = norms.slack(rounded.norms, matrix.dim());
        let mut lists = Lists::new(matrix, queries.to_vec(), top_k, slack);
        let (mut out, mut hits) = (vec![0.0; queries.len() * BLOCK], Vec::new());
        let none = [f32::INFINITY; BLOCK];
        for block in blocks.clone() {
            rounded.blocks[block].product(&rows, &mut out, BLOCK);
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

/// Returns, for each row that `accept` admits, its `top_k` nearest among the other admitted rows, in the order of
/// [`Neighbor`]. The list of a row that is not admitted is empty. Calls `progress` with the number of rows finished
/// since the last call.
///
/// Computes each product once, for both of its rows: the time is half of |matrix|² · dim, divided by the number of
/// cores. In addition to the result, it takes twice the memory of the matrix as bytes, and for each row the memory of
/// 2 · `top_k` + 108 neighbours.
pub fn all_pairs(
    matrix: &Matrix,
    top_k: usize,
    accept: &(dyn Fn(u32) -> bool + Sync),
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<Vec<Neighbor>> {
    let rounded = matrix.rounded();
    let rows_of = |block: usize| (block * BLOCK) as u32..((block + 1) * BLOCK).min(matrix.len()) as u32;
    let queries_of = |(block, columns)| Queries::new(rows_of(block).map(|row| matrix.row(row)), columns);
    let queries: Vec<Queries> = rounded.blocks.par_iter().enumerate().map(queries_of).collect();
    let norms = queries.iter().map(|queries| queries.norms).fold(Norms::default(), Norms::greater);
    let slack = norms.slack(rounded.norms, matrix.dim());
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
        rounded.kernels.enter_thread();
        let (mut out, mut hits) = (vec![0.0; rows_of(first).len() * BLOCK], Vec::new());
        let none = [f32::INFINITY; BLOCK];
        for second in first..count {
            rounded.blocks[second].product(&queries[first].rows, &mut out, BLOCK);
            let mut of_rows = locked(&lists[first]);
            // The lists are always locked in this order, so that no two threads wait for each other.
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

/// Returns the dot products of all vectors with all vectors, row by row. Vectors are rounded to bf16; the error is
/// below 0.01 for unit vectors.
///
/// # Panics
/// If the vectors have different lengths.
pub fn approximate_products(vectors: &[&[f32]]) -> Vec<f32> {
    let depth = vectors.first().map_or(1, |vector| vector.len().max(1));
    assert!(vectors.iter().all(|vector| vector.len() == depth), "the vectors have different lengths");
    let kernels = Kernels::fastest();
    kernels.enter_thread();
    let columns = Packed::new(&vectors.concat(), depth, Form::Bf16, kernels);
    let mut rows = Rows::default();
    rows.reset(vectors.len(), &columns);
    vectors.iter().enumerate().for_each(|(at, vector)| rows.set(at, vector, &columns));
    let mut products = vec![0.0; vectors.len() * vectors.len()];
    columns.product(&rows, &mut products, vectors.len().max(1));
    products
}

/// Locks the lists. Ignores poisoning, because a panic of another thread ends the whole computation.
fn locked<'l, 'm>(lists: &'l Mutex<Lists<'m>>) -> MutexGuard<'l, Lists<'m>> {
    lists.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts into `hits` the columns below `width` whose similarity reaches the threshold of the row or of the column.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rounded::Rounded;
    use super::*;

    proptest! {
        #[test]
        fn approximate_products_are_near_the_products(
            mut rows in prop::collection::vec(prop::collection::vec(-1f32..1.0, 37), 0..40)
        ) {
            for row in &mut rows {
                let length = dot(row, row).sqrt().max(1e-3);
                row.iter_mut().for_each(|x| *x /= length);
            }
            let vectors: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
            let products = approximate_products(&vectors);
            for (first, products) in vectors.iter().zip(products.chunks(rows.len().max(1))) {
                for (second, product) in vectors.iter().zip(products) {
                    prop_assert!((dot(first, second) - product).abs() < 0.01);
                }
            }
        }

        /// Rows have different lengths, and some are zero.
        #[test]
        fn the_error_of_a_product_is_at_most_the_slack(
            rows in prop::collection::vec((0f32..3.0, prop::collection::vec(-1f32..1.0, 37)), 1..40)
        ) {
            let mut matrix = Matrix::new(37);
            rows.iter().for_each(|(length, row)| matrix.push(&row.iter().map(|x| x * length.floor()).collect::<Vec<_>>()));
            let queries: Vec<&[f32]> = (0..matrix.len()).map(|row| matrix.row(row as u32)).collect();
            for kernels in Kernels::available().into_iter().chain([Kernels::Tiles]) {
                kernels.enter_thread();
                let rounded = Rounded::new(matrix.values(), matrix.dim(), kernels);
                let Queries { rows, norms } = Queries::new(queries.iter().copied(), &rounded.blocks[0]);
                let slack = norms.slack(rounded.norms, 37);
                let mut out = vec![0.0; queries.len() * BLOCK];
                rounded.blocks[0].product(&rows, &mut out, BLOCK);
                for (query, products) in queries.iter().zip(out.chunks_exact(BLOCK)) {
                    for (row, product) in queries.iter().zip(products) {
                        prop_assert!((dot(query, row) - product).abs() <= slack, "{kernels:?}: the error of {product} is greater");
                    }
                }
                prop_assert!(slack < 0.1 * norms.whole.powi(2) + 1e-9, "{slack} is too much");
            }
        }
    }
}
