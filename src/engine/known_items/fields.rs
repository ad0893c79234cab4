//! Recognises names of authors, venues and years in questions.
//!
//! A word is a name only if papers of the library use it much more as a name than as a word: "Vaswani" is a name,
//! "Fisher" and "Adam" are not, because titles and abstracts have them more often than lists of authors. The library
//! decides; there is no list of names. A word that is bound to its neighbour in texts, as in "Brown clustering", is not
//! a name either.

use super::evidence::{Evidence, in_both, in_either};
use super::reader::{Part, Reader};
use super::words::Words;
use crate::catalog::Heading;

/// Names of authors, a venue and a year.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// As they were typed, or corrected.
    pub authors: Vec<String>,
    pub venue: Option<String>,
    pub year: Option<i16>,
    /// For each word whether it belongs to a name, a venue or a year, or connects them.
    pub consumed: Vec<bool>,
    /// The papers that fit, ascending.
    pub places: Vec<u32>,
    /// Those of them by one of the authors as the first author, ascending.
    pub by_first: Vec<u32>,
    /// Those of them whose title has all other words, ascending; empty if there are no other words.
    pub complete: Vec<u32>,
    /// Whether the question asks only for papers of these authors: "papers by Bengio".
    pub is_limited: bool,
}

impl Fields {
    /// Reads the words of a question; `None` if they do not name a paper of the library.
    pub fn read(words: &Words, evidence: &mut Evidence) -> Option<Self> {
        let mut reader = Reader::new(words, evidence);
        reader.find_names();
        reader.find_venue();
        reader.find_year();
        reader.find_rare_names();
        finish(reader)
    }
}

/// Makes the result of what was found.
fn finish(mut reader: Reader) -> Option<Fields> {
    reader.consume_connections();
    let fits =
        |place: &u32| reader.venue.iter().chain(&reader.year).all(|part| part.places.binary_search(place).is_ok());
    if !reader.places().unwrap_or_default().iter().any(fits) {
        (reader.venue, reader.year) = (None, None);
    }
    let places = reader.places().filter(|places| !places.is_empty())?;
    let free = || (0..reader.words.len()).filter(|&at| !reader.consumed[at]);
    let has_word = |places: Vec<u32>, at: usize| {
        in_both(&places, reader.evidence.places(Heading::TitleWord(reader.words.get(at))))
    };
    let complete = if free().next().is_some() { free().fold(places.clone(), has_word) } else { Vec::new() };
    let last_word = |part: &Part| part.text.rsplit(' ').next().unwrap_or_default().to_owned();
    let firsts = reader
        .names
        .iter()
        .map(last_word)
        .map(|family| in_both(&places, reader.evidence.places(Heading::FirstFamily(&family))));
    let by_first = firsts.reduce(|a, b| in_either(&a, &b)).unwrap_or_default();
    let is_limited = (0..reader.words.len()).any(|at| reader.consumed[at] && reader.is_announced(at));
    Some(Fields {
        authors: reader.names.into_iter().map(|part| part.text).collect(),
        venue: reader.venue.map(|part| part.text),
        year: reader.year.and_then(|part| part.text.parse().ok()),
        consumed: reader.consumed,
        places,
        by_first,
        complete,
        is_limited,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::lexical::LexicalIndex;
    use crate::library::{CatalogEntry, PaperNumber};
    use crate::paper::{Name, title_key};

    /// Title and abstract, authors, venue and year of papers.
    const PAPERS: [(&str, &str, &[&str], &str, i16); 10] = [
        ("Attention is all you need", "We propose the Transformer.", &["Ashish Vaswani", "Noam Shazeer"], "nips", 2017),
        ("Tensor2Tensor for translation", "A library.", &["Ashish Vaswani", "Samy Bengio"], "amta", 2018),
        ("Graph convolutional networks", "Nodes.", &["Thomas N. Kipf", "Max Welling"], "iclr", 2017),
        ("Learning to translate", "Sentences are translated.", &["Yoshua Bengio"], "iclr", 2015),
        ("A kernel of Fisher information", "The Fisher kernel.", &["Ann Lee"], "nips", 1999),
        ("Fisher discriminants", "Fisher vectors and Brown clusters.", &["Bo Lee"], "nips", 2017),
        ("Planning of walks", "Robots walk as those of Hu et al. 2017.", &["John Fisher"], "icra", 2010),
        ("Words in groups", "Words are grouped as by Shazeer (2017).", &["Peter Brown"], "acl", 1992),
        ("A Brown study", "By the Wasserstein distance in nips.", &["Cy Lee", "Peter Brown"], "acl", 1993),
        ("Topics of many documents", "The topics of text.", &["Yee Whye Teh"], "jasa", 2006),
    ];

    /// Authors, venue, year, the other words, the papers that fit the names, and those that fit all words.
    type Read = (Vec<String>, Option<String>, Option<i16>, String, Vec<u32>, Vec<u32>);

    fn read(question: &str) -> Option<Read> {
        let entries: Vec<CatalogEntry> = PAPERS
            .iter()
            .zip(1..)
            .map(|((title, _, authors, venue, year), paper)| CatalogEntry {
                paper,
                title_key: title_key(title),
                names: authors.iter().map(|author| Name::parse(author)).collect(),
                venue: Some((*venue).to_owned()),
                year: Some(*year),
                day: None,
            })
            .collect();
        let numbers: Vec<PaperNumber> = entries.iter().map(|entry| entry.paper).collect();
        let catalog = Catalog::refresh(None, &numbers, |_, sink| {
            entries.into_iter().for_each(sink);
            Ok(())
        });
        let catalog = catalog.unwrap();
        let rows: Vec<Option<u128>> = (1..=PAPERS.len() as u128).map(Some).collect();
        let terms = LexicalIndex::refresh(None, &rows, |positions, sink| {
            let text = |at: &u32| (PAPERS[*at as usize].0.to_owned(), Some(PAPERS[*at as usize].1.to_owned()));
            positions.iter().map(text).for_each(sink);
            Ok(())
        });
        let terms = terms.unwrap();
        let words = Words::new(question);
        let fields = Fields::read(&words, &mut Evidence::new(&catalog, &terms))?;
        let about = words.without(&fields.consumed);
        Some((fields.authors, fields.venue, fields.year, about, fields.places, fields.complete))
    }

    fn names(question: &str) -> Vec<String> {
        read(question).map(|found| found.0).unwrap_or_default()
    }

    #[test]
    fn a_name_used_only_as_a_name_is_an_author() {
        let found = read("vaswani attention 2017").unwrap();
        assert_eq!(found, (vec!["vaswani".into()], None, Some(2017), "attention".into(), vec![0], vec![0]));
        let found = read("Kipf & Welling: graph convolutional").unwrap();
        assert_eq!(
            (found.0, found.3, found.4),
            (vec!["kipf".into(), "welling".into()], "graph convolutional".into(), vec![2])
        );
    }

    #[test]
    fn a_word_of_texts_is_not_a_name_although_people_have_it() {
        for subject in ["fisher information", "fisher", "wasserstein distance", "brown clusters", "fisher lee", "lee"] {
            assert!(!names(subject).iter().any(|name| name == "fisher" || name == "brown"), "{subject}");
        }
    }

    #[test]
    fn a_word_of_texts_is_a_name_if_only_then_a_paper_has_all_words() {
        let found = read("fisher planning").unwrap();
        assert_eq!((found.0, found.3, found.5), (vec!["fisher".into()], "planning".into(), vec![6]));
        assert_eq!(names("papers by Fisher on robots"), ["fisher"]);
        assert_eq!(names("Fisher et al. on robots"), ["fisher"]);
        assert_eq!(names("fisher 2010"), ["fisher"]);
    }

    #[test]
    fn a_full_name_is_one_person() {
        for name in ["Yoshua Bengio", "Y. Bengio", "Bengio, Y.", "Bengio Yoshua"] {
            let found = read(&format!("papers by {name} on translation")).unwrap();
            assert_eq!((found.3.as_str(), &found.4[..]), ("translation", &[3][..]), "{name}");
        }
        assert_eq!(read("bengio").unwrap().4, [1, 3]);
        assert_eq!(read("Thomas Kipf").unwrap().4, [2]);
    }

    #[test]
    fn authors_who_wrote_nothing_together_are_alternatives() {
        assert_eq!(read("Vaswani and Welling").unwrap().4, [0, 1, 2]);
        let without_year = read("vaswani 1999").unwrap();
        assert_eq!((without_year.2, &without_year.4[..]), (None, &[0, 1][..]), "no paper of this year");
    }

    #[test]
    fn a_year_or_a_venue_is_recognised_beside_other_words() {
        let found = read("icra 2010 walks").unwrap();
        assert_eq!((found.1.as_deref(), found.2, found.5), (Some("icra"), Some(2010), vec![6]));
        assert_eq!(read("translation from 2015").unwrap().4, [3]);
        for text in ["2017", "translation since 2015", "in 1500"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_misspelt_name_is_corrected_unless_it_is_a_word() {
        assert_eq!(names("vaswanni attention"), ["vaswani"]);
        assert_eq!(names("papers by vaswanni on honey"), ["vaswani"]);
        assert_eq!(names("honey vaswanni dance"), [""; 0], "no paper by Vaswani has the other words");
        assert_eq!(names("atention"), [""; 0]);
    }

    #[test]
    fn a_year_counts_beside_names_and_after_et_al_but_not_in_a_range() {
        for question in
            ["vaswani et al. 2017", "(Vaswani et al., 2017)", "vaswani shazeer 2017", "Shazeer and Vaswani 2017"]
        {
            assert_eq!(read(question).unwrap().2, Some(2017), "{question}");
        }
        assert_eq!(read("bengio 2010-2015").unwrap().2, None);
    }

    #[test]
    fn a_possessive_is_no_initial_and_a_foreign_stop_word_no_name() {
        assert_eq!(names("Bengio's attention"), ["bengio"]);
        assert_eq!(names("bengio y attention"), ["bengio y"]);
    }

    #[test]
    fn a_cited_author_with_a_year_and_nothing_else_is_a_name() {
        assert_eq!(names("shazeer 2017"), ["shazeer"]);
        assert_eq!(names("2017 Shazeer"), ["shazeer"]);
        assert_eq!(names("shazeer 1992"), [""; 0], "no paper by Shazeer is of this year");
    }

    #[test]
    fn words_near_a_name_are_not_corrected_if_titles_have_them() {
        assert_eq!(names("graf networks"), [""; 0]);
    }

    #[test]
    fn a_stop_word_with_two_letters_exchanged_is_a_name_only_with_evidence() {
        assert_eq!(names("teh sentences"), [""; 0]);
        for text in ["teh topics", "teh 2006", "teh", "papers by teh on sentences", "teh et al. sentences"] {
            assert_eq!(names(text), ["teh"], "{text}");
        }
    }

    #[test]
    fn names_in_a_sentence_are_part_of_its_subject() {
        let sentence = "we extend the work of kipf and welling to graphs of many kinds that change over time";
        assert_eq!(read(sentence), None);
    }
}
