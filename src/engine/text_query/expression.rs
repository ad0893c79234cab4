//! What papers must meet: conditions joined by AND, OR and NOT.

use std::fmt;

use crate::library::Condition;

/// Conditions joined by AND, OR and NOT. It is displayed in the query language, so that it can be parsed again.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// Words that a paper must contain.
    Words(WordCondition),
    /// A condition on a field other than title and abstract.
    Field(Condition),
    /// A paper must not meet this.
    Not(Box<Expression>),
    /// A paper must meet all of these, of which there are at least two.
    All(Vec<Expression>),
    /// A paper must meet one of these, of which there are at least two.
    Any(Vec<Expression>),
}

/// Words in a row that a paper must contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordCondition {
    /// Where.
    pub place: Place,
    /// The words.
    pub text: String,
    /// Whether the last word is the beginning of a word.
    pub is_beginning: bool,
}

/// A part of a paper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// The title or the abstract.
    #[default]
    Anywhere,
    /// The title.
    Title,
    /// The abstract.
    Abstract,
}

impl Expression {
    /// Joins expressions by AND; `None` without any.
    pub(super) fn all(parts: Vec<Self>) -> Option<Self> {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::All(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() < 2 { flat.pop() } else { Some(Self::All(flat)) }
    }

    /// Each condition on a field, with whether papers must meet it.
    fn conditions(&self, holds: bool) -> Vec<(&Condition, bool)> {
        match self {
            Self::Words(_) => Vec::new(),
            Self::Field(condition) => vec![(condition, holds)],
            Self::Not(part) => part.conditions(!holds),
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(|part| part.conditions(holds)).collect(),
        }
    }

    /// All conditions on fields other than title and abstract.
    pub fn fields(&self) -> Vec<&Condition> {
        self.conditions(true).into_iter().map(|(condition, _)| condition).collect()
    }

    /// Those of [`fields`](Self::fields) that no NOT excludes.
    pub(super) fn wanted(&self) -> Vec<&Condition> {
        self.conditions(true).into_iter().filter(|(_, holds)| *holds).map(|(condition, _)| condition).collect()
    }

    /// The number of conditions on words and on fields.
    pub(in crate::engine) fn count(&self) -> usize {
        match self {
            Self::Words(_) | Self::Field(_) => 1,
            Self::Not(part) => part.count(),
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::count).sum(),
        }
    }

    /// Whether it has words that a paper must contain.
    pub fn requires_words(&self) -> bool {
        match self {
            Self::Words(_) => true,
            Self::Field(_) | Self::Not(_) => false,
            Self::All(parts) => parts.iter().any(Self::requires_words),
            Self::Any(parts) => parts.iter().all(Self::requires_words),
        }
    }

    /// Whether it has words at all.
    pub fn has_words(&self) -> bool {
        match self {
            Self::Words(_) => true,
            Self::Field(_) => false,
            Self::Not(part) => part.has_words(),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_words),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            // A single word would only be text.
            Self::Words(words) if words.place == Place::Anywhere && !words.is_beginning => {
                write!(formatter, "\"{}\"", words.text)
            }
            _ => self.part(formatter),
        }
    }
}

impl Expression {
    /// Writes it as a part of a larger expression.
    fn part(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let joined = |formatter: &mut fmt::Formatter, parts: &[Self], operator: &str| {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    write!(formatter, " {operator} ")?;
                }
                part.operand(formatter)?;
            }
            Ok(())
        };
        match self {
            Self::Words(words) => write!(formatter, "{words}"),
            Self::Field(condition) => write!(formatter, "{condition}"),
            Self::Not(part) => {
                formatter.write_str("NOT ")?;
                part.operand(formatter)
            }
            Self::All(parts) => joined(formatter, parts, "AND"),
            Self::Any(parts) => joined(formatter, parts, "OR"),
        }
    }

    /// Writes it in brackets if it has operators between its parts.
    fn operand(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        if !matches!(self, Self::All(_) | Self::Any(_)) {
            return self.part(formatter);
        }
        formatter.write_str("(")?;
        self.part(formatter)?;
        formatter.write_str(")")
    }
}

impl fmt::Display for WordCondition {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { place, text, is_beginning } = self;
        formatter.write_str(match place {
            Place::Anywhere => "",
            Place::Title => "title:",
            Place::Abstract => "abstract:",
        })?;
        let star = if *is_beginning { "*" } else { "" };
        let is_plain = |text: &str| text.starts_with(char::is_alphanumeric) && text.chars().all(may_be_bare);
        match is_plain(text) && !is_operator(text) {
            true => write!(formatter, "{text}{star}"),
            false => write!(formatter, "\"{text}{star}\""),
        }
    }
}

/// Whether a word is an operator.
pub(super) fn is_operator(word: &str) -> bool {
    matches!(word, "AND" | "OR" | "NOT")
}

/// Whether a word with this character needs no quotes.
fn may_be_bare(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '+' | '#')
}
