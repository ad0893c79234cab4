//! An error-tolerant parser for the fields of an entry.

use super::super::limits::MAX_RECORD_BYTES;
use super::macros::Macros;

/// What is wrong with an entry that may have been misread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    Braces,
    Quote,
    Cut,
}

impl Doubt {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Braces => "braces do not balance",
            Self::Quote => "a quote is never closed",
            Self::Cut => "the file ends within it",
        }
    }
}

/// Reads the fields of an entry one by one.
pub(super) struct Parser<'b> {
    body: &'b str,
    at: usize,
    macros: &'b Macros,
    /// Whether the text deviates from the grammar.
    pub is_odd: bool,
    pub doubt: Option<Doubt>,
    /// How many bytes of macros and other bare words the values contain.
    bytes: usize,
}

impl<'b> Parser<'b> {
    pub(super) fn new(body: &'b str, macros: &'b Macros) -> Self {
        Self { body, at: 0, macros, is_odd: false, doubt: None, bytes: 0 }
    }

    fn next(&self) -> Option<u8> {
        self.body.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        let bytes = &self.body.as_bytes()[self.at..];
        self.at += bytes.iter().position(|byte| !is_skipped(*byte)).unwrap_or(bytes.len());
    }

    fn skip_spaces(&mut self) {
        self.skip(|byte| byte.is_ascii_whitespace());
    }

    fn skip_character(&mut self) {
        self.at += self.body[self.at..].chars().next().map_or(0, char::len_utf8);
    }

    pub(super) fn field(&mut self) -> Option<(String, String)> {
        loop {
            self.skip(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b')'));
            if self.next()? == b'%' {
                self.skip(|byte| byte != b'\n');
                continue;
            }
            let name = self.name();
            if name.is_empty() {
                // A delimiter such as `"` or `{` where a name should be.
                self.is_odd = true;
                self.skip_character();
                continue;
            }
            if self.equals() {
                return Some((name.to_lowercase(), self.value()));
            }
            self.is_odd = true;
        }
    }

    fn name(&mut self) -> &'b str {
        let start = self.at;
        self.skip(|byte| !byte.is_ascii_whitespace() && !is_delimiter(byte) && byte.is_ascii());
        &self.body[start..self.at]
    }

    /// Skips the equals sign between name and value. Returns whether there is one.
    fn equals(&mut self) -> bool {
        self.skip_spaces();
        let is_there = self.next() == Some(b'=');
        self.at += usize::from(is_there);
        is_there
    }

    /// Reads a value: pieces that are joined by `#`.
    fn value(&mut self) -> String {
        let mut value = String::new();
        loop {
            self.skip(|byte| byte.is_ascii_whitespace() || byte == b'#');
            match self.next() {
                Some(b'{') => value.push_str(self.enclosed(b'}', Doubt::Braces)),
                Some(b'"') => value.push_str(self.enclosed(b'"', Doubt::Quote)),
                Some(b',' | b'}' | b')') | None => break,
                Some(_) => {
                    let word = self.bare();
                    self.bytes += word.len();
                    value.push_str(if self.bytes > MAX_RECORD_BYTES { "" } else { word });
                }
            }
            self.skip_spaces();
            if self.next() != Some(b'#') {
                break;
            }
        }
        self.check_end();
        value
    }

    /// Reads text up to `close`, the brace or quote that ends it. If `close` is missing, reads to the end of the entry.
    fn enclosed(&mut self, close: u8, doubt: Doubt) -> &'b str {
        let inside = &self.body[self.at + 1..];
        let mut depth = 0usize;
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                _ if byte == close && depth == 0 => {
                    self.at += at + 2;
                    return &inside[..at];
                }
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        self.is_odd = true;
        self.doubt.get_or_insert(doubt);
        self.at = self.body.len();
        inside.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '}' | ')' | ','))
    }

    /// Reads a number, a macro, or text without its braces, up to the comma or the end of the line.
    fn bare(&mut self) -> &'b str {
        let start = self.at;
        self.skip(|byte| !matches!(byte, b',' | b'\n' | b'#' | b'}' | b')' | b'{' | b'"'));
        if self.at == start {
            self.skip_character();
        }
        self.macros.value(self.body[start..self.at].trim())
    }

    /// Checks that a comma, the end of the entry, or the next field (if the comma is missing) follows a value.
    fn check_end(&mut self) {
        if matches!(self.next(), Some(b',' | b'}' | b')' | b'%')) {
            return;
        }
        let mut ahead = Parser { ..*self };
        let is_field = !ahead.name().is_empty() && ahead.equals();
        if !is_field {
            // At the end of the text, the value contains the brace that closes the entry.
            self.is_odd = true;
            self.skip(|byte| !matches!(byte, b'\n' | b','));
        }
    }
}

/// Whether a byte ends a word, in BibTeX's grammar.
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'"' | b'#' | b'%' | b'\'' | b'(' | b')' | b',' | b'=' | b'{' | b'}')
}
