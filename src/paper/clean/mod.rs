//! Turns text as sources write it into text as people read it, whatever file it came from.
//!
//! Each file mends one kind of damage, and says when. A step that is not sure leaves the text as it is: a stray tag
//! disturbs less than half a sentence lost. Cleaning a clean text changes nothing.

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
mod titles;

use std::sync::LazyLock;

pub(crate) use placeholders::begins_like_one as begins_like_placeholder;
use regex::Regex;

use crate::paper::patterns::compiled;

/// Passes over a text until nothing changes: entities may hold tags, and tags LaTeX. A text that needs more was made to.
const PASSES: usize = 8;

/// A title.
pub(crate) fn title(text: &str) -> String {
    settled(text, |text| titles::bare(&readable(text)))
}

/// An abstract; empty if the source gave a placeholder.
pub(crate) fn abstract_text(text: &str) -> String {
    let cleaned = settled(text, |text| {
        // Tokens before tags: a figure ends with half a tag.
        let steps = [biorxiv::without_tokens, readable, headings::without_its_name, headings::parted, notices::without];
        chained(text, &steps)
    });
    if placeholders::is_one(&cleaned) { String::new() } else { cleaned }
}

/// A venue, a keyword, a note: any short text that is no name.
pub(crate) fn phrase(text: &str) -> String {
    settled(text, readable)
}

/// An institution, without the e-mail address of a person that PubMed and Scopus append.
pub(crate) fn organisation(text: &str) -> String {
    static LABEL: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"(?i)(?:[\s:;,(\[<]|\b(?:electronic address|e-?mail address|e-?mail|mail))+$"));
    let text = phrase(text);
    if !text.contains('@') {
        return text;
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.contains('@')).collect();
    LABEL.replace(&words.join(" "), "").into_owned()
}

/// Pages: a range as BibTeX writes it, `12--34`, whatever dash the source has; a hyphen may belong to the numbers.
pub(crate) fn pages(text: &str) -> String {
    static DASH: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"[\s-]*(?:--|[\u{2010}-\u{2015}\u{2212}])[\s\u{2010}-\u{2015}\u{2212}-]*"));
    let text = phrase(text);
    if DASH.is_match(&text) { DASH.replace_all(&text, "--").trim_matches(['-', ' ']).to_owned() } else { text }
}

/// A name in BibTeX's notation, whose braces mean something; LaTeX is looked for only where there is a command.
pub(crate) fn name(text: &str) -> String {
    let cleaned = settled(text, |text| {
        let text = without_damage(text);
        if text.contains('\\') { latex::from_text(&text) } else { text }
    });
    // DBLP numbers people of one name: `Ada Byron 0001`.
    match cleaned.rsplit_once(' ') {
        Some((name, number)) if number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            name.to_owned()
        }
        _ => cleaned,
    }
}

/// An id or a link, only without white space and invisible characters.
pub(crate) fn verbatim(text: &str) -> String {
    characters::folded(text)
}

/// Repeats `pass` until nothing changes, so that cleaning twice is cleaning once. A text that does not settle was made to,
/// and is only folded.
fn settled(text: &str, pass: impl Fn(&str) -> String) -> String {
    let settle = |text: &str| {
        let mut current = text.to_owned();
        for _ in 0..PASSES {
            let next = pass(&current);
            if next == current {
                return Some(current);
            }
            current = next;
        }
        None
    };
    settle(text).unwrap_or_else(|| {
        let folded = verbatim(text);
        settle(&folded).unwrap_or(folded)
    })
}

/// The steps for every kind of text.
fn readable(text: &str) -> String {
    latex::from_text(&without_damage(text))
}

/// Tags, entities, damaged letters, broken lines, white space.
fn without_damage(text: &str) -> String {
    // Damaged letters before control characters, which are half of many of them; glyphs, which may be soft hyphens, before
    // hyphens.
    let letters = [mojibake::repaired, markup::stripped, entities::decoded, glyphs::named];
    characters::folded(&hyphens::joined(&chained(text, &letters)))
}

fn chained(text: &str, steps: &[fn(&str) -> String]) -> String {
    steps.iter().fold(text.to_owned(), |text, step| step(&text))
}

#[cfg(test)]
mod tests;
