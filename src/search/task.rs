//! What to search for.

use super::{AllowedPapers, Question};

/// A question, the papers that may answer it, and how many are wanted.
#[derive(Debug, Clone, Copy)]
pub struct SearchTask<'a> {
    /// The question.
    pub question: Question<'a>,
    /// The papers that may be found.
    pub admitted: &'a AllowedPapers,
    /// How many are wanted.
    pub top_k: usize,
}
