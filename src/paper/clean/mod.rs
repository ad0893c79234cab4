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

use std::borrow::Cow;
use std::sync::LazyLock;

pub(crate) use placeholders::begins_like_one as begins_like_placeholder;
use regex::Regex;

use crate::paper::patterns::compiled;

/// Passes over a text until nothing changes: entities may hold tags, and tags LaTeX. A text that needs more was made to.
const PASSES: usize = 8;

/// A title.
pub(crate) fn title(text: &str) -> String {
    settled(text, &[WITHOUT_DAMAGE, &[latex::from_text, titles::bare]])
}

/// An abstract; empty if the source gave a placeholder.
pub(crate) fn abstract_text(text: &str) -> String {
    // Tokens before tags: a figure ends with half a tag.
    let last: [Step; 4] = [latex::from_text, headings::without_its_name, headings::parted, notices::without];
    let cleaned = settled(text, &[&[biorxiv::without_tokens], WITHOUT_DAMAGE, &last]);
    if placeholders::is_one(&cleaned) { String::new() } else { cleaned }
}

/// A venue, a keyword, a note: any short text that is no name.
pub(crate) fn phrase(text: &str) -> String {
    settled(text, &[WITHOUT_DAMAGE, &[latex::from_text]])
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
    let latex_commands: Step = |text| if text.contains('\\') { latex::from_text(text) } else { text.into() };
    let cleaned = settled(text, &[WITHOUT_DAMAGE, &[latex_commands]]);
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
    characters::folded(text).into_owned()
}

/// One step of cleaning; it borrows the text, or a part of it, where there is nothing to write anew.
type Step = fn(&str) -> Cow<'_, str>;

/// Tags, entities, damaged letters, broken lines, white space.
///
/// Damaged letters come before control characters, which are half of many of them, and glyphs, which may be soft hyphens,
/// before hyphens.
const WITHOUT_DAMAGE: &[Step] = &[
    mojibake::repaired,
    markup::stripped,
    entities::decoded,
    glyphs::with_letters,
    hyphens::joined,
    characters::folded,
];

/// Repeats all steps until nothing changes, so that cleaning twice is cleaning once. A text that does not settle was made
/// to, and is only folded.
fn settled(text: &str, steps: &[&[Step]]) -> String {
    let settle = |text: &str| {
        let mut current = text.to_owned();
        for _ in 0..PASSES {
            let next = steps.iter().copied().flatten().fold(Cow::Borrowed(current.as_str()), after);
            if next == current {
                return Some(current);
            }
            current = next.into_owned();
        }
        None
    };
    settle(text).unwrap_or_else(|| {
        let folded = verbatim(text);
        settle(&folded).unwrap_or(folded)
    })
}

/// The text after a step; only a step that changes the text costs a copy.
fn after<'t>(text: Cow<'t, str>, step: &Step) -> Cow<'t, str> {
    match text {
        Cow::Borrowed(text) => step(text),
        Cow::Owned(text) => {
            let changed = match step(&text) {
                Cow::Borrowed(same) if same.len() == text.len() => None,
                changed => Some(changed.into_owned()),
            };
            Cow::Owned(changed.unwrap_or(text))
        }
    }
}

#[cfg(test)]
mod tests;
