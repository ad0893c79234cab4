//! Recognises the titles of papers in questions, although a word is missing, added or misspelt, or authors and year
//! are there too.

use std::collections::BTreeSet;

use super::evidence::Evidence;
use super::words::Words;
use crate::Result;
use crate::catalog::Heading;
use crate::engine::generation::Generation;
use crate::engine::snapshot::Snapshot;
use crate::library::PaperNumber;

/// The fewest words of a title of which one may be missing or added. With fewer words, many titles are a word apart.
const INEXACT_FROM: usize = 4;

/// A title of at least this many words may have two missing or added words.
const TWO_DIFFERENCES_FROM: usize = 8;

/// A question is a subject and not a title if more papers than this have a title that is as near to it.
const MOST_TITLED: usize = 3;

/// The most titles that are compared letter by letter.
const COMPARED: usize = 50;

/// The most corrections of a misspelt word that are tried.
const CORRECTIONS: usize = 20;

/// The number of words of a title of `words` words that may be missing, and that may be added.
fn allowed_differences(words: usize) -> usize {
    match words {
        TWO_DIFFERENCES_FROM.. => 2,
        INEXACT_FROM.. => 1,
        _ => 0,
    }
}

/// A title with most words of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// The greater of `missing` and `added`.
    differences: usize,
    /// The number of words of the title that the question lacks.
    missing: usize,
    /// The number of words of the question that are not in the title, and no author, venue or year of the paper; 0 if
    /// the question has the whole title and one of these.
    added: usize,
    place: u32,
}

impl Snapshot<'_> {
    /// The papers with exactly this title.
    pub(super) fn titled(&self, key: &str, indexes: &Generation) -> Result<Vec<PaperNumber>> {
        let mut found = if key.is_empty() { Vec::new() } else { self.library.papers_titled(key)? };
        found.retain(|&number| indexes.vectors.position(number).is_some());
        Ok(found)
    }

    /// The papers of which a question is nearly the title, at most [`MOST_TITLED`].
    pub(super) fn nearly_titled(
        &self,
        words: &Words,
        evidence: &mut Evidence,
        indexes: &Generation,
    ) -> Result<Vec<PaperNumber>> {
        for key in corrected(words, evidence) {
            let found = self.titled(&key, indexes)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        let mut candidates = candidates(words, evidence);
        candidates.sort_unstable();
        let mut found: Vec<(usize, PaperNumber)> = Vec::new();
        for candidate in candidates.into_iter().take(COMPARED) {
            let number = indexes.catalog.papers()[candidate.place as usize];
            if found.first().is_some_and(|(differences, _)| *differences < candidate.differences) {
                break;
            }
            let is_title =
                candidate.missing == 0 || candidate.added == 0 || is_misspelt(words, &self.paper(number)?.title_key());
            if is_title {
                found.push((candidate.differences, number));
            }
        }
        if found.len() > MOST_TITLED {
            found.clear();
        }
        Ok(found.into_iter().map(|(_, number)| number).collect())
    }
}

/// The question with each correction of a word that no title has. Empty if there is no such word, or several.
fn corrected(words: &Words, evidence: &Evidence) -> Vec<String> {
    let is_unknown = |at: &usize| evidence.places(Heading::TitleWord(words.get(*at))).is_empty();
    let unknown: Vec<usize> = (0..words.len()).filter(is_unknown).collect();
    let [at] = unknown[..] else { return Vec::new() };
    let corrections = evidence.catalog.one_error_from(words.get(at)).into_iter();
    let corrections = corrections.filter(|word| !evidence.places(Heading::TitleWord(word)).is_empty());
    let with = |correction: &str| {
        let words = words.iter().enumerate().map(|(other, word)| if other == at { correction } else { word });
        words.collect::<Vec<_>>().join(" ")
    };
    corrections.take(CORRECTIONS).map(with).collect()
}

/// The titles that differ from the question by the allowed number of words.
fn candidates(words: &Words, evidence: &Evidence) -> Vec<Candidate> {
    let asked: BTreeSet<&str> = words.iter().collect();
    if asked.len() + allowed_differences(asked.len()) < INEXACT_FROM {
        return Vec::new();
    }
    let lists: Vec<&[u32]> = asked.iter().map(|word| evidence.places(Heading::TitleWord(word))).collect();
    let title_words = evidence.catalog.title_words();
    let mut shared = vec![0u8; title_words.len()];
    for place in lists.iter().copied().flatten() {
        shared[*place as usize] = shared[*place as usize].saturating_add(1);
    }
    // Words of many titles are a subject, although one of the titles has only one more word.
    let is_subject = shared.iter().filter(|&&shared| usize::from(shared) == asked.len()).count() > MOST_TITLED;
    let mut found = Vec::new();
    for (place, (&shared, &length)) in (0..).zip(shared.iter().zip(title_words)) {
        let (shared, length) = (usize::from(shared), usize::from(length));
        let allowed = allowed_differences(length);
        if allowed == 0 || shared < 2 || length - shared > allowed {
            continue;
        }
        let missing = length - shared;
        let others = asked.iter().zip(&lists).filter(|(_, list)| list.binary_search(&place).is_err());
        let (explained, added): (Vec<&str>, Vec<&str>) =
            others.map(|(word, _)| *word).partition(|word| is_of_paper(word, place, evidence));
        // A whole title with an author, the venue or the year is a reference. Its other words, such as pages, do not
        // matter.
        let added = if missing == 0 && !explained.is_empty() { 0 } else { added.len() };
        if added <= allowed && !(is_subject && added == 0 && missing > 0) {
            found.push(Candidate { differences: missing.max(added), missing, added, place });
        }
    }
    found
}

/// Whether a word is a name of an author, the year or in the venue of a paper.
fn is_of_paper(word: &str, place: u32, evidence: &Evidence) -> bool {
    let headings = [Heading::Family(word), Heading::Year(word), Heading::VenueWord(word)];
    headings.into_iter().any(|heading| evidence.places(heading).binary_search(&place).is_ok())
}

/// Whether the words that a question and a title do not share differ only by typing errors, hyphens or spaces: one
/// error in up to seven letters, two in more.
fn is_misspelt(words: &Words, title_key: &str) -> bool {
    let asked: BTreeSet<&str> = words.iter().collect();
    let title: BTreeSet<&str> = title_key.split(' ').collect();
    let added: String = words.iter().filter(|word| !title.contains(word)).collect();
    let missing: String = title_key.split(' ').filter(|word| !asked.contains(word)).collect();
    let errors = if added.chars().count().max(missing.chars().count()) < 8 { 1 } else { 2 };
    strsim::osa_distance(&added, &missing) <= errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_is_not_another_word() {
        let is = |text: &str, title: &str| is_misspelt(&Words::new(text), title);
        assert!(is("deep lerning for vision", "deep learning for vision"));
        assert!(is("multi-agent learning", "multiagent learning"));
        assert!(!is("deep learning for speech", "deep learning for vision"));
    }
}
