//! Which papers of the library are cited: by entries of bibliographies, by identifiers, by lists of references.

use std::collections::{BTreeSet, HashSet};

use crate::Result;
use crate::library::PaperNumber;
use crate::paper::{Identifier, Paper, title_key};
use crate::recommender::Recommender;

/// Bytes of a reference that are looked at: what is longer is no reference.
const LONGEST_REFERENCE: usize = 2000;

/// Pieces between marks that a title may consist of.
const PIECES_OF_TITLE: usize = 6;

/// Pieces of a reference that are looked at.
const PIECES: usize = 60;

/// The shortest title that is known without an identifier, in bytes and in words: "Deep learning" occurs in other titles.
const SHORTEST_TITLE: (usize, usize) = (12, 3);

/// What is cited, in whatever way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Citations {
    /// Entries of a bibliography.
    pub papers: Vec<Paper>,
    /// Identifiers in the text.
    pub identifiers: Vec<Identifier>,
    /// References as they are printed.
    pub references: Vec<String>,
    /// Titles that are no less known: that of the manuscript itself.
    pub own_title: Option<String>,
}

/// What of it the library holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cited {
    /// Works that it holds, each once, in the order in which they are cited.
    pub in_library: Vec<PaperNumber>,
    /// What it does not: titles of entries, identifiers, references.
    pub not_in_library: Vec<String>,
    /// Papers that need not be told of: what is cited, and all that bears the title of it, which are other versions.
    pub excluded: HashSet<PaperNumber>,
}

impl Recommender {
    /// Looks up what is cited.
    pub fn cited(&self, citations: &Citations) -> Result<Cited> {
        let mut cited = Cited::default();
        let mut take = |number: Option<PaperNumber>, name: &dyn Fn() -> String| match number {
            Some(number) if cited.in_library.contains(&number) => {}
            Some(number) => cited.in_library.push(number),
            None => {
                let name = name();
                if !cited.not_in_library.contains(&name) {
                    cited.not_in_library.push(name);
                }
            }
        };
        let mut titles: BTreeSet<String> = citations.own_title.iter().map(|title| title_key(title)).collect();
        for paper in &citations.papers {
            titles.insert(paper.title_key());
            let same = self.library().same_as(paper)?.map(|listed| listed.number);
            take(same, &|| paper.title.clone());
        }
        for identifier in &citations.identifiers {
            take(self.library().number(&identifier.to_string())?, &|| identifier.to_string());
        }
        for reference in &citations.references {
            take(self.of_reference(reference)?, &|| reference.clone());
        }
        for &number in &cited.in_library {
            titles.insert(self.paper(number)?.title_key());
        }
        cited.excluded.extend(&cited.in_library);
        for title in titles.iter().filter(|title| !title.is_empty()) {
            cited.excluded.extend(self.library().papers_titled(title)?);
        }
        Ok(cited)
    }

    /// The paper that a printed reference names: by an identifier in it, or by a title that stands in it between marks,
    /// with the name of an author beside it.
    fn of_reference(&self, reference: &str) -> Result<Option<PaperNumber>> {
        let reference = &reference[..reference.floor_char_boundary(LONGEST_REFERENCE)];
        for identifier in Identifier::all_in(reference) {
            if let Some(number) = self.library().number(&identifier.to_string())? {
                return Ok(Some(number));
            }
        }
        let key = format!(" {} ", title_key(reference));
        for title in possible_titles(reference) {
            for number in self.library().papers_titled(&title)? {
                let names = self.paper(number)?.names();
                let is_named = |family: &str| {
                    let family = title_key(family);
                    !family.is_empty() && key.contains(&format!(" {family} "))
                };
                if names.is_empty() || names.iter().any(|name| is_named(&name.family)) {
                    return Ok(Some(number));
                }
            }
        }
        Ok(None)
    }
}

/// What may be the title in a reference, as keys: runs of pieces between marks, the longest first.
fn possible_titles(reference: &str) -> Vec<String> {
    let is_mark = |c: char| {
        matches!(c, '.' | ',' | ';' | ':' | '?' | '!' | '"' | '“' | '”' | '‘' | '’' | '(' | ')' | '[' | ']' | '*' | '_')
    };
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    for (at, mark) in reference.match_indices(is_mark).chain([(reference.len(), "")]) {
        if reference[start..at].contains(char::is_alphanumeric) && pieces.len() < PIECES {
            pieces.push((start, at));
        }
        start = at + mark.len();
    }
    let (bytes, words) = SHORTEST_TITLE;
    let mut titles: Vec<String> = (0..pieces.len())
        .flat_map(|first| (first..pieces.len().min(first + PIECES_OF_TITLE)).map(move |last| (first, last)))
        .map(|(first, last)| title_key(&reference[pieces[first].0..pieces[last].1]))
        .filter(|key| key.len() >= bytes && key.split(' ').count() >= words)
        .collect();
    titles.sort_by_key(|key| std::cmp::Reverse(key.len()));
    titles.dedup();
    titles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_among_the_possible_ones_in_any_style() {
        for reference in [
            "A. Byron and C. Gauss. How bees dance: a survey. In Proc. Hive, pp. 1-9, 2001.",
            "Byron, A., & Gauss, C. (2001). How bees dance: A survey. Hive Letters, 3(1), 1–9.",
            "Byron A, Gauss C. “How Bees Dance: A Survey,” Hive, vol. 3, 2001.",
            "*How bees dance: a survey*, Byron et al.",
        ] {
            let titles = possible_titles(reference);
            assert!(titles.iter().any(|title| title == "how bees dance a survey"), "{reference}: {titles:?}");
        }
        assert!(possible_titles("").is_empty());
        assert!(possible_titles(&"a. ".repeat(5000)).len() <= PIECES * PIECES_OF_TITLE);
    }
}
