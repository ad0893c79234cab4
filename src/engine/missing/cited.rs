//! Finds the papers of the library that a draft or a bibliography cites: by entries, keys, identifiers and references.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::Result;
use crate::draft::{Draft, Reference};
use crate::engine::snapshot::Snapshot;
use crate::library::PaperNumber;
use crate::paper::{Identifier, Paper, title_key};

/// The key that means every entry, as in `\nocite{*}`.
const EVERYTHING: &str = "*";

/// The maximum length of a reference, in bytes. The rest is ignored.
const LONGEST_REFERENCE: usize = 2000;

/// The maximum number of pieces of a title. Punctuation marks separate pieces.
const PIECES_OF_TITLE: usize = 6;

/// The maximum number of pieces of a reference that are read.
const PIECES: usize = 60;

/// The minimum length of a title that is recognised without an identifier, in bytes and in words. Shorter titles, such
/// as "Deep learning", also occur in other titles.
const SHORTEST_TITLE: (usize, usize) = (12, 3);

/// The citations of a draft or a bibliography.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Citations {
    /// Cited entries of bibliographies.
    pub papers: Vec<Paper>,
    /// Keys that match neither an entry nor a printed reference. They may match papers of the library.
    pub keys: Vec<String>,
    /// Identifiers in the text.
    pub identifiers: Vec<Identifier>,
    /// References as they are printed.
    pub references: Vec<String>,
    /// The title of the draft itself, which must not be recommended either.
    pub own_title: Option<String>,
}

impl Citations {
    /// Returns the citations of a draft. Its keys are looked up in `entries`, the entries of its bibliographies. If
    /// several entries have the same key, the first is used. `printed` contains references of a separate file, such as
    /// the `.bbl` of BibTeX.
    pub fn of(draft: &Draft, entries: &[Paper], printed: &[Reference]) -> Self {
        let places = places_by_key(entries);
        let place_of = |key: &str| places.get(key).or_else(|| places.get(&key.to_lowercase())).copied();
        let references: Vec<&Reference> = draft.references.iter().chain(printed).collect();
        let printed: HashSet<&str> = references.iter().filter_map(|reference| reference.key.as_deref()).collect();
        let mut citations =
            Self { identifiers: draft.identifiers.clone(), own_title: draft.title.clone(), ..Self::default() };
        let mut taken = HashSet::new();
        for key in draft.keys.iter().filter(|key| *key != EVERYTHING) {
            match place_of(key) {
                Some(place) if taken.insert(place) => citations.papers.push(entries[place].clone()),
                Some(_) => {}
                None if printed.contains(key.as_str()) => {}
                None => citations.keys.push(key.clone()),
            }
        }
        if draft.keys.iter().any(|key| key == EVERYTHING) {
            let rest = (0..entries.len()).filter(|place| taken.insert(*place));
            citations.papers.extend(rest.map(|place| entries[place].clone()));
        }
        // Every printed reference counts as cited, since macros may cite it in unknown ways. References to a cited
        // entry are left out.
        let is_taken = |key: &str| place_of(key).is_some_and(|place| taken.contains(&place));
        let others = references.iter().filter(|reference| !reference.key.as_deref().is_some_and(is_taken));
        let mut seen = HashSet::new();
        let others = others.filter(|reference| seen.insert(reference.text.as_str()));
        citations.references = others.map(|reference| reference.text.clone()).collect();
        citations
    }
}

/// The keys of an entry: its id and further keys, which BibLaTeX has in the field `ids`.
pub(super) fn keys_of(entry: &Paper) -> impl Iterator<Item = &str> {
    let further = entry.details.get("ids").into_iter().flat_map(|ids| ids.split(',')).map(str::trim);
    further.chain([entry.id.as_str()]).filter(|key| !key.is_empty())
}

/// Maps keys to the indexes of entries. Each key is also added in lower case, since BibTeX does not distinguish `Bees`
/// from `bees`. Exact keys take precedence.
fn places_by_key(entries: &[Paper]) -> HashMap<String, usize> {
    let mut keys: Vec<(String, usize)> = Vec::new();
    for (place, paper) in entries.iter().enumerate() {
        keys.extend(keys_of(paper).map(|key| (key.to_owned(), place)));
    }
    let mut places = HashMap::new();
    let lower_case: Vec<(String, usize)> = keys.iter().map(|(key, place)| (key.to_lowercase(), *place)).collect();
    for (key, place) in keys.into_iter().chain(lower_case) {
        places.entry(key).or_insert(place);
    }
    places
}

/// Citations, looked up in the library.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cited {
    /// Papers of the library, each once, in the order of citation.
    pub in_library: Vec<PaperNumber>,
    /// Citations that are not in the library: titles of entries, identifiers, references.
    pub not_in_library: Vec<String>,
    /// Keys that match no entry, reference or paper, and contain no identifier.
    pub unresolved: Vec<String>,
    /// Papers that must not be recommended: the cited papers, and papers with their titles, which are other versions.
    pub excluded: HashSet<PaperNumber>,
}

impl Cited {
    /// Whether no citation was recognised.
    pub fn is_nothing(&self) -> bool {
        self.in_library.is_empty() && self.not_in_library.is_empty() && self.unresolved.is_empty()
    }
}

impl Snapshot<'_> {
    /// Looks citations up in the library.
    pub fn cited(&self, citations: &Citations) -> Result<Cited> {
        let mut cited = Cited::default();
        let mut unknown = HashSet::new();
        let mut take = |number: Option<PaperNumber>, name: &dyn Fn() -> String| match number {
            Some(number) => {
                if cited.excluded.insert(number) {
                    cited.in_library.push(number);
                }
            }
            None => {
                let name = name();
                if unknown.insert(name.clone()) {
                    cited.not_in_library.push(name);
                }
            }
        };
        let mut titles: BTreeSet<String> = citations.own_title.iter().map(|title| title_key(title)).collect();
        for paper in &citations.papers {
            titles.insert(paper.title_key());
            let same = match self.library().matching_paper(paper)? {
                Some(listed) => Some(listed.number),
                None => self.of_entry(paper)?,
            };
            take(same, &|| paper.title.clone());
        }
        for key in &citations.keys {
            // A chapter may lack its bibliography, but its keys can be ids in the library if both come from the same
            // file.
            let number = self.library().number(key)?;
            match Identifier::all_in(key).pop() {
                None if number.is_none() => cited.unresolved.push(key.clone()),
                identifier => take(number, &|| identifier.as_ref().map_or_else(|| key.clone(), ToString::to_string)),
            }
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
        for title in titles.iter().filter(|title| !title.is_empty()) {
            cited.excluded.extend(self.library().papers_titled(title)?);
        }
        Ok(cited)
    }

    /// Finds the paper of an entry whose record in the library differs too much to be joined with it: the paper with
    /// its title and one of its authors' family names. Names may be abridged, such as "Tian Qi Chen" for "Ricky T. Q.
    /// Chen", and short titles such as "Occam's razor" may have another year.
    fn of_entry(&self, entry: &Paper) -> Result<Option<PaperNumber>> {
        let families = |paper: &Paper| -> HashSet<String> {
            paper.names().iter().map(|name| title_key(&name.family)).filter(|family| !family.is_empty()).collect()
        };
        let of_entry = families(entry);
        for number in self.library().papers_titled(&entry.title_key())? {
            if !of_entry.is_disjoint(&families(&self.paper(number)?)) {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// Finds the paper of a printed reference, by an identifier, or by a title between punctuation marks and the name
    /// of an author.
    fn of_reference(&self, reference: &str) -> Result<Option<PaperNumber>> {
        let reference = &reference[..reference.floor_char_boundary(LONGEST_REFERENCE)];
        for identifier in Identifier::all_in(reference) {
            if let Some(number) = self.library().number(&identifier.to_string())? {
                return Ok(Some(number));
            }
        }
        // The reference is read with and without hyphens before spaces, since a hyphen may belong to the title.
        let joined_words = joined_words(reference);
        let readings: Vec<&str> = std::iter::once(reference).chain(joined_words.as_deref()).collect();
        let key = format!(" {} ", title_key(&readings.join(" ")));
        for title in readings.iter().flat_map(|reading| possible_titles(reading)) {
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

/// Joins the words of a reference that line ends broke, such as `bi- directional`. `None` if there are no such words.
fn joined_words(reference: &str) -> Option<String> {
    let mut out = String::new();
    let mut kept = 0;
    for (at, _) in reference.match_indices("- ") {
        let is_within_word =
            reference[..at].ends_with(char::is_alphabetic) && reference[at + 2..].starts_with(char::is_lowercase);
        if is_within_word {
            out.push_str(&reference[kept..at]);
            kept = at + 2;
        }
    }
    out.push_str(&reference[kept..]);
    (kept > 0).then_some(out)
}

/// Returns the keys of possible titles in a reference, the longest first. A possible title is a run of pieces between
/// punctuation marks.
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
    use crate::draft::Markup;
    use crate::paper::Record;

    fn entry(id: &str, title: &str, ids: &str) -> Paper {
        let details = vec![("ids".to_owned(), ids.to_owned())];
        Record { id: id.to_owned(), title: title.to_owned(), details, ..Record::default() }.into_paper().unwrap()
    }

    fn of(text: &str, entries: &[Paper], printed: &str) -> Citations {
        let read = |text| Draft::read(text, Markup::Latex, &mut |_| None);
        Citations::of(&read(text), entries, &read(printed).references)
    }

    fn titles(citations: &Citations) -> Vec<&str> {
        citations.papers.iter().map(|paper| paper.title.as_str()).collect()
    }

    #[test]
    fn a_key_matches_an_entry_in_any_case_or_by_a_further_key() {
        let entries =
            [entry("Frisch1967", "Dances", "bees, dance:1"), entry("b", "Wasps", ""), entry("B", "Hornets", "")];
        let citations = of("\\cite{dance:1,frisch1967,bees,B,nobody}", &entries, "");
        assert_eq!((titles(&citations), &citations.keys[..]), (vec!["Dances", "Hornets"], &["nobody".to_owned()][..]));
        let everything = of("\\cite{b}\\nocite{*}", &entries, "");
        assert_eq!(titles(&everything), ["Wasps", "Dances", "Hornets"]);
    }

    #[test]
    fn printed_references_are_cited_after_entries() {
        let entries = [entry("a", "Dances", ""), entry("c", "Wasps", "")];
        let printed = "\\bibitem{a} Frisch. Dances.\n\\bibitem{b} Byron. On hives.\n\\bibitem{c} Gauss. Wasps.";
        for (text, beside) in [(format!("\\cite{{a,b}} {printed}"), ""), ("\\cite{a,b}".to_owned(), printed)] {
            let citations = of(&text, &entries, beside);
            assert_eq!(titles(&citations), ["Dances"]);
            assert_eq!(citations.references, ["Byron. On hives.", "Gauss. Wasps."]);
            assert!(citations.keys.is_empty());
        }
    }

    #[test]
    fn a_large_bibliography_is_looked_up_quickly() {
        let entries: Vec<Paper> = (0..20_000).map(|number| entry(&format!("k{number}"), "Bees", "")).collect();
        let keys: Vec<String> = (0..20_000).map(|number| format!("K{number}")).collect();
        let draft = Draft { keys, ..Draft::default() };
        let start = std::time::Instant::now();
        assert_eq!(Citations::of(&draft, &entries, &[]).papers.len(), 20_000);
        // Comparing each key with all entries takes a minute.
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }

    #[test]
    fn words_broken_by_line_ends_are_joined() {
        let broken = "Deep bi- directional and two- fold, pre-trained";
        assert_eq!(joined_words(broken).as_deref(), Some("Deep bidirectional and twofold, pre-trained"));
        assert_eq!(joined_words("pp. 3- 5, A- B"), None);
    }

    #[test]
    fn titles_are_found_in_any_style() {
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
