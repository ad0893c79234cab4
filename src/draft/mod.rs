//! What a manuscript says, and what it cites: LaTeX, Markdown, plain text. Knows no library; whether what is cited is
//! anywhere is for others to say.

mod latex;
mod markdown;
mod passages;
mod references;

use std::collections::HashSet;
use std::path::Path;

use crate::paper::Identifier;

/// How a manuscript is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Markup {
    /// LaTeX.
    Latex,
    /// Markdown, with citations as [Pandoc](https://pandoc.org/MANUAL.html#citation-syntax) has them.
    Markdown,
    /// Neither.
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

/// A manuscript.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// Its title, if it says which that is.
    pub title: Option<String>,
    /// Its text without markup, citations and what is no prose, in order; none is blank.
    pub passages: Vec<Passage>,
    /// Keys that it cites, each once, in order; `*` for everything in its bibliographies (`\nocite{*}`).
    pub keys: Vec<String>,
    /// The bibliographies that it names, as it names them but for a missing `.bib`.
    pub bibliographies: Vec<String>,
    /// Files that it includes and that are not there, as it names them, each once.
    pub inputs_missing: Vec<String>,
    /// arXiv ids, DOIs and the like in its text, each once, in order.
    pub identifiers: Vec<Identifier>,
    /// Its list of references.
    pub references: Vec<Reference>,
}

/// A piece of text that is about one thing, as far as its form tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Running text, single-spaced.
    pub text: String,
    /// The heading that it stands under.
    pub heading: Option<String>,
}

/// An entry of a list of references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What the text calls it, in LaTeX.
    pub key: Option<String>,
    /// Authors, title and the rest, in whatever style.
    pub text: String,
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
