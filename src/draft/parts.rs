//! What a manuscript is made of: [`Draft`] and what it holds.

use crate::paper::Identifier;

/// A manuscript.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// Its title, if it names one.
    pub title: Option<String>,
    /// Its prose without markup and citations, in order; none is blank.
    pub passages: Vec<Passage>,
    /// Keys that it cites, each once, in order; `*` for everything in its bibliographies (`\nocite{*}`).
    pub keys: Vec<String>,
    /// The bibliographies that it names, as it names them but for a missing `.bib`.
    pub bibliographies: Vec<String>,
    /// Files that it includes and that were not found, as it names them, each once.
    pub inputs_missing: Vec<String>,
    /// arXiv ids, DOIs and the like in its text, each once, in order.
    pub identifiers: Vec<Identifier>,
    /// Its list of references.
    pub references: Vec<Reference>,
}

/// A piece of text that is about one thing, to judge by its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Running text, single-spaced.
    pub text: String,
    /// The heading above it.
    pub heading: Option<String>,
}

/// An entry of a list of references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The key under which the text cites it, in LaTeX.
    pub key: Option<String>,
    /// Authors, title and the rest, in whatever style.
    pub text: String,
}
