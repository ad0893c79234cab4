//! Continues reading where the XML is broken or a piece of it is too long. Only the broken piece is lost, and the first
//! error is reported.

use quick_xml::errors::Error;

use super::super::source::EVENT_BYTES;
use super::{Events, new_reader};

impl Events<'_, '_> {
    /// Reads a `<` as text, and then `rest`, the bytes that follow it.
    ///
    /// All of `rest` before the last `<` that may start something is text, too, and is not read again. So many of them
    /// in a row take linear time.
    pub(super) fn stray(&mut self, rest: &[u8], line: u64) {
        self.note_error(line, "a < that starts no tag; in XML it is written &lt;".to_owned());
        let (text, markup) = rest.split_at(start_of_markup(rest));
        self.reader.get_mut().give_back(markup);
        self.text("<");
        if !text.is_empty() {
            self.text(&htmlize::unescape(String::from_utf8_lossy(text)));
        }
    }

    /// Continues after an error. quick-xml's reader stops at most errors, so it is restarted.
    pub(super) fn recover(&mut self, error: Error, bytes: &[u8], line: u64) {
        let is_exhausted = self.reader.get_ref().is_exhausted();
        if !matches!(error, Error::IllFormed(_)) {
            self.restart();
        }
        match (error, bytes) {
            (Error::IllFormed(_), _) => {}
            (Error::Encoding(_), _) => {
                self.note_error(line, "bytes that are not UTF-8, read as \u{fffd}".to_owned());
                self.reader.get_mut().give_back(String::from_utf8_lossy(bytes).as_bytes());
            }
            (_, _) if !is_exhausted && self.broke_off() => {}
            (_, [b'<', b'!', b'-', ..]) => self.skip_past(is_exhausted, b"-->", line),
            (_, [b'<', b'!', b'[', rest @ ..]) => {
                let text = rest.strip_prefix(b"CDATA[").unwrap_or(rest);
                self.text(&String::from_utf8_lossy(text));
                if is_exhausted {
                    let limit = EVENT_BYTES >> 20;
                    self.note_error(
                        line,
                        format!("a CDATA section of more than {limit} MiB; the rest of it is skipped"),
                    );
                }
                self.skip_past(is_exhausted, b"]]>", line);
            }
            (_, [b'<', b'?', ..]) => self.skip_past(is_exhausted, b"\0?>", line),
            (_, [b'<', b'!', b'D' | b'd', ..]) => {
                let name = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
                self.note_error(line, format!("{name} \u{2026} does not end within {} MiB", EVENT_BYTES >> 20));
            }
            (_, [b'<', rest @ ..]) => self.stray(rest, line),
            (_, bytes) => {
                // A long text was cut at the limit, perhaps inside a character.
                let whole = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
                let whole = if bytes.len() - whole < 4 { whole } else { bytes.len() };
                self.reader.get_mut().give_back(&bytes[whole..]);
                self.text(&String::from_utf8_lossy(&bytes[..whole]));
            }
        }
    }

    fn skip_past(&mut self, is_exhausted: bool, end: &[u8; 3], line: u64) {
        if is_exhausted {
            self.reader.get_mut().skip_past(end);
        } else {
            let end = String::from_utf8_lossy(end).replace('\0', "");
            self.note_error(line, format!("what starts here does not end: {end} is missing"));
        }
    }

    pub(super) fn restart(&mut self) {
        let source = std::mem::take(self.reader.get_mut());
        self.reader = new_reader(source);
        self.counted = 0;
    }

    /// Keeps the first error of the file.
    pub(super) fn note_error(&mut self, line: u64, what: String) {
        if !std::mem::replace(&mut self.has_error, true) {
            self.first_error = Some((line, what));
        }
    }
}

/// Returns where markup may start in the bytes after a stray `<`; 0 if they have no `<` before the first `>`. A tag
/// contains no `<`, so a tag can only start at the last `<` before a `>`. Comments and the like may contain some.
fn start_of_markup(bytes: &[u8]) -> usize {
    let within = &bytes[..memchr::memchr(b'>', bytes).unwrap_or(bytes.len())];
    let declaration = within.windows(2).position(|pair| matches!(pair, b"<!" | b"<?"));
    declaration.or_else(|| memchr::memrchr(b'<', within)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::start_of_markup;

    #[test]
    fn only_the_last_bracket_before_the_end_of_a_tag_may_start_one() {
        for (text, markup) in [
            (" b and c <i>d</i>", "<i>d</i>"),
            ("<<<a>", "<a>"),
            ("a <b <c", "<c"),
            (" b <!-- <c> -->", "<!-- <c> -->"),
            (" b <?c <d ?>", "<?c <d ?>"),
            (" b > c <d>", " b > c <d>"),
            ("", ""),
        ] {
            assert_eq!(&text[start_of_markup(text.as_bytes())..], markup, "{text}");
        }
    }
}
