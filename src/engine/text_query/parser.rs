//! Parses a query into the text that ranks papers and the expression that they must meet.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::expression::{Expression, Place, WordCondition, is_operator};
use super::lexemes::{Lexeme, Name, Word, lexemes};
use crate::Error;
use crate::lexical::{Language, Tokenizer};
use crate::library::{Condition, Field};
use crate::paper::Identifier;

/// The fewest letters before a star. `A*` and `D*` are algorithms.
const FEWEST_LETTERS: usize = 2;

/// What may be around a word without belonging to it.
const PUNCTUATION: [char; 9] = ['.', ',', ';', ':', '?', '!', '"', '“', '”'];

/// The greatest number of notes.
const MAX_NOTES: usize = 5;

/// Returns the text, the expression and notes on what was not understood. A query without conditions keeps its text
/// unchanged.
pub(super) fn parse(text: &str) -> (String, Option<Expression>, Vec<String>) {
    let mut tokenizer = Tokenizer::default();
    let (found, notes) = lexemes(text, !is_in_capitals(text, &mut tokenizer));
    let mut parser = Parser {
        rest: found.into_iter().peekable(),
        tokenizer,
        notes,
        kept: Vec::new(),
        is_excluded: false,
        is_plain: true,
    };
    let whole = parser.alternatives(None);
    let text = if parser.is_plain { text.to_owned() } else { parser.kept.join(" ") };
    (text, Expression::all(whole.required), parser.notes)
}

/// Whether a text is a sentence in capitals: it has no small letters, and stop words other than AND, OR and NOT. In
/// such a text, these three are words, too.
fn is_in_capitals(text: &str, tokenizer: &mut Tokenizer) -> bool {
    let mut is_stop_word = |word: &str| {
        !is_operator(word)
            && word.chars().all(char::is_alphabetic)
            && tokenizer.words(word, Language::English).is_empty()
    };
    !text.contains(char::is_lowercase) && text.split_whitespace().any(&mut is_stop_word)
}

/// A part of a query.
#[derive(Default)]
struct Part {
    /// Words that only rank papers, unless an operator joins the part to another one. Then papers must contain them.
    words: Vec<Expression>,
    /// What papers must meet in any case.
    required: Vec<Expression>,
}

struct Parser<'a> {
    rest: Peekable<IntoIter<Lexeme<'a>>>,
    tokenizer: Tokenizer,
    notes: Vec<String>,
    /// The words that rank papers.
    kept: Vec<&'a str>,
    /// Whether papers must not meet the current part.
    is_excluded: bool,
    /// Whether the text has had no syntax so far.
    is_plain: bool,
}

impl<'a> Parser<'a> {
    /// Parts between ORs.
    fn alternatives(&mut self, name: Option<Name>) -> Part {
        let parts = self.operands(Lexeme::Or, "OR", |parser| parser.conjunction(name));
        match parts.len() {
            0 | 1 => parts.into_iter().next().unwrap_or_default(),
            _ => {
                let any = parts.into_iter().filter_map(|part| self.whole(part)).collect();
                Part { words: Vec::new(), required: vec![Expression::Any(any)] }
            }
        }
    }

    /// Parts between ANDs.
    fn conjunction(&mut self, name: Option<Name>) -> Part {
        let parts = self.operands(Lexeme::And, "AND", |parser| parser.run(name));
        match parts.len() {
            0 | 1 => parts.into_iter().next().unwrap_or_default(),
            _ => {
                let all = parts.into_iter().flat_map(|part| self.all_of(part)).collect();
                Part { words: Vec::new(), required: Expression::all(all).into_iter().collect() }
            }
        }
    }

    /// Reads parts with an operator between them. Leaves out empty parts.
    fn operands(&mut self, operator: Lexeme<'a>, named: &str, mut read: impl FnMut(&mut Self) -> Part) -> Vec<Part> {
        let mut parts = vec![read(self)];
        while self.rest.next_if_eq(&operator).is_some() {
            self.is_plain = false;
            parts.push(read(self));
        }
        let count = parts.len();
        parts.retain(|part| !(part.words.is_empty() && part.required.is_empty()));
        if count > 1 && parts.len() < count {
            self.note(format!("{named} needs words before and after it, as in `robots {named} walking`; ignored"));
        }
        parts
    }

    /// Words, phrases, conditions and groups up to the next operator.
    fn run(&mut self, name: Option<Name>) -> Part {
        let mut part = Part::default();
        while let Some(lexeme) = self.rest.next_if(|next| !matches!(next, Lexeme::And | Lexeme::Or | Lexeme::Close)) {
            match lexeme {
                Lexeme::Not => part.required.extend(self.negation(name)),
                lexeme => {
                    let Part { words, required } = self.single(lexeme, name);
                    part.words.extend(words);
                    part.required.extend(required);
                }
            }
        }
        self.join_alternatives(&mut part.required);
        part
    }

    /// What follows a NOT.
    fn negation(&mut self, name: Option<Name>) -> Option<Expression> {
        self.is_plain = false;
        let mut is_negated = true;
        while self.rest.next_if_eq(&Lexeme::Not).is_some() {
            is_negated = !is_negated;
        }
        let next = self.rest.next_if(|next| matches!(next, Lexeme::Open(_) | Lexeme::Word(_)));
        let outside = self.is_excluded;
        self.is_excluded ^= is_negated;
        let part = next.map(|lexeme| self.single(lexeme, name)).unwrap_or_default();
        self.is_excluded = outside;
        let Some(whole) = self.whole(part) else {
            self.note("NOT needs a word, phrase or group after it, as in `robots NOT walking`; ignored".to_owned());
            return None;
        };
        Some(match whole {
            whole if !is_negated => whole,
            Expression::Not(inner) => *inner,
            whole => Expression::Not(Box::new(whole)),
        })
    }

    /// A word, phrase, condition or group.
    fn single(&mut self, lexeme: Lexeme<'a>, name: Option<Name>) -> Part {
        match lexeme {
            Lexeme::Open(own) => {
                let part = self.alternatives(own.or(name));
                self.rest.next_if_eq(&Lexeme::Close);
                part
            }
            Lexeme::Word(word) => self.word(word, name),
            Lexeme::Close | Lexeme::And | Lexeme::Or | Lexeme::Not => Part::default(),
        }
    }

    fn word(&mut self, word: Word<'a>, name: Option<Name>) -> Part {
        match word.name.or(name) {
            Some(Name::Other(field)) if !word.value.is_empty() => self.condition(word, field),
            Some(Name::Text(place)) if has_words(word.value) => self.words(word, place, true),
            Some(Name::Other(_)) => {
                self.note(format!("{} has no value; write it directly after the colon", word.source));
                self.words(Word { value: word.source, ..word }, Place::Anywhere, false)
            }
            _ => {
                self.note_unknown_syntax(word);
                let is_required = word.is_quoted && has_words(word.value);
                let word = if is_required { word } else { Word { value: word.source, ..word } };
                self.words(word, Place::Anywhere, is_required)
            }
        }
    }

    /// Words that a paper must contain if `is_required`, or if an operator joins them to other words.
    fn words(&mut self, word: Word<'a>, place: Place, is_required: bool) -> Part {
        let words = word.value.trim_matches(PUNCTUATION);
        let star = words.strip_suffix('*').filter(|beginning| {
            let last = beginning.split(|c: char| !c.is_alphanumeric()).next_back().unwrap_or_default();
            last.chars().count() >= FEWEST_LETTERS && beginning.starts_with(char::is_alphanumeric)
        });
        let value = star.unwrap_or(word.value);
        if !self.is_excluded {
            self.kept.push(value);
        }
        if !has_words(value) {
            return Part::default();
        }
        let text = star.unwrap_or(words).replace('"', " ");
        let condition = Expression::Words(WordCondition { place, text, is_beginning: star.is_some() });
        if is_required || star.is_some() {
            self.is_plain = false;
            Part { words: Vec::new(), required: vec![condition] }
        } else {
            Part { words: vec![condition], required: Vec::new() }
        }
    }

    fn condition(&mut self, word: Word<'a>, field: Field) -> Part {
        self.is_plain = false;
        let mut value = word.value.to_owned();
        // In `author:(Ada Byron)`, both words are one value.
        let is_next = |next: &Lexeme| matches!(next, Lexeme::Word(next) if next.name.is_none() && !next.is_quoted);
        while word.name.is_none()
            && !word.is_quoted
            && let Some(Lexeme::Word(next)) = self.rest.next_if(is_next)
        {
            value.push(' ');
            value.push_str(next.value);
        }
        match Condition::new(field, value.replace('"', " ").trim_end_matches([',', ';', ' '])) {
            Ok(condition) => Part { words: Vec::new(), required: vec![Expression::Field(condition)] },
            Err(error) => {
                if let Error::InvalidParameter(reason) = error {
                    self.note(format!("{reason}; ignored"));
                }
                Part::default()
            }
        }
    }

    /// Adds a note if a word looks like syntax that does not exist.
    fn note_unknown_syntax(&mut self, word: Word) {
        let Word { source, is_quoted, .. } = word;
        if is_quoted {
            return;
        }
        let inside = source.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).unwrap_or_default();
        let star = source.find('*').map(|at| (&source[..at], &source[at + 1..]));
        let is_inner = |(before, after): (&str, &str)| {
            after.starts_with(char::is_alphanumeric) && (before.is_empty() || before.ends_with(char::is_alphanumeric))
        };
        if !inside.is_empty() && !inside.contains('/') || source.contains(".*") || source.contains(".+") {
            self.note(format!(
                "{source} looks like a regular expression, which is not supported; searched for as text. Write `robot*` \
                 for words that begin with robot"
            ));
        } else if star.is_some_and(is_inner) && !source.ends_with('*') {
            self.note(format!("{source}: a star must be at the end of a word, as in `robot*`; searched for as text"));
        } else if let Some((name, value)) = source.split_once(':') {
            let is_name = name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_lowercase());
            if is_name && !value.is_empty() && !value.starts_with('/') && Identifier::parse(source).is_none() {
                self.note(format!("{name} is not a field; the fields are {}; searched for as text", Name::ALL));
            }
        }
    }

    fn note(&mut self, note: String) {
        if self.notes.len() < MAX_NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Joins several years by OR, and likewise several venues, categories and sources, because a paper has only one
    /// year.
    fn join_alternatives(&mut self, required: &mut Vec<Expression>) {
        for field in [Field::Year, Field::Venue, Field::Category, Field::Source] {
            let is_of = |part: &Expression| matches!(part, Expression::Field(condition) if condition.field() == field);
            if required.iter().filter(|part| is_of(part)).count() < 2 {
                continue;
            }
            let at = required.iter().position(is_of).unwrap_or_default();
            let any = Expression::Any(required.extract_if(.., |part| is_of(part)).collect());
            if field == Field::Year {
                self.note("of several years, a paper must have one; write AND to require all".to_owned());
            }
            required.insert(at, any);
        }
    }

    /// All words and conditions of a part, which papers must meet. Leaves out stop words if there are other words.
    fn all_of(&mut self, Part { mut words, required }: Part) -> Vec<Expression> {
        let mut has_meaning = |word: &Expression| match word {
            Expression::Words(words) => !self.tokenizer.words(&words.text, Language::English).is_empty(),
            _ => true,
        };
        if !required.is_empty() || words.iter().any(&mut has_meaning) {
            words.retain(has_meaning);
        }
        words.extend(required);
        words
    }

    /// The words and conditions of a part as one expression; `None` if it is empty.
    fn whole(&mut self, part: Part) -> Option<Expression> {
        Expression::all(self.all_of(part))
    }
}

fn has_words(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}
