//! The last step of every text that leaves relata, to a file or to a terminal: nothing in it controls a terminal, and
//! nothing in it is hidden or shown in another order.
//!
//! Papers are clean when they are read, so this step changes only what came another way: names of files, messages of
//! servers and models, titles of reports, queries, and a database that was changed by hand.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::paper::clean::is_unprintable;

/// Stands for a character that is not shown.
const REPLACEMENT: &str = "\u{fffd}";

/// The text with U+FFFD in place of each control character, line end and invisible character, for a name within a line.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.contains(is_unprintable) { text.replace(is_unprintable, REPLACEMENT).into() } else { text.into() }
}

/// Writes text in UTF-8 to `out` without control characters and invisible characters, except line ends and tabs.
pub(crate) struct Visible<W> {
    out: W,
    form: Form,
    /// The end of what was written, if the next bytes decide what it is: the first bytes of a character, or a carriage
    /// return.
    held: Vec<u8>,
}

/// What is written in place of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// U+FFFD.
    Text,
    /// The escape of JSON, which has the same meaning.
    Json,
}

impl<W: Write> Visible<W> {
    /// Writes text. U+FFFD replaces each such character.
    pub(crate) fn text(out: W) -> Self {
        Self { out, form: Form::Text, held: Vec::new() }
    }

    /// Writes JSON. An escape such as `\u202e` replaces each such character, so no value changes.
    pub(crate) fn json(out: W) -> Self {
        Self { out, form: Form::Json, held: Vec::new() }
    }

    /// Returns the target, for bytes that are to control the terminal.
    pub(crate) fn target(&mut self) -> &mut W {
        &mut self.out
    }

    fn pass(&mut self, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|&(at, c)| !is_allowed(c, &rest[at..])) {
            self.out.write_all(&rest.as_bytes()[..at])?;
            match self.form {
                Form::Text => self.out.write_all(REPLACEMENT.as_bytes())?,
                Form::Json => {
                    c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(self.out, "\\u{unit:04x}"))?
                }
            }
            rest = &rest[at + c.len_utf8()..];
        }
        self.out.write_all(rest.as_bytes())
    }
}

/// Whether `c`, with which `text` begins, is written as it is. A carriage return alone would let a text overwrite the
/// beginning of its line.
fn is_allowed(c: char, text: &str) -> bool {
    match c {
        '\n' | '\t' => true,
        '\r' => text.starts_with("\r\n"),
        c => !is_unprintable(c),
    }
}

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.held.is_empty() && bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
            return self.out.write_all(bytes).map(|()| bytes.len());
        }
        let mut joined = std::mem::take(&mut self.held);
        joined.extend_from_slice(bytes);
        let mut rest = joined.as_slice();
        while !rest.is_empty() {
            let (valid, invalid) = match std::str::from_utf8(rest) {
                Ok(text) => (text, None),
                // The bytes up to here are valid.
                Err(error) => {
                    (std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default(), Some(error.error_len()))
                }
            };
            let behind = &rest[valid.len()..];
            match invalid {
                None if valid.ends_with('\r') => {
                    self.pass(&valid[..valid.len() - 1])?;
                    self.held = b"\r".to_vec();
                    break;
                }
                None => {
                    self.pass(valid)?;
                    break;
                }
                Some(None) => {
                    self.pass(valid)?;
                    self.held = behind.to_vec();
                    break;
                }
                Some(Some(length)) => {
                    self.pass(valid)?;
                    self.out.write_all(REPLACEMENT.as_bytes())?;
                    rest = &behind[length..];
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mut writer: Visible<Vec<u8>>, text: &[u8], piece: usize) -> String {
        text.chunks(piece).for_each(|piece| writer.write_all(piece).unwrap());
        String::from_utf8(writer.out).unwrap()
    }

    #[test]
    fn characters_that_control_or_hide_are_replaced_wherever_the_text_is_cut() {
        let text = "a\x1b]0;x\x07\u{9b}31m\0\u{202e}é\u{2066}葛\u{e0100}\u{e0041}\u{2028}\r\n\tb\rc\n\x7f.".as_bytes();
        let expected = "a\u{fffd}]0;x\u{fffd}\u{fffd}31m\u{fffd}\u{fffd}é\u{fffd}葛\u{e0100}\u{fffd}\u{fffd}\r\n\tb\u{fffd}c\n\u{fffd}.";
        for piece in 1..=text.len() {
            assert_eq!(written(Visible::text(Vec::new()), text, piece), expected, "{piece}");
        }
        assert_eq!(written(Visible::text(Vec::new()), b"a\xffb\xe2\x80c", 2), "a\u{fffd}b\u{fffd}c");
        assert_eq!(visible("a\nb\u{202e}c"), "a\u{fffd}b\u{fffd}c");
    }

    #[test]
    fn json_keeps_its_values() {
        let value = serde_json::json!({ "a\u{202e}": ["\x1b\x7f\u{9b}", "\u{e0041}é\n"] });
        let text = serde_json::to_string_pretty(&value).unwrap();
        for piece in 1..text.len() {
            let written = written(Visible::json(Vec::new()), text.as_bytes(), piece);
            assert!(!written.contains(|c| c != '\n' && is_unprintable(c)), "{written}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), value);
        }
        assert!(written(Visible::json(Vec::new()), text.as_bytes(), 99).contains(r"\udb40\udc41é"));
    }
}
