//! Text as sources write it to text as people read it: the one place where it is cleaned, whatever file it came from.
//!
//! Each file owns one thing that goes wrong, and says why it may be mended. A step that is not sure leaves the text as
//! it is: a stray tag disturbs less than a lost half of a sentence. Cleaning what is clean changes nothing.

mod biorxiv;
mod characters;
mod entities;
mod glyphs;
mod headings;
mod hyphens;
pub(crate) mod latex;
mod markup;
mod mojibake;
mod notices;
mod placeholders;
mod scan;
mod titles;

use std::borrow::Cow;

pub(crate) use placeholders::begins_like_one as begins_like_placeholder;
use scan::Marks;

/// How often a text is gone over until nothing changes: entities may hold tags, and tags LaTeX, so a few are needed; a
/// text that takes more was made to.
const PASSES: usize = 8;

/// A title.
pub(crate) fn title(text: &str) -> String {
    settled(text, |text| chained(readable(text, Marks::of(text)), titles::bare))
}

/// An abstract; empty if what the source gave is none.
pub(crate) fn abstract_text(text: &str) -> String {
    let cleaned = settled(text, |text| {
        let marks = Marks::of(text);
        // Before the tags: a picture ends with half a tag.
        let mut text = if marks.token { biorxiv::without_tokens(text) } else { Cow::Borrowed(text) };
        text = chained(text, |text| readable(text, marks));
        text = chained(text, headings::without_its_name);
        if marks.camel {
            text = chained(text, headings::parted);
        }
        chained(text, notices::without)
    });
    if placeholders::is_one(&cleaned) { String::new() } else { cleaned }
}

/// A venue, a keyword, a note: anything short that is no name.
pub(crate) fn phrase(text: &str) -> String {
    settled(text, |text| readable(text, Marks::of(text)))
}

/// An institution, without the address by mail that PubMed and Scopus put behind it: it is a person's.
pub(crate) fn organisation(text: &str) -> String {
    let text = phrase(text);
    if !text.contains('@') {
        return text;
    }
    const LABELS: [&str; 6] = ["electronic address", "e-mail address", "email address", "e-mail", "email", "mail"];
    let words: Vec<&str> = text.split(' ').filter(|word| !word.contains('@')).collect();
    let mut rest = words.join(" ");
    let is_rest = |c: char| c.is_whitespace() || matches!(c, ':' | ';' | ',' | '(' | '[' | '<');
    loop {
        let kept = rest.trim_end_matches(is_rest);
        let label = LABELS.iter().find_map(|label| {
            let at = kept.len().checked_sub(label.len())?;
            let is_label = kept.is_char_boundary(at)
                && kept[at..].eq_ignore_ascii_case(label)
                && (at == 0 || kept[..at].ends_with([' ', '(', '.']));
            is_label.then_some(at)
        });
        let length = label.unwrap_or(kept.len());
        if length == rest.len() {
            return rest;
        }
        rest.truncate(length);
    }
}

/// Pages: a range as BibTeX writes it, `12--34`, whatever dash the source has; a hyphen may belong to the numbers.
pub(crate) fn pages(text: &str) -> String {
    let text = phrase(text);
    let is_dash = |c: char| matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}');
    if !text.contains(is_dash) && !text.contains("--") {
        return text;
    }
    let parts = text.split(|c: char| is_dash(c)).flat_map(|part| part.split("--"));
    let is_edge = |c: char| c == '-' || c.is_whitespace();
    let parts: Vec<&str> = parts.map(|part| part.trim_matches(is_edge)).filter(|part| !part.is_empty()).collect();
    parts.join("--")
}

/// A name in BibTeX's notation, whose braces mean something; LaTeX is looked for only where a command is.
pub(crate) fn name(text: &str) -> String {
    let cleaned = settled(text, |text| {
        let marks = Marks::of(text);
        if marks.is_clean() {
            return Cow::Borrowed(text.trim());
        }
        let text = as_meant(text, marks);
        if text.contains('\\') { chained(text, latex::from_text) } else { text }
    });
    // DBLP tells people of one name apart by a number: `Ada Byron 0001`.
    match cleaned.rsplit_once(' ') {
        Some((name, number)) if number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            name.to_owned()
        }
        _ => cleaned,
    }
}

/// An id or a link: white space and what cannot be seen, and nothing else.
pub(crate) fn verbatim(text: &str) -> String {
    if Marks::of(text).is_clean() { text.trim().to_owned() } else { characters::folded(text).into_owned() }
}

/// Goes over `text` until nothing changes, so that cleaning twice is cleaning once. A text that does not settle was
/// made to, and is only folded; so is what is left of it the next time.
fn settled(text: &str, pass: impl Fn(&str) -> Cow<str>) -> String {
    let settle = |text: &str| {
        let mut current = Cow::Borrowed(text);
        for _ in 0..PASSES {
            let next = pass(&current);
            if *next == *current {
                return Some(current.into_owned());
            }
            current = Cow::Owned(next.into_owned());
        }
        None
    };
    settle(text).unwrap_or_else(|| {
        let folded = characters::folded(text).into_owned();
        settle(&folded).unwrap_or(folded)
    })
}

/// What every kind of text needs.
fn readable(text: &str, marks: Marks) -> Cow<'_, str> {
    if marks.is_clean() {
        return Cow::Borrowed(text.trim());
    }
    let text = as_meant(text, marks);
    if marks.latex { chained(text, latex::from_text) } else { text }
}

/// Tags, entities, damaged letters, broken lines, white space.
fn as_meant(text: &str, marks: Marks) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if marks.non_ascii {
        // Before control characters are dropped: they are half of many damaged letters.
        text = chained(text, mojibake::repaired);
    }
    if marks.tag {
        text = chained(text, markup::stripped);
    }
    if marks.entity {
        text = chained(text, entities::decoded);
    }
    if marks.glyph {
        text = chained(text, glyphs::named);
    }
    // A glyph may be a soft hyphen.
    if marks.broken_word || marks.glyph {
        text = chained(text, hyphens::joined);
    }
    chained(text, characters::folded)
}

/// `step` on a text, which stays borrowed as long as nothing changes.
fn chained<'a>(text: Cow<'a, str>, step: impl Fn(&str) -> Cow<str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(whole) => step(whole),
        Cow::Owned(whole) => Cow::Owned(match step(&whole) {
            Cow::Borrowed(part) if part.len() == whole.len() => whole,
            other => other.into_owned(),
        }),
    }
}

#[cfg(test)]
mod tests;
