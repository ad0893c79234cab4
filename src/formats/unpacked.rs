//! How much a packed file may unpack to: a bomb of a few kilobytes must not keep the machine busy for hours.
//!
//! Of 48 real files of papers in all formats none packed to less than a twelfth of its size. Deflate cannot do better
//! than 1 : 1032, which is what bombs do; zstd can do much better. So what unpacks to more than [`MAX_RATIO`] times its
//! size is no text of papers, and what unpacks to more than [`MAX_BYTES`] is cut there: that is some 50 million papers
//! with abstracts. Memory is no concern, since nothing is held.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

/// Bytes of text for each byte of the file.
const MAX_RATIO: u64 = 200;

/// So much may be unpacked whatever the ratio: a decoder gives out text before all that it took in is counted, and a
/// small file full of nothing harms nobody.
const FREE_BYTES: u64 = 32 << 20;

/// In all.
const MAX_BYTES: u64 = 64 << 30;

/// What was taken in and given out, of one file or of all members of an archive.
#[derive(Debug, Default)]
pub(super) struct Budget {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
}

impl Budget {
    /// For an archive of `packed` bytes; its members' count together, also where they overlap.
    pub(super) fn of_archive(packed: u64) -> Self {
        Self { packed: Cell::new(packed), unpacked: Cell::new(0) }
    }

    fn check(&self) -> io::Result<()> {
        let (packed, unpacked) = (self.packed.get(), self.unpacked.get());
        if unpacked > MAX_BYTES || (unpacked > FREE_BYTES && unpacked > packed.saturating_mul(MAX_RATIO)) {
            return Err(io::Error::other(TooLarge { packed, unpacked }));
        }
        Ok(())
    }
}

/// Counts what is taken in.
pub(super) struct Counted<R> {
    inner: R,
    budget: Rc<Budget>,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R, budget: &Rc<Budget>) -> Self {
        Self { inner, budget: Rc::clone(budget) }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(target)?;
        self.budget.packed.set(self.budget.packed.get() + count as u64);
        Ok(count)
    }
}

/// Counts what is given out, and fails where that is too much.
pub(super) struct Limited<R> {
    inner: R,
    budget: Rc<Budget>,
}

impl<R> Limited<R> {
    pub(super) fn new(inner: R, budget: &Rc<Budget>) -> Self {
        Self { inner, budget: Rc::clone(budget) }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        self.budget.check()?;
        let count = self.inner.read(target)?;
        self.budget.unpacked.set(self.budget.unpacked.get() + count as u64);
        Ok(count)
    }
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) struct TooLarge {
    packed: u64,
    unpacked: u64,
}

impl TooLarge {
    /// The reason of an error, if it is this one, whatever stands around it.
    pub(super) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl std::error::Error for TooLarge {}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unpacked = self.unpacked >> 20;
        if self.unpacked > MAX_BYTES {
            return write!(f, "unpacks to more than {} GiB; unpack and split it", MAX_BYTES >> 30);
        }
        write!(
            f,
            "unpacks to more than {MAX_RATIO} times its size ({unpacked} MiB from {} KiB so far), which no text does; if it \
             is one, unpack it first",
            self.packed >> 10
        )
    }
}
