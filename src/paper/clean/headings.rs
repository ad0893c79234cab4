//! Headings within an abstract: its own name, which says nothing, goes; those of its sections, which lost what stood
//! between them and their text, get it back.

use std::borrow::Cow;

/// Names of an abstract, as they stand before one.
const OWN_NAMES: [&str; 6] = ["Abstract", "ABSTRACT", "Summary", "SUMMARY", "abstract", "Graphical Abstract"];

/// Words that begin a sentence and no term: `Abstract In this paper` is not like `Abstract Meaning Representation`.
const OPENERS: [&str; 46] = [
    "A",
    "Although",
    "An",
    "As",
    "At",
    "Based",
    "Because",
    "Both",
    "By",
    "Despite",
    "During",
    "For",
    "From",
    "Here",
    "How",
    "However",
    "If",
    "In",
    "It",
    "Many",
    "Modern",
    "Most",
    "Multiple",
    "On",
    "One",
    "Our",
    "Over",
    "Recent",
    "Recently",
    "Several",
    "Since",
    "Some",
    "The",
    "There",
    "These",
    "They",
    "This",
    "Through",
    "To",
    "Traditional",
    "Using",
    "We",
    "What",
    "When",
    "While",
    "With",
];

/// Words with which `Abstract` is a term.
const TERMS: [&str; 11] = [
    "Algebra",
    "Argumentation",
    "Art",
    "Data",
    "Dialectical",
    "Interpretation",
    "Machine",
    "Meaning",
    "Reasoning",
    "State",
    "Syntax",
];

/// Headings that are found glued to what follows, the longer before those they begin with.
const SECTIONS: [&str; 32] = [
    "Author Summary",
    "Author summary",
    "Authors' conclusions",
    "Availability and implementation",
    "Availability and Implementation",
    "Availability",
    "Background and Aims",
    "Background and aims",
    "Background",
    "Conclusions",
    "Conclusion",
    "Discussion",
    "Findings",
    "Importance",
    "Interpretation",
    "Introduction",
    "Limitations",
    "Materials and Methods",
    "Materials and methods",
    "Methods and Findings",
    "Methods and findings",
    "Methods",
    "Methodology",
    "Motivation",
    "Objectives",
    "Objective",
    "Purpose",
    "Results",
    "Significance",
    "Summary",
    "Supplementary information",
    "Aims",
];

/// Without `Abstract` and the like before it.
pub(super) fn without_its_name(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(after_its_name(text).unwrap_or(text))
}

fn after_its_name(text: &str) -> Option<&str> {
    let (name, rest) = OWN_NAMES.iter().find_map(|name| Some((*name, text.strip_prefix(name)?)))?;
    let spaced = rest.trim_start();
    let behind = spaced.trim_start_matches([':', '.', '—', '–', '-', '|', '*', ' ']);
    let is_marked = behind.len() < spaced.len();
    let is_capital = behind.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || "“\"'([".contains(c));
    let is_upper_case = name.chars().all(char::is_uppercase);
    let ends = if is_marked {
        // "Abstract-level planning" goes on in small letters, "Abstract: a bee" has a mark of its own.
        let mark = spaced.chars().next()?;
        is_capital || matches!(mark, ':' | '.' | '|')
    } else if spaced.len() < rest.len() {
        is_capital
            && (is_upper_case
                || OPENERS.contains(&first_word(spaced))
                || begins_with_heading(spaced)
                || name == "Abstract" && begins_sentence(spaced))
    } else {
        // "AbstractThe bees": a capital directly behind.
        OPENERS.contains(&first_word(spaced))
    };
    (ends && !behind.is_empty()).then_some(behind)
}

/// `Background Bees hum`, `Purpose: To hum`.
fn begins_with_heading(text: &str) -> bool {
    let behind = SECTIONS.iter().find_map(|heading| text.strip_prefix(heading));
    behind.is_some_and(|behind| {
        behind.starts_with(':') || behind.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase))
    })
}

/// `Bees hum in`, of which only the first word has a capital, and is none that makes a term with `Abstract`.
fn begins_sentence(text: &str) -> bool {
    let mut words = text.split(' ');
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is_plain = |word: &str| word.chars().all(|c| c.is_alphabetic() || c == '-');
    !TERMS.contains(&first_word(first))
        && is_plain(first)
        && second.starts_with(char::is_lowercase)
        && words.next().is_some_and(|third| third.starts_with(|c: char| c.is_lowercase() || c == '('))
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// `BackgroundBees hum.ResultsThey do.` with a colon and a space behind each heading.
///
/// Where a text has one such place only, it may be a name (`BackgroundNet`), so what follows must be a word that begins
/// sentences; of several headings one confirms the other.
pub(super) fn parted(text: &str) -> Cow<'_, str> {
    let glued = glued(text);
    let several = glued.iter().any(|(_, heading, _)| *heading != glued[0].1);
    let mut parted = String::new();
    let mut at = 0;
    for (start, heading, word) in glued {
        if several || OPENERS.contains(&word) {
            let end = start + heading.len();
            parted.push_str(&text[at..start]);
            let touches = start > 0 && !text[..start].ends_with(' ');
            parted.push_str(if touches { " " } else { "" });
            parted.push_str(heading);
            parted.push_str(": ");
            at = end;
        }
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    parted.push_str(&text[at..]);
    Cow::Owned(parted)
}

/// Headings at the start of a sentence with a capital directly behind: where, which, and the word behind.
fn glued(text: &str) -> Vec<(usize, &'static str, &str)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for at in 1..bytes.len() {
        if !(bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase()) {
            continue;
        }
        let before = &text[..at];
        let Some(heading) = SECTIONS.iter().find(|heading| before.ends_with(*heading)) else { continue };
        let start = at - heading.len();
        let begins_sentence = start == 0 || text[..start].trim_end().ends_with(['.', '!', '?', ')', ':']);
        let word = first_word(&text[at..]);
        // "ResultsDB" is a name; "ResultsA total" is not.
        let is_word = word.as_bytes().get(1).is_none_or(u8::is_ascii_lowercase);
        if begins_sentence && is_word {
            found.push((start, *heading, word));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abstract_need_not_be_called_one() {
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
    fn glued_headings_are_parted() {
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
