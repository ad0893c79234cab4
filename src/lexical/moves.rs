//! The new positions of papers.

use rayon::prelude::*;

use super::postings::NO_PAPER;
use crate::cache::Column;

/// The papers that have moved to a new position, and those that are gone.
#[derive(Debug)]
pub(super) struct Moves {
    /// For each old position, the new position of its paper, or [`GONE`]. Empty if no paper has moved or is gone.
    places: Vec<u32>,
    /// Whether no paper has moved. Papers may be gone even if this is true.
    in_place: bool,
}

impl Default for Moves {
    /// No moves.
    fn default() -> Self {
        Self { places: Vec::new(), in_place: true }
    }
}

const GONE: u32 = u32::MAX;

impl Moves {
    /// Compares the versions at each position, before and now. Also returns the positions of new papers, ascending.
    pub(super) fn new(before: &[u128], now: &[u128]) -> (Self, Vec<u32>) {
        let stays = |position: &u32| before.get(*position as usize) == now.get(*position as usize);
        let others = |versions: &[u128]| -> Vec<u32> {
            let papers = (0..).zip(versions).filter(|(_, version)| **version != NO_PAPER);
            papers.map(|(position, _)| position).filter(|position| !stays(position)).collect()
        };
        let (mut moved, mut free) = (others(before), others(now));
        if moved.is_empty() {
            return (Self::default(), free);
        }
        moved.sort_unstable_by_key(|&position| (before[position as usize], position));
        free.sort_unstable_by_key(|&position| (now[position as usize], position));
        // A position without a paper counts as gone.
        let place = |(position, version): (u32, &u128)| if *version == NO_PAPER { GONE } else { position };
        let mut places: Vec<u32> = (0..).zip(before).map(place).collect();
        let (mut missing, mut in_place) = (Vec::new(), true);
        let mut free = free.into_iter().peekable();
        for position in moved {
            let version = before[position as usize];
            while let Some(other) = free.next_if(|&place| now[place as usize] < version) {
                missing.push(other);
            }
            // Papers can have the same text, so each position is used once.
            let place = free.next_if(|&place| now[place as usize] == version);
            in_place &= place.is_none();
            places[position as usize] = place.unwrap_or(GONE);
        }
        missing.extend(free);
        missing.sort_unstable();
        (Self { places, in_place }, missing)
    }

    /// Whether no paper has moved or is gone.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Returns the new position of the paper at an old position, or `None` if the paper is gone.
    fn of(&self, position: u32) -> Option<u32> {
        match self.places.get(position as usize) {
            None => Some(position),
            Some(&GONE) => None,
            Some(&place) => Some(place),
        }
    }

    /// Returns the new positions of papers, for [`is_gone`](Self::is_gone). If no paper has moved, returns `positions`
    /// unchanged; papers that are gone then keep their old positions.
    pub fn moved(&self, positions: &Column<u32>) -> Column<u32> {
        if self.in_place {
            return positions.clone();
        }
        positions.as_slice().par_iter().map(|&position| self.of(position).unwrap_or(GONE)).collect::<Vec<u32>>().into()
    }

    /// Whether the paper at a position that [`moved`](Self::moved) returned is gone.
    pub fn is_gone(&self, position: u32) -> bool {
        position == GONE || self.in_place && self.places.get(position as usize) == Some(&GONE)
    }

    /// Moves a number of each paper to its new position. Returns `len` numbers, which are 0 for new papers.
    pub(super) fn carry_over<T: Copy + Default>(&self, old: &[T], len: usize) -> Vec<T> {
        let mut values = vec![T::default(); len];
        for (position, value) in (0..).zip(old) {
            // An old position without a paper may be past the new end.
            if let Some(value_now) = self.of(position).and_then(|place| values.get_mut(place as usize)) {
                *value_now = *value;
            }
        }
        values
    }
}
