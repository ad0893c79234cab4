//! Exact search: compares each query with every row. Approximate search is measured against it. For small libraries and
//! for batches, exact search is faster.

use std::ops::Range;

use rayon::prelude::*;

use super::{Matrix, Neighbor, TopK, products};
use crate::vector::dot;

pub use super::products::{all_pairs, approximate_products};

/// The number of rows in a block: 768 KiB at 384 dimensions, which stay in the second-level cache while all queries of
/// a batch are compared with them.
const ROWS_PER_BLOCK: usize = 512;

/// The smallest number of queries for which it is faster to round the whole matrix and multiply matrices.
const MANY_QUERIES: usize = 32;

/// Returns, for each query, the `top_k` most similar rows of `matrix`, in the order of [`Neighbor`]. Searches only the
/// positions in `within` that `accept` admits.
///
/// The time is |queries| · |within| · dim, divided by the number of cores.
pub fn search(
    matrix: &Matrix,
    queries: &[&[f32]],
    top_k: usize,
    within: Range<u32>,
    accept: &(dyn Fn(u32) -> bool + Sync),
) -> Vec<Vec<Neighbor>> {
    if queries.len() >= MANY_QUERIES {
        return products::search(matrix, queries, top_k, within, accept);
    }
    let blocks: Vec<Range<u32>> = within
        .clone()
        .step_by(ROWS_PER_BLOCK)
        .map(|start| start..within.end.min(start + ROWS_PER_BLOCK as u32))
        .collect();
    let scan = |queries: &[&[f32]], blocks: &[Range<u32>]| {
        let mut best = vec![TopK::new(top_k); queries.len()];
        for block in blocks {
            let accepted: Vec<u32> = block.clone().filter(|&position| accept(position)).collect();
            for (best, query) in best.iter_mut().zip(queries) {
                for &position in &accepted {
                    best.push(Neighbor { position, similarity: dot(query, matrix.row(position)) });
                }
            }
        }
        best
    };
    let per_thread = blocks.len().div_ceil(rayon::current_num_threads()).max(1);
    let best: Vec<TopK> = blocks.par_chunks(per_thread).map(|blocks| scan(queries, blocks)).reduce(
        || vec![TopK::new(top_k); queries.len()],
        |a, b| a.into_iter().zip(b).map(|(a, b)| a.merge(b)).collect(),
    );
    best.into_iter().map(TopK::into_sorted).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vector::Embedding;

    fn matrix(rows: &[Vec<f32>]) -> Matrix {
        let mut matrix = Matrix::new(rows[0].len());
        rows.iter().for_each(|row| matrix.push(Embedding::new(row.clone()).unwrap().as_slice()));
        matrix
    }

    proptest! {
        /// Components are small integers, so that many rows are equally similar.
        #[test]
        fn a_search_finds_the_first_k_of_all_rows_sorted_by_similarity(
            rows in prop::collection::vec(prop::collection::vec(1i8..4, 3), 1..1200),
            queries in 1usize..80, k in 1usize..12, skip in 0u32..3,
        ) {
            let rows: Vec<Vec<f32>> = rows.iter().map(|row| row.iter().map(|v| f32::from(*v)).collect()).collect();
            let matrix = matrix(&rows);
            let queries: Vec<&[f32]> = (0..queries.min(rows.len())).map(|position| matrix.row(position as u32)).collect();
            let accept = |position: u32| position % 3 != skip;
            let found = search(&matrix, &queries, k, 0..rows.len() as u32, &accept);
            for (query, found) in queries.iter().zip(found) {
                let mut all: Vec<Neighbor> = (0..rows.len() as u32)
                    .filter(|&position| accept(position))
                    .map(|position| Neighbor { position, similarity: dot(query, matrix.row(position)) })
                    .collect();
                all.sort();
                all.truncate(k);
                prop_assert_eq!(found, all);
            }
        }
    }

    proptest! {
        #[test]
        fn all_pairs_finds_the_same_as_a_search_for_each_row(
            rows in prop::collection::vec((prop::collection::vec(-3i8..4, 4), 1i8..4), 1..700), k in 0usize..9, skip in 0u32..3,
        ) {
            // The last component is not zero, so that every row has a direction.
            let rows: Vec<Vec<f32>> =
                rows.iter().map(|(row, last)| row.iter().chain([last]).map(|v| f32::from(*v)).collect()).collect();
            let matrix = matrix(&rows);
            let accept = |position: u32| position % 3 != skip;
            let done = std::sync::atomic::AtomicUsize::new(0);
            let progress = |rows| _ = done.fetch_add(rows, std::sync::atomic::Ordering::Relaxed);
            let found = all_pairs(&matrix, k, &accept, &progress);
            prop_assert_eq!((found.len(), done.into_inner()), (matrix.len(), matrix.len()));
            for (row, found) in (0..).zip(found) {
                let others = |position: u32| position != row && accept(position);
                let mut expected = search(&matrix, &[matrix.row(row)], k, 0..matrix.len() as u32, &others).remove(0);
                if !accept(row) {
                    expected.clear();
                }
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn a_search_of_no_rows_or_for_no_queries_finds_nothing() {
        let empty = Matrix::new(2);
        assert_eq!(search(&empty, &[&[1.0, 0.0]], 3, 0..0, &|_| true), [vec![]]);
        assert_eq!(search(&empty, &[&[1.0, 0.0][..]; MANY_QUERIES], 3, 0..0, &|_| true), vec![vec![]; MANY_QUERIES]);
        assert!(search(&empty, &[], 3, 0..0, &|_| true).is_empty());
        assert!(all_pairs(&empty, 3, &|_| true, &|_| ()).is_empty());
    }
}
