//! The query language:
//!
//! ```text
//! graph networks -molecules "message passing" author:battaglia year:2018..2021
//! ```
//!
//! | what | means |
//! | --- | --- |
//! | a word | papers should be about it |
//! | `"some words"` | the same, and the paper must contain these words in a row |
//! | `-word`, `-"some words"` | the paper must not contain them |
//! | `field:value`, `field:"a value"` | a condition, see [`Field`] |
//! | `-field:value` | the condition must not hold |
//!
//! Everything else is text: a hyphen or quote within a word, a number with a minus, a quote that is not closed, a colon
//! after a word that is not a field. Any text is a valid query.

use crate::Error;
use crate::library::{Condition, Field};

/// A parsed query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextQuery {
    /// The text that results should be about.
    pub text: String,
    /// Phrases that a paper must contain.
    pub phrases: Vec<String>,
    /// Words and phrases that it must not contain.
    pub without: Vec<String>,
    /// Conditions on papers.
    pub conditions: Vec<Condition>,
    /// A note for each part that looks like a condition but is invalid. Such a part is searched for as text.
    pub invalid_conditions: Vec<String>,
}

impl TextQuery {
    /// Parses a query.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let (mut words, mut is_plain, mut rest) = (Vec::new(), true, text);
        while !rest.is_empty() {
            let token = Token::read(rest.trim_start());
            let kept = query.take(&token);
            is_plain &= kept == Some(token.source);
            words.extend(kept);
            rest = &rest.trim_start()[token.source.len()..];
        }
        query.text = if is_plain { text.to_owned() } else { words.join(" ").trim().to_owned() };
        query
    }

    /// Adds the condition, phrase or exclusion of a token. Returns the words of the token that stay in the text.
    fn take<'a>(&mut self, token: &Token<'a>) -> Option<&'a str> {
        let Token { source, minus, field, value, quoted } = *token;
        if let Some(field) = field {
            if value.is_empty() {
                return Some(source);
            }
            match Condition::new(field, value.trim_end_matches([',', ';'])) {
                Ok(condition) => {
                    self.conditions.push(if minus { condition.negated() } else { condition });
                    return None;
                }
                Err(error) => {
                    if let Error::InvalidParameter(reason) = error {
                        self.invalid_conditions.push(format!("{reason}; searched for as text"));
                    }
                    return Some(source);
                }
            }
        }
        let is_number = || {
            let number = value.trim_end_matches(['.', ',', '%']);
            number.starts_with(|first: char| first.is_ascii_digit()) && number.parse::<f64>().is_ok()
        };
        let is_phrase = quoted && value.contains(char::is_alphanumeric);
        let is_word = !quoted && value.starts_with(char::is_alphanumeric);
        if minus && (is_phrase || is_word && !is_number()) {
            self.without.push(value.to_owned());
            return None;
        }
        if !minus && is_phrase {
            self.phrases.push(value.to_owned());
            return Some(value);
        }
        Some(source)
    }

    /// A query whose text is `text`, without any query syntax.
    pub fn verbatim(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Joins the words of a command line into one query. Words with spaces are quoted again, since the shell removed
    /// their quotes. A single word is used without changes.
    pub fn joined(words: &[String]) -> String {
        let quoted = |word: &String| {
            if word.contains('"') || !word.trim().contains(char::is_whitespace) {
                return word.clone();
            }
            let (minus, value) = word.strip_prefix('-').map_or(("", word.as_str()), |value| ("-", value));
            let field = value.split_once(':').filter(|(name, _)| name.parse::<Field>().is_ok());
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

    /// Whether it has phrases, exclusions or conditions.
    pub fn restricts(&self) -> bool {
        !(self.phrases.is_empty() && self.without.is_empty() && self.conditions.is_empty())
    }
}

/// A part of a query: a word or a quoted phrase, with the minus and the field in front of it.
#[derive(Clone, Copy)]
struct Token<'a> {
    /// The whole token.
    source: &'a str,
    minus: bool,
    /// The field in front of a colon.
    field: Option<Field>,
    /// The word or phrase, without quotes.
    value: &'a str,
    quoted: bool,
}

impl<'a> Token<'a> {
    /// Reads the token at the beginning of a text.
    fn read(text: &'a str) -> Self {
        let (minus, after_minus) = text.strip_prefix('-').map_or((false, text), |after| (true, after));
        let named = after_minus.split_once(':').and_then(|(name, value)| Some((name.parse::<Field>().ok()?, value)));
        let (field, start) = named.map_or((None, after_minus), |(field, value)| (Some(field), value));
        let (value, len, quoted) = match in_quotes(start) {
            Some((value, len)) => (value, len, true),
            None => {
                let len = start.find(char::is_whitespace).unwrap_or(start.len());
                (&start[..len], len, false)
            }
        };
        Self { source: &text[..text.len() - start.len() + len], minus, field, value, quoted }
    }
}

/// Returns the content of a quotation at the beginning of a text, and the length of the quotation with its quotes, in
/// bytes.
fn in_quotes(text: &str) -> Option<(&str, usize)> {
    let opening = text.chars().next()?;
    let closing = match opening {
        '"' => '"',
        '“' => '”',
        _ => return None,
    };
    let inside = &text[opening.len_utf8()..];
    let value = &inside[..inside.find(closing)?];
    Some((value, opening.len_utf8() + value.len() + closing.len_utf8()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn condition(field: Field, text: &str) -> Condition {
        Condition::new(field, text).unwrap()
    }

    #[test]
    fn words_phrases_exclusions_and_conditions_are_distinguished() {
        let query = TextQuery::parse(
            "graph networks -molecules \"message passing\" author:battaglia Year:2018..2021 -venue:\"Some Journal\" \
             -“drug design” has:abstract category:cs.LG,",
        );
        assert_eq!(query.text, "graph networks message passing");
        assert_eq!(
            (query.phrases, query.without),
            (vec!["message passing".into()], vec!["molecules".into(), "drug design".into()])
        );
        let conditions = [
            condition(Field::Author, "battaglia"),
            condition(Field::Year, "2018..2021"),
            condition(Field::Venue, "Some Journal").negated(),
            condition(Field::Has, "abstract"),
            condition(Field::Category, "cs.LG"),
        ];
        assert_eq!(query.conditions, conditions);
        assert!(query.invalid_conditions.is_empty());
    }

    #[test]
    fn everything_else_is_text() {
        for text in [
            "BERT: a model for self-supervised learning",
            "at -5 °C, -0.5% and - as it were - --so",
            "a 5\" pipe and an \"unbalanced quote",
            "author: who wrote it",
            "“ \" \"\" -",
            "  two  spaces ",
            "",
        ] {
            assert_eq!(TextQuery::parse(text), TextQuery::verbatim(text), "{text}");
        }
        let verbatim = TextQuery::verbatim("-molecules author:battaglia");
        assert!(!verbatim.restricts() && verbatim.text == "-molecules author:battaglia");
    }

    #[test]
    fn an_invalid_condition_is_text_and_reported() {
        let query = TextQuery::parse("bees year:20l8 has:code");
        assert_eq!((query.text.as_str(), query.restricts()), ("bees year:20l8 has:code", false));
        assert_eq!(
            query.invalid_conditions[0],
            "\"20l8\" is not a year; write 2018, 2018..2021, 2018.. or ..2021; searched for as text"
        );
        assert!(query.invalid_conditions[1].contains("has:abstract"), "{:?}", query.invalid_conditions);
    }

    #[test]
    fn words_that_the_shell_unquoted_are_quoted_again() {
        let words = |words: &[&str]| TextQuery::joined(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert_eq!(words(&["vaccine trials"]), "vaccine trials");
        assert_eq!(words(&["graph", "message passing"]), "graph \"message passing\"");
        assert_eq!(
            words(&["x", "venue:Some Journal", "-a b", "-author:Ada Byron", "say \"a b\""]),
            "x venue:\"Some Journal\" -\"a b\" -author:\"Ada Byron\" say \"a b\""
        );
    }

    proptest! {
        #[test]
        fn any_text_is_a_query(text in "\\PC{0,60}|([a-z:\" “”.-]|year:|author:|2018){0,30}") {
            let query = TextQuery::parse(&text);
            if !query.restricts() {
                prop_assert_eq!(&query.text, &text);
            }
            // Every part is kept: as text, or as a restriction.
            let parts = query.text.split_whitespace().count() + query.without.len() + query.conditions.len();
            prop_assert!(parts > 0 || text.trim().is_empty(), "{query:?}");
            prop_assert!(query.phrases.iter().all(|phrase| query.text.contains(phrase.trim())), "{query:?}");
            for part in query.without.iter().chain(&query.phrases) {
                prop_assert!(text.contains(part.as_str()) && part.contains(char::is_alphanumeric), "{query:?}");
            }
        }

        #[test]
        fn a_text_without_syntax_is_not_changed(words in prop::collection::vec("[a-z]{1,6}(-[a-z]{1,4})?[.,:;]?|[0-9é(]{1,3}|-[0-9]{1,3}| ", 0..12)) {
            let text = words.join(" ");
            prop_assert_eq!(TextQuery::parse(&text), TextQuery::verbatim(&text));
        }

        #[test]
        fn parts_may_be_in_any_order(parts in Just(["bees dance", "-wasps", "\"round dance\"", "year:2001", "author:byron"]).prop_shuffle()) {
            let query = TextQuery::parse(&parts.join(" "));
            prop_assert_eq!((query.phrases, query.without), (vec!["round dance".to_owned()], vec!["wasps".to_owned()]));
            prop_assert!(query.text == "bees dance round dance" || query.text == "round dance bees dance");
        }
    }
}
