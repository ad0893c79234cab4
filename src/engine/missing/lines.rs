//! Finds the lines of sentences in the files of a draft, by runs of words. Markup is removed from a draft in many
//! steps, which do not keep positions.

use std::collections::HashMap;

use crate::lexical::{Language, Term, Tokenizer};

/// The number of words in a run, without stop words. A run of four words rarely occurs twice in a draft.
const RUN: usize = 4;

/// A place in a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The index of the file.
    pub file: usize,
    /// The line, counted from 1.
    pub line: usize,
}

/// Returns the place of each text in `files`: the place of its first run of words that occurs only once in the files,
/// or else the first place of its first run that occurs at all. `None` for a text without such a run.
pub(super) fn places(files: &[&str], texts: &[&str]) -> Vec<Option<Place>> {
    let mut tokenizer = Tokenizer::default();
    let mut runs_of = |text: &str| -> Vec<(Vec<Term>, usize)> {
        let words = tokenizer.words(text, Language::English);
        let length = RUN.min(words.len().max(1));
        let run =
            |words: &[_]| (words.iter().map(|word: &crate::lexical::Word| word.term).collect(), words[0].range.start);
        words.windows(length).map(run).collect()
    };
    let texts: Vec<Vec<Vec<Term>>> =
        texts.iter().map(|text| runs_of(text).into_iter().map(|(run, _)| run).collect()).collect();
    // The first place of each run, and how often it occurs.
    let mut found: HashMap<&[Term], (Option<Place>, usize)> =
        texts.iter().flatten().map(|run| (run.as_slice(), (None, 0))).collect();
    let shortest = found.keys().map(|run| run.len()).min().unwrap_or(RUN);
    for (file, text) in files.iter().enumerate() {
        let (mut line, mut counted) = (1, 0);
        let words = tokenizer.words(text, Language::English);
        for start in 0..words.len() {
            let begin = words[start].range.start;
            line += text[counted..begin].matches('\n').count();
            counted = begin;
            let run: Vec<Term> = words[start..words.len().min(start + RUN)].iter().map(|word| word.term).collect();
            for length in shortest..=run.len() {
                if let Some((place, count)) = found.get_mut(&run[..length]) {
                    place.get_or_insert(Place { file, line });
                    *count += 1;
                }
            }
        }
    }
    let place = |runs: &Vec<Vec<Term>>| {
        let known = runs.iter().filter_map(|run| found.get(run.as_slice()));
        let once = known.clone().find(|(_, count)| *count == 1);
        once.or_else(|| known.clone().find(|(_, count)| *count > 0)).and_then(|(place, _)| *place)
    };
    texts.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_found_by_a_run_of_words_that_occurs_once() {
        let main = "\\section{Bees}\n\nBees that return from food dance.\n\nBees that\nreturn from food dance to show the \
                    \\emph{direction} of sources.";
        let included = "Wasps build\nnests of paper.";
        let texts = [
            "Bees that return from food dance to show the direction of sources.",
            "paper",
            "Wasps build nests of paper.",
            "Ants carry leaves.",
            "",
        ];
        let place = |file, line| Some(Place { file, line });
        let found = places(&[main, included], &texts);
        assert_eq!(found, [place(0, 6), place(1, 2), place(1, 1), None, None]);
    }
}
