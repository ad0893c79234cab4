//! Finds papers by their words: an inverted index of titles and abstracts, scored by tf-idf cosine (between papers) and
//! BM25 (for questions). This module does not use embeddings.
//!
//! [`LexicalIndex::refresh`] makes an index, and `cache` stores it on disk. A paper has the same position here as its
//! vector in the vector index. The language of each paper decides how its words are read (`language.rs`).

mod blocks;
mod cache;
mod informative;
mod language;
mod merge;
mod moves;
mod norms;
mod pattern;
mod postings;
mod question;
mod recognition;
mod scores;
mod shared;
mod substance;
mod terms;
mod vocabulary;
mod weights;
mod word_vector;

#[cfg(test)]
mod tests;

pub use cache::{Cached, has_cached, open_cached};
pub use informative::{NamedTerm, informative_terms};
pub use language::Language;
pub use merge::Text;
pub use pattern::{Candidates, Pattern};
pub use postings::LexicalIndex;
pub use question::QuestionWords;
pub use scores::TermVector;
pub use shared::SharedTerm;
pub use substance::Substance;
pub use terms::{Document, Term, Tokenizer, Word};
pub use word_vector::WordVector;
