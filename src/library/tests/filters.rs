//! Filters over a library.

use super::*;
use crate::library::filter::{Condition, Field};

fn with(record: Record, id: &str) -> (Paper, u64) {
    (Record { id: id.to_owned(), title: format!("On {id}"), ..record }.into_paper().unwrap(), 1)
}

fn conditions(wanted: &[(Field, &str)]) -> Vec<Condition> {
    wanted.iter().map(|(field, text)| Condition::new(*field, text).unwrap()).collect()
}

fn place() -> Place {
    let mut place = Place::new();
    let bees = Record {
        authors: vec!["Byron, Ada".into(), "Max Weber".into()],
        year: Some(2018),
        venue: "Journal of Bees".into(),
        categories: vec!["q-bio.PE".into()],
        abstract_text: "They dance.".into(),
        ..Record::default()
    };
    let wasps = Record {
        authors: vec!["Müller, Eva".into()],
        date: Some(jiff::civil::date(2021, 3, 5)),
        venue: "Wasps".into(),
        ..Record::default()
    };
    let ants = Record::default();
    let mut seen = KnownVersions::default();
    let mut take = |source: &str, papers: &[(Paper, u64)]| {
        place.library.add_records(&place.lock, source, papers, true, &mut seen).unwrap();
    };
    take("/home/ada/Bees.bib", &[with(bees, "bees")]);
    take("/home/ada/rest.ris", &[with(wasps.clone(), "wasps"), with(ants, "ants")]);
    take("/home/eva/again.jsonl", &[with(Record { abstract_text: "They sting.".into(), ..wasps }, "wasps")]);
    place
}

fn ids(place: &Place, numbers: &[PaperNumber]) -> Vec<String> {
    numbers.iter().map(|number| place.library.paper(*number).unwrap().unwrap().paper.id.to_string()).collect()
}

#[test]
fn papers_that_pass_a_filter_are_found_with_the_index_and_without() {
    let place = place();
    for with_index in [true, false] {
        if !with_index {
            place.sql("DROP INDEX papers_by_facts");
        }
        let passing = |wanted: &[(Field, &str)]| ids(&place, &place.library.filtered(&conditions(wanted)).unwrap());
        for (wanted, expected) in [
            (&[][..], &["bees", "wasps", "ants"][..]),
            (&[(Field::Author, "byron")], &["bees"]),
            (&[(Field::Author, "E. Muller")], &["wasps"]),
            (&[(Field::Year, "2018..")], &["bees", "wasps"]),
            (&[(Field::Since, "2021-03-06")], &[]),
            (&[(Field::Until, "2021-03-05"), (Field::Since, "2019")], &["wasps"]),
            (&[(Field::Venue, "bees"), (Field::Venue, "wasps")], &["bees", "wasps"]),
            (&[(Field::Category, "q-bio")], &["bees"]),
            (&[(Field::Has, "abstract")], &["bees", "wasps"]),
            (&[(Field::Source, "bees.bib")], &["bees"]),
            (&[(Field::Source, "/home/ada")], &["bees", "wasps", "ants"]),
            (&[(Field::Source, "again")], &["wasps"]),
        ] {
            assert_eq!(passing(wanted), expected, "{wanted:?}");
        }
        let each = conditions(&[(Field::Author, "byron"), (Field::Source, "again")]);
        let mut met = place.library.conditions_met(&each).unwrap();
        met.sort_unstable();
        let met: Vec<Vec<bool>> = met.into_iter().map(|(_, met)| met).collect();
        assert_eq!(met, [[true, false], [false, true], [false, false]]);
    }
}

#[test]
fn filters_read_only_the_index() {
    let place = place();
    let plan: Vec<String> =
        place.library.rows(&format!("EXPLAIN QUERY PLAN {}", filter::FACTS), [], |row| row.get("detail")).unwrap();
    assert!(plan[0].contains("COVERING INDEX papers_by_facts"), "{plan:?}");
    // A query for papers in the order of their numbers reads the table itself. It uses neither this index nor a sort.
    let plan: Vec<String> = place
        .library
        .rows("EXPLAIN QUERY PLAN SELECT * FROM papers WHERE removal IS NULL ORDER BY number", [], |row| {
            row.get("detail")
        })
        .unwrap();
    assert_eq!(plan, ["SCAN papers"]);
}

#[test]
fn the_newest_papers_are_first_and_removed_ones_are_missing() {
    let mut place = place();
    let all = place.library.filtered(&[]).unwrap().into_iter().collect();
    assert_eq!(ids(&place, &place.library.newest(&all, 5).unwrap()), ["wasps", "bees", "ants"]);
    assert_eq!(ids(&place, &place.library.newest(&all, 1).unwrap()), ["wasps"]);
    let wasps = place.number("wasps");
    place.library.remove(&place.lock, &[wasps]).unwrap();
    assert_eq!(ids(&place, &place.library.newest(&all, 5).unwrap()), ["bees", "ants"]);
    assert!(place.library.filtered(&conditions(&[(Field::Source, "again")])).unwrap().is_empty());
}
