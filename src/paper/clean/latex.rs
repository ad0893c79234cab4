//! Converts LaTeX to Unicode and back.
//!
//! [`from_latex`] reads text that is known to be LaTeX. [`from_text`] reads text that may have LaTeX in it.
//! [`to_latex`] writes LaTeX that [`from_latex`] converts back to the same text.
//!
//! `symbols` and `scripts` have the tables for both directions, and `effects` has all other commands. `reading` and
//! `writing` do the two conversions. `evidence` decides which parts of an uncertain text are LaTeX.
//!
//! The tables follow the font encodings of LaTeX ([encguide](http://mirrors.ctan.org/macros/latex/base/encguide.pdf)),
//! the names of [unicode-math](https://ctan.org/pkg/unicode-math), and the commands that
//! [biblatex](https://ctan.org/pkg/biblatex) defines for entries.

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

/// Reads a text that is LaTeX, such as a field of a BibTeX entry.
pub(crate) fn from_latex(text: &str) -> String {
    Reader::new(text, Braces::Dropped).read()
}

/// As [`from_latex`], but braces that only group, as in `{BERT}`, become [`GROUP_START`] and [`GROUP_END`]. Braces of
/// an argument or of an accented letter (`{\"o}`) are removed.
pub(crate) fn from_latex_with_groups(text: &str) -> String {
    Reader::new(text, Braces::Marked).read()
}

/// Reads a text that may have LaTeX in it, such as an abstract of arXiv. Text that only looks like LaTeX is not
/// changed. The result may look like LaTeX again: `\$x\$` becomes `$x$`.
pub(crate) fn from_text(text: &str) -> Cow<'_, str> {
    let may_hold_latex = text.contains('\\') || text.contains('$');
    if may_hold_latex { Reader::new(text, Braces::Kept).read().into() } else { text.into() }
}

#[cfg(test)]
mod tests;
