//! What is inside an entry: its key and fields, with macros put in their places.
//!
//! The grammar is read as forgivingly as it can be. Where it breaks down (a brace too few or too many, text behind a
//! value), `recovery` reads the entry.

use std::collections::HashMap;

use super::super::MAX_RECORD_BYTES;
use super::recovery;

/// What is wrong with an entry, so that what was read may not be what was meant.
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
    pub doubt: Option<Doubt>,
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
    pub(super) fn value<'v>(&'v self, word: &'v str) -> &'v str {
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
            for (name, value) in fields(body, macros).0 {
                macros.define(&name, value);
            }
            None
        }
        _ => {
            let (key, rest) = key(body);
            let (fields, doubt) = fields(rest, macros);
            Some(Entry { line, kind, key: key.to_owned(), fields, doubt })
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

fn fields(body: &str, macros: &Macros) -> (Vec<(String, String)>, Option<Doubt>) {
    let mut parser = Parser::new(body, macros);
    let mut fields = Vec::with_capacity(16);
    while let Some(field) = parser.field() {
        fields.push(field);
    }
    if parser.is_odd {
        let recovered = recovery::fields(body, macros);
        if recovered.len() >= fields.len() {
            return (recovered, parser.doubt);
        }
    }
    (fields, parser.doubt)
}

pub(super) struct Parser<'b> {
    body: &'b str,
    at: usize,
    macros: &'b Macros,
    /// Something was not as it should be.
    pub is_odd: bool,
    doubt: Option<Doubt>,
    /// How much text macros brought in.
    bytes: usize,
}

impl<'b> Parser<'b> {
    pub(super) fn new(body: &'b str, macros: &'b Macros) -> Self {
        Self { body, at: 0, macros, is_odd: false, doubt: None, bytes: 0 }
    }

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

    pub(super) fn field(&mut self) -> Option<(String, String)> {
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
                let value = &inside[..at];
                if recovery::swallows_field(value) {
                    self.doubt(Doubt::Braces);
                }
                return value;
            }
        }
        self.doubt(Doubt::Braces);
        self.unclosed(inside)
    }

    /// Up to a quote behind which the entry goes on; those before it are the text's: `"On "bees" and wasps",`.
    fn quoted(&mut self) -> &'b str {
        let start = self.at + 1;
        let inside = &self.body[start..];
        let mut depth = 0usize;
        let mut first = None;
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                b'"' if depth == 0 => {
                    if ends_value(&inside[at + 1..]) {
                        self.at = start + at + 1;
                        return &inside[..at];
                    }
                    if let Some(end) = recovery::field_at_end(&inside[..at]) {
                        self.doubt(Doubt::Quote);
                        self.at = start + end;
                        return inside[..end].trim_end_matches(|c: char| c.is_whitespace() || c == ',');
                    }
                    first.get_or_insert(at);
                }
                _ => {}
            }
        }
        match first {
            Some(at) => {
                self.at = start + at + 1;
                &inside[..at]
            }
            None => {
                self.doubt(Doubt::Quote);
                self.unclosed(inside)
            }
        }
    }

    fn doubt(&mut self, doubt: Doubt) {
        self.is_odd = true;
        self.doubt.get_or_insert(doubt);
    }

    fn unclosed(&mut self, inside: &'b str) -> &'b str {
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

/// Whether the entry goes on with `text` as it does behind a value.
fn ends_value(text: &str) -> bool {
    let is_field = |text: &str| {
        let name = text.bytes().take_while(|byte| byte.is_ascii_graphic() && !is_delimiter(*byte)).count();
        name > 0 && text[name..].trim_start().starts_with('=')
    };
    let text = text.trim_start();
    match text.as_bytes().first() {
        None | Some(b'}' | b')' | b'#' | b'%') => true,
        Some(b',') => {
            let behind = text[1..].trim_start();
            matches!(behind.as_bytes().first(), None | Some(b'}' | b')' | b'%' | b',')) || is_field(behind)
        }
        Some(_) => is_field(text),
    }
}

/// What ends a word, in BibTeX's grammar.
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'"' | b'#' | b'%' | b'\'' | b'(' | b')' | b',' | b'=' | b'{' | b'}')
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
            ("@a{k, title = {x { y},\n z = {1},\n}", "a|k|title=x { y|z=1"),
            ("@a{k, title = {x { y}, author = {B, A}, year = {1}}", "a|k|title=x { y|author=B, A|year=1"),
            (
                "@a{k,\n title={x {y},\n author={B, A}, year={1},\n note={z}},\n}",
                "a|k|title=x {y|author=B, A|year=1|note=z",
            ),
            ("@a{k,\n note={@b{x,\n title={y}\n}},\n title={z}}", "a|k|note=@b{x,\n title={y}\n}|title=z"),
            ("@a{k, t=\"x \"y\" z\", u=\"1\"}", "a|k|t=x \"y\" z|u=1"),
            ("@a{k, t=\"x \"y\", and z\", u=\"1\"}", "a|k|t=x \"y\", and z|u=1"),
            ("@a{k, t=\"never closed, u=\"1\", v={2}}", "a|k|t=never closed|u=1|v=2"),
            ("@a{k,\n t=\"never closed,\n u=\"1\",\n v={2}\n}", "a|k|t=never closed|u=1|v=2"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_sure_is_said() {
        for (text, doubt) in [
            ("@a{k, t = {x}, u = \"y \"z\"\"}", None),
            ("@a{k,\n title = {x {y},\n author = {z}},\n}", Some(Doubt::Braces)),
            ("@a{k, t = \"x, u = \"y\"}", Some(Doubt::Quote)),
            ("@a{k, t = \"x}", Some(Doubt::Quote)),
        ] {
            assert_eq!(entry(text).doubt, doubt, "{text}");
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
