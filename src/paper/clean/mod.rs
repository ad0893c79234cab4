//! Turns the text of a source into clean text for readers, whatever the format of the source is.
//!
//! Each file repairs one kind of damage, and documents its conditions. An uncertain step does not change the text: a
//! stray tag is better than a lost half of a sentence. Cleaning a clean text changes nothing.

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

pub(crate) use characters::is_unprintable;
pub(crate) use placeholders::begins_like_one as begins_like_placeholder;
use regex::Regex;

use crate::paper::patterns::compiled;

/// The greatest number of passes over a text. Passes are repeated until nothing changes, because entities may contain
/// tags, and tags LaTeX. No ordinary text needs more.
const PASSES: usize = 8;

/// Cleans a title.
pub(crate) fn title(text: &str) -> String {
    settled(text, &[WITHOUT_DAMAGE, &[latex::from_text, titles::bare]])
}

/// Cleans an abstract. The result is empty if the text is a placeholder.
pub(crate) fn abstract_text(text: &str) -> String {
    // Tokens are removed before tags, because the text of a figure ends with half a tag.
    let last: [Step; 4] = [latex::from_text, headings::without_its_name, headings::parted, notices::without];
    let cleaned = settled(text, &[&[biorxiv::without_tokens], WITHOUT_DAMAGE, &last]);
    if placeholders::is_one(&cleaned) { String::new() } else { cleaned }
}

/// Cleans a venue, a keyword, a note or any other short text that is not a name.
pub(crate) fn phrase(text: &str) -> String {
    settled(text, &[WITHOUT_DAMAGE, &[latex::from_text]])
}

/// Cleans an institution, and removes the e-mail address of a person that PubMed and Scopus append.
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

/// Cleans page numbers. Any dash of a range becomes that of BibTeX: `12--34`. A hyphen is kept, because it may belong
/// to a page number.
pub(crate) fn pages(text: &str) -> String {
    static DASH: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"[\s-]*(?:--|[\u{2010}-\u{2015}\u{2212}])[\s\u{2010}-\u{2015}\u{2212}-]*"));
    let text = phrase(text);
    if DASH.is_match(&text) { DASH.replace_all(&text, "--").trim_matches(['-', ' ']).to_owned() } else { text }
}

/// Cleans a name in BibTeX's notation, in which braces have a meaning. Reads LaTeX only if the text has a backslash.
pub(crate) fn name(text: &str) -> String {
    let latex_commands: Step = |text| if text.contains('\\') { latex::from_text(text) } else { text.into() };
    let cleaned = settled(text, &[WITHOUT_DAMAGE, &[latex_commands]]);
    // DBLP adds numbers to equal names of different people: `Ada Byron 0001`.
    match cleaned.rsplit_once(' ') {
        Some((name, number)) if number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            name.to_owned()
        }
        _ => cleaned,
    }
}

/// Cleans an id or a link: changes only white space, invisible characters, ligatures and the form of letters.
pub(crate) fn verbatim(text: &str) -> String {
    characters::folded(text).into_owned()
}

/// Cleans a text that is compared or shown as it was written, such as a query or a passage of a draft: replaces control
/// characters by spaces and removes invisible characters.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    characters::printable(text)
}

/// One step of cleaning. Returns its input, or a part of it, if it has no new text to write.
type Step = fn(&str) -> Cow<'_, str>;

/// Repairs damaged letters, removes tags, decodes entities, joins broken words and cleans white space.
///
/// Damaged letters are repaired before control characters are removed, because many damaged letters contain one. Glyph
/// numbers are replaced before words are joined, because a glyph may be a soft hyphen.
const WITHOUT_DAMAGE: &[Step] = &[
    mojibake::repaired,
    markup::stripped,
    entities::decoded,
    glyphs::with_letters,
    hyphens::joined,
    characters::folded,
];

/// Repeats the steps until nothing changes, so that cleaning the result changes nothing. If [`PASSES`] passes are not
/// enough, applies [`verbatim`] to the text and tries again. If they are still not enough, returns the text after
/// [`verbatim`].
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

/// The text after a step. Copies the text only if the step changes it.
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
