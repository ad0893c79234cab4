//! The language of questions in words:
//!
//! ```text
//! graph networks -molecules "message passing" author:battaglia year:2018..2021
//! ```
//!
//! | what | means |
//! | --- | --- |
//! | a word | what papers should be about |
//! | `"some words"` | the same, and these words stand in the paper, one after the other |
//! | `-word`, `-"some words"` | they do not |
//! | `field:value`, `field:"a value"` | a condition, see [`Field`] |
//! | `-field:value` | it must not hold |
//!
//! All else is text: a hyphen or quote within a word, a number with a minus, a quote that is not closed, a colon after a
//! word that is no field. Any text is a question, and one without any of the above is that text.

use crate::Error;
use crate::library::{Condition, Field, Filter};

/// A question in words, taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextQuery {
    /// What papers should be about.
    pub text: String,
    /// Words that must stand in a paper, one after the other.
    pub phrases: Vec<String>,
    /// Words that must not.
    pub without: Vec<String>,
    /// Conditions.
    pub filter: Filter,
    /// What looks like a condition and is none, and so was taken for text: what to write instead.
    pub doubts: Vec<String>,
}

impl TextQuery {
    /// Takes a question apart.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        // Pieces of the text that follow one another, as long as nothing was taken out between them.
        let (mut kept, mut whole) = (Vec::<&str>::new(), true);
        let mut rest = text;
        while !rest.is_empty() {
            let blank = rest.len() - rest.trim_start().len();
            let token = Token::read(&rest[blank..]);
            match token.take(&mut query) {
                Taken::Out => whole = false,
                Taken::AsWords(words) => {
                    whole = false;
                    kept.push(words);
                }
                Taken::NotAtAll => kept.push(&rest[blank..blank + token.len]),
            }
            rest = &rest[blank + token.len..];
        }
        query.text = if whole { text.to_owned() } else { kept.join(" ").trim().to_owned() };
        query
    }

    /// The text as it is, whatever stands in it.
    pub fn verbatim(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Words of a command line as one question: what the shell unquoted, because it has spaces in it, is quoted again.
    /// A single word of the command line is the question as it is.
    pub fn joined(words: &[String]) -> String {
        let quoted = |word: &String| {
            if word.contains('"') || !word.trim().contains(char::is_whitespace) {
                return word.clone();
            }
            let (minus, value) = word.strip_prefix('-').map_or(("", word.as_str()), |value| ("-", value));
            let field = value.split_once(':').filter(|(name, _)| Field::from_name(name).is_some());
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

    /// Whether it restricts which papers can be found.
    pub fn restricts(&self) -> bool {
        !(self.phrases.is_empty() && self.without.is_empty() && self.filter.is_empty())
    }
}

/// What stands between two spaces, or within quotes.
struct Token<'a> {
    /// How much of the text it is.
    len: usize,
    minus: bool,
    /// What stands before a colon.
    field: Option<Field>,
    /// Without quotes.
    value: &'a str,
    quoted: bool,
}

/// What became of a token.
enum Taken<'a> {
    /// It is no part of the text.
    Out,
    /// These words of it are.
    AsWords(&'a str),
    /// It is text.
    NotAtAll,
}

impl<'a> Token<'a> {
    /// The token at the beginning of a text.
    fn read(text: &'a str) -> Self {
        let (minus, after_minus) = text.strip_prefix('-').map_or((false, text), |after| (true, after));
        let named = after_minus.split_once(':').and_then(|(name, value)| Some((Field::from_name(name)?, value)));
        let (field, start) = named.map_or((None, after_minus), |(field, value)| (Some(field), value));
        let before = text.len() - start.len();
        if let Some((value, len)) = quoted(start) {
            return Self { len: before + len, minus, field, value, quoted: true };
        }
        let len = start.find(char::is_whitespace).unwrap_or(start.len());
        Self { len: before + len, minus, field, value: &start[..len], quoted: false }
    }

    fn take(&self, query: &mut TextQuery) -> Taken<'a> {
        if let Some(field) = self.field {
            return self.condition(field, query);
        }
        let has_word = self.value.contains(char::is_alphanumeric);
        let is_number = || {
            let number = self.value.trim_end_matches(['.', ',', '%']);
            number.starts_with(|first: char| first.is_ascii_digit()) && number.parse::<f64>().is_ok()
        };
        let begins_with_word = self.value.starts_with(char::is_alphanumeric);
        match (self.minus, self.quoted) {
            (true, true) if has_word => query.without.push(self.value.to_owned()),
            (true, false) if begins_with_word && !is_number() => query.without.push(self.value.to_owned()),
            (false, true) if has_word => {
                query.phrases.push(self.value.to_owned());
                return Taken::AsWords(self.value);
            }
            _ => return Taken::NotAtAll,
        }
        Taken::Out
    }

    fn condition(&self, field: Field, query: &mut TextQuery) -> Taken<'a> {
        if self.value.is_empty() {
            return Taken::NotAtAll;
        }
        match Condition::new(field, self.value.trim_end_matches([',', ';'])) {
            Ok(condition) if self.minus => query.filter.refuse(condition),
            Ok(condition) => query.filter.require(condition),
            Err(Error::InvalidParameter(reason)) => {
                query.doubts.push(format!("{reason}; searched for as text"));
                return Taken::NotAtAll;
            }
            Err(_) => return Taken::NotAtAll,
        }
        Taken::Out
    }
}

/// What a text that begins with a quote has up to the next, and how far that is.
fn quoted(text: &str) -> Option<(&str, usize)> {
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

    fn filter(wanted: &[(Field, &str)], unwanted: &[(Field, &str)]) -> Filter {
        let mut filter = Filter::default();
        wanted.iter().for_each(|(field, text)| filter.require(Condition::new(*field, text).unwrap()));
        unwanted.iter().for_each(|(field, text)| filter.refuse(Condition::new(*field, text).unwrap()));
        filter
    }

    #[test]
    fn words_phrases_exclusions_and_conditions_are_told_apart() {
        let query = TextQuery::parse(
            "graph networks -molecules \"message passing\" author:battaglia Year:2018..2021 -venue:\"Some Journal\" \
             -“drug design” has:abstract category:cs.LG,",
        );
        assert_eq!(query.text, "graph networks message passing");
        assert_eq!(
            (query.phrases, query.without),
            (vec!["message passing".into()], vec!["molecules".into(), "drug design".into()])
        );
        let wanted = [
            (Field::Author, "battaglia"),
            (Field::Year, "2018..2021"),
            (Field::Has, "abstract"),
            (Field::Category, "cs.LG"),
        ];
        assert_eq!(query.filter, filter(&wanted, &[(Field::Venue, "Some Journal")]));
        assert!(query.doubts.is_empty());
    }

    #[test]
    fn what_is_no_syntax_is_text() {
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
    fn a_condition_that_cannot_be_read_is_text_and_told() {
        let query = TextQuery::parse("bees year:20l8 has:code");
        assert_eq!((query.text.as_str(), query.restricts()), ("bees year:20l8 has:code", false));
        assert_eq!(
            query.doubts[0],
            "\"20l8\" is not a year; write 2018, 2018..2021, 2018.. or ..2021; searched for as text"
        );
        assert!(query.doubts[1].contains("has:abstract"), "{:?}", query.doubts);
    }

    #[test]
    fn what_the_shell_unquoted_is_quoted_again() {
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
        fn any_text_is_a_question(text in "\\PC{0,60}|([a-z:\" “”.-]|year:|author:|2018){0,30}") {
            let query = TextQuery::parse(&text);
            if !query.restricts() {
                prop_assert_eq!(query.text, text);
            }
        }

        #[test]
        fn a_text_without_syntax_comes_back_unchanged(words in prop::collection::vec("[a-z]{1,6}(-[a-z]{1,4})?[.,:;]?|[0-9é(]{1,3}|-[0-9]{1,3}| ", 0..12)) {
            let text = words.join(" ");
            prop_assert_eq!(TextQuery::parse(&text), TextQuery::verbatim(&text));
        }

        #[test]
        fn the_parts_come_in_any_order(parts in Just(["bees dance", "-wasps", "\"round dance\"", "year:2001", "author:byron"]).prop_shuffle()) {
            let query = TextQuery::parse(&parts.join(" "));
            prop_assert_eq!((query.phrases, query.without), (vec!["round dance".to_owned()], vec!["wasps".to_owned()]));
            prop_assert!(query.text == "bees dance round dance" || query.text == "round dance bees dance");
        }
    }
}
