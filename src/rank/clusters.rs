//! Agglomerative clustering by average linkage: the mean similarity of all pairs between two groups.
//!
//! Sokal and Michener, "A statistical method for evaluating systematic relationships" (1958), computed by the algorithm
//! of Müllner, "Modern hierarchical, agglomerative clustering algorithms" (2011), in the crate kodama.

use kodama::{Method, Step, linkage};

/// Clusters the numbers below `count`. Merges the two groups with the greatest mean similarity as long as it is at
/// least `least`. The largest group is first; groups of equal size are ordered by their lowest number. The numbers in a
/// group ascend. Time and memory grow with `count`².
pub fn clusters(count: usize, similarity: impl Fn(usize, usize) -> f32, least: f32) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = (0..count).map(|number| vec![number]).collect();
    // Step n makes the group `count` + n.
    for step in merges(count, similarity) {
        let mut joined = Vec::new();
        if step.dissimilarity <= 1.0 - least {
            joined = std::mem::take(&mut groups[step.cluster1]);
            joined.append(&mut groups[step.cluster2]);
            joined.sort_unstable();
        }
        groups.push(joined);
    }
    groups.retain(|group| !group.is_empty());
    groups.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    groups
}

/// Returns the numbers below `count` in the order of the leaves of the clustering's tree. In this order, similar
/// numbers are near each other.
///
/// A merge can place two groups side by side in four ways. It takes the way in which the two neighbours are most
/// similar (Gruvaeus and Wainer, "Two additions to hierarchical cluster analysis", 1972). Time and memory grow with
/// `count`².
pub fn leaf_order(count: usize, similarity: impl Fn(usize, usize) -> f32) -> Vec<usize> {
    let mut groups: Vec<Vec<usize>> = (0..count).map(|number| vec![number]).collect();
    for step in merges(count, &similarity) {
        let mut first = std::mem::take(&mut groups[step.cluster1]);
        let mut second = std::mem::take(&mut groups[step.cluster2]);
        let ends = |group: &[usize]| [group[0], group[group.len() - 1]];
        let ([a, b], [c, d]) = (ends(&first), ends(&second));
        let meeting = [(b, c), (b, d), (a, c), (a, d)].map(|(left, right)| similarity(left, right));
        // Of equal ways, takes the first.
        let best = (0..4).rev().max_by(|&x, &y| meeting[x].total_cmp(&meeting[y])).unwrap_or_default();
        if best >= 2 {
            first.reverse();
        }
        if best % 2 == 1 {
            second.reverse();
        }
        first.append(&mut second);
        groups.push(first);
    }
    groups.pop().unwrap_or_default()
}

/// Returns the merges of groups, the most similar first.
fn merges(count: usize, similarity: impl Fn(usize, usize) -> f32) -> Vec<Step<f32>> {
    if count < 2 {
        return Vec::new();
    }
    let pairs = (0..count).flat_map(|first| (first + 1..count).map(move |second| (first, second)));
    let mut distances: Vec<f32> = pairs.map(|(first, second)| 1.0 - similarity(first, second)).collect();
    linkage(&mut distances, count, Method::Average).steps().to_vec()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Follows the definition, step by step.
    fn slowly(count: usize, similarity: &impl Fn(usize, usize) -> f32, least: f32) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = (0..count).map(|number| vec![number]).collect();
        loop {
            let mean = |a: &[usize], b: &[usize]| {
                let sum: f32 = a.iter().flat_map(|&a| b.iter().map(move |&b| similarity(a, b))).sum();
                sum / (a.len() * b.len()) as f32
            };
            let pairs = (0..groups.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
            let best = pairs.map(|(a, b)| (mean(&groups[a], &groups[b]), a, b)).max_by(|x, y| x.0.total_cmp(&y.0));
            match best {
                Some((similarity, a, b)) if similarity >= least => {
                    let mut gone = groups.remove(b);
                    groups[a].append(&mut gone);
                    groups[a].sort_unstable();
                }
                _ => break,
            }
        }
        groups.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        groups
    }

    #[test]
    fn similar_numbers_are_grouped_and_a_single_number_is_a_group() {
        let subject = |number: usize| [0, 1, 0, 1, 0, 2][number];
        let similarity = |a: usize, b: usize| if subject(a) == subject(b) { 0.8 } else { 0.1 };
        assert_eq!(clusters(6, similarity, 0.5), [vec![0, 2, 4], vec![1, 3], vec![5]]);
        assert_eq!(clusters(6, similarity, 0.0), [vec![0, 1, 2, 3, 4, 5]]);
        assert_eq!(clusters(3, similarity, 0.9), [vec![0], vec![1], vec![2]]);
        assert_eq!(clusters(1, similarity, 0.5), [vec![0]]);
        assert_eq!(clusters(0, similarity, 0.5), [[0usize; 0]; 0]);
    }

    #[test]
    fn leaves_on_a_line_are_in_the_order_of_the_line() {
        let places = [5.0f32, 1.0, 4.1, 9.0, 0.0, 8.5];
        let order = leaf_order(6, |a, b| -(places[a] - places[b]).abs());
        let along: Vec<f32> = order.iter().map(|&place| places[place]).collect();
        assert!(along.is_sorted() || along.iter().rev().is_sorted(), "{along:?}");
        assert_eq!(leaf_order(2, |_, _| 0.5), [0, 1]);
        assert_eq!(leaf_order(1, |_, _| 0.5), [0]);
        assert_eq!(leaf_order(0, |_, _| 0.5), [0usize; 0]);
    }

    proptest! {
        #[test]
        fn clusters_match_their_definition(
            count in 0usize..12, numbers in prop::collection::vec(-1f32..1.0, 144), least in -1f32..1.0
        ) {
            let similarity = |a: usize, b: usize| numbers[a.min(b) * 12 + a.max(b)];
            let close_call = |groups: &[Vec<usize>]| groups.len();
            let (fast, slow) = (clusters(count, similarity, least), slowly(count, &similarity, least));
            // Rounding may decide whether a mean that is almost equal to `least` reaches it.
            let around = [slowly(count, &similarity, least - 1e-4), slowly(count, &similarity, least + 1e-4)];
            prop_assert!(fast == slow || close_call(&around[0]) != close_call(&around[1]), "{fast:?} {slow:?}");
        }
    }
}
