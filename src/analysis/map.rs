//! A map of the batch, on which similar papers are side by side.
//!
//! The map is computed by t-SNE over the nearest neighbours (van der Maaten and Hinton, "Visualizing data using t-SNE",
//! 2008), with the crate bhtsne. For large batches, forces are interpolated on a grid (Linderman and others, "Fast
//! interpolation-based t-SNE", 2019). t-SNE starts from the first two principal components, which preserves the global
//! structure (Kobak and Linderman, 2021) and needs no randomness. It runs on one thread, because sums over several
//! threads depend on how the threads share the work.

use super::batch::{Batch, NEIGHBORS};
use super::directions::Directions;
use crate::index::Neighbor;

/// Smallest batch for t-SNE. In smaller batches papers have too few neighbours; the map shows their principal
/// components.
const FEWEST: usize = 8;

/// Steps of the gradient descent. The first quarter exaggerates attraction, as the authors advise.
const STEPS: usize = 500;

/// Smallest batch whose forces are interpolated on a grid. For smaller batches, the tree of Barnes and Hut is faster.
const INTERPOLATED_FROM: usize = 1_000;

/// The threshold theta of Barnes and Hut: a group of points counts as one point if its size divided by its distance is
/// below this.
const ACCURACY: f32 = 0.5;

/// Minimum difference between the squared distances of successive neighbours. For comparison: the squared distances of
/// the thirty neighbours of an abstract differ by less than 0.2 in half of the cases, and by less than 0.85 in nearly
/// all.
const MIN_SQUARED_GAP: f32 = 1e-4;

/// Standard deviation of the starting points. It is small so that all points can still move.
const START: f64 = 1e-4;

/// Returns the point of each paper. Coordinates are 0 to 1, with the same scale in both directions.
pub(super) fn map(batch: &Batch, directions: &Directions) -> Vec<[f32; 2]> {
    let start = start(batch, directions);
    let points = if batch.len() < FEWEST { start } else { run_tsne(batch, &start) };
    within_square(&points)
}

/// Returns the coordinates of each paper along the first two principal components, scaled to [`START`]. A small offset
/// separates papers with equal vectors.
fn start(batch: &Batch, directions: &Directions) -> Vec<[f64; 2]> {
    let mut points: Vec<[f64; 2]> = (0..batch.len()).map(|place| directions.project(batch.vector(place))).collect();
    let count = points.len().max(1) as f64;
    let variance = points.iter().map(|[x, _]| x * x).sum::<f64>() / count;
    let scale = if variance > 1e-12 { START / variance.sqrt() } else { 0.0 };
    for (place, point) in points.iter_mut().enumerate() {
        // Offsets at multiples of the golden angle are all different.
        let angle = place as f64 * std::f64::consts::PI * (3.0 - 5f64.sqrt());
        let radius = START * 0.05 * ((place as f64 + 0.5) / count).sqrt();
        *point = [point[0] * scale + radius * angle.cos(), point[1] * scale + radius * angle.sin()];
    }
    points
}

fn run_tsne(batch: &Batch, start: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let neighbors: Vec<Vec<bhtsne::Neighbor<f32>>> = batch.nearest.iter().map(|nearest| distances(nearest)).collect();
    let of_each = neighbors.first().map_or(0, Vec::len);
    let papers: Vec<usize> = (0..batch.len()).collect();
    let descend = || {
        let mut picture: bhtsne::tSNE<f32, usize> = bhtsne::tSNE::new(&papers);
        picture
            .perplexity(of_each as f32 / 3.0)
            .epochs(STEPS)
            .stop_lying_epoch(STEPS / 4)
            .momentum_switch_epoch(STEPS / 4)
            .initial_embedding(start.iter().flatten().map(|value| *value as f32).collect::<Vec<f32>>());
        if batch.len() < INTERPOLATED_FROM {
            picture.barnes_hut_with_neighbors(ACCURACY, &neighbors);
        } else {
            picture.fit_sne_with_neighbors(&neighbors);
        }
        picture.embedding()
    };
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => {
            let numbers = pool.install(descend);
            numbers.as_chunks::<2>().0.iter().map(|point| point.map(f64::from)).collect()
        }
        // If no thread can be started, the starting points are the map.
        Err(_) => start.to_vec(),
    }
}

/// Returns the distances of a paper's neighbours, ascending. The least squared distance is subtracted from all squared
/// distances, which does not change the probabilities of t-SNE. [`MIN_SQUARED_GAP`] separates equal distances, for
/// which the search for a bandwidth would diverge.
fn distances(nearest: &[Neighbor]) -> Vec<bhtsne::Neighbor<f32>> {
    let square = |neighbor: &Neighbor| (2.0 - 2.0 * neighbor.similarity).max(0.0);
    let least = nearest.first().map_or(0.0, square);
    let neighbors = nearest.iter().take(NEIGHBORS).zip(0u8..);
    let neighbor = |(neighbor, rank): (&Neighbor, u8)| bhtsne::Neighbor {
        index: neighbor.position as usize,
        distance: (square(neighbor) - least + MIN_SQUARED_GAP * f32::from(rank)).sqrt(),
    };
    neighbors.map(neighbor).collect()
}

/// Moves and scales points into the unit square. The longer side of their bounding box fills it. A single point is in
/// the middle.
fn within_square(points: &[[f64; 2]]) -> Vec<[f32; 2]> {
    let range = |axis: usize| {
        let values = || points.iter().map(|point| point[axis]);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    let ranges = [range(0), range(1)];
    let side = ranges.iter().map(|(least, greatest)| greatest - least).fold(0.0, f64::max);
    let placed = |value: f64, (least, greatest): (f64, f64)| {
        let middle = (least + greatest) / 2.0;
        if side > 0.0 { (0.5 + (value - middle) / side).clamp(0.0, 1.0) as f32 } else { 0.5 }
    };
    points.iter().map(|point| [placed(point[0], ranges[0]), placed(point[1], ranges[1])]).collect()
}
