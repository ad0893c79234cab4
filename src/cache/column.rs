//! Columns of numbers, in memory or mapped from a file.

use std::marker::PhantomData;
use std::sync::Arc;

use bytemuck::Pod;
use memmap2::Mmap;
use rayon::prelude::*;

/// Numbers in memory or mapped from a file; a clone shares them.
#[derive(Debug, Clone)]
pub struct Column<T>(Values<T>);

#[derive(Debug, Clone)]
enum Values<T> {
    Owned(Arc<Vec<T>>),
    /// The numbers of a file: little-endian, page-aligned, and without an incomplete number at the end.
    Mapped(Arc<Mmap>, PhantomData<T>),
}

impl<T: Pod> Column<T> {
    pub(super) fn from_map(map: Mmap) -> Option<Self> {
        let whole = bytemuck::try_cast_slice::<u8, T>(&map).is_ok();
        (whole && cfg!(target_endian = "little")).then(|| Self(Values::Mapped(Arc::new(map), PhantomData)))
    }

    /// The numbers.
    pub fn as_slice(&self) -> &[T] {
        match &self.0 {
            Values::Owned(values) => values,
            // `from_map` has checked length and alignment.
            Values::Mapped(map, _) => bytemuck::cast_slice(map),
        }
    }

    /// The numbers as the bytes of a file.
    pub fn as_bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self.as_slice())
    }

    /// Returns the numbers, so that the caller can change them. Copies them first if they are mapped or shared with a
    /// clone.
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        if let Values::Mapped(..) = self.0 {
            self.0 = Values::Owned(Arc::new(self.as_slice().to_vec()));
        }
        match &mut self.0 {
            Values::Owned(values) => Arc::make_mut(values),
            Values::Mapped(..) => unreachable!("it was copied above"),
        }
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Values::Owned(Arc::new(values)))
    }
}

/// The number of values that a thread copies at a time.
const COPIED_AT_ONCE: usize = 1 << 18;

/// Concatenates `parts`, in their order, on all threads.
pub fn concatenated<T: Pod + Send + Sync>(parts: &[&[T]]) -> Vec<T> {
    // The system provides each page of memory at the first write to it, so each thread waits only for its own pages.
    let mut values = vec![T::zeroed(); parts.iter().map(|part| part.len()).sum()];
    let mut rest = values.as_mut_slice();
    let mut copies = Vec::new();
    for piece in parts.iter().flat_map(|part| part.chunks(COPIED_AT_ONCE)) {
        let (target, later) = rest.split_at_mut(piece.len());
        copies.push((target, piece));
        rest = later;
    }
    copies.into_par_iter().for_each(|(target, piece)| target.copy_from_slice(piece));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_shares_its_numbers_until_it_is_changed() {
        let column = Column::from(vec![1u32, 2]);
        let mut other = column.clone();
        assert_eq!(column.as_slice().as_ptr(), other.as_slice().as_ptr());
        other.to_mut().push(3);
        assert_eq!((column.as_slice(), other.as_slice()), (&[1, 2][..], &[1, 2, 3][..]));
    }

    #[test]
    fn parts_are_concatenated_in_their_order() {
        let numbers: Vec<u32> = (0..3 * COPIED_AT_ONCE as u32 + 5).collect();
        let (first, second) = numbers.split_at(COPIED_AT_ONCE + 7);
        assert_eq!(concatenated(&[first, &[], second]), numbers);
        assert!(concatenated::<u8>(&[]).is_empty());
    }
}
