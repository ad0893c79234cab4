//! Which papers a search may find.

use crate::index::VectorIndex;

/// A set of positions.
#[derive(Debug, Clone)]
pub struct Admitted {
    is_admitted: Vec<bool>,
    count: usize,
    /// Papers of the index that are not among them.
    rejected: usize,
}

impl Admitted {
    /// The papers of an index that `accept` admits by their keys.
    pub fn new(index: &VectorIndex, accept: impl Fn(i64) -> bool) -> Self {
        let is_admitted: Vec<bool> =
            (0..index.end()).map(|position| index.key(position).is_some_and(&accept)).collect();
        let count = is_admitted.iter().filter(|admitted| **admitted).count();
        Self { is_admitted, count, rejected: index.len() - count }
    }

    /// Whether a position is one of them.
    pub fn contains(&self, position: u32) -> bool {
        self.is_admitted.get(position as usize).is_some_and(|admitted| *admitted)
    }

    /// Takes positions out that `keep` does not hold.
    pub fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        for (position, admitted) in (0..).zip(&mut self.is_admitted) {
            if *admitted && !keep(position) {
                *admitted = false;
                self.count -= 1;
                self.rejected += 1;
            }
        }
    }

    /// Takes a position out.
    pub fn reject(&mut self, position: u32) {
        if let Some(admitted) = self.is_admitted.get_mut(position as usize)
            && std::mem::take(admitted)
        {
            self.count -= 1;
            self.rejected += 1;
        }
    }

    /// All of them, ascending.
    pub fn positions(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.is_admitted).filter(|(_, admitted)| **admitted).map(|(position, _)| position)
    }

    /// Their number.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Number of papers that are in the index and not admitted.
    pub fn rejected(&self) -> usize {
        self.rejected
    }
}
