//! Removes tags of HTML, [JATS](https://jats.nlm.nih.gov/publishing/tag-library/1.3/) and
//! [MathML](https://www.w3.org/TR/mathml-core/), which Crossref and publishers leave in titles and abstracts.
//!
//! Only known names are tags: `p < 0.05 and x > 3`, `<unk>` and `<image, text>` are text. `<s>` is not a known name,
//! since papers on language models use it to mark the start of a sentence.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::latex::scripts::{subscript, superscript};
use crate::paper::patterns::{WordList, compiled};

/// Elements within a line. Their tags are removed without a space in their place.
const INLINE: WordList = WordList(
    "a, abbr, alternatives, annotation, annotation-xml, b, big, bold, cite, code, del, disp-formula, em, email, \
    ext-link, fixed-case, font, i, img, inf, inline-formula, inline-graphic, ins, italic, mark, math, monospace, \
    named-content, nobr, overline, roman, sans-serif, sc, script, semantics, small, span, strike, strong, style, \
    styled-content, sub, sup, tex-math, tt, u, underline, uri, url, wbr, xref, formula, graphic, \
    inline-supplementary-material",
);

/// Elements on separate lines. A space replaces their tags.
const BLOCKS: WordList = WordList(
    "abstract, blockquote, body, br, caption, center, dd, div, dl, dt, hr, html, li, list, list-item, ol, p, para, \
    pre, sec, section, simple-para, table, td, th, tr, ul, disp-quote",
);

/// Elements that contain a heading.
const HEADINGS: WordList = WordList("title, h1, h2, h3, h4, h5, h6, section-title");

/// Prefixes of namespaces. Any name with such a prefix is the name of a tag.
const PREFIXES: WordList = WordList("jats, mml, m, ce, xhtml, html, sb, ali, xlink");

/// Elements of presentation MathML.
const MATHML: WordList = WordList(
    "maction, menclose, merror, mfenced, mfrac, mglyph, mi, mlabeledtr, mmultiscripts, mn, mo, mover, mpadded, \
    mphantom, mprescripts, mroot, mrow, ms, mspace, msqrt, mstyle, msub, msubsup, msup, mtable, mtd, mtext, mtr, \
    munder, munderover",
);

/// The greatest length of a superscript or subscript, in bytes. A longer text is probably a sentence and stays plain.
const MAX_SCRIPT: usize = 32;

/// `<name attribute="value">`, `</name>`, `<name/>`. A value has no `<`, so that an unclosed tag is read only up to the
/// next tag.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r#"<(/?)(?:([A-Za-z]+):)?([A-Za-z][A-Za-z0-9_-]*)(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s<>"']*))*\s*(/?)>"#,
    )
});

/// The text without its tags. Headings get a colon. Superscripts and subscripts become Unicode characters if Unicode
/// has them.
pub(super) fn stripped(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut end_of_last = 0;
    // The positions in `out` where the open heading and the open scripts begin.
    let mut heading = None;
    let mut scripts: Vec<(String, usize)> = Vec::new();
    for tag in TAG.captures_iter(text) {
        let prefix = tag.get(2).map(|prefix| prefix.as_str().to_ascii_lowercase());
        let (name, place) = (tag[3].to_ascii_lowercase(), tag.get_match());
        let is_known = match &prefix {
            Some(prefix) => PREFIXES.contains(prefix),
            None => [INLINE, BLOCKS, HEADINGS, MATHML].iter().any(|list| list.contains(&name)),
        };
        if !is_known {
            continue;
        }
        out.push_str(&text[end_of_last..place.start()]);
        end_of_last = place.end();
        let (closes, is_empty) = (!tag[1].is_empty(), !tag[4].is_empty());
        if HEADINGS.contains(&name) {
            match heading.take() {
                Some(start) if closes => end_heading(&mut out, start),
                _ => push_space(&mut out),
            }
            heading = (!closes).then_some(out.len());
        } else if BLOCKS.contains(&name) {
            push_space(&mut out);
        } else if matches!(name.as_str(), "sup" | "sub" | "inf") && !is_empty {
            if !closes {
                scripts.push((name, out.len()));
            } else if let Some((_, start)) = scripts.pop_if(|(open, _)| *open == name) {
                set_script(&mut out, start, name == "sup");
            }
        }
    }
    (out + &text[end_of_last..]).into()
}

fn push_space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(char::is_whitespace) {
        out.push(' ');
    }
}

fn end_heading(out: &mut String, start: usize) {
    out.truncate(out.trim_end().len().max(start));
    let ends_itself = out[start..].ends_with(['.', ':', '?', '!', ';', '-', '–', '—']);
    if out.len() > start && !ends_itself {
        out.push(':');
    }
    push_space(out);
}

/// Makes the end of `out` a superscript or subscript. Changes a letter only if there is no other character: "10ᵗʰ" is
/// harder to read than "10th".
fn set_script(out: &mut String, start: usize, is_raised: bool) {
    let plain = out[start..].trim().replace(['−', '–'], "-");
    let is_readable = plain.chars().count() == 1 || !plain.contains(char::is_alphabetic);
    if plain.is_empty() || plain.len() > MAX_SCRIPT || !is_readable {
        return;
    }
    if let Some(script) = if is_raised { superscript(&plain) } else { subscript(&plain) } {
        out.truncate(start);
        out.push_str(&script);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_removed_and_their_content_is_kept() {
        for (text, expected) in [
            ("<p>Bees <i>hum</i>.</p><p>Wasps <b class=\"x > y\">sting</b>.</p>", "Bees hum. Wasps sting. "),
            ("<jats:title>Aims</jats:title><jats:p>To hum.</jats:p>", "Aims: To hum. "),
            ("<h4>Results </h4>Humming.<br/>More", "Results: Humming. More"),
            ("<h4>Why?</h4>Because", "Why? Because"),
            ("<title/>Bees<title> </title>", "Bees "),
            ("<A href='x'>bees</a >", "bees"),
        ] {
            assert_eq!(stripped(text), expected, "{text}");
        }
    }

    #[test]
    fn unknown_tags_are_text() {
        for text in [
            "p < 0.05 and x > 3", "<unk> and </s>", "pairs of <a, b> and <p q r>", "<p", "<b a=\"", "<", "if a<b>c",
            "<image>",
        ] {
            let expected = if text == "if a<b>c" { "if ac" } else { text };
            assert_eq!(stripped(text), expected, "one of these looks like a tag");
        }
    }

    #[test]
    fn scripts_become_unicode_characters_where_they_exist() {
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
    fn unclosed_tags_are_read_in_linear_time() {
        for text in ["<p", "<sup>", "<p x='", "</", "<mml:msup>"] {
            let started = std::time::Instant::now();
            stripped(&text.repeat(50_000));
            assert!(started.elapsed().as_secs() < 5, "{text}");
        }
    }
}
