//! Keeps the best k of a stream of neighbours.

use std::collections::BinaryHeap;

use super::Neighbor;

/// Keeps the first `k` neighbours in the order of [`Neighbor`]. Takes O(log k) for a neighbour that it keeps, O(1) for
/// others.
#[derive(Debug, Clone)]
pub struct TopK {
    k: usize,
    /// The worst neighbour, which is the last in the order, is on top.
    kept: BinaryHeap<Neighbor>,
}

impl TopK {
    /// Makes an empty list that keeps at most `k` neighbours.
    pub fn new(k: usize) -> Self {
        // A caller may use a huge k for "all".
        Self { k, kept: BinaryHeap::with_capacity(k.min(1024) + 1) }
    }

    /// Adds a neighbour, if it is among the best.
    pub fn push(&mut self, neighbor: Neighbor) {
        if self.kept.len() < self.k {
            self.kept.push(neighbor);
        } else if let Some(mut worst) = self.kept.peek_mut()
            && neighbor < *worst
        {
            *worst = neighbor;
        }
    }

    /// The similarity that a neighbour must reach to be among the best.
    pub fn threshold(&self) -> f32 {
        match self.kept.peek() {
            Some(worst) if self.kept.len() == self.k => worst.similarity,
            _ if self.k == 0 => f32::INFINITY,
            _ => f32::NEG_INFINITY,
        }
    }

    /// Adds all neighbours that `other` has kept.
    pub fn merge(mut self, other: Self) -> Self {
        other.kept.into_iter().for_each(|neighbor| self.push(neighbor));
        self
    }

    /// The neighbours, best first.
    pub fn into_sorted(self) -> Vec<Neighbor> {
        self.kept.into_sorted_vec()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Similarities are drawn from six values, so that ties are common.
        #[test]
        fn the_best_are_the_first_k_of_all_sorted(values in prop::collection::vec(-3i8..3, 0..200), k in 0usize..20, cut in 0usize..200) {
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
