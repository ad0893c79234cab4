//! Tests of versions and works: which records are one paper, what the merged paper contains, and a person's decisions.

use super::*;
use crate::paper::IdentifierKind;

/// A record with an id, a title, authors separated by semicolons, a year, and identifiers.
pub(super) fn record(
    id: &str,
    title: &str,
    authors: &str,
    year: i64,
    identifiers: &[(IdentifierKind, &str)],
) -> Record {
    Record {
        id: id.to_owned(),
        title: title.to_owned(),
        authors: authors.split("; ").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        year: Some(year),
        identifiers: identifiers.iter().map(|(kind, text)| (*kind, (*text).to_owned())).collect(),
        ..Record::default()
    }
}

pub(super) const DOI: IdentifierKind = IdentifierKind::Doi;
pub(super) const ARXIV: IdentifierKind = IdentifierKind::Arxiv;

pub(super) const LONG: &str =
    "We watch how honey bees tell one another of flowers by dancing on the comb of a hive in complete darkness.";

impl Place {
    pub(super) fn add(&mut self, source: &str, records: &[Record]) -> Vec<RecordOutcome> {
        self.add_with(source, records, true)
    }

    fn add_with(&mut self, source: &str, records: &[Record], merge: bool) -> Vec<RecordOutcome> {
        let papers: Vec<(Paper, u64)> =
            (1..).zip(records).map(|(line, record)| (record.clone().into_paper().unwrap(), line)).collect();
        self.library.add_records(&self.lock, source, &papers, merge, &mut KnownVersions::default()).unwrap()
    }

    pub(super) fn outcomes(&mut self, source: &str, records: &[Record]) -> Vec<(Outcome, bool)> {
        self.add(source, records).into_iter().map(|taken| (taken.outcome, taken.joined)).collect()
    }

    pub(super) fn paper(&self, name: &str) -> Paper {
        self.library.find_whole(name).unwrap().paper
    }

    /// The ids of the versions of each paper.
    pub(super) fn grouped(&self) -> Vec<Vec<String>> {
        let papers = self.library.list(0, 1000).unwrap();
        let ids = |listed: &Listed| {
            let versions = self.library.versions(listed.number).unwrap();
            assert!(!versions.is_empty(), "a paper has a version");
            versions.iter().map(|version| version.paper.id.to_string()).collect()
        };
        papers.iter().map(ids).collect()
    }

    fn possible_duplicates(&self) -> Vec<([Listed; 2], &'static str)> {
        let mut found = Vec::new();
        let each = |papers, why| {
            found.push((papers, why));
            Ok::<_, Error>(())
        };
        self.library.possible_duplicates(each).unwrap();
        found
    }

    pub(super) fn reasons(&self, name: &str) -> Vec<String> {
        let versions = self.library.versions(self.number(name)).unwrap();
        versions.into_iter().map(|version| version.reason.unwrap_or_default()).collect()
    }
}

pub(super) fn dance(id: &str) -> Record {
    record(id, "The dance of bees in the dark hive", "Byron, Ada; Honey, Bea", 2001, &[])
}

#[test]
fn one_work_from_three_files_is_one_paper_with_all_their_fields() {
    let mut place = Place::new();
    let preprint = Record {
        abstract_text: LONG.to_owned(),
        venue: "arXiv".to_owned(),
        keywords: vec!["bees".to_owned()],
        ..record("a", "The dance of bees in the dark hive", "A. Byron; B. Honey", 2000, &[(ARXIV, "2001.00001")])
    };
    let published = Record {
        venue: "Journal of Bees".to_owned(),
        kind: "article".to_owned(),
        keywords: vec!["Bees".to_owned(), "dance".to_owned()],
        details: vec![("volume".to_owned(), "7".to_owned())],
        ..record("b", "The Dance of Bees in the Dark Hive", "Byron, Ada; Honey, Bea", 2001, &[(DOI, "10.1000/hive.7")])
    };
    let indexed = Record {
        abstract_text: "We watch how honey bees …".to_owned(),
        ..record(
            "c",
            "The dance of bees in the dark hive.",
            "",
            2001,
            &[(DOI, "10.1000/HIVE.7"), (IdentifierKind::Pmid, "77")],
        )
    };
    assert_eq!(place.outcomes("a", &[preprint]), [(Outcome::Added, false)]);
    assert_eq!(place.outcomes("b", &[published]), [(Outcome::Updated, true)]);
    assert_eq!(place.outcomes("c", &[indexed]), [(Outcome::Updated, true)]);
    let paper = place.paper("a");
    assert_eq!((paper.abstract_text.as_deref(), paper.year), (Some(LONG), Some(2001)));
    assert_eq!((paper.venue.as_deref(), paper.kind.as_deref()), (Some("Journal of Bees"), Some("article")));
    assert_eq!((paper.authors, paper.details["volume"].as_str()), (vec!["Ada Byron".into(), "Bea Honey".into()], "7"));
    assert_eq!(paper.keywords, ["Bees", "dance"]);
    let ids: Vec<String> = paper.ids.iter().map(|identifier| identifier.to_string()).collect();
    assert_eq!(ids, ["arxiv:2001.00001", "doi:10.1000/hive.7", "pmid:77"]);
    assert_eq!(place.reasons("a"), ["title and authors", "doi:10.1000/hive.7", "doi:10.1000/hive.7"]);
    for name in ["b", "c", "arxiv:2001.00001", "pmid:77"] {
        assert_eq!(place.paper(name).id.as_str(), "a", "found by {name}");
    }
    let sources: Vec<(String, u64)> =
        place.library.sources().unwrap().into_iter().map(|source| (source.name, source.papers)).collect();
    assert_eq!(sources, [("a".to_owned(), 1), ("b".to_owned(), 1), ("c".to_owned(), 1)], "counted for each file");
    place.library.check().unwrap();
}

#[test]
fn an_unchanged_file_changes_nothing_and_a_changed_file_only_its_version() {
    let mut place = Place::new();
    let mut ours = Record { abstract_text: LONG.to_owned(), ..dance("a") };
    place.add("a", &[ours.clone()]);
    place.add("b", &[dance("b")]);
    let state = place.library.state().unwrap().state;
    assert_eq!(place.outcomes("b", &[dance("b")]), [(Outcome::Unchanged, false)]);
    assert_eq!(place.outcomes("a", &[ours.clone()]), [(Outcome::Unchanged, false)]);
    assert_eq!(place.library.state().unwrap().state, state, "caches are still valid");
    ours.abstract_text = format!("{LONG} They do.");
    assert_eq!(place.outcomes("a", &[ours.clone()]), [(Outcome::Updated, false)]);
    assert_eq!(place.paper("a").abstract_text, Some(ours.abstract_text.clone()));
    ours.abstract_text = String::new();
    assert_eq!(place.outcomes("a", &[ours]), [(Outcome::Unchanged, false)], "an empty abstract is ignored");
    assert_eq!(place.rows("versions"), 2);
}

#[test]
fn a_record_that_no_longer_matches_is_split_off() {
    let mut place = Place::new();
    let with_doi = |id: &str, title: &str, doi: &str| record(id, title, "Byron, Ada", 2001, &[(DOI, doi)]);
    place.add("a", &[with_doi("a", "The dance of bees in the dark hive", "10.1000/1")]);
    assert!(place.outcomes("b", &[with_doi("b", "Dance of the bees in a dark hive", "10.1000/1")])[0].1);
    assert_eq!(place.grouped(), [["a", "b"]]);
    let corrected = with_doi("b", "How wasps build paper nests", "10.1000/2");
    assert_eq!(place.outcomes("b", &[corrected]), [(Outcome::Updated, false)]);
    assert_eq!(place.grouped(), [["a"], ["b"]]);
    assert_eq!(place.paper("doi:10.1000/2").title, "How wasps build paper nests");
    assert_eq!(place.paper("doi:10.1000/1").title, "The dance of bees in the dark hive");
    place.library.check().unwrap();
}

#[test]
fn a_record_that_matches_two_papers_joins_them() {
    let mut place = Place::new();
    let one = record("a", "The dance of bees", "", 2001, &[(DOI, "10.1000/1")]);
    let other = record("b", "The dance of bees", "", 2001, &[(ARXIV, "2001.00001")]);
    let both = record("c", "The dance of bees", "", 2001, &[(DOI, "10.1000/1"), (ARXIV, "2001.00001")]);
    place.add("a", &[one]);
    place.add("b", &[other]);
    assert_eq!(place.grouped(), [["a"], ["b"]], "a short title alone is not enough");
    place.add("c", &[both]);
    assert_eq!(place.grouped(), [["a", "b", "c"]]);
    // Without the record that matched both, each paper is as before.
    place.library.remove_source(&place.lock, "c").unwrap();
    assert_eq!(place.grouped(), [["a"], ["b"]]);
    assert_eq!(place.paper("b").ids.iter().count(), 1);
    let back = place.library.undo_remove(&place.lock).unwrap();
    assert_eq!(back.len(), 1);
    assert_eq!(place.grouped(), [["a", "b", "c"]]);
}

#[test]
fn records_without_authors_do_not_join_papers_with_the_same_title_by_different_people() {
    let title = "The dance of bees in the dark hive";
    let by = |id: &str, authors: &str| record(id, title, authors, 2001, &[]);
    let all = [by("x", ""), by("a", "Byron, Ada"), by("b", "Babbage, Charles"), by("y", "")];
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 1, 3, 0]];
    let grouped = orders.map(|order| {
        let mut place = Place::new();
        for at in order {
            place.add(&format!("file {at}"), &[all[at].clone()]);
        }
        let mut grouped = place.grouped();
        grouped.iter_mut().for_each(|ids| ids.sort());
        grouped.sort();
        grouped
    });
    assert!(grouped.iter().all(|other| *other == grouped[0]), "{grouped:?}");
    assert!(grouped[0].iter().all(|ids| !(ids.contains(&"a".to_owned()) && ids.contains(&"b".to_owned()))));
}

#[test]
fn records_added_without_merging_stay_separate_in_later_imports() {
    let mut place = Place::new();
    place.add("a", &[dance("a")]);
    assert_eq!(place.add_with("b", &[dance("b")], false)[0].outcome, Outcome::Added);
    assert_eq!(place.add_with("b", &[dance("b")], false)[0].outcome, Outcome::Unchanged);
    assert_eq!(place.outcomes("b", &[dance("b")]), [(Outcome::Unchanged, false)]);
    place.add("c", &[dance("c")]);
    assert_eq!(place.grouped(), [vec!["a", "c"], vec!["b"]]);
    let looks = place.possible_duplicates();
    assert_eq!(looks.len(), 1);
    assert!(looks[0].1.contains("they match, but were split"), "{}", looks[0].1);
}

#[test]
fn papers_split_by_a_person_stay_split_until_undo() {
    let mut place = Place::new();
    for id in ["a", "b", "c"] {
        place.add(id, &[dance(id)]);
    }
    let paper = place.number("a");
    let parted = place.library.split_paper(&place.lock, paper, Some(2)).unwrap();
    assert_eq!(parted.iter().map(|listed| listed.paper.id.to_string()).collect::<Vec<_>>(), ["a", "b"]);
    let split = [vec!["a", "c"], vec!["b"]];
    assert_eq!(place.grouped(), split);
    let mut changed = dance("b");
    changed.abstract_text = LONG.to_owned();
    place.add("b", &[changed]);
    place.add("a", &[dance("a")]);
    assert_eq!(place.grouped(), split, "also when a file changes its record");
    assert!(place.library.split_paper(&place.lock, place.number("b"), None).is_err(), "the paper has one version");
    assert!(place.library.split_paper(&place.lock, paper, Some(3)).is_err(), "the paper has two versions");
    place.library.undo_decision(&place.lock).unwrap();
    assert_eq!(place.grouped(), [["a", "b", "c"]]);
    assert_eq!(place.paper("a").abstract_text.as_deref(), Some(LONG));
    place.library.split_paper(&place.lock, paper, None).unwrap();
    assert_eq!(place.grouped(), [["a"], ["b"], ["c"]]);
    let joined = place.library.join(&place.lock, place.number("c"), place.number("a")).unwrap();
    assert_eq!((joined.len(), joined[0].paper.id.as_str()), (1, "c"), "the id of the first paper");
    assert_eq!(place.grouped(), [vec!["b"], vec!["a", "c"]], "the last decision is valid");
    assert!(place.library.undo_decision(&place.lock).unwrap().len() == 2);
    assert!(!place.library.undo_decision(&place.lock).unwrap().is_empty());
    assert!(place.library.undo_decision(&place.lock).unwrap().is_empty());
    assert_eq!(place.grouped(), [["a", "b", "c"]]);
}

#[test]
fn papers_joined_only_by_a_person_stay_joined() {
    let mut place = Place::new();
    let other = record("b", "Orientation of pollinators", "Babbage, Charles", 1990, &[]);
    place.add("a", &[dance("a")]);
    place.add("b", std::slice::from_ref(&other));
    let [a, b] = ["a", "b"].map(|id| place.number(id));
    place.library.join(&place.lock, a, b).unwrap();
    assert_eq!(place.reasons("a"), ["joined by hand", "joined by hand"]);
    place.add("b", &[Record { abstract_text: LONG.to_owned(), ..other }]);
    assert_eq!(place.grouped(), [["a", "b"]]);
    assert!(place.library.join(&place.lock, a, a).is_err());
}

#[test]
fn removing_a_file_keeps_what_other_files_have() {
    let mut place = Place::new();
    let own = record("own", "How wasps build paper nests", "Wax, Cai", 2001, &[]);
    place.add("a", &[Record { abstract_text: LONG.to_owned(), ..dance("a") }, own]);
    place.add("b", &[dance("b")]);
    place.embed(Precision::F32, 1, &[]);
    let removed = place.library.remove_source(&place.lock, "a").unwrap();
    assert_eq!((removed.only.len(), removed.shared.len()), (1, 1));
    assert_eq!((place.library.count().unwrap(), place.paper("a").abstract_text), (1, None));
    assert_eq!(place.library.count_pending().unwrap(), 1, "its text is different now");
    assert_eq!(place.library.sources().unwrap().len(), 1);
    let back = place.library.undo_remove(&place.lock).unwrap();
    assert_eq!(back.len(), 2);
    assert_eq!((place.library.count().unwrap(), place.paper("a").abstract_text.as_deref()), (2, Some(LONG)));
    assert_eq!(place.library.count_pending().unwrap(), 1, "its text has a vector, but its sentences have no vectors");
    assert!(place.library.undo_remove(&place.lock).unwrap().is_empty());
    // The file is added again, without an undo.
    place.library.remove_source(&place.lock, "a").unwrap();
    let again = place.outcomes("a", &[Record { abstract_text: LONG.to_owned(), ..dance("a") }]);
    assert_eq!(again, [(Outcome::Updated, false)]);
    assert_eq!(place.paper("a").abstract_text.as_deref(), Some(LONG));
    place.library.check().unwrap();
}

#[test]
fn a_removed_paper_is_restored_when_any_file_has_it() {
    let mut place = Place::new();
    place.add("a", &[dance("a")]);
    place.add("b", &[dance("b")]);
    let number = place.number("a");
    place.library.remove(&place.lock, &[number]).unwrap();
    assert_eq!(place.outcomes("b", &[dance("b")]), [(Outcome::Added, false)]);
    assert_eq!(place.number("a"), number);
    place.library.remove(&place.lock, &[number]).unwrap();
    assert_eq!(place.outcomes("c", &[dance("c")]), [(Outcome::Added, true)]);
    assert_eq!(place.grouped(), [["a", "b", "c"]]);
}

#[test]
fn editorials_stay_apart_and_are_recognised_when_added_again() {
    let mut place = Place::new();
    let editorials: Vec<Record> = ["1", "2", "3"]
        .iter()
        .map(|number| Record {
            details: vec![("number".to_owned(), (*number).to_owned())],
            ..record("", "Editorial", "Byron, Ada", 2001, &[])
        })
        .collect();
    place.add("a", &editorials);
    assert_eq!(place.library.count().unwrap(), 3);
    let again = place.outcomes("a", &editorials);
    assert!(again.iter().all(|(outcome, joined)| *outcome == Outcome::Unchanged && !joined), "{again:?}");
    place.add("b", &editorials[..1]);
    assert_eq!(place.library.count().unwrap(), 3, "an equal record of another file is the same paper");
}

#[test]
fn a_thousand_versions_of_one_paper_are_added_and_removed() {
    let mut place = Place::new();
    let copies: Vec<Record> = (0..1000).map(|at| dance(&format!("copy {at}"))).collect();
    place.add("a", &copies);
    assert_eq!((place.library.count().unwrap(), place.rows("versions")), (1, 1000));
    let again = place.outcomes("a", &copies);
    assert!(again.iter().all(|(outcome, _)| *outcome == Outcome::Unchanged));
    let better = Record { abstract_text: LONG.to_owned(), ..dance("copy 77") };
    assert_eq!(place.outcomes("a", &[better]), [(Outcome::Updated, false)]);
    assert_eq!(place.paper("copy 999").abstract_text.as_deref(), Some(LONG));
    place.add("b", &[Record { venue: "Journal of Bees".to_owned(), ..dance("b") }]);
    assert_eq!(place.paper("b").venue.as_deref(), Some("Journal of Bees"));
    place.library.remove_source(&place.lock, "b").unwrap();
    assert_eq!((place.paper("copy 0").venue, place.rows("versions")), (None, 1001));
    place.library.undo_remove(&place.lock).unwrap();
    assert_eq!(place.paper("b").venue.as_deref(), Some("Journal of Bees"));
    let number = place.number("b");
    assert!(place.library.split_paper(&place.lock, number, Some(1)).is_err());
    place.library.check().unwrap();
}
