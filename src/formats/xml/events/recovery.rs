//! How reading goes on where the XML is broken, or a piece of it is too long: nothing is lost but what is broken, and
//! what was done is told once.

use quick_xml::errors::Error;

use super::super::source::EVENT_BYTES;
use super::{Events, Step, new_reader};

impl Events<'_, '_> {
    /// A `<` that is text, and what comes behind it.
    pub(super) fn stray(&mut self, rest: &[u8], line: u64) -> Option<Step> {
        self.blemish(line, "a < that starts no tag; in XML it is written &lt;".to_owned());
        self.reader.get_mut().give_back(rest);
        self.text("<")
    }

    /// The reader ends at every error, so it is started anew.
    pub(super) fn recover(&mut self, error: Error, bytes: &[u8], line: u64) -> Option<Step> {
        let is_exhausted = self.reader.get_ref().is_exhausted();
        if !matches!(error, Error::IllFormed(_)) {
            self.restart();
        }
        match (error, bytes) {
            (Error::IllFormed(_), _) => None,
            (Error::Encoding(_), _) => {
                self.blemish(line, "bytes that are no UTF-8, read as \u{fffd}".to_owned());
                self.reader.get_mut().give_back(String::from_utf8_lossy(bytes).as_bytes());
                None
            }
            (_, _) if !is_exhausted && self.broke_off() => None,
            (_, [b'<', b'!', b'-', ..]) => {
                self.skip_past(is_exhausted, b"-->", line);
                None
            }
            (_, [b'<', b'!', b'[', rest @ ..]) => {
                let text = rest.strip_prefix(b"CDATA[").unwrap_or(rest);
                let step = self.text(&String::from_utf8_lossy(text));
                if is_exhausted {
                    let limit = EVENT_BYTES >> 20;
                    self.blemish(line, format!("a CDATA section of more than {limit} MiB, whose rest is left out"));
                }
                self.skip_past(is_exhausted, b"]]>", line);
                step
            }
            (_, [b'<', b'?', ..]) => {
                self.skip_past(is_exhausted, b"\0?>", line);
                None
            }
            (_, [b'<', b'!', b'D' | b'd', ..]) => {
                let name = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
                self.blemish(line, format!("{name} \u{2026} does not end within {} MiB", EVENT_BYTES >> 20));
                None
            }
            (_, [b'<', rest @ ..]) => self.stray(rest, line),
            (_, bytes) => {
                // A long text, cut where the limit fell.
                let whole = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
                let whole = if bytes.len() - whole < 4 { whole } else { bytes.len() };
                self.reader.get_mut().give_back(&bytes[whole..]);
                self.text(&String::from_utf8_lossy(&bytes[..whole]))
            }
        }
    }

    fn skip_past(&mut self, is_exhausted: bool, end: &[u8; 3], line: u64) {
        if is_exhausted {
            self.reader.get_mut().skip_past(end);
        } else {
            let end = String::from_utf8_lossy(end).replace('\0', "");
            self.blemish(line, format!("what starts here does not end: there is no {end}"));
        }
    }

    pub(super) fn restart(&mut self) {
        let source = std::mem::take(self.reader.get_mut());
        self.reader = new_reader(source);
        self.counted = 0;
    }

    pub(super) fn blemish(&mut self, line: u64, what: String) {
        self.blemishes += 1;
        if self.blemishes == 1 {
            self.blemish = Some((line, what));
        }
    }
}
