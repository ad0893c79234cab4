//! Joins short paragraphs and cuts long ones, so that a model reads each passage whole.

use unicode_segmentation::UnicodeSegmentation;

use super::parts::Passage;

/// A paragraph of fewer bytes is joined to the next one under its heading, because a line of three words is similar to
/// any text.
const SHORTEST: usize = 200;

/// A passage of more bytes is cut at the end of a sentence. The default model reads 256 tokens, which are about this
/// many bytes.
const LONGEST: usize = 1200;

/// The most bytes of a heading that are kept. Each passage has a copy.
const LONGEST_HEADING: usize = 1000;

/// Collects paragraphs.
#[derive(Default)]
pub(super) struct Passages {
    passages: Vec<Passage>,
    heading: Option<String>,
    /// Paragraphs that are too short for a passage so far.
    waiting: String,
}

impl Passages {
    /// Begins a part with a heading, or without one if the heading is empty.
    pub(super) fn heading(&mut self, heading: &str) {
        self.flush();
        let mut heading = without_gaps(heading);
        heading.truncate(heading.floor_char_boundary(LONGEST_HEADING));
        self.heading = (!heading.is_empty()).then_some(heading);
    }

    /// Adds a paragraph. Ignores a text without letters.
    pub(super) fn paragraph(&mut self, text: &str) {
        let text = without_gaps(text);
        if !text.chars().any(char::is_alphabetic) {
            return;
        }
        if !self.waiting.is_empty() {
            self.waiting.push(' ');
        }
        self.waiting.push_str(&text);
        if self.waiting.len() >= SHORTEST {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.waiting);
        let mut piece = String::new();
        for sentence in text.split_sentence_bounds() {
            if !piece.is_empty() && piece.len() + sentence.len() > LONGEST {
                self.push(&piece);
                piece.clear();
            }
            piece.push_str(sentence);
        }
        self.push(&piece);
    }

    fn push(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.passages.push(Passage { text: text.to_owned(), heading: self.heading.clone() });
        }
    }

    /// Returns all passages.
    pub(super) fn finish(mut self) -> Vec<Passage> {
        self.flush();
        self.passages
    }
}

/// Returns the words of a text with one space between them. A punctuation mark gets no space before it, since a removed
/// citation leaves one there.
pub(super) fn without_gaps(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let is_mark = word.starts_with(['.', ',', ';', ':']) && word.len() == 1;
        if !out.is_empty() && !is_mark {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
