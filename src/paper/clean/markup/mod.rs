//! Tags of HTML, [JATS](https://jats.nlm.nih.gov/publishing/tag-library/1.3/) and
//! [MathML](https://www.w3.org/TR/mathml-core/), which Crossref and publishers leave in titles and abstracts.
//!
//! Only names that are known are tags: `p < 0.05 and x > 3`, `<unk>` and `<image, text>` are text. `<s>` is one of the
//! names that are not known, since it begins the sentences of many language models.

mod tag;

use std::borrow::Cow;

use tag::{BLOCKS, Ends, HEADINGS, MATHML, Piece, Tag, piece_at, tag_at};

/// A longer script is a sentence set high, and is left plain.
const MAX_SCRIPT: usize = 32;

/// The text without its tags; headings are followed by a colon, scripts are set in Unicode where it has them.
pub(super) fn stripped(text: &str) -> Cow<'_, str> {
    let mut stripper = Stripper { out: String::with_capacity(text.len()), open: Vec::new(), heading: None };
    let mut ends = Ends::of(text);
    let mut at = 0;
    let mut found = false;
    while let Some(offset) = text[at..].find('<') {
        let start = at + offset;
        let piece = piece_at(start, &mut ends);
        // What is no tag is text, with its bracket.
        let text_end = if matches!(piece, Piece::Text) { start + 1 } else { start };
        stripper.text(&text[at..text_end]);
        found |= !matches!(piece, Piece::Text);
        at = match piece {
            Piece::Text => text_end,
            Piece::Dropped { end } => end,
            Piece::Verbatim { start, end, after } => {
                stripper.text(&text[start..end]);
                after
            }
            Piece::Tag { tag, end } => stripper.tag(tag, end, &mut ends),
        };
    }
    if !found {
        return Cow::Borrowed(text);
    }
    stripper.text(&text[at..]);
    Cow::Owned(stripper.out)
}

/// An element that is open and whose content is set, not only kept.
struct Open<'t> {
    name: &'t str,
    /// Where what is to be set begins in the output.
    start: usize,
    /// Elements of mathematics within it that are complete.
    children: usize,
}

struct Stripper<'t> {
    out: String,
    open: Vec<Open<'t>>,
    /// Where the heading in hand begins.
    heading: Option<usize>,
}

impl<'t> Stripper<'t> {
    fn text(&mut self, text: &str) {
        // White space between the elements of a formula is for whoever reads the XML.
        let is_between = self.open.last().is_some_and(|open| is_math(open.name)) && text.trim().is_empty();
        if !is_between {
            self.out.push_str(text);
        }
    }

    /// Takes a tag that ends at `end`; returns where to go on.
    fn tag(&mut self, tag: Tag<'t>, end: usize, ends: &mut Ends) -> usize {
        let is = |names: &[&str]| names.iter().any(|name| tag.name.eq_ignore_ascii_case(name));
        if is(&HEADINGS) {
            self.heading_tag(tag);
        } else if is(&BLOCKS) {
            self.space();
        } else if is(&["sup", "sub", "inf"]) || is_math(tag.name) {
            self.set(tag);
        } else if !tag.closes && !tag.is_empty {
            return after_hidden(tag, end, ends).unwrap_or(end);
        }
        end
    }

    fn heading_tag(&mut self, tag: Tag) {
        if !tag.closes {
            self.space();
            self.heading = Some(self.out.len());
        } else if let Some(start) = self.heading.take() {
            self.out.truncate(self.out.trim_end().len().max(start));
            let heading = &self.out[start..];
            let ends_itself = heading.ends_with(['.', ':', '?', '!', ';', '-', '–', '—']);
            if !heading.is_empty() && !ends_itself {
                self.out.push(':');
            }
            self.space();
        }
    }

    fn space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with(char::is_whitespace) {
            self.out.push(' ');
        }
    }

    /// Scripts and fractions.
    fn set(&mut self, tag: Tag<'t>) {
        if tag.is_empty {
            return;
        }
        if !tag.closes {
            self.open.push(Open { name: tag.name, start: self.out.len(), children: 0 });
            return;
        }
        let is_last = self.open.last().is_some_and(|open| open.name.eq_ignore_ascii_case(tag.name));
        let Some(open) = (if is_last { self.open.pop() } else { None }) else { return };
        match open.name.to_ascii_lowercase().as_str() {
            "sup" => self.raise(open.start, superscript),
            "msup" if open.children == 2 => self.raise(open.start, superscript),
            "sub" | "inf" => self.raise(open.start, subscript),
            "msub" if open.children == 2 => self.raise(open.start, subscript),
            _ => {}
        }
        let Some(parent) = self.open.last_mut() else { return };
        parent.children += 1;
        match (parent.children, parent.name.trim_start_matches(['m', 'M'])) {
            (1, "frac") => self.out.push('/'),
            (1, "sup" | "sub") => parent.start = self.out.len(),
            _ => {}
        }
    }

    fn raise(&mut self, start: usize, script: fn(char) -> Option<char>) {
        let Some(plain) = self.out.get(start..) else { return };
        if plain.len() > MAX_SCRIPT || plain.trim().is_empty() {
            return;
        }
        // A letter is set alone only: "10ᵗʰ" is harder to read than "10th".
        let is_number = plain.trim().chars().all(|c| !c.is_alphabetic()) || plain.trim().chars().count() == 1;
        let set: Option<String> = plain.trim().chars().map(script).collect();
        if let (true, Some(set)) = (is_number, set) {
            self.out.truncate(start);
            self.out.push_str(&set);
        }
    }
}

/// Where to go on behind an element whose content is not for reading, or says again what stands beside it.
fn after_hidden(tag: Tag, end: usize, ends: &mut Ends) -> Option<usize> {
    let text = ends.text;
    let name = ["annotation-xml", "annotation", "tex-math", "script", "style"];
    let name = name.into_iter().find(|name| tag.name.eq_ignore_ascii_case(name))?;
    // Springer's tex-math is a whole document and stands beside MathML; the ACL's is all there is.
    if name == "tex-math" && !text[end..].trim_start().starts_with("\\documentclass") {
        return None;
    }
    let close = ends.next("</", end)?;
    // The first thing that closes must be it: whatever is left open must not take the rest of the text with it.
    let (closing, length) = tag_at(&text[close..])?;
    closing.name.eq_ignore_ascii_case(name).then_some(close + length)
}

fn is_math(name: &str) -> bool {
    MATHML.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn superscript(c: char) -> Option<char> {
    Some(match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32('⁴' as u32 + c as u32 - '4' as u32)?,
        '+' => '⁺',
        '-' | '−' | '–' => '⁻',
        '=' => '⁼',
        '(' => '⁽',
        ')' => '⁾',
        'i' => 'ⁱ',
        'n' => 'ⁿ',
        _ => return None,
    })
}

fn subscript(c: char) -> Option<char> {
    Some(match c {
        '0'..='9' => char::from_u32('₀' as u32 + c as u32 - '0' as u32)?,
        '+' => '₊',
        '-' | '−' | '–' => '₋',
        '=' => '₌',
        '(' => '₍',
        ')' => '₎',
        'i' => 'ᵢ',
        'j' => 'ⱼ',
        'k' => 'ₖ',
        'm' => 'ₘ',
        'n' => 'ₙ',
        'p' => 'ₚ',
        't' => 'ₜ',
        'x' => 'ₓ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_what_they_hold_stays() {
        for (text, expected) in [
            ("<p>Bees <i>hum</i>.</p><p>Wasps <b class=\"x > y\">sting</b>.</p>", "Bees hum. Wasps sting. "),
            ("<jats:title>Aims</jats:title><jats:p>To hum.</jats:p>", "Aims: To hum. "),
            ("<h4>Results </h4>Humming.<br/>More", "Results: Humming. More"),
            ("<h4>Why?</h4>Because", "Why? Because"),
            ("<title/>Bees<title> </title>", "Bees "),
            ("a<!-- <p> hidden -->b<?xml version=\"1.0\"?>c<![CDATA[<p>&d]]>", "abc<p>&d"),
            ("<SCRIPT>alert()</SCRIPT><a href='x'>bees</a >", "bees"),
        ] {
            assert_eq!(stripped(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_tag_is_text() {
        for text in [
            "p < 0.05 and x > 3",
            "<unk> and </s>",
            "pairs of <a, b> and <p q r>",
            "<p",
            "<b a=\"",
            "<",
            "<!-- no end",
            "<![CDATA[ no end",
            "if a<b>c",
            "<image>",
        ] {
            let expected = if text == "if a<b>c" { "if ac" } else { text };
            assert_eq!(stripped(text), expected, "one of these cannot be told from a tag");
        }
    }

    #[test]
    fn scripts_are_set_where_unicode_has_them() {
        for (text, expected) in [
            ("CO<sub>2</sub>, Ca<sup>2+</sup>, 10<sup>-6</sup>", "CO₂, Ca²⁺, 10⁻⁶"),
            ("10<sup>th</sup> V<sub>max</sub> x<sub>i</sub>", "10th Vmax xᵢ"),
            ("x<sup></sup>y</sup>", "xy"),
            ("2<sup><i>n</i></sup>", "2ⁿ"),
        ] {
            assert_eq!(stripped(text), expected, "{text}");
        }
    }

    #[test]
    fn formulas_become_a_line() {
        let square = "<mml:msup><mml:mi>x</mml:mi>\n <mml:mn>2</mml:mn></mml:msup>";
        let fraction =
            format!("<mml:math><mml:mfrac><mml:mn>1</mml:mn><mml:mrow>{square}</mml:mrow></mml:mfrac></mml:math>");
        assert_eq!(stripped(&format!("of {fraction} bees")), "of 1/x² bees");
        let twice = "<inline-formula><tex-math>\\documentclass{minimal} $$x$$</tex-math>\
                     <mml:math><mml:mi>x</mml:mi></mml:math></inline-formula>";
        assert_eq!(stripped(twice), "x");
        assert_eq!(stripped("<tex-math>x^2</tex-math>"), "x^2");
        assert_eq!(stripped("<style>left open, bees hum"), "left open, bees hum");
    }

    #[test]
    fn beginnings_without_end_take_no_longer_than_others() {
        for text in ["<!--", "<![CDATA[", "<style>", "<sup>", "<p x=", "</", "<mml:msup>"] {
            let started = std::time::Instant::now();
            stripped(&text.repeat(200_000));
            assert!(started.elapsed().as_secs() < 5, "{text}");
        }
    }
}
