//! What is inside an entry: its key and fields, with macros put in their places.
//!
//! The grammar is read as forgivingly as it can be. Where it breaks down (a brace too few or too many, text behind a
//! value), an entry with a field to a line is read by its lines.

use std::collections::HashMap;

use super::super::MAX_RECORD_BYTES;

/// An entry as it stands in the file; values are LaTeX.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Entry {
    /// Where it begins.
    pub line: u64,
    /// Lower case.
    pub kind: String,
    /// May be empty.
    pub key: String,
    /// Names in lower case, in the order of the file; a name may come more than once.
    pub fields: Vec<(String, String)>,
}

impl Entry {
    /// The first field of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// How much memory it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let fields: usize = self.fields.iter().map(|(name, value)| name.len() + value.len() + 64).sum();
        self.key.len() + fields + 128
    }
}

/// The macros that `@string` defined, and the months.
pub(super) struct Macros {
    values: HashMap<String, String>,
    bytes: usize,
}

/// The longest value of a macro: macros of macros could grow without end.
const MAX_MACRO_BYTES: usize = 64 << 10;

impl Macros {
    pub(super) fn new() -> Self {
        Self { values: HashMap::new(), bytes: 0 }
    }

    fn define(&mut self, name: &str, value: String) {
        let bytes = name.len() + value.len();
        if value.len() <= MAX_MACRO_BYTES && self.bytes + bytes <= MAX_RECORD_BYTES {
            self.bytes += bytes;
            self.values.insert(name.to_lowercase(), value);
        }
    }

    /// What a bare word stands for: a month and what is no macro for itself.
    fn value<'v>(&'v self, word: &'v str) -> &'v str {
        if word.starts_with(|c: char| c.is_ascii_digit()) || self.values.is_empty() {
            return word;
        }
        self.values.get(&word.to_lowercase()).map_or(word, String::as_str)
    }
}

/// Reads one entry. `None` for what is no entry: comments, preambles, and definitions, which go to `macros`.
pub(super) fn parse(text: &str, line: u64, macros: &mut Macros) -> Option<Entry> {
    let open = text.find(['{', '('])?;
    let kind = text[1..open].trim().to_ascii_lowercase();
    let body = &text[open + 1..];
    match kind.as_str() {
        "comment" | "preamble" => None,
        "string" => {
            for (name, value) in fields(body, macros) {
                macros.define(&name, value);
            }
            None
        }
        _ => {
            let (key, rest) = key(body);
            Some(Entry { line, kind, key: key.to_owned(), fields: fields(rest, macros) })
        }
    }
}

/// The key, and what stands behind it.
fn key(body: &str) -> (&str, &str) {
    let body = body.trim_start();
    let Some(end) = body.find([',', '=', '{', '"', '\n', '}']) else {
        return (body.trim_end_matches([')', '}']).trim(), "");
    };
    let key = body[..end].trim();
    let rest = &body[end..];
    match rest.as_bytes()[0] {
        b'=' | b'{' | b'"' => ("", body),
        b'\n' if rest.trim_start().starts_with('=') => ("", body),
        _ => (key, rest),
    }
}

fn fields(body: &str, macros: &Macros) -> Vec<(String, String)> {
    let mut parser = Parser { body, at: 0, macros, is_odd: false, bytes: 0 };
    let mut fields = Vec::with_capacity(16);
    while let Some(field) = parser.field() {
        fields.push(field);
    }
    if parser.is_odd {
        let by_lines = fields_by_lines(body, macros);
        if by_lines.len() >= fields.len() {
            return by_lines;
        }
    }
    fields
}

struct Parser<'b> {
    body: &'b str,
    at: usize,
    macros: &'b Macros,
    /// Something was not as it should be.
    is_odd: bool,
    /// How much text macros brought in.
    bytes: usize,
}

impl<'b> Parser<'b> {
    fn rest(&self) -> &'b str {
        &self.body[self.at..]
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

    fn skip_line(&mut self) {
        self.skip(|byte| byte != b'\n');
    }

    fn field(&mut self) -> Option<(String, String)> {
        loop {
            self.skip(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b')'));
            if self.next()? == b'%' {
                self.skip_line();
                continue;
            }
            let name = self.name();
            if name.is_empty() {
                // `"`, `{` or the like, where no value is due.
                self.is_odd = true;
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                continue;
            }
            if self.equals() {
                return Some((name.to_lowercase(), self.value()));
            }
        }
    }

    fn name(&mut self) -> &'b str {
        let start = self.at;
        self.skip(|byte| !byte.is_ascii_whitespace() && !is_delimiter(byte) && byte.is_ascii());
        &self.body[start..self.at]
    }

    /// Takes the sign between name and value; anything that is neither word nor delimiter will do.
    fn equals(&mut self) -> bool {
        self.skip_spaces();
        if self.next() == Some(b'=') {
            self.at += 1;
            return true;
        }
        self.is_odd = true;
        let before = self.at;
        self.skip(|byte| !byte.is_ascii() || matches!(byte, b':' | b'-' | b'>'));
        let has_sign = self.at > before;
        self.skip_spaces();
        let is_value = matches!(self.next(), Some(b'{' | b'=')) || has_sign && self.next() == Some(b'"');
        if self.next() == Some(b'=') {
            self.at += 1;
        }
        if !is_value {
            self.at = before;
        }
        is_value
    }

    /// Pieces joined by `#`.
    fn value(&mut self) -> String {
        let mut value = String::new();
        loop {
            self.skip_spaces();
            match self.next() {
                Some(b'{') => value.push_str(self.braced()),
                Some(b'"') => value.push_str(self.quoted()),
                Some(b',' | b'}' | b')') | None => break,
                Some(b'#') => {
                    self.at += 1;
                    continue;
                }
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

    fn braced(&mut self) -> &'b str {
        let inside = &self.body[self.at + 1..];
        let mut depth = 1usize;
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                self.at += at + 2;
                return &inside[..at];
            }
        }
        self.unclosed(inside)
    }

    fn quoted(&mut self) -> &'b str {
        let inside = &self.body[self.at + 1..];
        let mut depth = 0usize;
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                b'"' if depth == 0 => {
                    self.at += at + 2;
                    return &inside[..at];
                }
                _ => {}
            }
        }
        self.unclosed(inside)
    }

    fn unclosed(&mut self, inside: &'b str) -> &'b str {
        self.is_odd = true;
        self.at = self.body.len();
        inside.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '}' | ')' | ','))
    }

    /// A number, a macro, or text that lacks its braces: up to the comma or the end of the line.
    fn bare(&mut self) -> &'b str {
        let start = self.at;
        self.skip(|byte| !matches!(byte, b',' | b'\n' | b'#' | b'}' | b')' | b'{' | b'"'));
        if self.at == start {
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
        }
        self.macros.value(self.body[start..self.at].trim())
    }

    /// Behind a value stands a comma, the end, or, for want of a comma, the next field.
    fn check_end(&mut self) {
        match self.next() {
            Some(b',' | b'}' | b')' | b'%') => {}
            // It took the brace that closes the entry.
            None => self.is_odd = true,
            Some(_) => {
                let mut ahead = Parser { is_odd: false, ..*self };
                let is_field = !ahead.name().is_empty() && ahead.equals();
                if !is_field {
                    self.is_odd = true;
                    self.skip(|byte| !matches!(byte, b'\n' | b','));
                }
            }
        }
    }
}

/// What ends a word, in BibTeX's grammar.
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'"' | b'#' | b'%' | b'\'' | b'(' | b')' | b',' | b'=' | b'{' | b'}')
}

/// The fields of an entry whose values are not closed as they should be: each begins on a line of its own.
fn fields_by_lines(body: &str, macros: &Macros) -> Vec<(String, String)> {
    let mut starts = Vec::new();
    let mut line_start = 0;
    for line in body.split_inclusive('\n') {
        if let Some(start) = field_start(line) {
            starts.push((line_start, start));
        }
        line_start += line.len();
    }
    let ends = starts.iter().skip(1).map(|(end, _)| *end).chain([body.len()]);
    let fields = starts.iter().zip(ends).map(|((start, (name, value_at)), end)| {
        let is_last = end == body.len();
        (name.to_lowercase(), line_value(&body[start + value_at..end], is_last, macros))
    });
    fields.collect()
}

/// The name with which a line begins that begins a field, and where its value does.
fn field_start(line: &str) -> Option<(&str, usize)> {
    let name_at = line.len() - line.trim_start().len();
    let length =
        line[name_at..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-+:".contains(byte)).count();
    let (name, behind) = line[name_at..].split_at(length);
    let sign = behind.trim_start();
    let value = sign.strip_prefix('=').map(str::trim_start);
    // Another sign will do before a brace.
    let value = value.or_else(|| {
        Some(sign.trim_start_matches(|c: char| !c.is_ascii()).trim_start())
            .filter(|value| value.starts_with(['{', '"']))
    });
    let value = value.filter(|value| value.starts_with(|c: char| matches!(c, '{' | '"') || c.is_alphanumeric()))?;
    (length > 0).then(|| (name, line.len() - value.len()))
}

fn line_value(text: &str, is_last: bool, macros: &Macros) -> String {
    let mut text = text.trim();
    if is_last
        && let Some(inside) = text.strip_suffix(['}', ')'])
        && inside.trim_end_matches([' ', '\t', ',']).ends_with(['\n', '}', '"'])
    {
        text = inside.trim();
    }
    let text = text.trim_end_matches(|c: char| c == ',' || c.is_whitespace());
    for (open, close) in [('{', '}'), ('"', '"')] {
        if let Some(inside) = text.strip_prefix(open) {
            return inside.strip_suffix(close).unwrap_or(inside).to_owned();
        }
    }
    macros.value(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        parse(text, 1, &mut Macros::new()).unwrap()
    }

    fn shown(text: &str) -> String {
        let entry = entry(text);
        let fields: Vec<String> = entry.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}|{}|{}", entry.kind, entry.key, fields.join("|"))
    }

    #[test]
    fn values_come_in_every_dress() {
        for (text, expected) in [
            ("@Article{k, A = {x {y} z}, b=\"p {\"}q\", c = 12,}", "article|k|a=x {y} z|b=p {\"}q|c=12"),
            ("@a ( k1, t = \"(x)\", y = {1} )", "a|k1|t=(x)|y=1"),
            ("@a{\n  k ,\n t = {x} \n y = {1} % note\n}", "a|k|t=x|y=1"),
            ("@a{ K1,author+an:x = {1=\"y\"}, bdsk-url-1={u},\n\n}", "a|K1|author+an:x=1=\"y\"|bdsk-url-1=u"),
            ("@a{k, m = 10 # \"~\" # jan}", "a|k|m=10~jan"),
            ("@a{t = {x}}", "a||t=x"),
            ("@a{, t = {x}}", "a||t=x"),
            ("@a{k\n t = {x}}", "a|k|t=x"),
            ("@a{k,\n% a comment, t = {no}\n t = {x}}", "a|k|t=x"),
            ("@a{k, t = {x}, note = no braces here, y = {}}", "a|k|t=x|note=no braces here|y="),
            ("@a{k}", "a|k|"),
            ("@a{doi:10.1/(x)y, t = {x}}", "a|doi:10.1/(x)y|t=x"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_broken_entry_is_read_by_its_lines() {
        for (text, expected) in [
            ("@a{k,\n w \u{1f4af} {A {B}},\n t = {x}\n}", "a|k|w=A {B}|t=x"),
            ("@a{k,\n t = {x { y},\n z = {1},\n}", "a|k|t=x { y|z=1"),
            ("@a(k,\n t = {x \\{'e y},\n z = may,\n)", "a|k|t=x \\{'e y|z=may"),
            ("@a{k,\n t = {x } y},\n z = {1}\n}", "a|k|t=x } y|z=1"),
            ("@a{k,\n t = \"x \"y\" z\",\n z = \"1\"}", "a|k|t=x \"y\" z|z=1"),
            ("@a{k,\n t = {never closed,\n z = {1}", "a|k|t=never closed|z=1"),
            ("@a{k, t = {x}, z = {never closed", "a|k|t=x|z=never closed"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn macros_are_put_in_whatever_their_case() {
        let mut macros = Macros::new();
        assert_eq!(parse("@String{ bl:Long = {Bee Letters}, b = {B} }", 1, &mut macros), None);
        assert_eq!(parse("@string(two = BL:long # \" and \" # unknown)", 1, &mut macros), None);
        let entry = parse("@a{k, j = TWO, p = b # {x}, q = 1b}", 1, &mut macros).unwrap();
        assert_eq!(entry.get("j"), Some("Bee Letters and unknown"));
        assert_eq!((entry.get("p"), entry.get("q")), (Some("Bx"), Some("1b")));
        assert_eq!(parse("@comment{x = {y}}", 1, &mut macros), None);
        assert_eq!(parse("@preamble{\"\\newcommand\"}", 1, &mut macros), None);
    }

    #[test]
    fn macros_of_macros_do_not_grow_without_end() {
        let mut macros = Macros::new();
        macros.define("a", "x".repeat(1000));
        for _ in 0..40 {
            parse("@string{a = a # a}", 1, &mut macros);
        }
        assert!(macros.values["a"].len() <= MAX_MACRO_BYTES);
        let many = format!("@e{{k, t = {}}}", vec!["a"; 100_000].join("#"));
        assert!(parse(&many, 1, &mut macros).unwrap().fields[0].1.len() <= MAX_RECORD_BYTES);
    }
}
