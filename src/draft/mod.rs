//! What a manuscript says, and what it cites: LaTeX, Markdown, plain text. Knows no library; whether what is cited is
//! anywhere is for others to say.

mod latex;
mod markdown;
mod parts;
mod passages;
mod references;

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use parts::{Draft, Passage, Reference};

/// How a manuscript is written. As JSON it has the names of [`from_name`](Self::from_name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Markup {
    /// LaTeX.
    #[serde(rename = "tex")]
    Latex,
    /// Markdown, with citations as [Pandoc](https://pandoc.org/MANUAL.html#citation-syntax) has them.
    #[serde(rename = "md")]
    Markdown,
    /// Neither.
    #[serde(rename = "txt")]
    Plain,
}

impl Markup {
    /// By the name on the command line; `None` if it names none.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "tex" => Some(Self::Latex),
            "md" => Some(Self::Markdown),
            "txt" => Some(Self::Plain),
            _ => None,
        }
    }

    /// By the ending of a file's name; `None` if it could be anything.
    pub fn from_extension(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "tex" | "ltx" | "latex" => Some(Self::Latex),
            "md" | "markdown" | "qmd" | "rmd" => Some(Self::Markdown),
            _ => None,
        }
    }
}

impl Draft {
    /// Takes a manuscript apart. `input` gives the text of a file that it includes by name, if there is one.
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
