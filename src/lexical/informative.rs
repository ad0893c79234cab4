//! Describes papers with a few of their own words: terms that are frequent in them and rare in the library.
//!
//! The score of a term is the mean of 1 + ln count over these papers, times the logarithm of a ratio. The ratio is the
//! share of these papers that have the term, divided by the share of the library's papers that have it. For one paper,
//! the score is the tf-idf weight. For several papers, it is the term's contribution to the divergence of the group
//! from the library. Carmel, Roitman and Zwerdling label clusters by this contribution ("Enhancing cluster labeling
//! using Wikipedia", SIGIR 2009).
//!
//! A term is a word, or two or three words in a row ("graph neural networks"). No two chosen terms share a word.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::merge::Text;
use super::postings::LexicalIndex;
use super::terms::{Term, Tokenizer, Word, language_of};

/// A pair of words is a term if at least this many papers of the library have it, or if it occurs more than once in the
/// given papers. Most other pairs are accidental.
const PAPERS_WITH_A_PAIR: usize = 3;

/// The greatest number of words in a term.
pub(super) const MAX_WORDS: usize = 3;

/// A longer term replaces a shorter term if it has at least this share of the shorter term's occurrences, and of its
/// papers.
const WITHIN: f32 = 0.5;

/// Words that may occur between the words of a term. Spaces and hyphens may occur there too: "state of the art",
/// "sequence-to-sequence".
const BETWEEN: [&str; 3] = ["of", "the", "to"];

/// How many bytes of an abstract are read to describe it, four times as many as the longest of 87,395 abstracts has.
/// Each spelling of each term is kept meanwhile, which takes a hundred times the memory of the text.
pub(super) const MAX_DESCRIBED_BYTES: usize = 64 << 10;

/// A term in readable form.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedTerm {
    /// The spelling that is most frequent in the running text of the papers.
    pub text: String,
    /// How well it describes the papers; above 0.
    pub score: f32,
}

/// A term in the papers.
#[derive(Debug, Default)]
struct Found {
    /// Its words.
    words: Vec<Term>,
    /// The number of papers that have it.
    papers: usize,
    /// The number of occurrences.
    times: u32,
    /// The sum of 1 + ln count over the papers; occurrences in the title count twice.
    weight: f32,
    /// The uses of each spelling.
    forms: BTreeMap<String, Uses>,
}

/// The number of occurrences of a spelling. Those in running text count first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Uses {
    /// Occurrences that show how the spelling is used: those that begin with a small letter, and those within a
    /// sentence of an abstract.
    in_running_text: u32,
    /// Occurrences with a capital in a title or at the beginning of a sentence, where other words have a capital too.
    elsewhere: u32,
}

/// Returns the terms that describe the given papers (title, abstract) best: at most `limit`, best first. For several
/// papers, leaves out terms that only one of them has, unless there are no other terms.
pub fn informative_terms(index: &LexicalIndex, texts: &[Text], limit: usize) -> Vec<NamedTerm> {
    let found = find(texts);
    let count = texts.len() as f32;
    let score = |term: &Term, found: &Found| {
        let in_library = document_frequency(index, *term, found).max(1) as f32 / index.len().max(1) as f32;
        found.weight / count * (found.papers as f32 / count / in_library).ln()
    };
    let is_meaningful = |term: &Term, found: &Found| match found.words.len() {
        1 => true,
        2 => found.times > 1 || index.document_frequency(*term) >= PAPERS_WITH_A_PAIR,
        _ => found.times > 1,
    };
    let mut terms: Vec<(f32, Term, &Found)> = found
        .iter()
        .filter(|(term, found)| is_meaningful(term, found) && found.forms.keys().any(|form| is_name(form)))
        .map(|(term, found)| (score(term, found), *term, found))
        .filter(|(score, ..)| *score > 0.0)
        .collect();
    let within_others = within_others(&terms, &found);
    terms.retain(|(_, term, _)| !within_others.contains(term));
    let is_shared = |found: &Found| texts.len() < 2 || found.papers > 1;
    terms.sort_by(|a, b| {
        is_shared(b.2).cmp(&is_shared(a.2)).then(b.0.total_cmp(&a.0)).then_with(|| form(a.2).cmp(form(b.2)))
    });
    if terms.iter().any(|(_, _, found)| is_shared(found)) {
        terms.retain(|(_, _, found)| is_shared(found));
    }
    let mut taken: HashSet<Term> = HashSet::new();
    let mut named = Vec::new();
    for (score, _, found) in terms {
        if named.len() < limit && !found.words.iter().any(|word| taken.contains(word)) {
            taken.extend(&found.words);
            named.push(NamedTerm { text: form(found).to_owned(), score });
        }
    }
    named
}

/// Returns the number of papers in the library that have a term. For a term of three words, which is not in the index,
/// returns an upper bound.
fn document_frequency(index: &LexicalIndex, term: Term, found: &Found) -> usize {
    match found.words.len() {
        0..MAX_WORDS => index.document_frequency(term),
        _ => found.words.windows(2).map(|pair| index.document_frequency(term_of_words(pair))).min().unwrap_or_default(),
    }
}

/// Returns the terms that mostly occur as a part of a longer term in `terms`.
fn within_others(terms: &[(f32, Term, &Found)], found: &HashMap<Term, Found>) -> HashSet<Term> {
    let mut within = HashSet::new();
    for (_, _, longer) in terms {
        for length in 1..longer.words.len() {
            for part in longer.words.windows(length).map(term_of_words) {
                let mostly = |part: &Found| {
                    longer.times as f32 >= WITHIN * part.times as f32
                        && longer.papers as f32 >= WITHIN * part.papers as f32
                };
                if found.get(&part).is_some_and(mostly) {
                    within.insert(part);
                }
            }
        }
    }
    within
}

/// Returns the term of words in a row. For one or two words, it is the same term as in the index.
fn term_of_words(words: &[Term]) -> Term {
    words[1..].iter().fold(words[0], |run, &word| Term::pair(run, word))
}

/// Finds all terms of the papers.
fn find(texts: &[Text]) -> HashMap<Term, Found> {
    let mut tokenizer = Tokenizer::default();
    let mut found: HashMap<Term, Found> = HashMap::new();
    for (title, abstract_text) in texts {
        let mut here: HashMap<Term, u32> = HashMap::new();
        let title = beginning(title);
        let language = language_of(title, abstract_text.as_deref());
        let abstract_text = beginning(abstract_text.as_deref().unwrap_or_default());
        for (count, text, is_abstract) in [(2, title, false), (1, abstract_text, true)] {
            let words = tokenizer.words(text, language);
            let is_joined = |pair: &[Word]| belong_together(&text[pair[0].range.end..pair[1].range.start]);
            for length in 1..=MAX_WORDS {
                for words in words.windows(length).filter(|words| words.windows(2).all(is_joined)) {
                    let terms: Vec<Term> = words.iter().map(|word| word.term).collect();
                    let form = &text[words[0].range.start..words[length - 1].range.end];
                    *here.entry(term_of_words(&terms)).or_default() += count;
                    let found = found.entry(term_of_words(&terms)).or_default();
                    found.words = terms;
                    found.times += 1;
                    let uses = found.forms.entry(form.split_whitespace().collect::<Vec<_>>().join(" ")).or_default();
                    let is_within = is_abstract && !begins_sentence(&text[..words[0].range.start]);
                    match is_within || form.starts_with(char::is_lowercase) {
                        true => uses.in_running_text += 1,
                        false => uses.elsewhere += 1,
                    }
                }
            }
        }
        for (term, count) in here {
            if let Some(found) = found.get_mut(&term) {
                found.papers += 1;
                found.weight += 1.0 + (count as f32).ln();
            }
        }
    }
    found
}

/// The part of a text that is read to describe it.
pub(super) fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_DESCRIBED_BYTES)]
}

/// Whether words with this text between them can form a term. Commas, brackets and full stops separate them.
pub(super) fn belong_together(between: &str) -> bool {
    between.split([' ', '\n', '-', '\u{2010}', '\u{2011}']).all(|word| word.is_empty() || BETWEEN.contains(&word))
}

/// Whether a spelling is more than a number or a single letter.
pub(super) fn is_name(form: &str) -> bool {
    let mut letters = form.chars().filter(|c| c.is_alphabetic());
    letters.next().is_some_and(|first| !first.is_ascii() || form.chars().nth(1).is_some())
}

/// Whether the text before a word ends a sentence, or is empty.
fn begins_sentence(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with(['.', ':', '!', '?'])
}

/// Returns the spelling of a term that is most frequent in running text, or else in titles and at the beginnings of
/// sentences. Of equally frequent spellings, prefers lower case.
fn form(found: &Found) -> &str {
    found.forms.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| a.0.cmp(b.0))).map_or("", |(form, _)| form)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[Text]) -> LexicalIndex {
        let rows: Vec<Option<u128>> = (1..=texts.len() as u128).map(Some).collect();
        LexicalIndex::refresh(None, &rows, |positions, sink| {
            positions.iter().for_each(|&position| sink(texts[position as usize].clone()));
            Ok(())
        })
        .unwrap()
    }

    fn text(title: &str, abstract_text: &str) -> Text {
        (title.to_owned(), (!abstract_text.is_empty()).then(|| abstract_text.to_owned()))
    }

    /// A library about bees, with a word that all papers have.
    fn bees() -> Vec<Text> {
        let mut texts = vec![
            text("The Waggle Dance", "We study the waggle dance of bees. A waggle dance tells where flowers are."),
            text("Reading a waggle dance", "Bees in the hive read it, as we study."),
            text("Wax moths", "We study moths that eat wax (bees' wax), 12 a day. X marks them."),
        ];
        texts.extend((0..20).map(|n| text(&format!("Note {n}"), "We study bees and their hive.")));
        texts
    }

    fn names(texts: &[Text], limit: usize) -> Vec<String> {
        informative_terms(&index(&bees()), texts, limit).into_iter().map(|term| term.text).collect()
    }

    #[test]
    fn a_pair_replaces_its_words_in_its_most_frequent_spelling() {
        let all = bees();
        assert_eq!(names(&all[..1], 1), ["waggle dance"]);
        let named = names(&all[..1], 20);
        assert!(!named.iter().any(|name| ["waggle", "dance", "Waggle"].contains(&name.as_str())), "{named:?}");
        assert!(named.iter().any(|name| name == "flowers"), "{named:?}");
        assert!(!named.iter().any(|name| name == "study"), "all papers have it: {named:?}");
    }

    #[test]
    fn terms_that_papers_share_come_first_and_terms_of_one_paper_are_left_out() {
        let named = names(&bees()[..2], 20);
        assert_eq!(named[0], "waggle dance");
        assert!(!named.iter().any(|name| name == "flowers"), "{named:?}");
        let apart = names(&[text("Wax", ""), text("Honey", "")], 5);
        assert_eq!(apart.len(), 2, "papers that share nothing keep their own terms: {apart:?}");
    }

    #[test]
    fn terms_are_spelt_as_in_running_text_and_not_as_in_titles() {
        let texts = [
            text("Shared Nests of WASPS in Ulm", "The nests in Ulm are shared. Shared nests are warm."),
            text("Shared Warmth of WASPS", "We saw wasps near Ulm. They shared food."),
            text("Shared Food in Ulm", "Shared food is food."),
        ];
        let named = names(&texts, 20);
        for (name, other) in [("shared", "Shared"), ("wasps", "WASPS"), ("Ulm", "ulm")] {
            let has = |name: &str| named.iter().any(|term| term.split(' ').any(|word| word == name));
            assert!(has(name) && !has(other), "{named:?}");
        }
    }

    #[test]
    fn three_words_are_one_term_if_they_are_repeated() {
        let text = text("Graph neural networks", "We train graph neural networks. Neural networks (of a graph) learn.");
        assert_eq!(names(&[text], 1), ["graph neural networks"]);
        let once = names(&[("Bees dance in the hive alone".to_owned(), None)], 9);
        assert!(once.iter().all(|name| name.split(' ').count() < 3), "{once:?}");
    }

    #[test]
    fn numbers_letters_and_words_that_a_comma_separates_are_not_terms() {
        let named = names(&bees()[2..3], 20);
        assert_eq!(named[..2], ["wax", "moths"]);
        for name in ["12", "X", "moths that eat", "wax (bees", "bees' wax), 12"] {
            assert!(!named.iter().any(|other| other == name), "{name} in {named:?}");
        }
        assert!(belong_together("-of-the-") && !belong_together(". ") && !belong_together(" and "));
        assert_eq!(names(&[], 5), [""; 0]);
    }

    #[test]
    fn only_the_beginning_of_a_long_abstract_is_read() {
        let filler = "Wax melts. ".repeat(MAX_DESCRIBED_BYTES / 11 + 1);
        let named = names(&[text("Bees", &format!("Nectar. {filler} Propolis."))], 20);
        assert!(named.contains(&"Nectar".to_owned()) && !named.contains(&"Propolis".to_owned()), "{named:?}");
    }

    #[test]
    fn scores_descend_and_are_above_zero() {
        let terms = informative_terms(&index(&bees()), &bees()[..1], 20);
        assert!(terms.len() > 1 && terms.iter().all(|term| term.score > 0.0));
        assert!(terms.array_windows().all(|[a, b]| a.score >= b.score), "{terms:?}");
    }
}
