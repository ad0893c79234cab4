//! Words that a text must contain in a row. Case, accents and endings do not matter, and stop words are ignored. The
//! last word may be the beginning of a word.

use unicode_normalization::char::is_combining_mark;

use super::language::Language;
use super::postings::LexicalIndex;
use super::terms::{Term, Tokenizer, folded, is_ideograph};
use super::vocabulary::{Stems, with_beginning};

/// Words in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The words as papers of each language have them; papers of other languages do not contain the pattern.
    readings: Vec<(Language, Vec<Term>)>,
    /// The beginning of a word after these words, folded.
    beginning: Option<String>,
}

/// The positions of the papers that may contain a pattern, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Papers that contain it.
    pub certain: Vec<u32>,
    /// Papers that may contain it. Only their texts show whether they do.
    pub possible: Vec<u32>,
}

impl Pattern {
    /// Makes a pattern of the words of a text, for papers whose words are read in one of `languages`. If
    /// `is_beginning`, the last word is the beginning of a word. Returns `None` if all words are English stop words.
    pub fn new(tokenizer: &mut Tokenizer, text: &str, is_beginning: bool, languages: &[Language]) -> Option<Self> {
        // Without spaces between words, every word may be a beginning.
        let is_beginning = is_beginning && !text.ends_with(is_ideograph);
        let is_apart = |c: char| !c.is_alphanumeric() && !is_combining_mark(c) || is_ideograph(c);
        let start = text.rfind(is_apart).map_or(0, |at| text.ceil_char_boundary(at + 1));
        let last = if is_beginning { start } else { text.len() };
        let beginning = is_beginning.then(|| folded(&text[last..])).filter(|beginning| !beginning.is_empty());
        let mut words =
            |language| -> Vec<Term> { tokenizer.words(&text[..last], language).iter().map(|word| word.term).collect() };
        if words(Language::English).is_empty() && beginning.is_none() {
            return None;
        }
        let readings = languages.iter().map(|&language| (language, words(language)));
        let readings = readings.filter(|(_, words)| !words.is_empty() || beginning.is_some()).collect();
        Some(Self { readings, beginning })
    }

    /// The papers that may contain the pattern.
    pub fn candidates(&self, index: &LexicalIndex) -> Candidates {
        let stems =
            self.beginning.as_ref().map(|beginning| with_beginning(index.columns.vocabulary.as_slice(), beginning));
        let mut found = Candidates::default();
        for (language, words) in &self.readings {
            let has_language = |position: &u32| index.language(*position).of_words() == *language;
            let Candidates { certain, possible } = candidates(words, stems.as_ref(), index);
            let (certain, likely): (Vec<u32>, Vec<u32>) = certain
                .into_iter()
                .filter(has_language)
                .partition(|_| stems.is_none() || *language == Language::English);
            found.certain.extend(certain);
            found.possible.extend(likely.into_iter().chain(possible.into_iter().filter(has_language)));
        }
        found.certain.sort_unstable();
        found.possible.sort_unstable();
        found
    }

    /// Whether a text in a language contains the pattern.
    pub fn occurs_in(&self, tokenizer: &mut Tokenizer, text: &str, language: Language) -> bool {
        let Some((_, words)) = self.readings.iter().find(|(other, _)| *other == language.of_words()) else {
            return false;
        };
        let found = tokenizer.words(text, language);
        let length = words.len() + usize::from(self.beginning.is_some());
        found.windows(length).any(|run| {
            let mut terms = run.iter().map(|word| word.term);
            let begins = |beginning: &String| folded(&text[run[length - 1].range.clone()]).starts_with(beginning);
            words.iter().all(|word| terms.next() == Some(*word)) && self.beginning.as_ref().is_none_or(begins)
        })
    }
}

/// The papers of an index that may contain `words` in a row, followed by a word with one of `stems`, if there are any.
fn candidates(words: &[Term], stems: Option<&Stems>, index: &LexicalIndex) -> Candidates {
    match (words, stems) {
        (&[word], None) => Candidates { certain: index.papers_with(word).to_vec(), possible: Vec::new() },
        (&[first, second], None) => {
            // Two words in a row are one term.
            let certain = index.papers_with(Term::pair(first, second)).to_vec();
            Candidates { certain, possible: Vec::new() }
        }
        ([], Some(stems)) => {
            let certain = with_any(&stems.certain, index);
            let mut possible = with_any(&stems.possible, index);
            possible.retain(|paper| certain.binary_search(paper).is_err());
            Candidates { certain, possible }
        }
        (words, stems) => {
            let any = stems.map(|stems| with_any(&[&stems.certain[..], &stems.possible].concat(), index));
            Candidates { certain: Vec::new(), possible: with_all(words, any.as_deref(), index) }
        }
    }
}

/// The papers that have one of the terms.
fn with_any(terms: &[Term], index: &LexicalIndex) -> Vec<u32> {
    let mut papers: Vec<u32> = terms.iter().flat_map(|term| index.papers_with(*term)).copied().collect();
    papers.sort_unstable();
    papers.dedup();
    papers
}

/// The papers that have all pairs of the words (or the only word), and are among `any`, if it is given.
fn with_all(words: &[Term], any: Option<&[u32]>, index: &LexicalIndex) -> Vec<u32> {
    let pairs = words.array_windows().map(|[first, second]| Term::pair(*first, *second));
    let needed: Vec<Term> = if let [word] = words { vec![*word] } else { pairs.collect() };
    let mut lists: Vec<&[u32]> = needed.iter().map(|term| index.papers_with(*term)).chain(any).collect();
    lists.sort_by_key(|list| list.len());
    let Some((shortest, others)) = lists.split_first() else { return Vec::new() };
    let is_in_all = |paper: &&u32| others.iter().all(|list| list.binary_search(paper).is_ok());
    shortest.iter().filter(is_in_all).copied().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::merge::Text;
    use super::*;

    fn index(texts: &[Text]) -> LexicalIndex {
        let rows: Vec<Option<u128>> = (1..=texts.len() as u128).map(Some).collect();
        LexicalIndex::refresh(None, &rows, |positions, sink| {
            positions.iter().for_each(|&at| sink(texts[at as usize].clone()));
            Ok(())
        })
        .unwrap()
    }

    fn pattern(text: &str) -> Option<Pattern> {
        let beginning = text.strip_suffix('*');
        Pattern::new(&mut Tokenizer::default(), beginning.unwrap_or(text), beginning.is_some(), &[Language::English])
    }

    fn occurs(words: &str, text: &str) -> bool {
        pattern(words).unwrap().occurs_in(&mut Tokenizer::default(), text, Language::English)
    }

    #[test]
    fn a_phrase_matches_as_written_apart_from_case_accents_and_endings() {
        for (words, text, expected) in [
            ("graph networks", "Graph-network models", true),
            ("graph networks", "networks of a graph", false),
            ("graph networks", "a graph of networks", true),
            ("state of the art", "state-of-the-art robots", true),
            ("state of the art", "state art", true),
            ("learning to rank", "We learn to rank", true),
            ("learning to rank", "learning bad ranks", false),
            ("Gödel machines", "the GODEL machine", true),
            ("robots", "a robot", true),
            ("C++", "C and c", false),
            ("C++", "in C++11", true),
            ("the robots", "robots", true),
        ] {
            assert_eq!(occurs(words, text), expected, "{words:?} in {text:?}");
        }
        assert_eq!(pattern("to be or not to be"), None);
        assert_eq!(pattern("?!"), None);
    }

    #[test]
    fn a_star_stands_for_the_rest_of_a_word() {
        for (words, text, expected) in [
            ("transform*", "Transformers", true),
            ("transform*", "a transform", true),
            ("transform*", "transfer", false),
            ("neural net*", "neural networks", true),
            ("neural net*", "neural noisy net", false),
            ("universit*", "universities", true),
            ("universit*", "universal", false),
            ("go\u{308}d*", "Gödel", true),
            ("th*", "the theory", true),
            ("th*", "the other", false),
        ] {
            assert_eq!(occurs(words, text), expected, "{words:?} in {text:?}");
        }
    }

    #[test]
    fn chinese_is_found_without_spaces() {
        for (words, expected) in
            [("机器学习", true), ("学习", true), ("机", true), ("机器*", true), ("学器", false), ("习机", false)]
        {
            assert_eq!(occurs(words, "一种机器学习"), expected, "{words}");
        }
    }

    #[test]
    fn papers_of_each_language_are_found_by_their_own_endings() {
        let german = "Die Bienen tanzen, und die Häuser der Wespen sind aus Papier, das sie selbst machen.";
        let spanish = "Las abejas bailan para mostrar la dirección de las flores, y no para jugar con ellas.";
        let texts = [german, spanish, "The bees dance in houses."].map(|text| (text.to_owned(), None));
        let index = index(&texts);
        let languages = index.languages_of_words();
        assert_eq!(languages, [Language::English, Language::German, Language::Spanish]);
        for (words, expected) in [
            ("Haus", &[0][..]),
            ("Haus der Wespen", &[0]),
            ("house", &[2]),
            ("abeja", &[1]),
            ("direcciones de flores", &[1]),
            ("Häus*", &[0]),
            ("hous*", &[2]),
            ("direc*", &[1]),
            ("die", &[]),
            ("Biene tanzen", &[0]),
        ] {
            let (text, is_beginning) = (words.trim_end_matches('*'), words.ends_with('*'));
            let pattern = Pattern::new(&mut Tokenizer::default(), text, is_beginning, &languages).unwrap();
            let Candidates { certain, possible } = pattern.candidates(&index);
            let occurs = |position: &u32| {
                let text = &texts[*position as usize].0;
                pattern.occurs_in(&mut Tokenizer::default(), text, index.language(*position))
            };
            assert!(certain.iter().all(occurs), "{words}");
            let mut found: Vec<u32> = certain.into_iter().chain(possible.into_iter().filter(occurs)).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{words}");
        }
        assert_eq!(Pattern::new(&mut Tokenizer::default(), "to be or not", false, &languages), None);
    }

    proptest! {
        #[test]
        fn the_candidates_are_those_whose_texts_contain_the_pattern(
            texts in prop::collection::vec(
                prop::collection::vec("bees?|dances?|danc|of|pre|pre-training|universit(y|ies|al)|蜂群|蜜", 0..6), 1..8
            ),
            words in prop::collection::vec("bee|dance|of|pre-training|universities|蜂|蜂群", 1..4),
            star in any::<bool>(),
        ) {
            let texts: Vec<Text> = texts.iter().map(|words| (words.join(" "), None)).collect();
            let words = format!("{}{}", words.join(" "), if star { "*" } else { "" });
            let Some(pattern) = pattern(&words) else { return Ok(()) };
            let candidates = pattern.candidates(&index(&texts));
            for (position, (title, _)) in (0..).zip(&texts) {
                let occurs = pattern.occurs_in(&mut Tokenizer::default(), title, Language::English);
                let is_certain = candidates.certain.contains(&position);
                prop_assert!(!is_certain || occurs, "{words:?} is not in {title:?}");
                prop_assert!(!occurs || is_certain || candidates.possible.contains(&position), "{words:?} is in {title:?}");
            }
        }
    }
}
