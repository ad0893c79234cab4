//! Principal components: the directions in which vectors vary most, from the eigenvectors of their covariance.

use nalgebra::{DMatrix, SymmetricEigen};
use rayon::prelude::*;

use crate::index::Matrix;

/// Maximum number of rows in the covariance. From more rows, evenly spaced ones are used.
const MOST_ROWS: usize = 20_000;

/// Rows in a partial sum. The number is fixed so that the sum does not depend on the number of threads.
const ROWS_PER_BLOCK: usize = 1_000;

/// The principal components of vectors.
pub struct Directions {
    /// Variance along each direction, greatest first, at least 0.
    pub variances: Vec<f64>,
    /// The mean of the vectors.
    mean: Vec<f64>,
    /// The first two directions, of unit length. In each, the component of greatest magnitude is positive.
    first: [Vec<f64>; 2],
}

impl Directions {
    /// The principal components of the rows of a matrix.
    pub fn of(matrix: &Matrix) -> Self {
        let dim = matrix.dim();
        let step = matrix.len().div_ceil(MOST_ROWS).max(1);
        let rows: Vec<u32> = (0..matrix.len() as u32).step_by(step).collect();
        let mut mean = vec![0.0; dim];
        for &row in &rows {
            mean.iter_mut().zip(matrix.row(row)).for_each(|(mean, value)| *mean += f64::from(*value));
        }
        mean.iter_mut().for_each(|mean| *mean /= rows.len().max(1) as f64);
        let squares = |rows: &[u32]| {
            // A column for each row of the matrix.
            let centred = DMatrix::from_fn(dim, rows.len(), |at, row| f64::from(matrix.row(rows[row])[at]) - mean[at]);
            &centred * centred.transpose()
        };
        let blocks: Vec<DMatrix<f64>> = rows.par_chunks(ROWS_PER_BLOCK).map(squares).collect();
        let sum = blocks.into_iter().fold(DMatrix::zeros(dim, dim), |sum, block| sum + block);
        let eigen = SymmetricEigen::new(sum / rows.len().max(1) as f64);
        let mut order: Vec<usize> = (0..dim).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let direction = |rank: usize| {
            let Some(&at) = order.get(rank) else { return vec![0.0; dim] };
            let mut direction: Vec<f64> = eigen.eigenvectors.column(at).iter().copied().collect();
            // The sign of an eigenvector is arbitrary.
            let greatest = direction.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs()));
            if greatest.is_some_and(|greatest| greatest < 0.0) {
                direction.iter_mut().for_each(|value| *value = -*value);
            }
            direction
        };
        // Rounding may make 0 negative.
        let variances = order.iter().map(|&at| eigen.eigenvalues[at].max(0.0)).collect();
        Self { variances, first: [direction(0), direction(1)], mean }
    }

    /// The coordinates of a vector along the first two directions.
    pub fn project(&self, vector: &[f32]) -> [f64; 2] {
        let along = |direction: &Vec<f64>| {
            let centred = vector.iter().zip(&self.mean).map(|(value, mean)| f64::from(*value) - mean);
            centred.zip(direction).map(|(value, direction)| value * direction).sum()
        };
        [along(&self.first[0]), along(&self.first[1])]
    }

    /// Effective number of directions: the exponential of the entropy of the shares of variance (Roy and Vetterli, "The
    /// effective rank", 2007). 0 if all vectors are equal.
    pub fn effective_rank(&self) -> f64 {
        let shares = self.shares();
        let entropy: f64 = shares.iter().filter(|share| **share > 0.0).map(|share| -share * share.ln()).sum();
        if shares.is_empty() { 0.0 } else { entropy.exp() }
    }

    /// The share of variance of each direction, greatest first; empty if all vectors are equal.
    pub fn shares(&self) -> Vec<f64> {
        let all: f64 = self.variances.iter().sum();
        // Equal unit vectors can have a variance of about this size, because of rounding.
        if all < 1e-9 { Vec::new() } else { self.variances.iter().map(|variance| variance / all).collect() }
    }
}
