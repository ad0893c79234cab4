//! Exact search: compares each query with every row. The yardstick of everything approximate, and the faster way for
//! small libraries and for batches.

use std::ops::Range;

use rayon::prelude::*;

use super::{Matrix, Neighbor, TopK};
use crate::vector::dot;

/// Rows compared in one go: at 384 dimensions they are 768 KiB, which stay in the second-level cache while all queries of
/// a batch pass over them.
const ROWS_PER_BLOCK: usize = 512;

/// The `top_k` rows of `matrix` most similar to each query, among the positions in `within` that `accept` admits.
///
/// Order: similarity descending, then position ascending. Work is |queries| · |within| · dim, spread over all cores.
pub fn search(
    matrix: &Matrix,
    queries: &[&[f32]],
    top_k: usize,
    within: Range<u32>,
    accept: &(dyn Fn(u32) -> bool + Sync),
) -> Vec<Vec<Neighbor>> {
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
    let threads = rayon::current_num_threads();
    let best: Vec<TopK> = if queries.len() >= 4 * threads {
        queries
            .par_chunks(queries.len().div_ceil(4 * threads))
            .flat_map_iter(|queries| scan(queries, &blocks))
            .collect()
    } else {
        let per_thread = blocks.len().div_ceil(threads).max(1);
        blocks.par_chunks(per_thread).map(|blocks| scan(queries, blocks)).reduce(
            || vec![TopK::new(top_k); queries.len()],
            |a, b| a.into_iter().zip(b).map(|(a, b)| a.merge(b)).collect(),
        )
    };
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
        fn it_is_a_sort_of_all_similarities(
            rows in prop::collection::vec(prop::collection::vec(1i8..4, 3), 1..1200),
            queries in 1usize..30, k in 1usize..12, skip in 0u32..3,
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

    #[test]
    fn nothing_to_search_finds_nothing() {
        let empty = Matrix::new(2);
        assert_eq!(search(&empty, &[&[1.0, 0.0]], 3, 0..0, &|_| true), [vec![]]);
        assert!(search(&empty, &[], 3, 0..0, &|_| true).is_empty());
    }
}
