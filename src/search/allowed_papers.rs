//! The papers that a search may find.

use crate::index::VectorIndex;

/// A set of positions in an index.
#[derive(Debug, Clone)]
pub struct AllowedPapers {
    is_admitted: Vec<bool>,
    /// Number of papers in the index.
    indexed: usize,
}

impl AllowedPapers {
    /// The papers of an index for whose keys `accept` returns true.
    pub fn new(index: &VectorIndex, accept: impl Fn(i64) -> bool) -> Self {
        let is_admitted = (0..index.end()).map(|position| index.key(position).is_some_and(&accept)).collect();
        Self { is_admitted, indexed: index.len() }
    }

    /// Whether a position is in the set.
    pub fn contains(&self, position: u32) -> bool {
        self.is_admitted.get(position as usize).is_some_and(|admitted| *admitted)
    }

    /// Removes the positions for which `keep` returns false.
    pub fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        for (position, admitted) in (0..).zip(&mut self.is_admitted) {
            *admitted = *admitted && keep(position);
        }
    }

    /// Removes a position.
    pub fn reject(&mut self, position: u32) {
        if let Some(admitted) = self.is_admitted.get_mut(position as usize) {
            *admitted = false;
        }
    }

    /// The positions, ascending.
    pub fn positions(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.is_admitted).filter(|(_, admitted)| **admitted).map(|(position, _)| position)
    }

    /// Number of positions. They are counted at each call.
    pub fn count(&self) -> usize {
        self.positions().count()
    }

    /// Number of papers in the index that are not in the set.
    pub fn rejected(&self) -> usize {
        self.indexed - self.count()
    }
}
