//! From bytes in whatever encoding to UTF-8, as they stream by.
//!
//! What tells, in this order: a byte-order mark; the zeros of UTF-16; what the file declares (XML's `encoding="…"`,
//! JabRef's `% Encoding: …`), unless all that is looked at is UTF-8, since files are converted more often than their
//! declarations; whether it is UTF-8; else what [chardetng](https://docs.rs/chardetng) takes it for. Nothing is decided
//! before the first byte that is not ASCII, however far into the file that is.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much is read at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// How much is looked at from the first byte on that is not ASCII: enough for a detector that counts pairs of letters,
/// also where most of a file is keywords and numbers.
const WINDOW_BYTES: usize = 1 << 20;

/// Where declarations stand.
const DECLARED_BYTES: usize = 1024;

/// A reader of UTF-8 over one of bytes.
pub(super) struct Utf8<R> {
    source: R,
    /// Bytes that were read and not yet decoded: `raw[position..]`.
    raw: Vec<u8>,
    position: usize,
    /// Decoded and not yet given out: `text[given..]`.
    text: Vec<u8>,
    given: usize,
    state: State,
    declared: Option<&'static Encoding>,
    /// What old Macintoshes end lines with, if the file ends them with nothing else.
    has_bare_returns: bool,
    /// The source has no more.
    ended: bool,
    failure: Option<io::Error>,
    repaired: u64,
}

enum State {
    /// Nothing but ASCII so far.
    Ascii,
    /// UTF-8; what is none is taken for Windows-1252, byte by byte.
    Utf8,
    Other(Decoder),
}

/// Why a file is not decoded.
pub(super) struct Undecodable(pub &'static str);

impl<R: Read> Utf8<R> {
    /// `start` is what was read of `source` so far.
    pub(super) fn new(start: Vec<u8>, source: R) -> Result<Self, Undecodable> {
        if start.starts_with(&[0xff, 0xfe, 0, 0]) || start.starts_with(&[0, 0, 0xfe, 0xff]) {
            return Err(Undecodable("UTF-32"));
        }
        let (state, position) = match Encoding::for_bom(&start) {
            Some((encoding, length)) if encoding == UTF_8 => (State::Utf8, length),
            Some((encoding, length)) => (State::Other(encoding.new_decoder_without_bom_handling()), length),
            None => match utf16_without_mark(&start) {
                Some(encoding) => (State::Other(encoding.new_decoder_without_bom_handling()), 0),
                None => (State::Ascii, 0),
            },
        };
        Ok(Self {
            source,
            declared: declared(&start),
            has_bare_returns: start.contains(&b'\r') && !start.contains(&b'\n'),
            raw: start,
            position,
            text: Vec::new(),
            given: 0,
            state,
            ended: false,
            failure: None,
            repaired: 0,
        })
    }

    /// What was assumed, if it was anything but UTF-8: for whoever has to judge whether the letters are right.
    pub(super) fn assumed(&self) -> Option<String> {
        match &self.state {
            State::Other(decoder) => Some(format!("read as {}", decoder.encoding().name())),
            State::Utf8 if self.repaired > 0 => Some(format!(
                "{} that are not UTF-8 were read as Windows-1252",
                if self.repaired == 1 { "1 byte".to_owned() } else { format!("{} bytes", self.repaired) }
            )),
            _ => None,
        }
    }

    /// Reads until `wanted` bytes are waiting or the source ends.
    fn gather(&mut self, wanted: usize) {
        self.raw.drain(..self.position);
        self.position = 0;
        while self.raw.len() < wanted && !self.ended {
            let missing = (wanted - self.raw.len()) as u64;
            match self.source.by_ref().take(missing).read_to_end(&mut self.raw) {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) => {
                    // What came before it is used first.
                    self.failure = Some(error);
                    self.ended = true;
                }
            }
        }
    }

    /// Decodes what is waiting; reads more where nothing is. Nothing may come of it: half a character, the end.
    fn decode_some(&mut self) {
        if self.position == self.raw.len() {
            self.gather(CHUNK_BYTES);
        }
        self.text.clear();
        self.given = 0;
        if let State::Ascii = self.state {
            let length = Encoding::ascii_valid_up_to(&self.raw[self.position..]);
            if length > 0 || self.position == self.raw.len() {
                self.text.extend_from_slice(&self.raw[self.position..self.position + length]);
                self.position += length;
                return;
            }
            self.gather(WINDOW_BYTES);
            self.state = self.decided();
        }
        match &mut self.state {
            State::Other(decoder) => {
                let waiting = &self.raw[self.position..];
                self.text.resize(decoder.max_utf8_buffer_length(waiting.len()).unwrap_or(CHUNK_BYTES), 0);
                let (result, read, written, _) = decoder.decode_to_utf8(waiting, &mut self.text, self.ended);
                debug_assert_eq!(result, CoderResult::InputEmpty);
                self.text.truncate(written);
                self.position += read;
            }
            _ => self.decode_utf8(),
        }
    }

    fn decode_utf8(&mut self) {
        loop {
            let waiting = &self.raw[self.position..];
            match std::str::from_utf8(waiting) {
                Ok(_) => {
                    self.text.extend_from_slice(waiting);
                    self.position = self.raw.len();
                    return;
                }
                Err(error) => {
                    let valid = error.valid_up_to();
                    self.text.extend_from_slice(&waiting[..valid]);
                    self.position += valid;
                    let bad = match error.error_len() {
                        Some(length) => length,
                        None if self.ended => self.raw.len() - self.position,
                        // The rest of the character is still to come.
                        None if self.text.is_empty() => {
                            self.gather(CHUNK_BYTES);
                            continue;
                        }
                        None => {
                            self.gather(CHUNK_BYTES);
                            return;
                        }
                    };
                    let bytes = &self.raw[self.position..self.position + bad];
                    self.text.extend_from_slice(WINDOWS_1252.decode_without_bom_handling(bytes).0.as_bytes());
                    self.repaired += bad as u64;
                    self.position += bad;
                }
            }
        }
    }

    /// What the waiting bytes are in, the first of which is not ASCII.
    fn decided(&self) -> State {
        let window = &self.raw[self.position..];
        let (good, bad) = utf8_balance(window, self.ended);
        if bad == 0 {
            return State::Utf8;
        }
        if let Some(declared) = self.declared.filter(|encoding| *encoding != UTF_8) {
            return State::Other(declared.new_decoder_without_bom_handling());
        }
        // Text in another encoding forms a character of UTF-8 now and then; a file of UTF-8 has a few bad bytes, from
        // records that were pasted into it.
        if good >= 4 * bad {
            return State::Utf8;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(window, self.ended);
        let encoding = detector.guess(None, Utf8Detection::Deny);
        State::Other(encoding.new_decoder_without_bom_handling())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if self.ended && self.position == self.raw.len() {
                return self.failure.take().map_or(Ok(0), Err);
            }
            self.decode_some();
        }
        let count = target.len().min(self.text.len() - self.given);
        let target = &mut target[..count];
        target.copy_from_slice(&self.text[self.given..self.given + count]);
        if self.has_bare_returns {
            target.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        self.given += count;
        Ok(count)
    }
}

/// The text of a file that is held in memory; `None` if it holds none.
pub(crate) fn decoded(bytes: Vec<u8>) -> Option<String> {
    let start = &bytes[..bytes.len().min(CHUNK_BYTES)];
    if start.contains(&0) && !is_wide(start) {
        return None;
    }
    let mut text = String::new();
    Utf8::new(bytes, io::empty()).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

/// Whether text that begins so has zeros in it: it is UTF-16, or UTF-32.
pub(super) fn is_wide(start: &[u8]) -> bool {
    start.starts_with(&[0xff, 0xfe])
        || start.starts_with(&[0xfe, 0xff])
        || start.starts_with(&[0, 0, 0xfe, 0xff])
        || utf16_without_mark(start).is_some()
}

/// Text in Latin letters has a zero as every second byte, and none between.
fn utf16_without_mark(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // The half of it may be Chinese.
    let enough = (start.len() / 8).max(3);
    match (even, odd) {
        (0, odd) if odd > enough => Some(UTF_16LE),
        (even, 0) if even > enough => Some(UTF_16BE),
        _ => None,
    }
}

/// How many characters beyond ASCII are UTF-8, and how many bytes are not.
fn utf8_balance(bytes: &[u8], is_whole: bool) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // The last character may be cut by the end of what is looked at.
        let is_cut = chunks.peek().is_none() && !is_whole;
        bad += if is_cut { 0 } else { chunk.invalid().len() };
    }
    (good, bad)
}

/// The encoding that a file says it is in.
fn declared(start: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&start[..start.len().min(DECLARED_BYTES)]);
    let label = if head.trim_start().starts_with("<?xml") {
        let declaration = head.split("?>").next()?;
        let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
        value.get(1..)?.split(['"', '\'']).next()?
    } else {
        // As JabRef begins a file of BibTeX.
        let line = head.lines().find(|line| line.trim_start_matches(['%', ' ']).starts_with("Encoding:"))?;
        line.trim_start().strip_prefix('%')?.split_once(':')?.1.trim()
    };
    // Java's names: "ISO8859_1", "Cp1252".
    let label = label.replace('_', "-").to_lowercase();
    let label = label
        .strip_prefix("cp")
        .filter(|number| number.starts_with("12"))
        .map_or(label.clone(), |number| format!("windows-{number}"));
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, EUC_KR, GBK, SHIFT_JIS, WINDOWS_1251};

    use super::*;

    /// Gives a few bytes at a time, so that characters are cut everywhere.
    struct Trickle<'b>(&'b [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(7).min(target.len());
            target[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn decoded(bytes: &[u8]) -> (String, Option<String>) {
        let mut start = bytes.to_vec();
        let rest = start.split_off(bytes.len().min(CHUNK_BYTES));
        let mut utf8 = Utf8::new(start, Trickle(&rest)).ok().unwrap();
        let mut text = String::new();
        utf8.read_to_string(&mut text).unwrap();
        (text, utf8.assumed())
    }

    const GERMAN: &str = "Über die Bienen und ihre Waben: größere Völker schwärmen häufiger. ";
    const CHINESE: &str = "关于蜜蜂的研究表明，蜂群在夏天更加活跃。";
    const JAPANESE: &str = "ミツバチの研究によると、群れは夏にもっと活発になります。";
    const RUSSIAN: &str = "Исследование пчёл показывает, что летом рой более активен. ";

    #[test]
    fn every_encoding_becomes_utf_8_and_is_named() {
        for (encoding, text) in [
            (WINDOWS_1252, GERMAN),
            (GBK, CHINESE),
            (SHIFT_JIS, JAPANESE),
            (WINDOWS_1251, RUSSIAN),
            (BIG5, "關於蜜蜂的研究表明，蜂群在夏天更加活躍。"),
            (EUC_KR, "꿀벌에 대한 연구에 따르면 벌떼는 여름에 더 활발하다. "),
        ] {
            let text = text.repeat(20);
            let (bytes, _, lost) = encoding.encode(&text);
            assert!(!lost);
            let name = format!("read as {}", encoding.name());
            assert_eq!(decoded(&bytes), (text.clone(), Some(name.clone())));
            // The first letter that is not ASCII stands far behind what is looked at first.
            let ascii = "@article{bee, title = {Bees}}\n".repeat(10_000);
            let late = [ascii.as_bytes(), &bytes].concat();
            assert_eq!(decoded(&late), (ascii + &text, Some(name)));
        }
        assert_eq!(decoded(GERMAN.as_bytes()), (GERMAN.to_owned(), None));
        assert_eq!(decoded(b"Bees"), ("Bees".to_owned(), None));
        assert_eq!(decoded(b""), (String::new(), None));
    }

    #[test]
    fn utf_16_is_read_with_a_mark_and_without() {
        for text in [GERMAN.repeat(3000), format!("title,year\n{CHINESE},1999\n")] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(
                decoded(&[&[0xff, 0xfe], &little[..]].concat()),
                (text.clone(), Some("read as UTF-16LE".into()))
            );
            assert_eq!(decoded(&[&[0xfe, 0xff], &big[..]].concat()), (text.clone(), Some("read as UTF-16BE".into())));
            if text.is_ascii() || text.starts_with('Ü') {
                assert_eq!(decoded(&little).0, text);
                assert_eq!(decoded(&big).0, text);
            }
        }
        assert!(Utf8::new(vec![0xff, 0xfe, 0, 0, b'a', 0, 0, 0], io::empty()).is_err());
    }

    #[test]
    fn a_few_bad_bytes_do_not_make_utf_8_anything_else() {
        let mut bytes = GERMAN.repeat(2000).into_bytes();
        bytes.extend(b"M\xfcller \x93hums\x94 ");
        bytes.extend(GERMAN.as_bytes());
        let expected = GERMAN.repeat(2000) + "Müller “hums” " + GERMAN;
        let told = "3 bytes that are not UTF-8 were read as Windows-1252".to_owned();
        assert_eq!(decoded(&bytes), (expected, Some(told)));
        let cut = &GERMAN.as_bytes()[..GERMAN.find("ö").unwrap() + 1];
        assert!(decoded(cut).0.ends_with("grÃ"), "cut within a letter");
    }

    #[test]
    fn what_a_file_declares_counts_unless_it_is_utf_8() {
        let xml = |encoding: &str| format!("<?xml version='1.0' encoding='{encoding}'?><a>");
        let latin_2 = [xml("ISO-8859-2").as_bytes(), b"\xb9\xe6"].concat();
        assert!(decoded(&latin_2).0.ends_with("<a>šć"));
        let (text, assumed) = decoded(format!("{}{GERMAN}", xml("ISO-8859-1")).as_bytes());
        assert!(text.ends_with(GERMAN) && assumed.is_none(), "declared as what it no longer is");
        let jabref = [b"% Encoding: Cp1251\n@article{a, title={".as_slice(), &WINDOWS_1251.encode("рой").0].concat();
        assert!(decoded(&jabref).0.ends_with("{рой"));
        let jabref = [b"% Encoding: ISO8859_1\n".as_slice(), b"\xe9"].concat();
        assert!(decoded(&jabref).0.ends_with('é'));
    }

    #[test]
    fn lines_that_end_like_those_of_old_macintoshes_are_lines() {
        assert_eq!(decoded(b"title\rBees\r").0, "title\nBees\n");
        assert_eq!(decoded(b"title\r\nBees\rhum\r\n").0, "title\r\nBees\rhum\r\n");
    }

    #[test]
    fn an_error_comes_after_what_was_read_before_it() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("bad sector"))
            }
        }
        let mut utf8 = Utf8::new(b"M\xfc".to_vec(), Failing).ok().unwrap();
        let mut text = Vec::new();
        assert!(utf8.read_to_end(&mut text).is_err());
        assert_eq!(text, "Mü".as_bytes());
    }
}
