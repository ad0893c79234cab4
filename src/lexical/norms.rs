//! Computes what the similarities of papers are divided by: the lengths of their vectors of tf-idf weights, and the
//! roots of their BM25 scores for themselves. Uses all threads.

use std::ops::Range;

use rayon::prelude::*;

use super::blocks::of_terms;
use super::postings::Columns;
use super::terms::Term;
use super::weights::{as_question, bm25, bm25_idf, frequency_weights, inverse_document_frequency};

/// Returns at each position the length of the vector and the root of the BM25 score, or zeros for a paper without
/// terms. All of them change when the number of papers changes.
///
/// Adds up within each block of terms, and then block by block, so that sums do not depend on the number of threads.
pub(super) fn norms_and_own_roots(columns: &Columns) -> (Vec<f32>, Vec<f32>) {
    let (end, papers) = (columns.versions.as_slice().len(), columns.papers());
    let length_norms = columns.length_norms(papers);
    let frequencies = frequency_weights();
    let of_block = |block: Range<usize>| {
        let (mut squares, mut scores) = (vec![0.0; end], vec![0.0; end]);
        for ((positions, counts), hash) in columns.postings(block.clone()).zip(&columns.terms.as_slice()[block]) {
            let idf = inverse_document_frequency(papers, positions.len());
            let is_pair = Term::from_hash(*hash).is_pair();
            let bm25_idf = bm25_idf(papers, positions.len());
            for (&position, &count) in positions.iter().zip(counts) {
                let place = position as usize;
                squares[place] += f64::from(frequencies[usize::from(count)] * idf).powi(2);
                if !is_pair {
                    scores[place] += f64::from(as_question(count) * bm25(count, bm25_idf, length_norms[place]));
                }
            }
        }
        [squares, scores]
    };
    let blocks: Vec<[Vec<f64>; 2]> = of_terms(columns.terms.as_slice()).into_par_iter().map(of_block).collect();
    let sum = |which: usize, position: usize| blocks.iter().map(|sums| sums[which][position]).sum::<f64>();
    let norms = (0..end).into_par_iter().map(|position| sum(0, position).sqrt() as f32).collect();
    let own_roots = (0..end).into_par_iter().map(|position| sum(1, position).sqrt() as f32).collect();
    (norms, own_roots)
}
