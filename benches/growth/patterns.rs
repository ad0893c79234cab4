//! Hostile texts: one piece, repeated.

/// A text that repeats `unit`, and after that `closing` as often.
pub struct Pattern {
    unit: &'static str,
    closing: &'static str,
}

const fn of(unit: &'static str) -> Pattern {
    Pattern { unit, closing: "" }
}

const fn closed(unit: &'static str, closing: &'static str) -> Pattern {
    Pattern { unit, closing }
}

/// What readers of text look for: letters, marks, brackets, separators, commands, tags, numbers, links.
pub const PATTERNS: [Pattern; 78] = [
    of("a"),
    of("y"),
    of("A"),
    of("1"),
    of("é"),
    of("e\u{301}"),
    of("\u{301}"),
    of("\u{323}\u{301}"),
    of("ﬁ"),
    of("\u{fdfa}"),
    of("ﺍ"),
    of("汉"),
    of("ハ\u{3099}"),
    of("\u{1100}\u{1161}\u{11a8}"),
    of("가"),
    of("\u{0e01}\u{0e33}"),
    of("\u{1f469}\u{200d}"),
    of("α"),
    of("²"),
    of("Ã©"),
    of("â€™"),
    of("\u{ad}"),
    of(" "),
    of("\n"),
    of("\n\n"),
    of("\t"),
    of("a "),
    of("We "),
    of("bees dance "),
    of("A. "),
    of("a. b. "),
    of("We. "),
    of("? ”"),
    of("."),
    of("-"),
    of("a-"),
    of("a- "),
    of("a-\n"),
    of(","),
    of("a, "),
    of(";"),
    of("a; "),
    of("and "),
    of("a and "),
    of(" & "),
    of(":"),
    of("a:b "),
    of("\""),
    of("'"),
    of("`"),
    of("*"),
    of("_"),
    of("#"),
    of("|"),
    of("("),
    of("["),
    of("{"),
    closed("{", "}"),
    closed("(", ")"),
    closed("[", "]"),
    of("$"),
    of("$a$ "),
    of("\\"),
    of("\\a"),
    of("{\\'"),
    of("\\'{e}"),
    of("\\cite{a}"),
    closed("\\emph{", "}"),
    of("\\(\\["),
    of("^{"),
    of("&amp;"),
    of("&amp"),
    of("<"),
    of("<b>"),
    closed("<i>", "</i>"),
    of("10.1234/a "),
    of("https://a.b/c?d=1&"),
    of("NOT (a OR "),
];

impl Pattern {
    /// Returns about `bytes` bytes of the pattern.
    pub fn text(&self, bytes: usize) -> String {
        let times = bytes / (self.unit.len() + self.closing.len());
        self.unit.repeat(times) + &self.closing.repeat(times)
    }

    /// Returns the repeated piece, for a table.
    pub fn name(&self) -> String {
        let name = format!("{:?}", self.unit);
        if self.closing.is_empty() { name } else { format!("{name} … {:?}", self.closing) }
    }
}
