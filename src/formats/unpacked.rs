//! Limits on unpacking. Without them a zip bomb of a few kilobytes could keep the machine busy for hours.
//!
//! None of 48 real files of papers in all formats was compressed to less than a twelfth of its size. Bombs unpack to
//! 1032 times their size, the limit of Deflate, or more with zstd. So reading ends when a file unpacks to more than
//! [`MAX_RATIO`] times its size, or to more than [`MAX_BYTES`] (some 50 million papers with abstracts). Memory needs no
//! limit here, because unpacked bytes are not kept.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// The most bytes of text for each byte of the file.
const MAX_RATIO: u64 = 200;

/// The ratio is not checked before this many bytes are unpacked. Until then few packed bytes are counted, so the ratio
/// is not reliable; and a small file does no harm.
const FREE_BYTES: u64 = 32 << 20;

/// The most bytes that a file or an archive may unpack to.
const MAX_BYTES: u64 = 64 << 30;

/// Counts the bytes of one file, or of all members of an archive, before and after unpacking.
#[derive(Debug, Default)]
pub(super) struct Meter {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
}

impl Meter {
    /// Makes the meter of an archive of `packed` bytes. The unpacked bytes of all members count together, also if
    /// members overlap in the archive.
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
                "unpacks to more than {MAX_RATIO} times its size ({} MiB from {} KiB so far), more than any text does; \
                 if it is text, unpack it first",
                unpacked >> 20,
                packed >> 10
            ))));
        }
        Ok(())
    }
}

/// Counts the bytes of a reader, as packed or as unpacked bytes. Fails when a limit is exceeded.
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

/// The error for a file or an archive that unpacks to too many bytes.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct TooLarge(String);

impl TooLarge {
    /// Whether `error` is a [`TooLarge`].
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|error| error.is::<Self>())
    }
}
