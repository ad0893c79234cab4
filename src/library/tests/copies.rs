//! Tests with copies of files, and with a record that links two others.

use super::works::{ARXIV, dance, record};
use super::*;

fn bib() -> Record {
    record("bib", "The dance of bees in the dark hive", "Byron, Ada; Honey, Bea", 2017, &[])
}

fn row() -> Record {
    record("row", "The dance of bees in the dark hive", "Byron, Ada; Honey, Bea", 2017, &[(ARXIV, "1701.00001")])
}

fn preprint() -> Record {
    record("arx", "The dance of bees in the dark hive", "Byron, Ada; Honey, Bea", 2023, &[(ARXIV, "1701.00001")])
}

#[test]
fn three_linked_records_are_one_paper_in_any_order_and_copies_add_no_paper() {
    let all = [bib(), row(), preprint()];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut place = Place::new();
        for at in order {
            place.add(&format!("file {at}"), &[all[at].clone()]);
        }
        assert_eq!(place.library.count().unwrap(), 1, "the row links the records of both years: {order:?}");
        let copied = place.outcomes("copy", &all);
        assert!(copied.iter().all(|(outcome, joined)| *outcome == Outcome::Unchanged && *joined), "{copied:?}");
        assert_eq!(place.library.count().unwrap(), 1);
    }
}

#[test]
fn a_copy_is_recognised_among_many_with_its_title() {
    let mut place = Place::new();
    let records: Vec<Record> = (0..100)
        .map(|at| {
            record(&format!("r{at}"), "The dance of bees in the dark hive", &format!("Byron{at}, Ada"), 2001, &[])
        })
        .collect();
    place.add("a", &records);
    assert_eq!(place.library.count().unwrap(), 100);
    let copied = place.outcomes("copy of a", &records);
    assert!(copied.iter().all(|(outcome, joined)| *outcome == Outcome::Unchanged && *joined), "{copied:?}");
    assert_eq!((place.library.count().unwrap(), place.rows("versions")), (100, 200));
    assert_eq!(place.reasons("r7"), ["the same record"; 2]);
    place.library.remove_source(&place.lock, "a").unwrap();
    assert_eq!(place.library.count().unwrap(), 100, "the copy still has them");
    place.library.check().unwrap();
}

#[test]
fn a_copy_restores_a_removed_paper_and_joins_the_equal_half_of_a_split_paper() {
    let mut place = Place::new();
    place.add("a", &[dance("a")]);
    place.add("b", &[dance("b")]);
    let number = place.number("a");
    place.library.split_paper(&place.lock, number, Some(2)).unwrap();
    place.add("copy of b", &[dance("b")]);
    assert_eq!(place.grouped(), [vec!["a"], vec!["b", "b"]]);
    place.library.remove(&place.lock, &[number]).unwrap();
    assert_eq!(place.outcomes("copy of a", &[dance("a")])[0].0, Outcome::Added);
    assert_eq!(place.number("a"), number);
}

#[test]
fn papers_joined_by_hand_have_the_id_of_the_first_until_undo() {
    let mut place = Place::new();
    let other = |id: &str| record(id, "How wasps build paper nests", "Wax, Cai", 1990, &[]);
    place.add("a", &[dance("a")]);
    place.add("b", &[other("b")]);
    let [a, b] = ["a", "b"].map(|id| place.number(id));
    for (first, second, id, number) in [(a, b, "a", a), (b, a, "b", b)] {
        let joined = place.library.join(&place.lock, first, second).unwrap();
        let found: Vec<(&str, PaperNumber)> =
            joined.iter().map(|listed| (listed.paper.id.as_str(), listed.number)).collect();
        assert_eq!(found, [(id, number)]);
        place.add("b", &[Record { url: format!("https://example.org/{id}"), ..other("b") }]);
        assert_eq!(place.paper("b").id.as_str(), id, "also when a file changes its record");
        place.library.undo_decision(&place.lock).unwrap();
        assert_eq!([place.number("a"), place.number("b")], [a, b]);
        assert_eq!(place.grouped(), [["a"], ["b"]]);
        place.library.check().unwrap();
    }
}

#[test]
fn the_ids_that_files_gave_a_work_are_kept() {
    let mut place = Place::new();
    let listed = |record: Record, ids: &str| Record { details: vec![("ids".to_owned(), ids.to_owned())], ..record };
    place.add("a", &[dance("byron2001")]);
    assert_eq!(place.paper("byron2001").details.get("ids"), None);
    place.add("b", &[listed(dance("dance:01"), "old, older")]);
    place.add("c", &[dance(""), dance("with space"), dance("byron2001")]);
    assert_eq!(place.paper("byron2001").details["ids"], "dance:01, old, older");
}
