//! The passages of a manuscript in LaTeX, Markdown or plain text, and what it cites. Knows no library: whether a cited paper
//! is in one is for others to find out.

mod latex;
mod markdown;
mod parts;
mod passages;
mod references;

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use strum::EnumString;

pub use parts::{Draft, Passage, Reference};

/// How a manuscript is written. Text parses to a markup by its name on the command line and in JSON, `tex`, `md` or
/// `txt`, and by the extensions of its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString)]
#[strum(ascii_case_insensitive)]
pub enum Markup {
    /// LaTeX.
    #[serde(rename = "tex")]
    #[strum(serialize = "tex", serialize = "ltx", serialize = "latex")]
    Latex,
    /// Markdown, with citations as [Pandoc](https://pandoc.org/MANUAL.html#citation-syntax) has them.
    #[serde(rename = "md")]
    #[strum(serialize = "md", serialize = "markdown", serialize = "qmd", serialize = "rmd")]
    Markdown,
    /// Neither.
    #[serde(rename = "txt")]
    #[strum(serialize = "txt")]
    Plain,
}

impl Markup {
    /// By the ending of a file's name; `None` if it could be anything.
    pub fn from_extension(path: &Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok().filter(|markup| *markup != Self::Plain)
    }
}

impl Draft {
    /// Reads a manuscript. `input` returns the text of a file that it includes, by name, if there is one.
    ///
    /// Takes time in proportion to the text, whatever it holds.
    pub fn read(text: &str, markup: Markup, input: &mut dyn FnMut(&str) -> Option<String>) -> Self {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let mut draft = match markup {
            Markup::Latex => latex::read(&text, input),
            Markup::Markdown => markdown::read(&text),
            Markup::Plain => markdown::read_plain(&text),
        };
        let mut seen = HashSet::new();
        draft.keys.retain(|key| !key.is_empty() && seen.insert(key.clone()));
        let mut seen = HashSet::new();
        draft.identifiers.retain(|identifier| seen.insert(identifier.clone()));
        draft
    }
}

#[cfg(test)]
mod tests;
