//! Reads the passages and citations of a manuscript in LaTeX, Markdown or plain text. It does not look up the cited
//! papers in a library.

mod latex;
mod markdown;
mod parts;
mod passages;
mod references;

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use strum::EnumString;

pub use parts::{Draft, Passage, Reference};

use crate::paper::clean::printable;

/// The markup of a manuscript. It is parsed from its name on the command line and in JSON (`tex`, `md`, `txt`), or from
/// a file extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString)]
#[strum(ascii_case_insensitive)]
pub enum Markup {
    /// LaTeX.
    #[serde(rename = "tex")]
    #[strum(serialize = "tex", serialize = "ltx", serialize = "latex")]
    Latex,
    /// Markdown, with citations in the syntax of [Pandoc](https://pandoc.org/MANUAL.html#citation-syntax).
    #[serde(rename = "md")]
    #[strum(serialize = "md", serialize = "markdown", serialize = "qmd", serialize = "rmd")]
    Markdown,
    /// Plain text.
    #[serde(rename = "txt")]
    #[strum(serialize = "txt")]
    Plain,
}

impl Markup {
    /// Returns the markup for a file's extension. `None` if the extension is unknown or `txt`, which any text may have.
    pub fn from_extension(path: &Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok().filter(|markup| *markup != Self::Plain)
    }
}

impl Draft {
    /// Reads a manuscript. `input` returns the text of an included file by its name, or `None` if there is no such
    /// file.
    ///
    /// The time is proportional to the length of the text, even for invalid markup.
    pub fn read(text: &str, markup: Markup, input: &mut dyn FnMut(&str) -> Option<String>) -> Self {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let mut draft = match markup {
            Markup::Latex => latex::read(&text, input),
            Markup::Markdown => markdown::read(&text),
            Markup::Plain => markdown::read_plain(&text),
        };
        draft.clean();
        let mut seen = HashSet::new();
        draft.keys.retain(|key| !key.is_empty() && seen.insert(key.clone()));
        let mut seen = HashSet::new();
        draft.identifiers.retain(|identifier| seen.insert(identifier.clone()));
        draft
    }

    /// Removes control characters and invisible characters from everything but names of files. They may be in the text,
    /// and entities and commands may stand for them.
    fn clean(&mut self) {
        let Self { title, passages, keys, bibliographies: _, inputs_missing: _, identifiers: _, references } = self;
        let texts = title.iter_mut().chain(keys);
        let texts =
            texts.chain(passages.iter_mut().flat_map(|passage| passage.heading.iter_mut().chain([&mut passage.text])));
        let references = references.iter_mut().flat_map(|entry| entry.key.iter_mut().chain([&mut entry.text]));
        for text in texts.chain(references) {
            if let Cow::Owned(cleaned) = printable(text) {
                *text = cleaned;
            }
        }
    }
}

#[cfg(test)]
mod tests;
