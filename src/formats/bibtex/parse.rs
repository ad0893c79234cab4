//! Parses an entry: its key and its fields, with macros replaced.
//!
//! Small deviations from the grammar are tolerated. After larger ones (a missing or an extra brace, text after a value)
//! `recovery` reads the entry.

use super::macros::Macros;
use super::parser::{Doubt, Parser};
use super::recovery;

/// An entry as written in the file; values are LaTeX.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Entry {
    /// The line on which it begins.
    pub line: u64,
    /// The entry type, in lower case.
    pub kind: String,
    /// The key, which may be empty.
    pub key: String,
    /// Names (in lower case) and values, in the order of the file. A name may be repeated.
    pub fields: Vec<(String, String)>,
    /// What is wrong with the entry, if it may have been misread.
    pub doubt: Option<Doubt>,
}

impl Entry {
    /// The first field of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Returns roughly how many bytes of memory the entry uses.
    pub(super) fn bytes(&self) -> usize {
        let fields: usize = self.fields.iter().map(|(name, value)| name.len() + value.len() + 64).sum();
        self.key.len() + fields + 128
    }
}

/// Parses one entry. Returns `None` for comments, preambles and `@string`, whose definitions are added to `macros`.
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

/// Splits the body of an entry into its key and the text after the key.
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

#[cfg(test)]
mod tests {
    use super::super::macros::MAX_MACRO_BYTES;
    use super::*;
    use crate::formats::limits::MAX_RECORD_BYTES;

    fn entry(text: &str) -> Entry {
        parse(text, 1, &mut Macros::default()).unwrap()
    }

    fn shown(text: &str) -> String {
        let entry = entry(text);
        let fields: Vec<String> = entry.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}|{}|{}", entry.kind, entry.key, fields.join("|"))
    }

    #[test]
    fn values_are_read_with_all_kinds_of_delimiters() {
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
    fn a_broken_entry_is_split_into_fields_at_its_lines() {
        for (text, expected) in [
            ("@a{k,\n w \u{1f4af} {A {B}},\n t = {x}\n}", "a|k|w=A {B}|t=x"),
            ("@a{k,\n t = {x { y},\n z = {1},\n}", "a|k|t=x { y|z=1"),
            ("@a(k,\n t = {x \\{'e y},\n z = may,\n)", "a|k|t=x \\{'e y|z=may"),
            ("@a{k,\n t = {x } y},\n z = {1}\n}", "a|k|t=x } y|z=1"),
            ("@a{k,\n t = \"x \"y\" z\",\n z = \"1\"}", "a|k|t=x \"y\" z|z=1"),
            ("@a{k,\n t = {never closed,\n z = {1}", "a|k|t=never closed|z=1"),
            ("@a{k, t = {x}, z = {never closed", "a|k|t=x|z=never closed"),
            ("@a{k, title = {x { y}, author = {B, A}, year = {1}}", "a|k|title=x { y|author=B, A|year=1"),
            ("@a{k, title = {x { y},\n z = {1},\n}", "a|k|title=x { y|z=1"),
            ("@a{k,\n note={@b{x,\n title={y}\n}},\n title={z}}", "a|k|note=@b{x,\n title={y}\n}|title=z"),
            ("@a{k,\n t=\"never closed,\n u=\"1\",\n v={2}\n}", "a|k|t=never closed|u=1|v=2"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn doubtful_entries_are_marked() {
        for (text, doubt) in [("@a{k, t = {x}, u = \"y \"z\"\"}", None), ("@a{k, t = \"x}", Some(Doubt::Quote))] {
            assert_eq!(entry(text).doubt, doubt, "{text}");
        }
    }

    #[test]
    fn the_case_of_macros_does_not_matter() {
        let mut macros = Macros::default();
        assert_eq!(parse("@String{ bl:Long = {Bee Letters}, b = {B} }", 1, &mut macros), None);
        assert_eq!(parse("@string(two = BL:long # \" and \" # unknown)", 1, &mut macros), None);
        let entry = parse("@a{k, j = TWO, p = b # {x}, q = 1b}", 1, &mut macros).unwrap();
        assert_eq!(entry.get("j"), Some("Bee Letters and unknown"));
        assert_eq!((entry.get("p"), entry.get("q")), (Some("Bx"), Some("1b")));
        assert_eq!(parse("@comment{x = {y}}", 1, &mut macros), None);
        assert_eq!(parse("@preamble{\"\\newcommand\"}", 1, &mut macros), None);
    }

    #[test]
    fn macros_of_macros_stay_within_the_limit() {
        let mut macros = Macros::default();
        macros.define("a", "x".repeat(1000));
        for _ in 0..40 {
            parse("@string{a = a # a}", 1, &mut macros);
        }
        assert!(macros.value("a").len() <= MAX_MACRO_BYTES);
        let many = format!("@e{{k, t = {}}}", vec!["a"; 100_000].join("#"));
        assert!(parse(&many, 1, &mut macros).unwrap().fields[0].1.len() <= MAX_RECORD_BYTES);
    }
}
