//! The bytes that the XML reader gets. The length of a single text, tag or comment is limited, so that none can take
//! all memory. Bytes that turn out not to be markup can be given back and are then read again.

use std::io::{self, BufRead, Read};

use super::super::input::Input;

/// The most bytes of one event (a tag, text or comment). A longer text is read in pieces, and a longer tag is read as
/// text.
pub(super) const EVENT_BYTES: usize = 1 << 20;

/// How often a byte may be read again on average. Text with a stray `<` is read twice; only hostile files need more.
const REREADINGS: u64 = 4;

/// How many bytes may always be read again, whatever the average: a few of the longest events.
const MIN_REREAD_BYTES: u64 = 4 * EVENT_BYTES as u64;

/// An [`Input`] with a limit for each event. The default has no input and is empty.
#[derive(Default)]
pub(super) struct Source<'i, 'a> {
    input: Option<&'i mut Input<'a>>,
    /// The bytes that were given back, which are read first.
    returned: Vec<u8>,
    position: usize,
    /// The number of line ends in the unread part of `returned`.
    returned_lines: u64,
    allowance: usize,
    consumed: u64,
    reread: u64,
}

impl<'i, 'a> Source<'i, 'a> {
    pub(super) fn new(input: &'i mut Input<'a>) -> Self {
        Self { input: Some(input), ..Self::default() }
    }

    /// The line of the next byte.
    pub(super) fn line(&self) -> u64 {
        self.input.as_ref().map_or(1, |input| input.line()).saturating_sub(self.returned_lines)
    }

    /// How many bytes were read, including those that were read again.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    pub(super) fn broke_off(&self) -> bool {
        self.input.as_ref().is_some_and(|input| input.broke_off())
    }

    /// Resets the limit for another event.
    pub(super) fn allow_event(&mut self) {
        self.allowance = EVENT_BYTES;
    }

    /// Whether a read ended because the event was too long.
    pub(super) fn is_exhausted(&self) -> bool {
        self.allowance == 0
    }

    /// Gives back bytes that have just been read. Returns `false` and gives nothing back if too many were given back
    /// already.
    pub(super) fn give_back(&mut self, bytes: &[u8]) -> bool {
        self.reread += bytes.len() as u64;
        if self.reread > MIN_REREAD_BYTES + REREADINGS * self.consumed.saturating_sub(self.reread) {
            return false;
        }
        self.returned_lines += line_ends(bytes);
        if bytes.len() <= self.position {
            // There is room before the unread bytes, which then need not be moved.
            let start = self.position - bytes.len();
            self.returned[start..self.position].copy_from_slice(bytes);
            self.position = start;
            return true;
        }
        let rest = self.returned.split_off(self.position);
        self.returned.clear();
        self.returned.extend_from_slice(bytes);
        self.returned.extend_from_slice(&rest);
        self.position = 0;
        true
    }

    /// Skips all bytes up to and including `end`, and holds none of them. A zero at the start of `end` matches any
    /// byte.
    pub(super) fn skip_past(&mut self, end: &[u8; 3]) {
        let mut last = [0; 3];
        loop {
            self.allow_event();
            let available = self.fill_buf().unwrap_or_default();
            if available.is_empty() {
                return;
            }
            let mut found = None;
            for (at, byte) in available.iter().enumerate() {
                last = [last[1], last[2], *byte];
                // `?>` has two bytes, so a zero precedes it.
                if last[1..] == end[1..] && (end[0] == 0 || last[0] == end[0]) {
                    found = Some(at + 1);
                    break;
                }
            }
            let count = found.unwrap_or(available.len());
            self.consume(count);
            if found.is_some() {
                return;
            }
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

impl Read for Source<'_, '_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(target.len());
        target[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Source<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance == 0 {
            return Err(io::Error::other("the event is too long"));
        }
        let available = if self.position < self.returned.len() {
            &self.returned[self.position..]
        } else {
            match &mut self.input {
                Some(input) => input.fill_buf()?,
                None => &[],
            }
        };
        Ok(&available[..available.len().min(self.allowance)])
    }

    fn consume(&mut self, count: usize) {
        self.allowance = self.allowance.saturating_sub(count);
        self.consumed += count as u64;
        if self.position < self.returned.len() {
            let end = (self.position + count).min(self.returned.len());
            self.returned_lines -= line_ends(&self.returned[self.position..end]);
            self.position = end;
            if end == self.returned.len() {
                self.returned.clear();
                self.position = 0;
            }
        } else if let Some(input) = &mut self.input {
            input.consume(count);
        }
    }
}
