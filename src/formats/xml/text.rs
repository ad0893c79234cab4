//! Converts an element with markup (`<i>`, `<sup>`, `<jats:p>`, MathML) to text, as people write it without markup.
//!
//! Line ends separate blocks, so that words do not run together. Exponents become `²` or `^n`. Formulas become their
//! symbols in order ([MathML](https://www.w3.org/TR/MathML3/)). Headings of sections end in a colon.

use super::tree::{Content, Element};

/// Elements that begin and end a line of text.
const BLOCKS: [&str; 24] = [
    "p", "sec", "title", "AbstractText", "br", "break", "div", "li", "list", "list-item", "label", "h1", "h2", "h3",
    "h4", "h5", "h6", "td", "tr", "table", "caption", "disp-formula", "disp-quote", "para",
];

/// Elements in a text that are not part of it: alternatives to a formula, notes, links to notes, members of a group.
const ASIDES: [&str; 11] = [
    "annotation", "annotation-xml", "fn", "object-id", "graphic", "inline-graphic", "media", "xref",
    "CopyrightInformation", "institution-id", "contrib-group",
];

/// Returns the content of `element` as text without markup.
pub(super) fn prose(element: &Element) -> String {
    let mut prose = Prose::default();
    prose.inside(element);
    prose.text.trim().to_owned()
}

/// [`prose`] of the first element at a path; empty if there is none.
pub(super) fn prose_of(parent: &Element, path: &str) -> String {
    parent.child(path).map(prose).unwrap_or_default()
}

#[derive(Default)]
struct Prose {
    text: String,
    /// Whether the current element is within MathML, where white space between symbols has no meaning.
    is_math: bool,
}

impl Prose {
    fn inside(&mut self, parent: &Element) {
        for content in parent.content() {
            match content {
                Content::Text(text) if self.is_math => self.text.push_str(text.trim()),
                Content::Text(text) => self.text.push_str(text),
                Content::Element(element) => self.element(element, parent),
            }
        }
    }

    fn element(&mut self, element: &Element, parent: &Element) {
        let name = element.name();
        let is_alternative = || parent.children().take(4).any(|child| child.name() == "math");
        if ASIDES.contains(&name) || name == "tex-math" && is_alternative() {
            return;
        }
        let is_spaced = self.is_math && name == "mo" && is_relation(&element.plain());
        self.text.extend(is_spaced.then_some(' '));
        if self.is_math {
            self.text.extend(sign_before(element, parent));
        }
        // EndNote's way to mark a superscript.
        let is_raised = name == "style" && element.attribute("face").contains("superscript");
        match name {
            _ if is_raised => self.exponent(element),
            "math" => {
                let is_inner = std::mem::replace(&mut self.is_math, true);
                self.inside(element);
                self.is_math = is_inner;
            }
            "tex-math" => {
                self.text.push('$');
                self.inside(element);
                self.text.push('$');
            }
            "sup" | "superscript" => self.exponent(element),
            "sub" | "subscript" => {
                self.join();
                self.inside(element);
            }
            "title" => {
                self.end_line();
                let heading = self.apart(element);
                self.text.push_str(heading.trim_end());
                if !heading.trim_end().is_empty() && !self.text.ends_with([':', '.', '?', '!']) {
                    self.text.push(':');
                }
                self.end_line();
            }
            name if BLOCKS.contains(&name) => {
                self.end_line();
                self.inside(element);
                self.end_line();
            }
            _ => self.inside(element),
        }
        self.text.extend(is_spaced.then_some(' '));
    }

    fn exponent(&mut self, element: &Element) {
        self.join();
        let raised = self.apart(element);
        self.text.push_str(&as_exponent(raised.trim(), &self.text));
    }

    /// Returns the text of an element without appending it.
    fn apart(&mut self, element: &Element) -> String {
        let before = std::mem::take(&mut self.text);
        self.inside(element);
        std::mem::replace(&mut self.text, before)
    }

    /// Removes a line end before an index or exponent, where it has no meaning.
    fn join(&mut self) {
        let end = self.text.trim_end().len();
        if self.text[end..].contains('\n') {
            self.text.truncate(end);
        }
    }

    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

/// Returns a superscript as plain text: `²`, `^x`. `before` is the text before it.
fn as_exponent(raised: &str, before: &str) -> String {
    let small: Option<String> = raised.chars().map(superscript).collect();
    small.unwrap_or_else(|| {
        // Raised letters are as often notes or ordinals (1st) as they are exponents.
        let is_exponent = raised.chars().count() <= 3 && !before.ends_with(|c: char| c.is_ascii_digit());
        if is_exponent { format!("^{raised}") } else { raised.to_owned() }
    })
}

/// Whether an operator is written with spaces: `x = y` and not `x=y`.
fn is_relation(operator: &str) -> bool {
    matches!(operator.trim(), "=" | "<" | ">" | "≤" | "≥" | "≈" | "∼" | "≠" | "±" | "×" | "→" | "∈" | "≪" | "≫" | "∝")
}

/// Returns the sign between the parts of a fraction, a power or an index, if `element` is the second part.
fn sign_before(element: &Element, parent: &Element) -> Option<char> {
    let sign = match parent.name() {
        "msup" | "mover" => '^',
        "msub" | "munder" => '_',
        "mfrac" => '/',
        _ => return None,
    };
    parent.children().nth(1).is_some_and(|second| std::ptr::eq(second, element)).then_some(sign)
}

fn superscript(c: char) -> Option<char> {
    let at = "0123456789+-−–ni".chars().position(|plain| plain == c)?;
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿⁱ".chars().nth(at)
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
            ("<p>One.</p><title><sup/>Two</title>a <sup>\n<sub/></sup>b", "One. Two: a b"),
        ] {
            assert_eq!(read(markup), text, "{markup}");
        }
    }
}
