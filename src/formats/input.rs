//! From a file to plain UTF-8: compression, encoding, and files that hold no text at all.
//!
//! Format modules never see an I/O error: to them a file that breaks off just ends, [`Input::broke_off`] tells them to
//! drop the record that was cut, and [`Input::breakage`] tells the reader of the file.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use super::encoding::{Utf8, is_wide};
use super::format::readable;
use super::refusal::unusable;
use super::unpacked::{Budget, Counted, Limited, TooLarge};
use crate::{Error, Result};

/// How much is looked at before a format is chosen. A page of a listing has its first paper, and a table its header,
/// well within it; it is also the size of a read.
const PEEK_BYTES: usize = 64 << 10;

const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Parquet is read by `parquet`, from files: what begins so here came from elsewhere.
const PARQUET_REMEDY: &str = if cfg!(feature = "parquet") {
    "it can be read from a file of its own only: save it as one, unpacked, and name that"
} else {
    "export it as CSV or JSON Lines, or build relata with `--features parquet`"
};

/// How files begin that people take for files of papers: the bytes, what it is, what to do.
const BINARY: [(&[u8], &str, &str); 14] = [
    (b"%PDF-", "a PDF", "relata reads titles and abstracts, not full papers: export them from your reference manager"),
    (b"PK\x03\x04", "a zip archive within another file", "unpack it and name what is in it"),
    (b"SQLite format 3\0", "an SQLite database", "export its papers as CSV or JSON"),
    (b"\xfd7zXZ\0", "compressed with xz", "unpack it first: `xz -dk FILE`"),
    (b"BZh", "compressed with bzip2", "unpack it first: `bzip2 -dk FILE`"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"PAR1", "a Parquet file", PARQUET_REMEDY),
    (b"ARROW1", "an Arrow file", "export it as CSV or JSON Lines"),
    (b"\x89HDF", "an HDF5 file", "export it as CSV or JSON Lines"),
    (b"\x89PNG", "an image", "name a file of titles and abstracts"),
    (b"\xff\xd8\xff", "an image", "name a file of titles and abstracts"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", "save the sheet as CSV"),
    (GZIP, "compressed twice with gzip", "unpack it once: `gunzip -k FILE`"),
];

/// The text of one file.
pub(super) struct Input<'a> {
    source: Utf8<Box<dyn Read + 'a>>,
    compression: Option<&'static str>,
    buffer: Vec<u8>,
    /// What of `buffer` was consumed.
    position: usize,
    line: u64,
    failure: Option<io::Error>,
    broke_off: bool,
}

impl<'a> Input<'a> {
    /// Unpacks, decodes, and refuses what is no text.
    pub(super) fn open(raw: Box<dyn Read + 'a>, path: &Path) -> Result<Self> {
        Self::unpacked(raw, path, None)
    }

    /// [`open`](Self::open) of what is being unpacked already, from an archive of this kind.
    pub(super) fn unpacked(mut raw: Box<dyn Read + 'a>, path: &Path, archive: Option<&'static str>) -> Result<Self> {
        let mut magic = Vec::new();
        // Standard input may deliver a byte at a time.
        raw.by_ref().take(4).read_to_end(&mut magic).map_err(Error::io("read", path))?;
        let (is_gzip, is_zstd) = (magic.starts_with(GZIP), magic.starts_with(ZSTD));
        let raw = io::Cursor::new(magic).chain(raw);
        let budget = Rc::new(Budget::default());
        let packed = Counted::new(raw, &budget);
        let (mut source, compression): (Box<dyn Read + 'a>, _) = if is_gzip {
            let unpacked = MultiGzDecoder::new(BufReader::with_capacity(PEEK_BYTES, packed));
            (Box::new(Limited::new(unpacked, &budget)), Some("gzip"))
        } else if is_zstd {
            let unpacked = zstd::Decoder::new(packed).map_err(Error::io("unpack", path))?;
            (Box::new(Limited::new(unpacked, &budget)), Some("zstd"))
        } else {
            (Box::new(packed), archive)
        };
        let mut start = Vec::with_capacity(PEEK_BYTES);
        // What came before a failure is used first.
        let failure = source.by_ref().take(PEEK_BYTES as u64).read_to_end(&mut start).err();
        refuse_what_is_no_text(&start, path)?;
        let source: Box<dyn Read + 'a> = match failure {
            Some(failure) => Box::new(Failing(Some(failure))),
            None => source,
        };
        let source = Utf8::new(start, source).map_err(|encoding| {
            let name = encoding.0;
            unusable(path, format!("is {name} text; convert it first: `iconv -f {name} -t UTF-8 FILE > NEW_FILE`"))
        })?;
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
        input.refuse_what_says_nothing(path)?;
        Ok(input)
    }

    /// What was assumed of the encoding, if it was not plainly UTF-8; known when all is read.
    pub(super) fn assumed(&self) -> Option<String> {
        self.source.assumed()
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
        if let Some(too_large) = TooLarge::of(&failure) {
            return Ok(Some((self.line, format!("{too_large}; papers before this line were read"))));
        }
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

    fn refuse_what_says_nothing(&mut self, path: &Path) -> Result<()> {
        let start = self.peek();
        if !start.trim_ascii().is_empty() || start.len() >= PEEK_BYTES {
            return Ok(());
        }
        Err(match (self.failure.take(), self.compression) {
            (None, _) => unusable(path, "is empty"),
            (Some(failure), None) => Error::io("read", path)(failure),
            (Some(failure), Some(_)) if TooLarge::of(&failure).is_some() => unusable(path, failure.to_string()),
            (Some(failure), Some(compression)) => {
                unusable(path, format!("is damaged {compression} data ({failure}); get the file again"))
            }
        })
    }
}

/// Gives the failure that was met while the start of a file was looked at.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn refuse_what_is_no_text(start: &[u8], path: &Path) -> Result<()> {
    if let Some((_, what, remedy)) = BINARY.iter().find(|(magic, ..)| start.starts_with(magic)) {
        return Err(unusable(path, format!("is {what}; {remedy}")));
    }
    if start.contains(&0) && !is_wide(start) {
        return Err(unusable(path, format!("is a binary file; {}", readable())));
    }
    Ok(())
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
