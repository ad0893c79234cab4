//! From a file to plain bytes: compression, byte-order mark, and files that hold no text at all.
//!
//! Format modules never see an I/O error: to them a file that breaks off just ends, [`Input::broke_off`] tells them to
//! drop the record that was cut, and [`Input::breakage`] tells the reader of the file.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::unusable;
use crate::{Error, Result};

/// How much is looked at before a format is chosen. A page of a listing has its first paper, and a table its header,
/// well within it; it is also the size of a read.
const PEEK_BYTES: usize = 64 << 10;

const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const BOM: &[u8] = b"\xef\xbb\xbf";

/// How files begin that people take for files of papers: the bytes, what it is, what to do.
const BINARY: [(&[u8], &str, &str); 14] = [
    (b"%PDF-", "a PDF", "relata reads titles and abstracts, not full papers: export them from your reference manager"),
    (b"PK\x03\x04", "a zip archive (or a Word or Excel file)", "unpack it, or save the sheet as CSV"),
    (b"SQLite format 3\0", "an SQLite database", "export its papers as CSV or JSON"),
    (b"\xfd7zXZ\0", "compressed with xz", "unpack it first: `xz -dk FILE`"),
    (b"BZh", "compressed with bzip2", "unpack it first: `bzip2 -dk FILE`"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"PAR1", "a Parquet file", "export it as CSV or JSON Lines"),
    (b"ARROW1", "an Arrow file", "export it as CSV or JSON Lines"),
    (b"\x89HDF", "an HDF5 file", "export it as CSV or JSON Lines"),
    (b"\x89PNG", "an image", "name a file of titles and abstracts"),
    (b"\xff\xd8\xff", "an image", "name a file of titles and abstracts"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", "save the sheet as CSV"),
    (GZIP, "compressed twice with gzip", "unpack it once: `gunzip -k FILE`"),
];

/// The unpacked bytes of one file.
pub(super) struct Input<'a> {
    source: Box<dyn Read + 'a>,
    compression: Option<&'static str>,
    buffer: Vec<u8>,
    /// What of `buffer` was consumed.
    position: usize,
    line: u64,
    failure: Option<io::Error>,
    broke_off: bool,
}

impl<'a> Input<'a> {
    /// Unpacks and refuses what is no text.
    pub(super) fn open(mut raw: Box<dyn Read + 'a>, path: &Path) -> Result<Self> {
        let mut magic = Vec::new();
        // Standard input may deliver a byte at a time.
        raw.by_ref().take(4).read_to_end(&mut magic).map_err(Error::io("read", path))?;
        let (is_gzip, is_zstd) = (magic.starts_with(GZIP), magic.starts_with(ZSTD));
        let raw = io::Cursor::new(magic).chain(raw);
        let (source, compression): (Box<dyn Read + 'a>, _) = if is_gzip {
            (Box::new(MultiGzDecoder::new(BufReader::with_capacity(PEEK_BYTES, raw))), Some("gzip"))
        } else if is_zstd {
            (Box::new(zstd::Decoder::new(raw).map_err(Error::io("unpack", path))?), Some("zstd"))
        } else {
            (Box::new(raw), None)
        };
        let mut input = Self {
            source,
            compression,
            buffer: Vec::with_capacity(PEEK_BYTES),
            position: 0,
            line: 1,
            failure: None,
            broke_off: false,
        };
        input.fill(PEEK_BYTES);
        if input.peek().starts_with(BOM) {
            input.consume(BOM.len());
        }
        input.refuse_what_is_no_text(path)?;
        Ok(input)
    }

    /// The first bytes: all of them if there are fewer than 64 KiB. Valid until something is consumed.
    pub(super) fn peek(&self) -> &[u8] {
        &self.buffer[self.position..]
    }

    /// The line of the next byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Whether the end that was just met is not the end of the file.
    pub(super) fn broke_off(&self) -> bool {
        self.broke_off
    }

    /// Where and why the file broke off, if it did. An error of the operating system is an `Err`: reading again may
    /// help there, but not for damaged data.
    pub(super) fn breakage(&mut self, path: &Path) -> Result<Option<(u64, String)>> {
        let (Some(failure), true) = (self.failure.take(), self.broke_off) else { return Ok(None) };
        match self.compression {
            None => Err(Error::io("read", path)(failure)),
            Some(compression) => {
                let reason = format!(
                    "the {compression} data ends early or is damaged ({failure}); papers before this line were read, \
                     get the file again for the rest"
                );
                Ok(Some((self.line, reason)))
            }
        }
    }

    fn fill(&mut self, wanted: usize) {
        self.buffer.clear();
        self.position = 0;
        if self.failure.is_none()
            && let Err(failure) = self.source.by_ref().take(wanted as u64).read_to_end(&mut self.buffer)
        {
            // What came before the failure is in the buffer and is used first.
            self.failure = Some(failure);
        }
    }

    fn refuse_what_is_no_text(&mut self, path: &Path) -> Result<()> {
        let start = self.peek();
        if start.trim_ascii().is_empty() && start.len() < PEEK_BYTES {
            return Err(match (self.failure.take(), self.compression) {
                (None, _) => unusable(path, "is empty"),
                (Some(failure), None) => Error::io("read", path)(failure),
                (Some(failure), Some(compression)) => {
                    unusable(path, format!("is damaged {compression} data ({failure}); get the file again"))
                }
            });
        }
        let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
        let encoding = match start {
            [0xff, 0xfe, 0, 0, ..] => Some("UTF-32"),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
            // Without a mark: text in Latin letters has a zero as every second byte, and none between.
            _ if zeros(0) == 0 && zeros(1) > start.len() / 4 => Some("UTF-16LE"),
            _ if zeros(1) == 0 && zeros(0) > start.len() / 4 => Some("UTF-16BE"),
            _ => None,
        };
        if let Some(encoding) = encoding {
            let remedy =
                format!("is {encoding} text; convert it first: `iconv -f {encoding} -t UTF-8 FILE > NEW_FILE`");
            return Err(unusable(path, remedy));
        }
        if let Some((_, what, remedy)) = BINARY.iter().find(|(magic, ..)| start.starts_with(magic)) {
            return Err(unusable(path, format!("is {what}; {remedy}")));
        }
        if start.contains(&0) {
            return Err(unusable(path, format!("is a binary file; {}", super::detect::readable())));
        }
        Ok(())
    }
}

impl Read for Input<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(target.len());
        target[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.position == self.buffer.len() {
            self.fill(PEEK_BYTES);
            self.broke_off = self.buffer.is_empty() && self.failure.is_some();
        }
        Ok(self.peek())
    }

    fn consume(&mut self, count: usize) {
        let consumed = &self.buffer[self.position..self.position + count];
        self.line += consumed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.position += count;
    }
}
