//! Computes the lengths of the papers' vectors of tf-idf weights, on all threads.

use std::ops::Range;

use rayon::prelude::*;

use super::blocks::of_terms;
use super::postings::Columns;
use super::weights::{inverse_document_frequency, tf_idf};

/// Returns the length of the vector at each position, or 0 for a paper without terms. All lengths change when the
/// number of papers changes.
///
/// Adds up squares within each block of terms, and then block by block, so that sums do not depend on the number of
/// threads.
pub(super) fn norms(columns: &Columns) -> Vec<f32> {
    let (end, papers) = (columns.versions.as_slice().len(), columns.papers());
    let frequencies: [f32; 256] = std::array::from_fn(|count| if count == 0 { 0.0 } else { tf_idf(count as u8, 1.0) });
    let of_block = |block: Range<usize>| {
        let mut squares = vec![0.0; end];
        for (positions, counts) in columns.postings(block) {
            let idf = inverse_document_frequency(papers, positions.len());
            for (&position, &count) in positions.iter().zip(counts) {
                squares[position as usize] += f64::from(frequencies[usize::from(count)] * idf).powi(2);
            }
        }
        squares
    };
    let blocks: Vec<Vec<f64>> = of_terms(columns.terms.as_slice()).into_par_iter().map(of_block).collect();
    let norm = |position: usize| blocks.iter().map(|squares| squares[position]).sum::<f64>().sqrt() as f32;
    (0..end).into_par_iter().map(norm).collect()
}
