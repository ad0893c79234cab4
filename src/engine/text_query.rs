//! The query language:
//!
//! ```text
//! graph networks NOT molecules "message passing" (author:battaglia OR author:kipf) year:2018..2021
//! ```
//!
//! | what | means |
//! | --- | --- |
//! | a word | papers should be about it |
//! | `"some words"` | the same, and the paper must contain these words in a row |
//! | `transform*` | the same, and the paper must contain a word that begins so |
//! | `a AND b`, `a OR b` | the same, and the paper must contain both, or one of them |
//! | `NOT a`, `-a` | the paper must not contain the word, phrase or group |
//! | `title:a`, `abstract:"a b"` | the title or the abstract must contain it |
//! | `field:value`, `field:"a value"` | a condition, see [`Field`] |
//! | `( … )` | a group; `title:(a OR b)` is a group in a field |
//!
//! Operators are in capitals. `NOT` binds more strongly than `AND`, and `AND` more strongly than `OR`; all words
//! between two operators belong together. Everything else is text: a hyphen or quote within a word, a number with a
//! minus, an odds ratio (`OR 1.5`), a colon after a word that is not a field. Any text is a valid query; notes say what
//! was not understood.

mod expression;
mod lexemes;
mod parser;

pub use expression::{Expression, Place, WordCondition};

use super::request::Request;
use crate::library::Field;
use crate::paper::clean::printable;
use crate::{Error, Result};

/// A parsed query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextQuery {
    /// The text that results should be about.
    pub text: String,
    /// What papers must meet.
    pub expression: Option<Expression>,
    /// What was not understood, and what was made of it.
    pub notes: Vec<String>,
}

impl TextQuery {
    /// Parses a query, without its control characters and invisible characters. The time is proportional to its length.
    pub fn parse(text: &str) -> Self {
        let (text, expression, notes) = parser::parse(&printable(text));
        Self { text, expression, notes }
    }

    /// The query of a request; without text if the request has none.
    pub(super) fn of(request: &Request) -> Self {
        match &request.text {
            Some(text) if request.verbatim => Self::verbatim(text),
            Some(text) => Self::parse(text),
            None => Self::default(),
        }
    }

    /// Checks that `text`, of which this is the query, has more than signs, operators, and conditions that were not
    /// understood. An empty text passes.
    pub(super) fn check_has_meaning(&self, text: &str) -> Result<()> {
        let has_words = self.text.contains(|c: char| c.is_alphanumeric() || !c.is_ascii() && !c.is_whitespace());
        if text.trim().is_empty() || has_words || self.expression.is_some() {
            return Ok(());
        }
        let reasons = self.notes.join("; ").replace("; ignored", "");
        let reasons = if reasons.is_empty() { reasons } else { format!(": {reasons}") };
        Err(Error::InvalidParameter(format!(
            "{:?} has no words to search for{reasons}. --verbatim searches for it as text",
            text.trim()
        )))
    }

    /// A query whose text is `text`, without any query syntax, control characters and invisible characters.
    pub fn verbatim(text: &str) -> Self {
        Self { text: printable(text).into_owned(), ..Self::default() }
    }

    /// Joins the words of a command line into one query. A word with spaces is quoted again, since the shell removed
    /// its quotes, unless it has operators or brackets. A single word is used without changes.
    pub fn joined(words: &[String]) -> String {
        let quoted = |word: &String| {
            let is_phrase = word.trim().contains(char::is_whitespace) && !word.contains(['"', '(', ')']);
            if !is_phrase || word.split_whitespace().any(expression::is_operator) {
                return word.clone();
            }
            let (minus, value) = word.strip_prefix('-').map_or(("", word.as_str()), |value| ("-", value));
            let field = value.split_once(':').filter(|(name, _)| lexemes::Name::parse(name).is_some());
            match field {
                Some((name, value)) => format!("{minus}{name}:\"{value}\""),
                None => format!("{minus}\"{value}\""),
            }
        };
        match words {
            [word] => word.clone(),
            words => words.iter().map(quoted).collect::<Vec<_>>().join(" "),
        }
    }

    /// The values of a field that papers must match, alone or as one of several.
    pub fn values_of(&self, field: Field) -> Vec<&str> {
        let conditions = self.expression.iter().flat_map(Expression::wanted);
        conditions.filter(|condition| condition.field() == field).map(|condition| condition.text()).collect()
    }
}

#[cfg(test)]
mod tests;
