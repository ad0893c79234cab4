//! What begins with a `<`: a tag with a name that is known, a comment, or text.

/// Elements that are taken out and leave what they hold, where they stand.
const INLINE: [&str; 54] = [
    "a",
    "abbr",
    "alternatives",
    "annotation",
    "annotation-xml",
    "b",
    "big",
    "bold",
    "cite",
    "code",
    "del",
    "disp-formula",
    "em",
    "email",
    "ext-link",
    "fixed-case",
    "font",
    "i",
    "img",
    "inf",
    "inline-formula",
    "inline-graphic",
    "ins",
    "italic",
    "mark",
    "math",
    "monospace",
    "named-content",
    "nobr",
    "overline",
    "roman",
    "sans-serif",
    "sc",
    "script",
    "semantics",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "styled-content",
    "sub",
    "sup",
    "tex-math",
    "tt",
    "u",
    "underline",
    "uri",
    "url",
    "wbr",
    "xref",
    "formula",
    "graphic",
    "inline-supplementary-material",
];

/// Elements that stand on lines of their own.
pub(super) const BLOCKS: [&str; 28] = [
    "abstract",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "hr",
    "html",
    "li",
    "list",
    "list-item",
    "ol",
    "p",
    "para",
    "pre",
    "sec",
    "section",
    "simple-para",
    "table",
    "td",
    "th",
    "tr",
    "ul",
    "disp-quote",
];

/// Elements that hold a heading.
pub(super) const HEADINGS: [&str; 8] = ["title", "h1", "h2", "h3", "h4", "h5", "h6", "section-title"];

/// Prefixes of namespaces; behind them every name is a tag's.
const PREFIXES: [&str; 9] = ["jats", "mml", "m", "ce", "xhtml", "html", "sb", "ali", "xlink"];

/// Elements of presentation MathML.
pub(super) const MATHML: [&str; 30] = [
    "maction",
    "menclose",
    "merror",
    "mfenced",
    "mfrac",
    "mglyph",
    "mi",
    "mlabeledtr",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];

/// A longer tag is text that has lost its end.
const MAX_TAG: usize = 2000;

/// What begins with a `<`.
pub(super) enum Piece<'t> {
    Text,
    /// A comment, an instruction.
    Dropped {
        end: usize,
    },
    /// Marked as text.
    Verbatim {
        start: usize,
        end: usize,
        after: usize,
    },
    Tag {
        tag: Tag<'t>,
        end: usize,
    },
}

#[derive(Clone, Copy)]
pub(super) struct Tag<'t> {
    /// Without its namespace.
    pub name: &'t str,
    pub closes: bool,
    pub is_empty: bool,
}

pub(super) fn piece_at<'t>(start: usize, ends: &mut Ends<'t>) -> Piece<'t> {
    let text = ends.text;
    let rest = &text[start..];
    if let Some(inside) = rest.strip_prefix("<![CDATA[") {
        let from = text.len() - inside.len();
        return ends.next("]]>", from).map_or(Piece::Text, |end| Piece::Verbatim { start: from, end, after: end + 3 });
    }
    if rest.starts_with("<!--") {
        return ends.next("-->", start + 4).map_or(Piece::Text, |end| Piece::Dropped { end: end + 3 });
    }
    if rest.starts_with("<?xml") || rest.starts_with("<!DOCTYPE") {
        return ends.next(">", start).map_or(Piece::Text, |end| Piece::Dropped { end: end + 1 });
    }
    match tag_at(rest) {
        Some((tag, length)) => Piece::Tag { tag, end: start + length },
        None => Piece::Text,
    }
}

/// The tag at the start of `text` and its length: `<name attribute="value">`.
pub(super) fn tag_at(text: &str) -> Option<(Tag<'_>, usize)> {
    let bytes = &text.as_bytes()[..text.len().min(MAX_TAG)];
    let closes = bytes.get(1) == Some(&b'/');
    let name_start = if closes { 2 } else { 1 };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_');
    let mut at = name_start + bytes[name_start..].iter().take_while(|byte| is_name(byte)).count();
    let name = &text[name_start..at];
    let (prefix, name) = name.split_once(':').map_or(("", name), |(prefix, name)| (prefix, name));
    if !is_known(prefix, name) {
        return None;
    }
    let skip = |at: usize, is_in: fn(&u8) -> bool| at + bytes[at..].iter().take_while(|byte| is_in(byte)).count();
    loop {
        let before = at;
        at = skip(at, u8::is_ascii_whitespace);
        match bytes.get(at)? {
            b'>' => return Some((Tag { name, closes, is_empty: false }, at + 1)),
            b'/' if bytes.get(at + 1) == Some(&b'>') => return Some((Tag { name, closes, is_empty: true }, at + 2)),
            _ if before == at => return None,
            _ => {}
        }
        let attribute = at;
        at = skip(at, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_' | b'.'));
        let equals = skip(at, u8::is_ascii_whitespace);
        if at == attribute || bytes.get(equals) != Some(&b'=') {
            return None;
        }
        at = skip(equals + 1, u8::is_ascii_whitespace);
        at = match bytes.get(at)? {
            quote @ (b'"' | b'\'') => at + 2 + bytes[at + 1..].iter().position(|byte| byte == quote)?,
            _ => skip(at, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'<' | b'"')),
        };
    }
}

fn is_known(prefix: &str, name: &str) -> bool {
    let is_in = |list: &[&str]| list.iter().any(|known| name.eq_ignore_ascii_case(known));
    match prefix {
        "" => is_in(&INLINE) || is_in(&BLOCKS) || is_in(&HEADINGS) || is_in(&MATHML),
        _ => !name.is_empty() && PREFIXES.contains(&prefix.to_ascii_lowercase().as_str()),
    }
}

/// Where things end that reach to the next of their kind. What was found is kept, so that a text full of beginnings
/// without ends is not searched to its end for each.
pub(super) struct Ends<'t> {
    pub text: &'t str,
    found: Vec<(&'static str, Option<usize>)>,
}

impl<'t> Ends<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, found: Vec::new() }
    }

    pub(super) fn next(&mut self, end: &'static str, from: usize) -> Option<usize> {
        let text = self.text;
        let search = || text[from..].find(end).map(|at| from + at);
        match self.found.iter_mut().find(|(known, _)| *known == end) {
            None => {
                let found = search();
                self.found.push((end, found));
                found
            }
            Some((_, found)) => {
                if found.is_some_and(|at| at < from) {
                    *found = search();
                }
                *found
            }
        }
    }
}
