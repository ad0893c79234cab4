//! Chooses a few vectors to represent many.
//!
//! Greedy facility location (Nemhauser, Wolsey and Fisher, "An analysis of approximations for maximizing submodular set
//! functions", 1978): each step adds the vector that most increases the sum of the similarities between every vector
//! and its nearest representative. Dense regions get more representatives than outliers. This is intended: the score of
//! a paper depends on its best seeds, and these are more often in dense regions.

use rayon::prelude::*;

use crate::vector::dot;

/// The maximum number of vectors that are compared, evenly spaced among all. The work grows with the square of this
/// number.
const COMPARED: usize = 1_000;

/// Returns the indexes of at most `count` representatives, ascending. Returns all indexes if there are at most `count`
/// vectors. A missing vector has similarity 0 to all others.
pub(super) fn representatives(vectors: &[Option<&[f32]>], count: usize) -> Vec<usize> {
    if vectors.len() <= count {
        return (0..vectors.len()).collect();
    }
    let compared = vectors.len().min(COMPARED).max(count);
    let places: Vec<usize> = (0..compared).map(|at| at * vectors.len() / compared).collect();
    let similarity = |a: usize, b: usize| match (vectors[places[a]], vectors[places[b]]) {
        (Some(a), Some(b)) => dot(a, b).max(0.0),
        _ => 0.0,
    };
    let similarities: Vec<Vec<f32>> =
        (0..compared).into_par_iter().map(|a| (0..compared).map(|b| similarity(a, b)).collect()).collect();
    let mut nearest = vec![0.0f32; compared];
    let mut left: Vec<usize> = (0..compared).collect();
    let mut chosen = Vec::with_capacity(count);
    while chosen.len() < count {
        let gain = |&at: &usize| -> f32 {
            similarities[at].iter().zip(&nearest).map(|(similarity, nearest)| (similarity - nearest).max(0.0)).sum()
        };
        let gains: Vec<f32> = left.par_iter().map(gain).collect();
        // If several gains are equal, the first is chosen.
        let Some(best) = (0..left.len()).rev().max_by(|&a, &b| gains[a].total_cmp(&gains[b])) else { break };
        let best = left.remove(best);
        nearest
            .iter_mut()
            .zip(&similarities[best])
            .for_each(|(nearest, similarity)| *nearest = nearest.max(*similarity));
        chosen.push(places[best]);
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_gets_a_representative_and_few_vectors_are_all_chosen() {
        let axis = |axis: usize, tilt: f32| {
            let mut vector = [0.0f32; 4];
            (vector[axis], vector[3]) = ((1.0 - tilt * tilt).sqrt(), tilt);
            vector
        };
        let vectors: Vec<[f32; 4]> = (0..30).map(|at| axis(at % 3, (at / 3) as f32 / 50.0)).collect();
        let vectors: Vec<Option<&[f32]>> = vectors.iter().map(|vector| Some(vector.as_slice())).collect();
        let chosen = representatives(&vectors, 3);
        let groups: std::collections::BTreeSet<usize> = chosen.iter().map(|place| place % 3).collect();
        assert_eq!(groups.len(), 3, "{chosen:?}");
        assert_eq!(representatives(&vectors[..3], 3), [0, 1, 2]);
        assert_eq!(representatives(&[None; 5], 2).len(), 2);
        let many = vec![vectors[0]; 2 * COMPARED];
        assert_eq!(representatives(&many, 7).len(), 7);
    }
}
