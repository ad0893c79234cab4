//! Splits a query into words, phrases, operators and brackets. Reads each character a constant number of times.

use super::expression::{Place, is_operator};
use crate::library::Field;

/// The greatest depth of groups. Deeper brackets are ignored, so that no query exhausts the stack.
const MAX_DEPTH: usize = 32;

/// The length of the longest name of a field, "category" or "abstract".
const LONGEST_NAME: usize = 8;

/// The number of bytes that decide whether a minus is before a number.
const LONGEST_NUMBER: usize = 32;

/// A part of a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Lexeme<'a> {
    /// An opening bracket, with the field before it.
    Open(Option<Name>),
    Close,
    And,
    Or,
    /// `NOT`, or a minus before a word.
    Not,
    Word(Word<'a>),
}

/// A word or phrase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Word<'a> {
    /// As it is in the query, with its field and quotes.
    pub source: &'a str,
    /// The field before its colon.
    pub name: Option<Name>,
    /// Without field and quotes.
    pub value: &'a str,
    pub is_quoted: bool,
}

/// The name of a field of a paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Name {
    Text(Place),
    Other(Field),
}

impl Name {
    /// All names, for messages.
    pub const ALL: &str = "title, abstract, author, venue, year, since, until, category, source and has";

    pub fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "title" => Some(Self::Text(Place::Title)),
            "abstract" => Some(Self::Text(Place::Abstract)),
            other => other.parse().ok().map(Self::Other),
        }
    }
}

/// Splits a query. If `has_operators` is false, `AND`, `OR` and `NOT` are words. Brackets are balanced in the result.
/// Also returns notes on brackets and quotation marks without their counterparts.
pub(super) fn lexemes(text: &str, has_operators: bool) -> (Vec<Lexeme<'_>>, Vec<String>) {
    let mut reader = Reader { rest: text, depth: 0, unclosed: [false; 2], is_stray: false, is_deep: false };
    let mut found = Vec::new();
    let mut is_start = true;
    loop {
        let trimmed = reader.rest.trim_start();
        is_start |= trimmed.len() < reader.rest.len();
        reader.rest = trimmed;
        let Some(lexeme) = reader.next(is_start, has_operators) else { break };
        is_start = matches!(lexeme, Some(Lexeme::Not | Lexeme::Open(_)));
        found.extend(lexeme);
    }
    let mut notes = Vec::new();
    if reader.unclosed.contains(&true) {
        notes.push("a quote has no closing quote, so its words are not a phrase".to_owned());
    }
    if reader.depth > 0 {
        notes.push("a ( has no ); the group ends at the end of the text".to_owned());
        found.extend(std::iter::repeat_n(Lexeme::Close, reader.depth.min(MAX_DEPTH)));
    }
    if reader.is_stray {
        notes.push("a ) has no (, so it is ignored".to_owned());
    }
    if reader.is_deep {
        notes.push(format!("brackets within {MAX_DEPTH} others are ignored"));
    }
    (found, notes)
}

struct Reader<'a> {
    rest: &'a str,
    /// The number of open brackets.
    depth: usize,
    /// Whether the rest of the text has no closing mark for a straight and for a curly quotation mark.
    unclosed: [bool; 2],
    /// Whether there was a closing bracket without an opening one.
    is_stray: bool,
    /// Whether there were too many brackets within each other.
    is_deep: bool,
}

impl<'a> Reader<'a> {
    /// Reads the next part. Returns `None` at the end, and `Some(None)` for a bracket that is ignored. `is_start` is
    /// whether a word may begin here.
    fn next(&mut self, is_start: bool, has_operators: bool) -> Option<Option<Lexeme<'a>>> {
        let first = self.rest.chars().next()?;
        if first == '(' {
            return Some(self.open(None, 1));
        }
        if first == ')' {
            self.rest = &self.rest[1..];
            return Some(self.close());
        }
        if first == '-' && is_start && is_excluded(&self.rest[1..]) {
            self.rest = &self.rest[1..];
            return Some(Some(Lexeme::Not));
        }
        let name = named(self.rest);
        let start = name.map_or(0, |(_, length)| length);
        let name = name.map(|(name, _)| name);
        if name.is_some() && self.rest[start..].starts_with('(') {
            return Some(self.open(name, start + 1));
        }
        if let Some((value, length)) = self.quotation(start) {
            let source = self.take(start + length);
            return Some(Some(Lexeme::Word(Word { source, name, value, is_quoted: true })));
        }
        let length = self.word_length();
        let source = self.take(length);
        if has_operators && is_operator(source) && !(source == "OR" && is_odds_ratio(self.rest)) {
            return Some(Some(match source {
                "AND" => Lexeme::And,
                "OR" => Lexeme::Or,
                _ => Lexeme::Not,
            }));
        }
        Some(Some(Lexeme::Word(Word { source, name, value: &source[start..], is_quoted: false })))
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn open(&mut self, name: Option<Name>, length: usize) -> Option<Lexeme<'a>> {
        self.rest = &self.rest[length..];
        self.depth += 1;
        self.is_deep |= self.depth > MAX_DEPTH;
        (self.depth <= MAX_DEPTH).then_some(Lexeme::Open(name))
    }

    fn close(&mut self) -> Option<Lexeme<'a>> {
        self.is_stray |= self.depth == 0;
        let closes = (1..=MAX_DEPTH).contains(&self.depth);
        self.depth = self.depth.saturating_sub(1);
        closes.then_some(Lexeme::Close)
    }

    /// The content of the quotation at `start`, and its length with quotes, in bytes.
    fn quotation(&mut self, start: usize) -> Option<(&'a str, usize)> {
        let text = &self.rest[start..];
        let opening = text.chars().next()?;
        let (kind, closing) = match opening {
            '"' => (0, '"'),
            '“' => (1, '”'),
            _ => return None,
        };
        // If the rest has no closing mark, no later rest has one, so it is searched only once.
        let inside = &text[opening.len_utf8()..];
        let length = if self.unclosed[kind] { None } else { inside.find(closing) };
        self.unclosed[kind] |= length.is_none();
        let value = &inside[..length?];
        Some((value, opening.len_utf8() + value.len() + closing.len_utf8()))
    }

    /// The length of the word at the beginning. It ends at a space, or at a bracket that closes a group.
    fn word_length(&mut self) -> usize {
        // The open brackets within the word, as in `f(x)`.
        let mut own = 0;
        for (at, character) in self.rest.char_indices() {
            match character {
                '(' => own += 1,
                ')' if own > 0 => own -= 1,
                ')' if self.depth > 0 && at > 0 => return at,
                ')' => self.is_stray = true,
                _ if character.is_whitespace() => return at,
                _ => {}
            }
        }
        self.rest.len()
    }
}

/// Whether `OR` before this text is an odds ratio, as in "OR 1.5" and "OR = 2".
fn is_odds_ratio(text: &str) -> bool {
    let value = text.trim_start();
    let after_digits = value.trim_start_matches(|c: char| c.is_ascii_digit());
    value.starts_with('=') || after_digits.len() < value.len() && after_digits.starts_with('.')
}

/// The field whose name and colon begin a text, and their length.
fn named(text: &str) -> Option<(Name, usize)> {
    let colon = text.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b':')?;
    Some((Name::parse(&text[..colon])?, colon + 1))
}

/// Whether a minus before this text excludes it. Before a number, it is the sign of the number.
fn is_excluded(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let is_number = || {
        let word = text.get(..text.floor_char_boundary(LONGEST_NUMBER)).unwrap_or_default();
        let number = word.split(char::is_whitespace).next().unwrap_or_default();
        number.trim_end_matches(['.', ',', '%', ')']).parse::<f64>().is_ok()
    };
    matches!(first, '(' | '"' | '“') || first.is_alphanumeric() && !(first.is_ascii_digit() && is_number())
}
