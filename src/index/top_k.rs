//! The best k of a stream of neighbours.

use std::collections::BinaryHeap;

use super::Neighbor;

/// Keeps the first `k` neighbours in the order of [`Neighbor`]: O(log k) for each that gets in, O(1) for the others.
#[derive(Debug, Clone)]
pub struct TopK {
    k: usize,
    /// The greatest in order, which is the worst, is on top.
    kept: BinaryHeap<Neighbor>,
}

impl TopK {
    /// Keeps at most `k`.
    pub fn new(k: usize) -> Self {
        // A caller may ask for "all" with a huge k.
        Self { k, kept: BinaryHeap::with_capacity(k.min(1024) + 1) }
    }

    /// Offers a neighbour.
    pub fn push(&mut self, neighbor: Neighbor) {
        if self.kept.len() < self.k {
            self.kept.push(neighbor);
        } else if let Some(mut worst) = self.kept.peek_mut()
            && neighbor < *worst
        {
            *worst = neighbor;
        }
    }

    /// The similarity below which nothing gets in any more.
    pub fn threshold(&self) -> f32 {
        match self.kept.peek() {
            Some(worst) if self.kept.len() == self.k => worst.similarity,
            _ if self.k == 0 => f32::INFINITY,
            _ => f32::NEG_INFINITY,
        }
    }

    /// Offers all that another has kept.
    pub fn merge(mut self, other: Self) -> Self {
        other.kept.into_iter().for_each(|neighbor| self.push(neighbor));
        self
    }

    /// The kept ones, best first.
    pub fn into_sorted(self) -> Vec<Neighbor> {
        self.kept.into_sorted_vec()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Similarities are drawn from six values, so that ties are the rule.
        #[test]
        fn it_is_a_full_sort_cut_at_k(values in prop::collection::vec(-3i8..3, 0..200), k in 0usize..20, cut in 0usize..200) {
            let mut all: Vec<Neighbor> = values.iter().enumerate()
                .map(|(position, value)| Neighbor { position: position as u32, similarity: f32::from(*value) })
                .collect();
            let (left, right) = all.split_at(cut.min(all.len()));
            let fill = |part: &[Neighbor]| {
                let mut top = TopK::new(k);
                part.iter().rev().for_each(|neighbor| top.push(*neighbor));
                top
            };
            let merged = fill(right).merge(fill(left)).into_sorted();
            all.sort();
            all.truncate(k);
            prop_assert_eq!(merged, all);
        }
    }
}
