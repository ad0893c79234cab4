//! A few vectors that stand for many: chosen one after the other so that the similarity of each of the many to the
//! nearest one chosen is greatest in sum (the greedy algorithm for facility location; Nemhauser, Wolsey and Fisher, "An
//! analysis of approximations for maximizing submodular set functions", 1978). Dense regions get more of them than
//! outliers, as the best few seeds of a paper, by which it is scored, are more often there.

use rayon::prelude::*;

use crate::vector::dot;

/// Of more vectors, evenly spaced ones are looked at: work is in proportion to the square of their number.
const LOOKED_AT: usize = 1_000;

/// The places of at most `count` representatives, ascending; all places, if there are no more. Those without a vector
/// are like nothing.
pub(super) fn representatives(vectors: &[Option<&[f32]>], count: usize) -> Vec<usize> {
    if vectors.len() <= count {
        return (0..vectors.len()).collect();
    }
    let looked_at = vectors.len().min(LOOKED_AT).max(count);
    let places: Vec<usize> = (0..looked_at).map(|at| at * vectors.len() / looked_at).collect();
    let likeness = |a: usize, b: usize| match (vectors[places[a]], vectors[places[b]]) {
        (Some(a), Some(b)) => dot(a, b).max(0.0),
        _ => 0.0,
    };
    let likenesses: Vec<Vec<f32>> =
        (0..looked_at).into_par_iter().map(|a| (0..looked_at).map(|b| likeness(a, b)).collect()).collect();
    let mut nearest = vec![0.0f32; looked_at];
    let mut left: Vec<usize> = (0..looked_at).collect();
    let mut chosen = Vec::with_capacity(count);
    while chosen.len() < count {
        let gain = |&at: &usize| -> f32 {
            likenesses[at].iter().zip(&nearest).map(|(likeness, nearest)| (likeness - nearest).max(0.0)).sum()
        };
        let gains: Vec<f32> = left.par_iter().map(gain).collect();
        // Of equals the first.
        let Some(best) = (0..left.len()).rev().max_by(|&a, &b| gains[a].total_cmp(&gains[b])) else { break };
        let best = left.remove(best);
        nearest.iter_mut().zip(&likenesses[best]).for_each(|(nearest, likeness)| *nearest = nearest.max(*likeness));
        chosen.push(places[best]);
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_has_one_and_a_few_stand_for_themselves() {
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
        let many = vec![vectors[0]; 2 * LOOKED_AT];
        assert_eq!(representatives(&many, 7).len(), 7);
    }
}
