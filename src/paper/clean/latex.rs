//! LaTeX to Unicode and back.
//!
//! [`from_latex`] is for text that is known to be LaTeX, [`from_text`] for text that may be, and [`to_latex`] writes
//! what the first reads back to the same. `reading` walks over the text, `symbols` holds the tables, `scripts` what
//! stands above, below or on top of other letters, `evidence` decides what is LaTeX in a text that may not be,
//! `effects` holds what commands do, `writing` is the way back.
//!
//! The tables follow the font encodings of LaTeX ([encguide](http://mirrors.ctan.org/macros/latex/base/encguide.pdf)),
//! the names of [unicode-math](https://ctan.org/pkg/unicode-math), and what [biblatex](https://ctan.org/pkg/biblatex)
//! defines for entries.

mod effects;
mod evidence;
mod links;
mod reading;
pub(super) mod scripts;
mod symbols;
mod writing;

use std::borrow::Cow;

pub(crate) use links::from_latex_link;
use reading::{Braces, Reader};
pub(crate) use reading::{GROUP_END, GROUP_START};
pub(crate) use writing::{to_latex, to_latex_in_ascii};

/// A text that is LaTeX (a field of a BibTeX entry) as people read it.
pub(crate) fn from_latex(text: &str) -> String {
    match is_plain(text) {
        true => text.to_owned(),
        false => Reader::new(text, Braces::Dropped).read(),
    }
}

/// Whether nothing in `text` means anything to LaTeX. A single hyphen, of which there are many, does not.
fn is_plain(text: &str) -> bool {
    let mut last = 0;
    text.bytes().all(|byte| {
        let is_plain = !matches!(byte, b'\\' | b'{' | b'}' | b'$' | b'~' | b'`' | b'\'' | 1 | 2);
        let is_dash = byte == b'-' && last == b'-';
        last = byte;
        is_plain && !is_dash
    })
}

/// As [`from_latex`], but braces that only group (`{BERT}`; not those of an argument or of `{\"o}`) become
/// [`GROUP_START`] and [`GROUP_END`].
pub(crate) fn from_latex_with_groups(text: &str) -> String {
    match is_plain(text) {
        true => text.to_owned(),
        false => Reader::new(text, Braces::Marked).read(),
    }
}

/// How often [`from_text`] looks again at what it made: conversion may bring to light what is LaTeX once more
/// (`\$x\$`).
const PASSES: usize = 4;

/// A text that may have LaTeX in it (an abstract of arXiv's) as people read it; what only looks like it stays.
///
/// Idempotent: what does not settle within a few passes was no text, and is left as it is.
pub(crate) fn from_text(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '$']) {
        return Cow::Borrowed(text);
    }
    let mut last = Reader::new(text, Braces::Kept).read();
    if last == text {
        return Cow::Borrowed(text);
    }
    for _ in 1..PASSES {
        let next = Reader::new(&last, Braces::Kept).read();
        if next == last {
            return Cow::Owned(last);
        }
        last = next;
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests;
