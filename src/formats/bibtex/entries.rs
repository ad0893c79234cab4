//! Where entries begin and end: cuts them out of the stream one by one, whatever stands between them.
//!
//! Braces count as BibTeX counts them, escaped or not. Where they do not balance, the next line that begins like an
//! entry ends the one before it, and text behind a closing brace that goes on with a field belongs to the entry. Only a
//! balanced entry may hold a line that looks like another's first, as `@comment` does around what is commented out.

use std::io::BufRead;

use super::super::input::Input;
use super::super::lines;
use super::super::refusal::MAX_RECORD_BYTES;

/// How much of what is no entry is kept to know whether it is a comment.
const MAX_LINE_BYTES: usize = 64 << 10;

/// The longest first line of an entry up to the end of its key, and the longest gap within an entry.
const MAX_HEADER_BYTES: usize = 1024;

/// What was cut out of a file.
pub(super) enum Piece<'w> {
    /// From its `@` on, mostly to its closing brace.
    Entry {
        line: u64,
        text: &'w [u8],
        /// The file ends within it.
        is_cut: bool,
    },
    /// What to tell of an entry that is none.
    Unusable { line: u64, reason: String },
}

pub(super) struct Entries<'i, 'f> {
    input: &'i mut Input<'f>,
    window: Vec<u8>,
    /// What of the window was dealt with.
    start: usize,
    line: u64,
    is_end: bool,
    /// A `@comment` of this file was not closed, so that they are taken for words.
    has_bare_comments: bool,
}

impl<'i, 'f> Entries<'i, 'f> {
    pub(super) fn new(input: &'i mut Input<'f>) -> Self {
        let line = input.line();
        Self { input, window: Vec::new(), start: 0, line, is_end: false, has_bare_comments: false }
    }

    /// The next entry; `None` at the end, also where the input broke off in the middle of an entry.
    pub(super) fn next(&mut self) -> Option<Piece<'_>> {
        loop {
            match find(&self.window[self.start..], self.is_end, self.has_bare_comments) {
                Found::Nothing { keep_from } => {
                    self.advance(keep_from);
                    if self.is_end {
                        return None;
                    }
                    self.fill();
                }
                Found::Open { start } => {
                    self.advance(start);
                    self.fill();
                }
                Found::BareComment => self.has_bare_comments = true,
                Found::TooLarge { start } => {
                    self.advance(start);
                    return Some(self.skip());
                }
                Found::Entry { start, end, is_closed } => {
                    self.advance(start);
                    let (line, from) = (self.line, self.start);
                    self.advance(end - start);
                    if !is_closed && self.start == self.window.len() && self.input.broke_off() {
                        return None;
                    }
                    if end - start > MAX_RECORD_BYTES {
                        return Some(Piece::Unusable { line, reason: lines::too_large((end - start) as u64) });
                    }
                    let is_cut = !is_closed && self.is_end && self.start == self.window.len();
                    return Some(Piece::Entry { line, text: &self.window[from..self.start], is_cut });
                }
            }
        }
    }

    fn advance(&mut self, count: usize) {
        let passed = &self.window[self.start..self.start + count];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.start += count;
    }

    /// At least doubles what is left in the window, so that looking at it again from its start costs little.
    fn fill(&mut self) {
        self.window.drain(..self.start);
        self.start = 0;
        let wanted = (self.window.len() * 2).max(MAX_LINE_BYTES);
        while self.window.len() < wanted && !self.is_end {
            // `Input` keeps its errors to itself.
            let available = self.input.fill_buf().unwrap_or_default();
            self.is_end = available.is_empty();
            self.window.extend_from_slice(available);
            let count = available.len();
            self.input.consume(count);
        }
    }

    /// Passes over an entry that is too large, up to a line that begins like another.
    fn skip(&mut self) -> Piece<'_> {
        let line = self.line;
        let mut bytes = 0;
        loop {
            let rest = &self.window[self.start..];
            let first = if bytes == 0 { 1 } else { 0 };
            let next = line_starts(rest, first).find(|at| begins_entry(&rest[*at..], self.is_end) == Some(true));
            let passed = next.unwrap_or_else(|| if self.is_end { rest.len() } else { last_line(rest) });
            bytes += passed as u64;
            self.advance(passed);
            if next.is_some() || self.is_end {
                return Piece::Unusable { line, reason: lines::too_large(bytes) };
            }
            self.fill();
        }
    }
}

/// Where lines begin in `text`, from `first` on.
fn line_starts(text: &[u8], first: usize) -> impl Iterator<Item = usize> + '_ {
    let own = (first == 0).then_some(0);
    own.into_iter().chain(text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1))
}

/// Where the last line begins; the end if it is long.
fn last_line(text: &[u8]) -> usize {
    let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if text.len() - start > MAX_LINE_BYTES { text.len() } else { start }
}

#[derive(Debug, PartialEq)]
enum Found {
    Entry {
        start: usize,
        end: usize,
        is_closed: bool,
    },
    /// No entry begins here; what may belong to one starts at `keep_from`.
    Nothing {
        keep_from: usize,
    },
    /// An entry begins, but its end is not in sight.
    Open {
        start: usize,
    },
    /// The same, and it is over the limit.
    TooLarge {
        start: usize,
    },
    /// A comment that is never closed.
    BareComment,
}

fn find(text: &[u8], is_end: bool, has_bare_comments: bool) -> Found {
    let mut line_start = 0;
    let mut is_comment_line = None;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'\n' => {
                line_start = at + 1;
                is_comment_line = None;
            }
            b'@' if at == 0 || !text[at - 1].is_ascii_alphanumeric() => {
                // BibTeX knows no such comments, but Biber does, and people do.
                let is_comment =
                    *is_comment_line.get_or_insert_with(|| text[line_start..at].trim_ascii_start().starts_with(b"%"));
                if is_comment {
                    continue;
                }
                match header(&text[at..], is_end) {
                    None => return Found::Nothing { keep_from: line_start.min(at) },
                    Some(None) => {}
                    Some(Some(header)) => return end(text, at, &header, is_end, has_bare_comments),
                }
            }
            _ => {}
        }
    }
    Found::Nothing { keep_from: if is_end { text.len() } else { last_line(text) } }
}

/// `@word{` or `@word(`.
struct Header {
    is_comment: bool,
    is_round: bool,
    /// Behind the brace.
    length: usize,
}

/// The header with which `text` begins: `None` if more of it must be seen, `Some(None)` if it is none.
fn header(text: &[u8], is_end: bool) -> Option<Option<Header>> {
    let mut at = 1 + spaces(&text[1..]);
    let name = text[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
    let is_comment = text[at..at + name].eq_ignore_ascii_case(b"comment");
    at += name;
    at += spaces(&text[at..]);
    match text.get(at) {
        None if !is_end && at < MAX_HEADER_BYTES => None,
        Some(open @ (b'{' | b'(')) if name > 0 => {
            Some(Some(Header { is_comment, is_round: *open == b'(', length: at + 1 }))
        }
        _ => Some(None),
    }
}

fn spaces(text: &[u8]) -> usize {
    text.iter().take(MAX_HEADER_BYTES).take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The end of the entry that begins at `start`.
fn end(text: &[u8], start: usize, header: &Header, is_end: bool, has_bare_comments: bool) -> Found {
    let entry = |end: usize, is_closed: bool| Found::Entry { start, end, is_closed };
    let is_whole_comment = header.is_comment && !has_bare_comments;
    let mut depth = usize::from(!header.is_round);
    let mut is_quoted = false;
    // A line within, that begins like an entry.
    let mut suspect = None;
    let body = start + header.length;
    for (at, byte) in text.iter().enumerate().skip(body) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth > 0 => {
                depth -= 1;
                if depth == 0 && !header.is_round {
                    match goes_on(&text[at + 1..], is_end) {
                        Some(false) => return entry(at + 1, true),
                        Some(true) => depth = 1,
                        None => return Found::Open { start },
                    }
                }
            }
            b'"' if header.is_round && depth == 0 => is_quoted = !is_quoted,
            b')' if header.is_round && depth == 0 && !is_quoted => return entry(at + 1, true),
            b'\n' => match begins_entry(&text[at + 1..], is_end) {
                Some(false) => {}
                None => return Found::Open { start },
                Some(true) if is_whole_comment => {}
                Some(true) if depth == usize::from(!header.is_round) && !is_quoted => return entry(at + 1, false),
                Some(true) => match suspect {
                    None => suspect = Some(at + 1),
                    Some(suspect) => return entry(suspect, false),
                },
            },
            _ => {}
        }
    }
    let is_over = text.len() - start > MAX_RECORD_BYTES;
    match suspect {
        _ if !is_end && !is_over => Found::Open { start },
        _ if is_whole_comment => Found::BareComment,
        Some(suspect) => entry(suspect, false),
        None if is_end => entry(text.len(), false),
        None => Found::TooLarge { start },
    }
}

/// Whether a line begins like an entry: `@word{key,`, or with nothing behind the brace. `None`: more must be seen.
fn begins_entry(line: &[u8], is_end: bool) -> Option<bool> {
    let indent = line.iter().take(MAX_HEADER_BYTES).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let line = &line[indent..];
    match line.first() {
        None => return if is_end || indent == MAX_HEADER_BYTES { Some(false) } else { None },
        Some(b'@') => {}
        Some(_) => return Some(false),
    }
    let Some(header) = header(line, is_end)? else { return Some(false) };
    let word = line[1..header.length - 1].trim_ascii();
    if [&b"comment"[..], b"string", b"preamble"].iter().any(|known| word.eq_ignore_ascii_case(known)) {
        return Some(true);
    }
    let key = line[header.length..].trim_ascii_start();
    let is_of_key = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'{' | b'}' | b'"' | b'=' | b',' | b'#');
    let length = key.iter().take(MAX_HEADER_BYTES).take_while(|byte| is_of_key(byte)).count();
    let behind = &key[length..];
    let gap = behind.iter().take(MAX_HEADER_BYTES).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    match behind.get(gap) {
        None => {
            if is_end || length + gap >= MAX_HEADER_BYTES {
                Some(true)
            } else {
                None
            }
        }
        // `@article{ title =`: without a key.
        Some(b'=') => Some(!header.is_round),
        Some(byte) => Some(matches!(byte, b',' | b'\n' | b'}')),
    }
}

/// Whether an entry goes on behind a brace that closed it: with a field, or with text and then a line with a field.
/// `None`: more must be seen.
fn goes_on(text: &[u8], is_end: bool) -> Option<bool> {
    let gap = spaces(text);
    let comma = usize::from(text.get(gap) == Some(&b','));
    if is_field(&text[gap + comma..], is_end)? {
        return Some(true);
    }
    let line = text.iter().take(MAX_HEADER_BYTES * 4).position(|byte| *byte == b'\n');
    match line {
        None if !is_end && text.len() < MAX_HEADER_BYTES * 4 => None,
        None => Some(false),
        Some(length) => match text[..length].trim_ascii() {
            [] | [b',' | b'@' | b'%' | b'}' | b')', ..] if comma == 0 || gap >= length => Some(false),
            rest if rest.contains(&b'@') && rest.contains(&b'{') => Some(false),
            [b','] => Some(false),
            _ => is_field(&text[length..], is_end),
        },
    }
}

/// Whether `text` begins with a name, an equals sign and a brace.
fn is_field(text: &[u8], is_end: bool) -> Option<bool> {
    let mut at = spaces(text);
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b':');
    let name = text[at..].iter().take(MAX_HEADER_BYTES).take_while(|byte| is_of_name(byte)).count();
    at += name;
    at += spaces(&text[at..]);
    let is_over = is_end || at >= MAX_HEADER_BYTES;
    match text.get(at) {
        None => is_over.then_some(false),
        Some(b'=') if name > 0 => match text.get(at + 1 + spaces(&text[at + 1..])) {
            None => is_over.then_some(false),
            Some(byte) => Some(matches!(byte, b'{' | b'"')),
        },
        Some(_) => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let mut input = Input::open(Box::new(text.as_bytes()), std::path::Path::new("x")).unwrap();
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
    fn a_brace_that_is_missing_costs_one_entry_its_end() {
        assert_eq!(cut("@a{k,\n t={x},\n@b{k,\n}"), ["1 @a{k,\n t={x},", "3 @b{k,\n}"]);
        assert_eq!(cut("@a{k,\n t={x,\n}\n\n@b{k,\n}\n@c{k,}"), ["1 @a{k,\n t={x,\n}", "5 @b{k,\n}", "7 @c{k,}"]);
        assert_eq!(cut("@a{k,\n t={{x,\n}\n@b{k,\n}"), ["1 @a{k,\n t={{x,\n}", "4 @b{k,\n}"]);
        assert_eq!(cut("@a(k,\n t={x,\n)\n@b{k,\n}\n"), ["1 @a(k,\n t={x,\n)", "4 @b{k,\n}"]);
        assert_eq!(cut("@a{k, t={x"), ["1 @a{k, t={x"]);
    }

    #[test]
    fn a_brace_too_many_does_not_end_an_entry_that_goes_on() {
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
    fn what_is_too_large_is_skipped_up_to_the_next_entry() {
        let text = format!("@a{{k, t={{{}}}}}\n@b{{k,}}", "x".repeat(MAX_RECORD_BYTES + 10));
        let found = cut(&text);
        assert!(found[0].starts_with("1 a record of 16 MiB"), "{}", found[0]);
        assert_eq!(found[1..], ["2 @b{k,}"]);
    }
}
