//! Opens a file as UTF-8 text: unpacks and decodes it, and refuses files that are not text.
//!
//! Format modules never get an I/O error. If reading fails, the text ends for them. They check [`Input::broke_off`] to
//! drop the incomplete last record, and [`Input::breakage`] returns what to report.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use super::encoding::{UTF_32, Utf8, is_binary};
use super::format::readable;
use super::limits::unusable;
use super::unpacked::{Meter, Metered, TooLarge};
use crate::{Error, Result};

/// How many bytes are examined to detect the format, and how many are read at a time. The first paper of a listing and
/// the header of a table are well within them.
const PEEK_BYTES: usize = 64 << 10;

const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// What to do with Parquet that relata cannot read: in an archive, a compressed file or a pipe, or any Parquet if
/// relata was built without it.
const PARQUET_REMEDY: &str = if cfg!(feature = "parquet") {
    "relata does not read Parquet from archives or pipes: save it as a separate, unpacked file"
} else {
    "export it as CSV or JSON Lines, or build relata with `--features parquet`"
};

/// Files that relata does not read as text: their first bytes, what they are, and what to do.
const NOT_TEXT: [(&[u8], &str, &str); 16] = [
    (b"%PDF-", "a PDF", "relata reads titles and abstracts, not full papers: export them from your reference manager"),
    (b"PK\x03\x04", "a zip archive within another file", "unpack it and use the files in it"),
    (b"SQLite format 3\0", "an SQLite database", "export its papers as CSV or JSON"),
    (b"\xfd7zXZ\0", "compressed with xz", "unpack it first: `xz -dk FILE`"),
    (b"BZh", "compressed with bzip2", "unpack it first: `bzip2 -dk FILE`"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"PAR1", "a Parquet file", PARQUET_REMEDY),
    (b"ARROW1", "an Arrow file", "export it as CSV or JSON Lines"),
    (b"\x89HDF", "an HDF5 file", "export it as CSV or JSON Lines"),
    (b"\x89PNG", "an image", "use a file of titles and abstracts"),
    (b"\xff\xd8\xff", "an image", "use a file of titles and abstracts"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", "save the sheet as CSV"),
    (GZIP, "compressed twice with gzip", "unpack it once: `gunzip -k FILE`"),
    (UTF_32[0], "UTF-32 text", FROM_UTF_32),
    (UTF_32[1], "UTF-32 text", FROM_UTF_32),
];

const FROM_UTF_32: &str = "convert it first: `iconv -f UTF-32 -t UTF-8 FILE > NEW_FILE`";

/// The text of one file.
pub(super) struct Input<'a> {
    source: Utf8<Box<dyn Read + 'a>>,
    compression: Option<&'static str>,
    buffer: Vec<u8>,
    /// `buffer` is consumed up to here.
    position: usize,
    line: u64,
    broke_off: bool,
}

impl<'a> Input<'a> {
    /// Unpacks and decodes `raw`. Fails if it is not text. If `raw` is a member of an archive, `archive` is the kind of
    /// the archive.
    pub(super) fn open(mut raw: Box<dyn Read + 'a>, path: &Path, archive: Option<&'static str>) -> Result<Self> {
        let mut magic = Vec::new();
        // A single read of standard input may return only one byte.
        raw.by_ref().take(4).read_to_end(&mut magic).map_err(Error::io("read", path))?;
        let (is_gzip, is_zstd) = (magic.starts_with(GZIP), magic.starts_with(ZSTD));
        let meter = Rc::new(Meter::default());
        let packed = Metered::packed(io::Cursor::new(magic).chain(raw), &meter);
        let (source, compression): (Box<dyn Read + 'a>, _) = if is_gzip {
            let unpacked = MultiGzDecoder::new(BufReader::with_capacity(PEEK_BYTES, packed));
            (Box::new(Metered::unpacked(unpacked, &meter)), Some("gzip"))
        } else if is_zstd {
            let unpacked = zstd::Decoder::new(packed).map_err(Error::io("unpack", path))?;
            (Box::new(Metered::unpacked(unpacked, &meter)), Some("zstd"))
        } else {
            (Box::new(packed), archive)
        };
        let source = Utf8::new(source);
        if let Some((_, what, remedy)) = NOT_TEXT.iter().find(|(magic, ..)| source.start().starts_with(magic)) {
            return Err(unusable(path, format!("is {what}; {remedy}")));
        }
        if is_binary(source.start()) {
            return Err(unusable(path, format!("is a binary file; {}", readable())));
        }
        let buffer = Vec::with_capacity(PEEK_BYTES);
        let mut input = Self { source, compression, buffer, position: 0, line: 1, broke_off: false };
        input.fill();
        input.refuse_blank(path)?;
        Ok(input)
    }

    /// Returns a message with the assumed encoding, unless all bytes were UTF-8. Call it after everything is read.
    pub(super) fn assumed(&self) -> Option<String> {
        self.source.assumed()
    }

    /// Returns the first bytes of the text, at most 64 KiB. Call it before anything is consumed.
    pub(super) fn peek(&self) -> &[u8] {
        &self.buffer[self.position..self.buffer.len().min(self.position + PEEK_BYTES)]
    }

    /// The line of the next byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Whether the text has ended because reading failed, not because the file has ended.
    pub(super) fn broke_off(&self) -> bool {
        self.broke_off
    }

    /// Returns the line at which the text broke off and the reason, or `None` if it did not. An error of the operating
    /// system is an `Err`, because a retry may help; a retry does not help if the data is damaged.
    pub(super) fn breakage(&mut self, path: &Path) -> Result<Option<(u64, String)>> {
        let (Some(failure), true) = (self.source.failure.take(), self.broke_off) else { return Ok(None) };
        let reason = match self.compression {
            _ if TooLarge::is(&failure) => format!("{failure}; papers before this line were read"),
            None => return Err(Error::io("read", path)(failure)),
            Some(compression) => format!(
                "the {compression} data ends early or is damaged ({failure}); papers before this line were read, get the \
                 file again for the rest"
            ),
        };
        Ok(Some((self.line, reason)))
    }

    fn fill(&mut self) {
        self.buffer.clear();
        self.position = 0;
        while self.buffer.len() < PEEK_BYTES && self.source.decode(&mut self.buffer) {}
        self.broke_off = self.buffer.is_empty() && self.source.failure.is_some();
    }

    fn refuse_blank(&mut self, path: &Path) -> Result<()> {
        if !self.buffer.trim_ascii().is_empty() || self.buffer.len() >= PEEK_BYTES {
            return Ok(());
        }
        Err(match (self.source.failure.take(), self.compression) {
            (None, _) => unusable(path, "is empty"),
            (Some(failure), _) if TooLarge::is(&failure) => unusable(path, failure.to_string()),
            (Some(failure), None) => Error::io("read", path)(failure),
            (Some(failure), Some(compression)) => {
                unusable(path, format!("is damaged {compression} data ({failure}); get the file again"))
            }
        })
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
            self.fill();
        }
        Ok(&self.buffer[self.position..])
    }

    fn consume(&mut self, count: usize) {
        let consumed = &self.buffer[self.position..self.position + count];
        self.line += consumed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.position += count;
    }
}
