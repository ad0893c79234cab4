//! Reciprocal rank fusion: joins lists whose scores are not comparable.
//!
//! Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods"
//! (SIGIR 2009): the score of a paper is the sum of 1 / (K + place) over the lists that have it.

use std::collections::HashMap;
use std::hash::Hash;

use super::Parts;

/// With a greater K, a paper in several lists gains on a paper at the top of one list. The value is from the source. On
/// eight manuscripts, the recall of hidden works differed by less than 0.02 with 20 and with 120.
const K: f32 = 60.0;

/// Joins lists, each with its best paper first. A paper that is first in every list has the score 1. A list's
/// contribution to a score is divided among the parts as its own score is, so that the parts add up to the score.
///
/// Order: score descending, then the order in which the papers first appear.
pub fn fused<P: Copy + Eq + Hash>(lists: &[Vec<(P, Parts)>]) -> Vec<(P, Parts)> {
    let mut found: Vec<(P, Parts)> = Vec::new();
    let mut places: HashMap<P, usize> = HashMap::new();
    for list in lists {
        for (place, &(paper, parts)) in list.iter().enumerate() {
            let score = (K + 1.0) / (K + 1.0 + place as f32) / lists.len() as f32;
            let own = parts.score();
            // A score of 0 or less cannot be divided in proportion.
            let share = if own > 0.0 { parts * (score / own) } else { Parts { document: score, ..Parts::default() } };
            let at = *places.entry(paper).or_insert_with(|| {
                found.push((paper, Parts::default()));
                found.len() - 1
            });
            found[at].1 = found[at].1 + share;
        }
    }
    found.sort_by(|a, b| b.1.score().total_cmp(&a.1.score()));
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(papers: &[(u8, f32)]) -> Vec<(u8, Parts)> {
        papers.iter().map(|&(paper, terms)| (paper, Parts { terms, ..Parts::default() })).collect()
    }

    #[test]
    fn a_paper_in_several_lists_ranks_above_the_first_of_one_list() {
        let joined = fused(&[list(&[(1, 0.9), (2, 0.1)]), list(&[(3, 90.0), (2, 1.0)]), list(&[(2, 0.0)])]);
        assert_eq!(joined.iter().map(|(paper, _)| *paper).collect::<Vec<_>>(), [2, 1, 3]);
        // 61/62 in two lists and 61/61 in one.
        assert!((joined[0].1.score() - (2.0 * 61.0 / 62.0 + 1.0) / 3.0).abs() < 1e-6);
        assert!((joined[1].1.score() - 1.0 / 3.0).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn one_list_keeps_its_order_and_scores_are_at_most_one(count in 0usize..50, lists in 1usize..4) {
            let papers: Vec<(u8, f32)> = (0..count as u8).map(|paper| (paper, 1.0 - f32::from(paper) / 64.0)).collect();
            let joined = fused(&vec![list(&papers); lists]);
            prop_assert!(joined.iter().map(|(paper, _)| *paper).eq(0..count as u8));
            prop_assert!(joined.iter().all(|(_, parts)| parts.score() <= 1.0 + 1e-6));
        }
    }
}
