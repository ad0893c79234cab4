//! Which words papers share: an inverted index of titles and abstracts, scored by tf-idf cosine (paper to paper) and
//! BM25 (question to paper). Knows positions and words; does not know what a vector is.
//!
//! An index is made by [`LexicalIndex::refresh`], kept on disk by `cache`, and asked by position, the same positions as
//! those of the vectors.

mod blocks;
mod cache;
mod informative;
mod merge;
mod moves;
mod norms;
mod postings;
mod scores;
mod shared;
mod terms;
mod weights;

#[cfg(test)]
mod tests;

pub use cache::{Cached, has_cached, open_cached};
pub use informative::{NamedTerm, informative_terms};
pub use merge::Text;
pub use postings::LexicalIndex;
pub use scores::TermVector;
pub use shared::SharedTerm;
pub use terms::{Document, Term, Tokenizer, Word};
