//! Converts bytes in any encoding to UTF-8 while they are read.
//!
//! The first of these rules that applies decides the encoding:
//!
//! 1. The file begins with a byte-order mark.
//! 2. The first bytes have zeros in the pattern of UTF-16.
//! 3. All examined bytes are UTF-8. This rule precedes the declaration, because people convert files more often than
//!    they change the declaration.
//! 4. The file declares another encoding than UTF-8 (XML's `encoding="…"`, JabRef's `% Encoding: …`).
//! 5. There are at least four UTF-8 characters beyond ASCII for each byte that is not UTF-8.
//! 6. [chardetng](https://docs.rs/chardetng) guesses the encoding.
//!
//! Rules 3 to 6 examine bytes from the first one that is not ASCII, however far into the file that is.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How many bytes are read at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// How many bytes are examined to decide the encoding, from the first byte that is not ASCII. The detector counts pairs
/// of letters; this is enough even if most of a file is keywords and numbers.
const WINDOW_BYTES: usize = 1 << 20;

/// How many bytes at the start of a file are searched for a declaration of the encoding.
const DECLARED_BYTES: usize = 1024;

/// Reads bytes in any encoding and returns them as UTF-8.
pub(super) struct Utf8<R> {
    source: R,
    /// Bytes from the source. `raw[position..]` is not decoded yet.
    raw: Vec<u8>,
    position: usize,
    state: State,
    declared: Option<&'static Encoding>,
    /// Whether lines end with `\r` alone, as on old Macintoshes: the first bytes contain `\r` and no `\n`.
    has_bare_returns: bool,
    /// Whether the source is at its end.
    is_ended: bool,
    /// The error that ended the source early.
    pub failure: Option<io::Error>,
    /// How many bytes were not UTF-8 and were read as Windows-1252.
    repaired: u64,
}

enum State {
    /// Nothing but ASCII so far.
    Ascii,
    /// UTF-8. Bytes that are not UTF-8 are read as Windows-1252.
    Utf8,
    Other(Decoder),
}

impl<R: Read> Utf8<R> {
    /// Reads the first bytes and looks for a byte-order mark or a declaration of the encoding.
    pub(super) fn new(source: R) -> Self {
        let mut text = Self {
            source,
            raw: Vec::new(),
            position: 0,
            state: State::Ascii,
            declared: None,
            has_bare_returns: false,
            is_ended: false,
            failure: None,
            repaired: 0,
        };
        text.gather(CHUNK_BYTES);
        let start = &text.raw;
        let marked = Encoding::for_bom(start).or_else(|| Some((utf16_without_mark(start)?, 0)));
        text.declared = declared(start);
        text.has_bare_returns = start.contains(&b'\r') && !start.contains(&b'\n');
        if let Some((encoding, length)) = marked {
            text.position = length;
            text.state = State::of(encoding);
        }
        text
    }

    /// Returns the first bytes of the file, not decoded. Call it before [`decode`](Self::decode).
    pub(super) fn start(&self) -> &[u8] {
        &self.raw
    }

    /// Returns a message with the assumed encoding, so that people can check the letters. Returns `None` if all bytes
    /// were UTF-8.
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

    /// Reads until `wanted` bytes are ready to be decoded or the source ends.
    fn gather(&mut self, wanted: usize) {
        self.raw.drain(..self.position);
        self.position = 0;
        while self.raw.len() < wanted && !self.is_ended {
            let missing = (wanted - self.raw.len()) as u64;
            let read = self.source.by_ref().take(missing).read_to_end(&mut self.raw);
            self.is_ended = !matches!(read, Ok(1..));
            self.failure = self.failure.take().or(read.err());
        }
    }

    /// Decodes more bytes and appends the text to `text`. Appends nothing if the bytes are only a part of a character.
    /// Returns false at the end of the source, also after a [failure](Self::failure).
    pub(super) fn decode(&mut self, text: &mut Vec<u8>) -> bool {
        if self.position == self.raw.len() {
            if self.is_ended {
                return false;
            }
            self.gather(CHUNK_BYTES);
        }
        let start = text.len();
        if let State::Ascii = self.state {
            let length = Encoding::ascii_valid_up_to(&self.raw[self.position..]);
            text.extend_from_slice(&self.raw[self.position..self.position + length]);
            self.position += length;
            if self.position < self.raw.len() {
                self.gather(WINDOW_BYTES);
                self.state = self.decided();
            }
        }
        let waiting = &self.raw[self.position..];
        match &mut self.state {
            State::Ascii => {}
            State::Other(decoder) => {
                let at = text.len();
                text.resize(at + decoder.max_utf8_buffer_length(waiting.len()).unwrap_or(CHUNK_BYTES), 0);
                let (result, read, written, _) = decoder.decode_to_utf8(waiting, &mut text[at..], self.is_ended);
                debug_assert_eq!(result, CoderResult::InputEmpty);
                text.truncate(at + written);
                self.position += read;
            }
            State::Utf8 => {
                let mut chunks = waiting.utf8_chunks().peekable();
                let mut cut = 0;
                while let Some(chunk) = chunks.next() {
                    text.extend_from_slice(chunk.valid().as_bytes());
                    let bad = chunk.invalid();
                    // The next bytes may complete this character.
                    if !self.is_ended && chunks.peek().is_none() {
                        cut = bad.len();
                    } else {
                        text.extend_from_slice(WINDOWS_1252.decode_without_bom_handling(bad).0.as_bytes());
                        self.repaired += bad.len() as u64;
                    }
                }
                self.position = self.raw.len() - cut;
                if cut > 0 {
                    self.gather(CHUNK_BYTES);
                }
            }
        }
        if self.has_bare_returns {
            text[start..].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        true
    }

    /// Decides the encoding of the bytes that are not decoded yet, the first of which is not ASCII.
    fn decided(&self) -> State {
        let window = &self.raw[self.position..];
        let (good, bad) = utf8_balance(window, self.is_ended);
        if bad == 0 {
            return State::Utf8;
        }
        if let Some(declared) = self.declared.filter(|encoding| *encoding != UTF_8) {
            return State::of(declared);
        }
        // Text in another encoding may contain valid UTF-8 by chance. A UTF-8 file may have a few bad bytes, from
        // records that were pasted into it.
        if good >= 4 * bad {
            return State::Utf8;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(window, self.is_ended);
        State::of(detector.guess(None, Utf8Detection::Deny))
    }
}

impl State {
    fn of(encoding: &'static Encoding) -> Self {
        if encoding == UTF_8 { Self::Utf8 } else { Self::Other(encoding.new_decoder_without_bom_handling()) }
    }
}

/// Returns the text of a file that is in memory, or `None` if the file is binary.
pub(crate) fn decode_text(bytes: Vec<u8>) -> Option<String> {
    let mut source = Utf8::new(&bytes[..]);
    if is_binary(source.start()) {
        return None;
    }
    let mut text = Vec::new();
    while source.decode(&mut text) {}
    String::from_utf8(text).ok()
}

/// Whether a file that begins with `start` is not text: it contains zero bytes and is not UTF-16.
pub(super) fn is_binary(start: &[u8]) -> bool {
    let is_utf16 = || {
        Encoding::for_bom(start).is_some_and(|(encoding, _)| encoding != UTF_8) || utf16_without_mark(start).is_some()
    };
    start.contains(&0) && (UTF_32.iter().any(|mark| start.starts_with(mark)) || !is_utf16())
}

/// The byte-order marks of UTF-32, which relata does not read.
pub(super) const UTF_32: [&[u8]; 2] = [&[0xff, 0xfe, 0, 0], &[0, 0, 0xfe, 0xff]];

/// Recognises UTF-16 without a byte-order mark. In Latin text every second byte is zero, and no byte between is.
fn utf16_without_mark(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // More than a quarter of the characters must be Latin; the others may be Chinese.
    let enough = (start.len() / 8).max(3);
    match (even, odd) {
        (0, odd) if odd > enough => Some(UTF_16LE),
        (even, 0) if even > enough => Some(UTF_16BE),
        _ => None,
    }
}

/// Counts the characters beyond ASCII that are UTF-8, and the bytes that are not UTF-8.
fn utf8_balance(bytes: &[u8], is_whole: bool) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // The last character may continue after `bytes`.
        let is_cut = chunks.peek().is_none() && !is_whole;
        bad += if is_cut { 0 } else { chunk.invalid().len() };
    }
    (good, bad)
}

/// Returns the encoding that a file declares, if any.
fn declared(start: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&start[..start.len().min(DECLARED_BYTES)]);
    let label = if head.trim_start().starts_with("<?xml") {
        let declaration = head.split("?>").next()?;
        let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
        value.get(1..)?.split(['"', '\'']).next()?
    } else {
        // JabRef writes `% Encoding: …` at the start of a BibTeX file.
        let line = head.lines().find(|line| line.trim_start_matches(['%', ' ']).starts_with("Encoding:"))?;
        line.trim_start().strip_prefix('%')?.split_once(':')?.1.trim()
    };
    // Java's names of encodings: "ISO8859_1", "Cp1252".
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

    /// Returns a few bytes at a time, so that many reads end within a character.
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
        let mut utf8 = Utf8::new(Trickle(bytes));
        let mut text = Vec::new();
        while utf8.decode(&mut text) {}
        (String::from_utf8(text).unwrap(), utf8.assumed())
    }

    const GERMAN: &str = "Über die Bienen und ihre Waben: größere Völker schwärmen häufiger. ";
    const CHINESE: &str = "关于蜜蜂的研究表明，蜂群在夏天更加活跃。";
    const JAPANESE: &str = "ミツバチの研究によると、群れは夏にもっと活発になります。";
    const RUSSIAN: &str = "Исследование пчёл показывает, что летом рой более активен. ";

    #[test]
    fn text_becomes_utf_8_and_its_encoding_is_reported() {
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
            // The first byte that is not ASCII is far beyond the first chunk.
            let ascii = "@article{bee, title = {Bees}}\n".repeat(10_000);
            let late = [ascii.as_bytes(), &bytes].concat();
            assert_eq!(decoded(&late), (ascii + &text, Some(name)));
        }
        assert_eq!(decoded(GERMAN.as_bytes()), (GERMAN.to_owned(), None));
        assert_eq!(decoded(b"Bees"), ("Bees".to_owned(), None));
        assert_eq!(decoded(b""), (String::new(), None));
    }

    #[test]
    fn utf_16_is_read_with_and_without_a_byte_order_mark() {
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
        assert!(is_binary(&[0xff, 0xfe, 0, 0, b'a', 0, 0, 0]) && !is_binary(&[0xff, 0xfe, b'a', 0]));
    }

    #[test]
    fn a_utf_8_file_with_a_few_bad_bytes_is_still_utf_8() {
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
    fn the_declared_encoding_is_used_unless_the_text_is_utf_8() {
        let xml = |encoding: &str| format!("<?xml version='1.0' encoding='{encoding}'?><a>");
        let latin_2 = [xml("ISO-8859-2").as_bytes(), b"\xb9\xe6"].concat();
        assert!(decoded(&latin_2).0.ends_with("<a>šć"));
        let (text, assumed) = decoded(format!("{}{GERMAN}", xml("ISO-8859-1")).as_bytes());
        assert!(text.ends_with(GERMAN) && assumed.is_none(), "declared as Latin-1, but converted to UTF-8");
        let jabref = [b"% Encoding: Cp1251\n@article{a, title={".as_slice(), &WINDOWS_1251.encode("рой").0].concat();
        assert!(decoded(&jabref).0.ends_with("{рой"));
        let jabref = [b"% Encoding: ISO8859_1\n".as_slice(), b"\xe9"].concat();
        assert!(decoded(&jabref).0.ends_with('é'));
    }

    #[test]
    fn bare_carriage_returns_end_lines_if_there_are_no_line_feeds() {
        assert_eq!(decoded(b"title\rBees\r").0, "title\nBees\n");
        assert_eq!(decoded(b"title\r\nBees\rhum\r\n").0, "title\r\nBees\rhum\r\n");
    }

    #[test]
    fn text_before_a_read_error_is_decoded() {
        struct Failing(bool);
        impl Read for Failing {
            fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::Error::other("bad sector"));
                }
                target[..2].copy_from_slice(b"M\xfc");
                Ok(2)
            }
        }
        let mut utf8 = Utf8::new(Failing(false));
        let mut text = Vec::new();
        while utf8.decode(&mut text) {}
        assert_eq!((text.as_slice(), utf8.failure.is_some()), ("Mü".as_bytes(), true));
    }
}
