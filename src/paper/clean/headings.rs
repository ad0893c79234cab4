//! Cleans headings in an abstract: removes the heading `Abstract`, and adds a colon after section headings that touch
//! their text.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::paper::patterns::{WordList, compiled};

/// Headings of the whole abstract.
const OWN_NAMES: WordList = WordList("Abstract, ABSTRACT, Summary, SUMMARY, abstract, Graphical Abstract");

/// Words that begin a sentence. In `Abstract In this paper`, `Abstract` is a heading; in `Abstract Meaning
/// Representation`, it is not.
const OPENERS: WordList = WordList(
    "A, Although, An, As, At, Based, Because, Both, By, Despite, During, For, From, Here, How, However, If, In, It, \
    Many, Modern, Most, Multiple, On, One, Our, Over, Recent, Recently, Several, Since, Some, The, There, These, \
    They, This, Through, To, Traditional, Using, We, What, When, While, With",
);

/// Words that form a term with `Abstract`.
const TERMS: WordList = WordList(
    "Algebra, Argumentation, Art, Data, Dialectical, Interpretation, Machine, Meaning, Reasoning, State, Syntax",
);

/// Section headings. A longer heading is listed before a heading with which it begins.
const SECTIONS: WordList = WordList(
    "Author Summary, Author summary, Authors' conclusions, Availability and implementation, \
    Availability and Implementation, Availability, Background and Aims, Background and aims, Background, \
    Conclusions, Conclusion, Discussion, Findings, Importance, Interpretation, Introduction, Limitations, \
    Materials and Methods, Materials and methods, Methods and Findings, Methods and findings, Methods, Methodology, \
    Motivation, Objectives, Objective, Purpose, Results, Significance, Summary, Supplementary information, Aims",
);

/// A section heading at the start of the text, before a colon or a capital letter.
static SECTION_FIRST: LazyLock<Regex> =
    LazyLock::new(|| compiled(&format!(r"^{}(?::| \p{{Uppercase}})", SECTIONS.pattern())));

/// A section heading at the start of a sentence, and the capitalised word that follows without a space. `ResultsDB` is
/// a name and does not match.
static GLUED: LazyLock<Regex> =
    LazyLock::new(|| compiled(&format!(r"(^|[.!?):]\s*)({})([A-Z](?:[a-z]\w*|\b))", SECTIONS.pattern())));

/// The text without a leading `Abstract` or similar heading.
pub(super) fn without_its_name(text: &str) -> Cow<'_, str> {
    after_its_name(text).unwrap_or(text).into()
}

fn after_its_name(text: &str) -> Option<&str> {
    let (name, rest) = OWN_NAMES.iter().find_map(|name| Some((name, text.strip_prefix(name)?)))?;
    let spaced = rest.trim_start();
    let after = spaced.trim_start_matches([':', '.', '—', '–', '-', '|', '*', ' ']);
    let is_capital = after.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || "“\"'([".contains(c));
    let is_name = if after.len() < spaced.len() {
        // "Abstract: a bee" has a colon. In "Abstract-level planning" a small letter follows a hyphen, so it is no
        // heading.
        is_capital || spaced.starts_with([':', '.', '|'])
    } else if spaced.len() < rest.len() {
        is_capital
            && (name.chars().all(char::is_uppercase)
                || OPENERS.contains(first_word(spaced))
                || SECTION_FIRST.is_match(spaced)
                || name == "Abstract" && begins_sentence(spaced))
    } else {
        // "AbstractThe bees".
        OPENERS.contains(first_word(spaced))
    };
    (is_name && !after.is_empty()).then_some(after)
}

/// Whether only the first of three words is capitalised, as in `Bees hum in`, and that word is not one of [`TERMS`].
fn begins_sentence(text: &str) -> bool {
    let words: Vec<&str> = text.splitn(4, ' ').collect();
    let [first, second, third, ..] = words[..] else { return false };
    !TERMS.contains(first_word(first))
        && first.chars().all(|c| c.is_alphabetic() || c == '-')
        && second.starts_with(char::is_lowercase)
        && third.starts_with(|c: char| c.is_lowercase() || c == '(')
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// Adds a colon after each section heading that touches its text, as in `BackgroundBees hum.ResultsThey do.`
///
/// If the text has only one such heading, it may be part of a name (`BackgroundNet`). Then the next word must be one of
/// [`OPENERS`]. Several different headings need no such word.
pub(super) fn parted(text: &str) -> Cow<'_, str> {
    // A quick test: a heading ends with a small letter, and the word that touches it begins with a capital letter.
    // `any` stops at the first pair, so the compiler would test one pair at a time. The sum tests many at once.
    let pairs = text.bytes().zip(text.bytes().skip(1));
    let is_glued = |(before, after): (u8, u8)| before.is_ascii_lowercase() & after.is_ascii_uppercase();
    if pairs.map(|pair| usize::from(is_glued(pair))).sum::<usize>() == 0 {
        return text.into();
    }
    let headings: Vec<&str> = GLUED.captures_iter(text).map(|found| found.extract::<3>().1[1]).collect();
    let are_several = headings.iter().any(|heading| *heading != headings[0]);
    GLUED.replace_all(text, |found: &Captures| {
        let (whole, [before, heading, word]) = found.extract();
        if !are_several && !OPENERS.contains(word) {
            return whole.to_owned();
        }
        let space = if before.is_empty() || before.ends_with(char::is_whitespace) { "" } else { " " };
        format!("{before}{space}{heading}: {word}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heading_abstract_is_removed() {
        for (text, expected) in [
            ("Abstract: Bees hum.", "Bees hum."),
            ("ABSTRACT Bees hum.", "Bees hum."),
            ("Abstract. Bees hum.", "Bees hum."),
            ("Abstract—Bees hum.", "Bees hum."),
            ("Abstract - Bees hum.", "Bees hum."),
            ("Abstract The bees hum.", "The bees hum."),
            ("AbstractThe bees hum.", "The bees hum."),
            ("Abstract Bees hum in hives.", "Bees hum in hives."),
            ("Abstract Background Bees hum.", "Background Bees hum."),
            ("Abstract Purpose: To hum.", "Purpose: To hum."),
            ("Summary: Bees hum.", "Bees hum."),
            ("Abstract: bees hum.", "bees hum."),
        ] {
            assert_eq!(without_its_name(text), expected);
        }
        for text in [
            "Abstract Meaning Representation is a graph.",
            "Abstract Interpretation is a theory.",
            "Abstract Bees",
            "Abstract argumentation",
            "Abstract-level planning",
            "Summary form only given.",
            "Background: Bees hum.",
            "Abstraction is all.",
            "Abstracts",
            "Abstract",
        ] {
            assert_eq!(without_its_name(text), text);
        }
    }

    #[test]
    fn headings_that_touch_their_text_get_a_colon() {
        for (text, expected) in [
            (
                "BackgroundArtificial light disturbs bees.MethodsBees were lit. ResultsA hive hummed.",
                "Background: Artificial light disturbs bees. Methods: Bees were lit. Results: A hive hummed.",
            ),
            ("BackgroundThe bees hum.", "Background: The bees hum."),
            ("Materials and MethodsWe hummed.", "Materials and Methods: We hummed."),
        ] {
            assert_eq!(parted(text), expected);
        }
        for text in
            ["BackgroundNet hums.", "We use ResultsDB.", "Our MethodsWe is a name.", "Background Bees", "Results."]
        {
            assert_eq!(parted(text), text);
        }
    }
}
