//! What papers are about, in a few of their own words: the terms that they have often and the library seldom.
//!
//! A term's score is how much it has its place in these papers, the mean over them of 1 + ln count, times the logarithm of
//! how many times likelier one of them has it than a paper of the library. For one paper that is its tf-idf weight; for
//! several, what the term adds to the divergence of the group from the library, by which Carmel, Roitman and Zwerdling name
//! clusters ("Enhancing cluster labeling using Wikipedia", SIGIR 2009). A term is a word or a run of up to three ("graph neural
//! networks"), and no term is named beside one that has a word of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::merge::Text;
use super::postings::LexicalIndex;
use super::terms::{Term, Tokenizer, Word};

/// A pair of words says something if so many papers of the library have it, or if these papers repeat it: most pairs of
/// neighbours are chance.
const PAPERS_WITH_A_PAIR: usize = 3;

/// Words of a term, at most.
const WORDS: usize = 3;

/// The share of a term's occurrences within a longer one from which on that is named instead.
const WITHIN: f32 = 0.5;

/// Between the words of a pair, beside blanks and hyphens: "state of the art", "sequence-to-sequence".
const BETWEEN: [&str; 3] = ["of", "the", "to"];

/// A term as it can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedTerm {
    /// As the papers write it most often.
    pub text: String,
    /// How much it tells of them, above 0.
    pub score: f32,
}

/// A term in the papers.
#[derive(Debug, Default)]
struct Found {
    /// Its words.
    words: Vec<Term>,
    /// How many papers have it.
    papers: usize,
    /// How often, the title's occurrences counted once.
    times: u32,
    /// Sum over them of 1 + ln count, the title's occurrences counted twice.
    weight: f32,
    /// How often each way of writing it occurs.
    forms: BTreeMap<String, u32>,
}

/// The terms that tell most of papers, given as title and abstract: best first, at most `limit`. With several papers, no
/// term that one alone has, unless there are no others.
pub fn informative_terms(index: &LexicalIndex, texts: &[Text], limit: usize) -> Vec<NamedTerm> {
    let found = find(texts);
    let count = texts.len() as f32;
    let score = |term: &Term, found: &Found| {
        let in_library = document_frequency(index, *term, found).max(1) as f32 / index.len().max(1) as f32;
        found.weight / count * (found.papers as f32 / count / in_library).ln()
    };
    let says_something = |term: &Term, found: &Found| match found.words.len() {
        1 => true,
        2 => found.times > 1 || index.document_frequency(*term) >= PAPERS_WITH_A_PAIR,
        _ => found.times > 1,
    };
    let mut terms: Vec<(f32, Term, &Found)> = found
        .iter()
        .filter(|(term, found)| says_something(term, found) && found.forms.keys().any(|form| is_name(form)))
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

/// How many papers of the library have a term; of three words, which the index does not know, at most.
fn document_frequency(index: &LexicalIndex, term: Term, found: &Found) -> usize {
    match found.words.len() {
        0..WORDS => index.document_frequency(term),
        _ => found.words.windows(2).map(|pair| index.document_frequency(run(pair))).min().unwrap_or_default(),
    }
}

/// The terms that mostly occur within a longer one of `terms`.
fn within_others(terms: &[(f32, Term, &Found)], found: &HashMap<Term, Found>) -> HashSet<Term> {
    let mut within = HashSet::new();
    for (_, _, longer) in terms {
        for length in 1..longer.words.len() {
            for part in longer.words.windows(length).map(run) {
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

/// The term of words in a row: that of the index for one and two.
fn run(words: &[Term]) -> Term {
    words[1..].iter().fold(words[0], |run, &word| Term::pair(run, word))
}

/// All words of papers, and all that stand in a row.
fn find(texts: &[Text]) -> HashMap<Term, Found> {
    let mut tokenizer = Tokenizer::default();
    let mut found: HashMap<Term, Found> = HashMap::new();
    for (title, abstract_text) in texts {
        let mut here: HashMap<Term, u32> = HashMap::new();
        for (part, text) in [(2, title.as_str()), (1, abstract_text.as_deref().unwrap_or_default())] {
            let words = tokenizer.words(text);
            let is_joined = |pair: &[Word]| belong_together(&text[pair[0].range.end..pair[1].range.start]);
            for length in 1..=WORDS {
                for words in words.windows(length).filter(|words| words.windows(2).all(is_joined)) {
                    let terms: Vec<Term> = words.iter().map(|word| word.term).collect();
                    let form = &text[words[0].range.start..words[length - 1].range.end];
                    *here.entry(run(&terms)).or_default() += part;
                    let found = found.entry(run(&terms)).or_default();
                    found.words = terms;
                    found.times += 1;
                    *found.forms.entry(form.split_whitespace().collect::<Vec<_>>().join(" ")).or_default() += 1;
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

/// Whether words with this between them can be named together: no comma, bracket or full stop parts them.
fn belong_together(between: &str) -> bool {
    between.split([' ', '\n', '-', '\u{2010}', '\u{2011}']).all(|word| word.is_empty() || BETWEEN.contains(&word))
}

/// Whether it can stand alone: a number or a letter cannot.
fn is_name(form: &str) -> bool {
    let mut letters = form.chars().filter(|c| c.is_alphabetic());
    letters.next().is_some_and(|first| !first.is_ascii() || form.chars().nth(1).is_some())
}

/// How a term is written most often; of equals in lower case, as titles have capitals for no reason of the word.
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

    /// A library on bees, in which everything is studied.
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
    fn a_pair_is_named_instead_of_its_words_as_it_is_mostly_written() {
        let all = bees();
        assert_eq!(names(&all[..1], 1), ["waggle dance"]);
        let named = names(&all[..1], 20);
        assert!(!named.iter().any(|name| ["waggle", "dance", "Waggle"].contains(&name.as_str())), "{named:?}");
        assert!(named.iter().any(|name| name == "flowers"), "{named:?}");
        assert!(!named.iter().any(|name| name == "study"), "all papers have it: {named:?}");
    }

    #[test]
    fn what_papers_share_comes_first_and_what_one_alone_has_is_no_name_of_both() {
        let named = names(&bees()[..2], 20);
        assert_eq!(named[0], "waggle dance");
        assert!(!named.iter().any(|name| name == "flowers"), "{named:?}");
        let apart = names(&[text("Wax", ""), text("Honey", "")], 5);
        assert_eq!(apart.len(), 2, "when they share nothing, each has its own: {apart:?}");
    }

    #[test]
    fn three_words_are_one_term_where_they_are_repeated() {
        let text = text("Graph neural networks", "We train graph neural networks. Neural networks (of a graph) learn.");
        assert_eq!(names(&[text], 1), ["graph neural networks"]);
        let once = names(&[("Bees dance in the hive alone".to_owned(), None)], 9);
        assert!(once.iter().all(|name| name.split(' ').count() < 3), "{once:?}");
    }

    #[test]
    fn numbers_letters_and_what_a_comma_parts_are_no_names() {
        let named = names(&bees()[2..3], 20);
        assert_eq!(named[..2], ["wax", "moths"]);
        for name in ["12", "X", "moths that eat", "wax (bees", "bees' wax), 12"] {
            assert!(!named.iter().any(|other| other == name), "{name} in {named:?}");
        }
        assert!(belong_together("-of-the-") && !belong_together(". ") && !belong_together(" and "));
        assert_eq!(names(&[], 5), [""; 0]);
    }

    #[test]
    fn scores_descend_and_are_above_zero() {
        let terms = informative_terms(&index(&bees()), &bees()[..1], 20);
        assert!(terms.len() > 1 && terms.iter().all(|term| term.score > 0.0));
        assert!(terms.array_windows().all(|[a, b]| a.score >= b.score), "{terms:?}");
    }
}
