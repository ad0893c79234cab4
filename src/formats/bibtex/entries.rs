//! Finds the entries in a file one by one, and skips any text between them.
//!
//! Braces are counted as in BibTeX: escaped braces count too. If the braces of an entry do not balance, it ends at the
//! next line that begins like an entry. If a field follows the brace that closes an entry, the entry continues. Only an
//! entry with balanced braces may contain a line that begins like an entry, such as a `@comment` around entries that
//! are commented out.

use std::io::BufRead;

use super::super::input::Input;
use super::super::limits::MAX_RECORD_BYTES;
use super::super::lines;

/// How many bytes of a line outside of entries are kept to see whether it is a comment; also how many bytes are read
/// at a time.
const MAX_LINE_BYTES: usize = 64 << 10;

/// The longest name, key or white space that is examined, in bytes.
const MAX_WORD_BYTES: usize = 1024;

/// A place in the text is examined only if at least this many bytes follow it, or if the file has ended. No check below
/// examines more bytes.
const LOOK_AHEAD: usize = 16 * MAX_WORD_BYTES;

/// An entry of a file, or the reason why it cannot be read.
pub(super) enum Piece<'w> {
    /// An entry from its `@` to its closing brace, or to the next entry if that brace is missing.
    Entry {
        line: u64,
        text: &'w [u8],
        /// Whether the file ends within the entry.
        is_cut: bool,
    },
    /// An entry that cannot be read, and why.
    Unusable { line: u64, reason: String },
}

pub(super) struct Entries<'i, 'f> {
    input: &'i mut Input<'f>,
    window: Vec<u8>,
    /// The window is processed up to here.
    start: usize,
    line: u64,
    is_end: bool,
    /// Whether a `@comment` of this file was never closed. If so, comments are read like other entries, so that an
    /// unclosed comment ends at the next entry.
    has_bare_comments: bool,
}

impl<'i, 'f> Entries<'i, 'f> {
    pub(super) fn new(input: &'i mut Input<'f>) -> Self {
        let line = input.line();
        Self { input, window: Vec::new(), start: 0, line, is_end: false, has_bare_comments: false }
    }

    /// Returns the next entry, or `None` at the end, also if the input broke off within an entry.
    pub(super) fn next(&mut self) -> Option<Piece<'_>> {
        loop {
            let (text, sight) = self.in_sight();
            let Some((start, header)) = find_header(text, sight) else {
                let passed = if self.is_end { text.len() } else { last_line(&text[..sight]) };
                self.advance(passed);
                if self.is_end {
                    return None;
                }
                self.fill();
                continue;
            };
            let rest = &text[start..];
            let is_over = rest.len() > MAX_RECORD_BYTES;
            let is_comment = header.word.eq_ignore_ascii_case(b"comment") && !self.has_bare_comments;
            let (length, is_closed) = match find_end(rest, sight - start, &header, is_comment) {
                Ok(end) => end,
                Err(_) if !self.is_end && !is_over => {
                    self.advance(start);
                    self.fill();
                    continue;
                }
                Err(_) if is_comment => {
                    self.has_bare_comments = true;
                    continue;
                }
                Err(Some(next_entry)) => (next_entry, false),
                Err(None) if self.is_end => (rest.len(), false),
                Err(None) => {
                    self.advance(start);
                    return Some(self.skip());
                }
            };
            self.advance(start);
            let (line, from) = (self.line, self.start);
            self.advance(length);
            let is_cut = !is_closed && self.start == self.window.len();
            if is_cut && self.input.broke_off() {
                return None;
            }
            if length > MAX_RECORD_BYTES {
                return Some(Piece::Unusable { line, reason: lines::too_large(length as u64) });
            }
            return Some(Piece::Entry { line, text: &self.window[from..self.start], is_cut });
        }
    }

    /// Returns the text that is not processed yet, and the position up to which it can be examined (see
    /// [`LOOK_AHEAD`]).
    fn in_sight(&self) -> (&[u8], usize) {
        let text = &self.window[self.start..];
        (text, if self.is_end { text.len() } else { text.len().saturating_sub(LOOK_AHEAD) })
    }

    fn advance(&mut self, count: usize) {
        let passed = &self.window[self.start..self.start + count];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.start += count;
    }

    /// At least doubles the text in the window that is not processed yet, so that examining it again from its start
    /// takes little time in total.
    fn fill(&mut self) {
        self.window.drain(..self.start);
        self.start = 0;
        let wanted = (self.window.len() * 2).max(MAX_LINE_BYTES);
        while self.window.len() < wanted && !self.is_end {
            // `fill_buf` of `Input` never fails.
            let available = self.input.fill_buf().unwrap_or_default();
            self.is_end = available.is_empty();
            self.window.extend_from_slice(available);
            let count = available.len();
            self.input.consume(count);
        }
    }

    /// Skips an entry that is too large, up to the next line that begins like an entry.
    fn skip(&mut self) -> Piece<'_> {
        let line = self.line;
        let mut bytes = 1;
        self.advance(1);
        loop {
            let (text, sight) = self.in_sight();
            let behind_ends =
                text[..sight].iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
            let next = std::iter::once(0).chain(behind_ends).find(|at| begins_entry(&text[*at..]));
            let passed = next.unwrap_or_else(|| if self.is_end { text.len() } else { last_line(&text[..sight]) });
            bytes += passed as u64;
            self.advance(passed);
            if next.is_some() || self.is_end {
                return Piece::Unusable { line, reason: lines::too_large(bytes) };
            }
            self.fill();
        }
    }
}

/// Returns the start of the last line, or the end of the text if that line is longer than [`MAX_LINE_BYTES`].
fn last_line(text: &[u8]) -> usize {
    let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if text.len() - start > MAX_LINE_BYTES { text.len() } else { start }
}

/// Returns the first `@word{` before `sight`, and where it begins. Skips lines that begin with `%`: BibTeX has no such
/// comments, but Biber accepts them and people write them.
fn find_header(text: &[u8], sight: usize) -> Option<(usize, Header<'_>)> {
    let mut line_start = 0;
    let is_comment = |line: &[u8]| line.trim_ascii_start().starts_with(b"%");
    for (at, byte) in text[..sight].iter().enumerate() {
        if *byte == b'\n' {
            line_start = at + 1;
        } else if *byte == b'@'
            && (at == 0 || !text[at - 1].is_ascii_alphanumeric())
            && let Some(header) = header(&text[at..])
            && !is_comment(&text[line_start..at])
        {
            return Some((at, header));
        }
    }
    None
}

/// `@word{` or `@word(`.
struct Header<'t> {
    word: &'t [u8],
    is_round: bool,
    /// The number of bytes up to and including the brace.
    length: usize,
}

/// Returns the header at the start of `text`, if there is one.
fn header(text: &[u8]) -> Option<Header<'_>> {
    let start = 1 + spaces(text.strip_prefix(b"@")?);
    let end = start + count(&text[start..], |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let open = end + spaces(&text[end..]);
    let brace = text.get(open).filter(|byte| end > start && matches!(byte, b'{' | b'('))?;
    Some(Header { word: &text[start..end], is_round: *brace == b'(', length: open + 1 })
}

/// Counts the bytes of a kind at the start of `text`, up to [`MAX_WORD_BYTES`].
fn count(text: &[u8], is_of_kind: impl Fn(&u8) -> bool) -> usize {
    text.iter().take(MAX_WORD_BYTES).take_while(|byte| is_of_kind(byte)).count()
}

fn spaces(text: &[u8]) -> usize {
    count(text, u8::is_ascii_whitespace)
}

/// Returns the length of the entry at the start of `text`, and whether a brace closes it. If it does not end before
/// `sight`, the error is the position of the first line in it that begins like another entry.
fn find_end(text: &[u8], sight: usize, header: &Header, is_comment: bool) -> Result<(usize, bool), Option<usize>> {
    let outermost = usize::from(!header.is_round);
    let mut depth = outermost;
    let mut is_quoted = false;
    let mut suspect = None;
    for (at, byte) in text[..sight].iter().enumerate().skip(header.length) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && !header.is_round {
                    if !goes_on(&text[at + 1..]) {
                        return Ok((at + 1, true));
                    }
                    depth = 1;
                }
            }
            b'"' if header.is_round && depth == 0 => is_quoted = !is_quoted,
            b')' if header.is_round && depth == 0 && !is_quoted => return Ok((at + 1, true)),
            b'\n' if !is_comment && begins_entry(&text[at + 1..]) => match suspect {
                _ if depth == outermost && !is_quoted => return Ok((at + 1, false)),
                Some(suspect) => return Ok((suspect, false)),
                None => suspect = Some(at + 1),
            },
            _ => {}
        }
    }
    Err(suspect)
}

/// Whether a line begins like an entry: `@word{key,`, `@word{key` at the end of a line, or `@word{name =` without a
/// key. After `@comment{`, `@string{` and `@preamble{` anything may follow.
pub(super) fn begins_entry(line: &[u8]) -> bool {
    let line = &line[count(line, |byte| matches!(byte, b' ' | b'\t'))..];
    let Some(header) = header(line) else { return false };
    if [&b"comment"[..], b"string", b"preamble"].iter().any(|known| header.word.eq_ignore_ascii_case(known)) {
        return true;
    }
    let key = &line[header.length + spaces(&line[header.length..])..];
    let is_of_key = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'{' | b'}' | b'"' | b'=' | b',' | b'#');
    let behind = &key[count(key, is_of_key)..];
    match behind.get(count(behind, |byte| matches!(byte, b' ' | b'\t' | b'\r'))) {
        // `@article{ title =` has no key.
        Some(b'=') => !header.is_round,
        Some(byte) => matches!(byte, b',' | b'\n' | b'}'),
        None => true,
    }
}

/// Whether an entry continues after the brace that seems to close it: a field follows, or text and then a line with a
/// field.
fn goes_on(text: &[u8]) -> bool {
    let gap = spaces(text);
    let comma = usize::from(text.get(gap) == Some(&b','));
    if is_field(&text[gap + comma..]) {
        return true;
    }
    let Some(length) = text.iter().take(MAX_WORD_BYTES * 4).position(|byte| *byte == b'\n') else { return false };
    match text[..length].trim_ascii() {
        [] | [b',' | b'@' | b'%' | b'}' | b')', ..] if comma == 0 || gap >= length => false,
        [b','] => false,
        rest => !(rest.contains(&b'@') && rest.contains(&b'{')) && is_field(&text[length..]),
    }
}

/// Whether `text` begins with a name, an equals sign, and a brace or a quote.
fn is_field(text: &[u8]) -> bool {
    let text = &text[spaces(text)..];
    let name = count(text, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b':'));
    let Some(value) = text[name + spaces(&text[name..])..].strip_prefix(b"=") else { return false };
    name > 0 && matches!(value.get(spaces(value)), Some(b'{' | b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let mut input = Input::open(Box::new(text.as_bytes()), std::path::Path::new("x"), None).unwrap();
        let mut entries = Entries::new(&mut input);
        let mut found = Vec::new();
        while let Some(piece) = entries.next() {
            found.push(match piece {
                Piece::Entry { line, text, .. } => format!("{line} {}", String::from_utf8_lossy(text).trim_end()),
                Piece::Unusable { line, reason } => format!("{line} {reason}"),
            });
        }
        found
    }

    #[test]
    fn entries_are_found_between_free_text_and_comments() {
        let text =
            "Mail me@bees.example{x}\n% @a{commented, out}\n@a{k, t={x}}@b ( k2, t=\"(a)\" )\ntext\n @string{ x = {y}}";
        assert_eq!(cut(text), ["3 @a{k, t={x}}", "3 @b ( k2, t=\"(a)\" )", "5 @string{ x = {y}}"]);
        assert_eq!(cut("@comment without braces\n@a{k,}"), ["2 @a{k,}"]);
        assert_eq!(cut("no entries at all, a@b.c"), [""; 0]);
    }

    #[test]
    fn a_missing_brace_affects_one_entry_only() {
        assert_eq!(cut("@a{k,\n t={x},\n@b{k,\n}"), ["1 @a{k,\n t={x},", "3 @b{k,\n}"]);
        assert_eq!(cut("@a{k,\n t={x,\n}\n\n@b{k,\n}\n@c{k,}"), ["1 @a{k,\n t={x,\n}", "5 @b{k,\n}", "7 @c{k,}"]);
        assert_eq!(cut("@a{k,\n t={{x,\n}\n@b{k,\n}"), ["1 @a{k,\n t={{x,\n}", "4 @b{k,\n}"]);
        assert_eq!(cut("@a(k,\n t={x,\n)\n@b{k,\n}\n"), ["1 @a(k,\n t={x,\n)", "4 @b{k,\n}"]);
        assert_eq!(cut("@a{k, t={x"), ["1 @a{k, t={x"]);
    }

    #[test]
    fn an_extra_brace_does_not_end_an_entry_that_continues() {
        assert_eq!(cut("@a{k,\n t={x}},\n y={1}\n}\n@b{k,}"), ["1 @a{k,\n t={x}},\n y={1}\n}", "5 @b{k,}"]);
        assert_eq!(cut("@a{k,\n t={x}, y}, z\n y={1}\n}\n@b{k,}"), ["1 @a{k,\n t={x}, y}, z\n y={1}\n}", "5 @b{k,}"]);
        assert_eq!(cut("@a{k,\n t={x}},\n\n@b{k,}"), ["1 @a{k,\n t={x}}", "4 @b{k,}"]);
    }

    #[test]
    fn entries_within_an_entry_belong_to_it() {
        assert_eq!(cut("@comment{\n@a{k,}\n@b{k,}\n}\n@c{k,}"), ["1 @comment{\n@a{k,}\n@b{k,}\n}", "5 @c{k,}"]);
        assert_eq!(cut("@comment{ never\n@a{k,}\n@b{k,}"), ["1 @comment{ never", "2 @a{k,}", "3 @b{k,}"]);
        assert_eq!(cut("@a{k, n={\n@b{x,}\n}}\n@c{k,}"), ["1 @a{k, n={\n@b{x,}\n}}", "4 @c{k,}"]);
    }

    #[test]
    fn an_entry_over_the_size_limit_is_skipped() {
        let text = format!("@a{{k, t={{{}}}}}\n@b{{k,}}", "x".repeat(MAX_RECORD_BYTES + 10));
        let found = cut(&text);
        assert!(found[0].starts_with("1 a record of 16 MiB"), "{}", found[0]);
        assert_eq!(found[1..], ["2 @b{k,}"]);
    }
}
