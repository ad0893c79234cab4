//! The text of an element with markup in it (`<i>`, `<sup>`, `<jats:p>`, MathML), as people write it where they have no
//! markup.
//!
//! Blocks are parted by line ends, so that words do not run together; exponents become `²` or `^n`; formulas are their
//! symbols in order ([MathML](https://www.w3.org/TR/MathML3/)); headings of sections end in a colon.

use super::tree::{Element, Visit};

/// Elements that text does not run through.
const BLOCKS: [&str; 24] = [
    "p",
    "sec",
    "title",
    "AbstractText",
    "br",
    "break",
    "div",
    "li",
    "list",
    "list-item",
    "label",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "td",
    "tr",
    "table",
    "caption",
    "disp-formula",
    "disp-quote",
    "para",
];

/// What is in a text without being part of it: alternatives to a formula, notes, links to notes.
const ASIDES: [&str; 9] = [
    "annotation",
    "annotation-xml",
    "fn",
    "object-id",
    "graphic",
    "inline-graphic",
    "media",
    "xref",
    "CopyrightInformation",
];

/// The text of what is in `element`.
pub(super) fn prose(element: Element) -> String {
    let mut prose = Prose::default();
    element.walk(|visit| prose.take(visit));
    let text = prose.text.trim();
    if text.len() == prose.text.len() { prose.text } else { text.to_owned() }
}

/// [`prose`] of the first child of a name; empty where there is none.
pub(super) fn prose_of(parent: Element, name: &str) -> String {
    parent.child(name).map(prose).unwrap_or_default()
}

#[derive(Default)]
struct Prose {
    text: String,
    /// How many elements of MathML are open: white space between its symbols only lays out the source.
    math: usize,
    /// Where superscripts start.
    superscripts: Vec<usize>,
    /// Where headings start.
    headings: Vec<usize>,
}

impl Prose {
    fn take(&mut self, visit: Visit) -> bool {
        match visit {
            Visit::Start { element, parent } => return self.start(element, parent),
            Visit::Text(text) if self.math > 0 => self.text.push_str(text.trim()),
            Visit::Text(text) => self.text.push_str(text),
            Visit::End(element) => self.end(element),
        }
        true
    }

    fn start(&mut self, element: Element, parent: Option<Element>) -> bool {
        let name = element.name();
        let is_alternative =
            || parent.is_some_and(|parent| parent.children().take(4).any(|child| child.name() == "math"));
        if ASIDES.contains(&name) || name == "tex-math" && is_alternative() {
            return false;
        }
        match name {
            "math" => self.math += 1,
            "tex-math" => self.text.push('$'),
            "sup" | "superscript" => {
                self.join();
                self.superscripts.push(self.text.len());
            }
            "sub" | "subscript" => self.join(),
            "mo" if self.math > 0 && is_relation(&element.plain()) => self.text.push(' '),
            "br" | "break" => self.part(),
            "title" => {
                self.part();
                self.headings.push(self.text.len());
            }
            name if BLOCKS.contains(&name) => self.part(),
            _ => {}
        }
        if self.math > 0
            && let Some(parent) = parent
            && let Some(sign) = sign_before(element, parent)
        {
            self.text.push(sign);
        }
        true
    }

    fn end(&mut self, element: Element) {
        match element.name() {
            "math" => self.math = self.math.saturating_sub(1),
            "tex-math" => self.text.push('$'),
            "sup" | "superscript" => {
                if let Some(start) = self.superscripts.pop() {
                    self.raise(start);
                }
            }
            "mo" if self.math > 0 && is_relation(&element.plain()) => self.text.push(' '),
            "title" => {
                if let Some(start) = self.headings.pop() {
                    self.head(start);
                }
            }
            name if BLOCKS.contains(&name) => self.part(),
            _ => {}
        }
    }

    /// A line end before an index or exponent only lays out the source.
    fn join(&mut self) {
        let end = self.text.trim_end().len();
        if self.text[end..].contains('\n') {
            self.text.truncate(end);
        }
    }

    fn part(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// The text from `start` on is a superscript.
    fn raise(&mut self, start: usize) {
        let raised = self.text[start..].trim();
        let small: Option<String> = raised.chars().map(superscript).collect();
        let replacement = match small {
            Some(small) => small,
            // Letters stand for notes and ordinals (1st) as often as for exponents.
            None if raised.chars().count() > 3 || self.text[..start].ends_with(|c: char| c.is_ascii_digit()) => {
                raised.to_owned()
            }
            None => format!("^{raised}"),
        };
        self.text.truncate(start);
        self.text.push_str(&replacement);
    }

    /// The text from `start` on is a heading.
    fn head(&mut self, start: usize) {
        let heading = self.text[start..].trim_end().len() + start;
        self.text.truncate(heading);
        if heading > start && !self.text.ends_with([':', '.', '?', '!']) {
            self.text.push(':');
        }
        self.part();
    }
}

/// What reads as `x = y` and not as `x=y`.
fn is_relation(operator: &str) -> bool {
    matches!(operator.trim(), "=" | "<" | ">" | "≤" | "≥" | "≈" | "∼" | "≠" | "±" | "×" | "→" | "∈" | "≪" | "≫" | "∝")
}

/// The sign between the parts of a fraction, a power, an index.
fn sign_before(element: Element, parent: Element) -> Option<char> {
    let sign = match parent.name() {
        "msup" | "mover" => '^',
        "msub" | "munder" => '_',
        "mfrac" => '/',
        _ => return None,
    };
    parent.children().nth(1).is_some_and(|second| second.is(element)).then_some(sign)
}

fn superscript(c: char) -> Option<char> {
    Some(match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32('⁴' as u32 + (c as u32 - '4' as u32))?,
        '+' => '⁺',
        '-' | '−' | '–' => '⁻',
        'n' => 'ⁿ',
        'i' => 'ⁱ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    fn read(text: &str) -> String {
        let text = format!("<mods><titleInfo><title>Bees</title></titleInfo><abstract>{text}</abstract></mods>");
        read_bytes(text, "a.xml").papers.remove(0).abstract_text.unwrap()
    }

    #[test]
    fn markup_becomes_what_people_write_without_it() {
        for (markup, text) in [
            ("<p>One.</p><p>Two.</p>", "One. Two."),
            (
                "<sec><title>Aim</title><p>Bees.</p></sec><sec><title>Why?</title><p>Hum.</p></sec>",
                "Aim: Bees. Why? Hum.",
            ),
            ("a<br/>b <i>c</i><b>d</b>", "a b cd"),
            (
                "H<sub>2</sub>O and x<sup>2</sup>, 10<sup>-6</sup>, e<sup>x</sup>, 1<sup>st</sup>",
                "H2O and x², 10⁻⁶, e^x, 1st",
            ),
            ("CO\n   <sub>2</sub>\n   vents", "CO2 vents"),
            (
                "<mml:math> <mml:msup> <mml:mi>x</mml:mi> <mml:mn>2</mml:mn> </mml:msup> <mml:mo>=</mml:mo> <mml:mn>4</mml:mn> </mml:math>",
                "x^2 = 4",
            ),
            ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac><annotation>\\frac12</annotation></math>", "1/2"),
            ("of <tex-math>O(n)</tex-math> steps", "of O(n) steps"),
            ("<alternatives><math><mi>n</mi></math><tex-math>n</tex-math></alternatives> steps", "n steps"),
            ("bees<xref>12</xref> hum", "bees hum"),
        ] {
            assert_eq!(read(markup), text, "{markup}");
        }
    }
}
