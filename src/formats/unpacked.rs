//! Limits on unpacking: a bomb of a few kilobytes must not keep the machine busy for hours.
//!
//! Of 48 real files of papers in all formats, none packed to less than a twelfth of its size. Bombs reach 1 : 1032, the most
//! that Deflate can, or more with zstd. So reading ends where a file unpacks to more than [`MAX_RATIO`] times its size, and
//! at [`MAX_BYTES`], some 50 million papers with abstracts. Memory is no concern, since nothing is held.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Bytes of text for each byte of the file.
const MAX_RATIO: u64 = 200;

/// Up to here the ratio does not count: a decoder gives text before all its input is counted, and a small file harms
/// nobody.
const FREE_BYTES: u64 = 32 << 20;

/// In all.
const MAX_BYTES: u64 = 64 << 30;

/// Counts the bytes of one file, or of all members of an archive, before and after unpacking.
#[derive(Debug, Default)]
pub(super) struct Meter {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
}

impl Meter {
    /// For an archive of `packed` bytes; its members' count together, also where they overlap.
    pub(super) fn of_archive(packed: u64) -> Rc<Self> {
        Rc::new(Self { packed: Cell::new(packed), unpacked: Cell::new(0) })
    }

    fn check(&self) -> io::Result<()> {
        let (packed, unpacked) = (self.packed.get(), self.unpacked.get());
        if unpacked > MAX_BYTES {
            let text = format!("unpacks to more than {} GiB; unpack and split it", MAX_BYTES >> 30);
            return Err(io::Error::other(TooLarge(text)));
        }
        if unpacked > FREE_BYTES && unpacked > packed.saturating_mul(MAX_RATIO) {
            return Err(io::Error::other(TooLarge(format!(
                "unpacks to more than {MAX_RATIO} times its size ({} MiB from {} KiB so far), which no text does; if it is \
                 one, unpack it first",
                unpacked >> 20,
                packed >> 10
            ))));
        }
        Ok(())
    }
}

/// A reader whose bytes are counted; those that were unpacked are limited.
pub(super) struct Metered<R> {
    inner: R,
    meter: Rc<Meter>,
    is_unpacked: bool,
}

impl<R> Metered<R> {
    pub(super) fn packed(inner: R, meter: &Rc<Meter>) -> Self {
        Self { inner, meter: Rc::clone(meter), is_unpacked: false }
    }

    pub(super) fn unpacked(inner: R, meter: &Rc<Meter>) -> Self {
        Self { inner, meter: Rc::clone(meter), is_unpacked: true }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        self.meter.check()?;
        let count = self.inner.read(target)?;
        let bytes = if self.is_unpacked { &self.meter.unpacked } else { &self.meter.packed };
        bytes.set(bytes.get() + count as u64);
        Ok(count)
    }
}

/// The error that ends the reading of what unpacks to too much.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct TooLarge(String);

impl TooLarge {
    /// Whether an error is this one.
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|error| error.is::<Self>())
    }
}
