//! The parts of a manuscript.

use crate::paper::Identifier;

/// A manuscript.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Its prose without markup and citations, in order. No passage is blank.
    pub passages: Vec<Passage>,
    /// Keys that it cites, each once, in order. `*` means every entry of its bibliographies (`\nocite{*}`).
    pub keys: Vec<String>,
    /// File names of its bibliographies as written, with `.bib` added where LaTeX adds it.
    pub bibliographies: Vec<String>,
    /// Names of included files that were not found, each once.
    pub inputs_missing: Vec<String>,
    /// arXiv ids, DOIs and the like in its text, each once, in order.
    pub identifiers: Vec<Identifier>,
    /// Its list of references.
    pub references: Vec<Reference>,
}

/// A piece of text, usually a paragraph. Short paragraphs are joined and long ones are cut.
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
    /// The key by which the text cites it; `None` if the manuscript is not in LaTeX.
    pub key: Option<String>,
    /// The text of the entry (authors, title and so on), in any style.
    pub text: String,
}
