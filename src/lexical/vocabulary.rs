//! The words of an index, to find those with a given beginning. All other columns have only hashes of words.
//!
//! A line is either the stem of English words, or a word of another language, a tab and its stem. The lines ascend.
//! Stems are enough for English, because this file knows which letters the English stemmer changes.

use std::collections::BTreeSet;

use super::terms::Term;

/// The greatest number of letters that the stemmer removes from a word. The longest suffixes have seven ("ational",
/// "fulness"), and few words have two of them.
const REMOVED: usize = 16;

/// The stems of words with a given beginning.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stems {
    /// All words with these stems have the beginning.
    pub certain: Vec<Term>,
    /// Words with these stems may have it.
    pub possible: Vec<Term>,
}

/// Returns a vocabulary with all lines of `old` and `new`. Leaves out the old lines whose stems are not among `terms`,
/// if they are given; they must ascend. So a word that no paper has any more stays if another word has its stem. This
/// does no harm, because the texts decide.
pub(super) fn merged(old: &[u8], new: &BTreeSet<Box<str>>, terms: Option<&[u64]>) -> Vec<u8> {
    let term = |line: &str| Term::word(line.split_once('\t').map_or(line, |(_, stem)| stem));
    let is_kept = |line: &&str| terms.is_none_or(|terms| terms.binary_search(&term(line).hash()).is_ok());
    let mut vocabulary = Vec::with_capacity(old.len());
    let mut push = |line: &str| {
        vocabulary.extend_from_slice(line.as_bytes());
        vocabulary.push(b'\n');
    };
    let mut new = new.iter().map(AsRef::as_ref).peekable();
    for line in lines(old).filter(is_kept) {
        while let Some(earlier) = new.next_if(|new| *new < line) {
            push(earlier);
        }
        new.next_if_eq(&line);
        push(line);
    }
    new.for_each(push);
    vocabulary
}

fn lines(vocabulary: &[u8]) -> impl Iterator<Item = &str> {
    std::str::from_utf8(vocabulary).unwrap_or_default().lines()
}

/// Finds the stems of the words with a beginning, which must be folded. A stem of one letter is assumed to be the stem
/// of this letter only. [`Stems::certain`] is certain only for English papers, because a word of another language may
/// have the same stem. The time is proportional to the size of the vocabulary.
pub(super) fn with_beginning(vocabulary: &[u8], beginning: &str) -> Stems {
    let mut found = Stems::default();
    for line in lines(vocabulary) {
        if let Some((word, stem)) = line.split_once('\t') {
            if word.starts_with(beginning) {
                found.possible.push(Term::word(stem));
            }
            continue;
        }
        let stem = line;
        let may_continue =
            |start: &str| beginning.strip_prefix(start).is_some_and(|rest| stem.len() > 1 && rest.len() <= REMOVED);
        if unchanged(stem).starts_with(beginning) {
            found.certain.push(Term::word(stem));
        } else if stem.starts_with(beginning) || may_continue(stem) || may_continue(mostly_unchanged(stem)) {
            found.possible.push(Term::word(stem));
        }
    }
    found
}

/// The letters at which the stemmer may have changed the end of a word.
const CHANGED: [char; 4] = ['e', 'i', 'l', 'y'];

/// A part of a stem that all its words begin with. The stemmer never changes more than the last two letters.
fn unchanged(stem: &str) -> &str {
    if stem.ends_with(CHANGED) { without_last(stem, 2) } else { stem }
}

/// The longest part of a stem that all its words begin with. The stemmer changes the last letter in "happi" (happy) and
/// "hope" (hoping), and two letters in "probabl" (probability) and a few short words.
fn mostly_unchanged(stem: &str) -> &str {
    match stem {
        "sky" | "die" | "lie" | "tie" => without_last(stem, 2),
        _ if stem.len() <= 2 || !stem.ends_with(CHANGED) => stem,
        _ if stem.ends_with("bl") || stem.ends_with("ble") => without_last(stem, 2),
        _ => without_last(stem, 1),
    }
}

fn without_last(text: &str, letters: usize) -> &str {
    let end = text.char_indices().rev().take(letters).last();
    end.map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::language::Language;
    use super::super::terms::Tokenizer;
    use super::*;

    fn vocabulary(words: &str) -> Vec<u8> {
        let mut tokenizer = Tokenizer::collecting();
        tokenizer.words(words, Language::English);
        merged(&[], &tokenizer.into_vocabulary(), None)
    }

    #[test]
    fn stems_of_removed_words_are_left_out() {
        let old = vocabulary("bees dance in hives");
        assert_eq!(old, b"bee\ndanc\nhive\n");
        let terms: Vec<u64> =
            Tokenizer::default().words("dancing", Language::English).iter().map(|word| word.term.hash()).collect();
        let new = BTreeSet::from(["ant".into(), "danc".into(), "wax".into()]);
        assert_eq!(merged(&old, &new, Some(&terms)), b"ant\ndanc\nwax\n");
        assert_eq!(merged(&old, &BTreeSet::new(), None), old);
    }

    #[test]
    fn words_are_found_by_their_beginning() {
        let vocabulary = vocabulary("transformers transfer happy universities robot");
        let term = |word: &str| Tokenizer::default().words(word, Language::English)[0].term;
        let found = |beginning: &str| with_beginning(&vocabulary, beginning);
        assert_eq!(found("transf").certain, [term("transfer"), term("transformer")]);
        assert_eq!(found("universit"), Stems { certain: vec![], possible: vec![term("university")] });
        assert_eq!(found("unive").certain, [term("university")]);
        assert!(found("happy").possible.contains(&term("happy")));
        assert_eq!(found("xylo"), Stems::default());
    }

    proptest! {
        #[test]
        fn a_word_is_found_by_each_of_its_beginnings(
            word in "[a-z]{1,8}(ational|ization|ational|fulness|ousness|iveness|ability|ibility|ator|ency|ably|ities|icity)?(ly|s|ing|ed|ies|y|e|ness|er)?",
            length in 1usize..20,
        ) {
            let mut tokenizer = Tokenizer::default();
            let Some(term) = tokenizer.words(&word, Language::English).first().map(|word| word.term) else { return Ok(()) };
            let vocabulary = vocabulary(&word);
            // One letter is the stem of "aing", but of no longer word that exists.
            let stem = lines(&vocabulary).next().unwrap_or_default();
            prop_assume!(stem.len() > 1 || stem == word);
            let found = with_beginning(&vocabulary, &word[..length.min(word.len())]);
            prop_assert!(found.certain.contains(&term) || found.possible.contains(&term));
            // What is certain is true of every word with the stem.
            prop_assert!(word.starts_with(unchanged(stem)), "{word} {stem}");
        }
    }
}
