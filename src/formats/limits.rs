//! The limits on the sizes of records, lines and whole texts, and the error for a file that cannot be used.

use std::io::{self, BufRead, Read};
use std::path::Path;

use crate::{Error, Result};

/// The largest record that is read, in bytes. Papers with full text are far smaller. A larger record is not a paper, or
/// its file has lost its line ends; it could fill the memory.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// The largest JSON record that is read, in bytes. In memory a value takes up to 80 times the bytes of its text.
pub(super) const MAX_JSON_BYTES: usize = 4 << 20;

/// The largest draft, list or report that is read as a whole, in bytes. A book has 1 MB; a report on 10,000 papers has 100.
const MAX_WHOLE_BYTES: u64 = 512 << 20;

/// Reads a whole text of at most [`MAX_WHOLE_BYTES`]: without the limit, a device would fill the memory.
pub(crate) fn read_whole(reader: impl Read, path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_WHOLE_BYTES + 1).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    if bytes.len() as u64 > MAX_WHOLE_BYTES {
        return Err(unusable(path, format!("has more than {} MiB, too many for one text", MAX_WHOLE_BYTES >> 20)));
    }
    Ok(bytes)
}

/// A reader that fails at a line of more than [`MAX_RECORD_BYTES`], for callers that read whole lines.
#[derive(Debug)]
pub(crate) struct LimitedLines<R> {
    inner: R,
    /// The bytes of the present line so far.
    bytes: usize,
}

impl<R: BufRead> LimitedLines<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, bytes: 0 }
    }
}

impl<R: BufRead> Read for LimitedLines<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(target)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for LimitedLines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.bytes > MAX_RECORD_BYTES {
            return Err(io::Error::other(format!("a line has more than {} MiB", MAX_RECORD_BYTES >> 20)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        // `count` bytes are in the buffer, so nothing is read here.
        let line_end = self.inner.fill_buf().ok().and_then(|buffer| memchr::memrchr(b'\n', &buffer[..count]));
        self.bytes = line_end.map_or(self.bytes + count, |end| count - end - 1);
        self.inner.consume(count);
    }
}

/// Returns the error for a file that cannot be used. In the message `reason` follows the name of the file.
pub(super) fn unusable(path: &Path, reason: impl Into<String>) -> Error {
    Error::Input { path: path.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_lines_and_texts_end_with_an_error() {
        let endless = || io::BufReader::new(io::repeat(b'x'));
        let error = LimitedLines::new(endless()).lines().next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "a line has more than 16 MiB");
        let error = read_whole(endless(), Path::new("/dev/zero")).unwrap_err();
        assert!(error.to_string().contains("has more than 512 MiB"), "{error}");
        let text = format!("a\n{}\n\nb", "x".repeat(MAX_RECORD_BYTES));
        let lines: Vec<String> = LimitedLines::new(text.as_bytes()).lines().map(Result::unwrap).collect();
        assert_eq!(lines, text.split('\n').collect::<Vec<_>>());
    }
}
