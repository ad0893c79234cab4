//! Property tests of the grouping of records into works.

use proptest::prelude::*;

use super::works::{ARXIV, DOI, LONG, record};
use super::*;
use crate::library::identity::grouping::{Records, groups};
use crate::library::identity::{Features, merging};
use crate::paper::PaperId;

/// Records with few different titles, authors, abstracts and identifiers, so that every reason to join them occurs.
fn any_record() -> impl Strategy<Value = Record> {
    let titles = [
        "The dance of bees in the dark hive",
        "The Dance of Bees in the Dark Hives",
        "The dance of bees in the dark hive: a field study",
        "The dance of bees in the dark hive, part II",
        "The dance of bees",
        "Editorial",
        "How wasps build paper nests",
    ];
    let authors = ["", "Byron, Ada; Honey, Bea", "A. Byron; B. Honey", "Byron, Ada", "Babbage, Charles"];
    let texts = [
        "",
        LONG,
        "Flowers.",
        "A wholly different summary about paper nests that wasps build from chewed wood every spring in sheds.",
    ];
    (0..titles.len(), 0..authors.len(), 0..texts.len(), 1999i64..2007, 0usize..6, 0usize..6).prop_map(
        move |(title, by, text, year, doi, arxiv)| {
            let dois = ["", "", "", "10.1000/1", "10.1000/2", "10.5281/zenodo.3"];
            let arxivs = ["", "", "", "", "2001.00001", "2001.00002"];
            Record {
                abstract_text: texts[text].to_owned(),
                ..record("", titles[title], authors[by], year, &[(DOI, dois[doi]), (ARXIV, arxivs[arxiv])])
            }
        },
    )
}

/// Groups records by comparing all pairs. Returns the ids of the records and the merged paper of each group.
fn slowly(records: &[Paper]) -> Vec<(Vec<String>, Paper)> {
    let features = records.iter().map(|paper| std::rc::Rc::new(Features::of(paper))).collect();
    let memberships = groups(&Records { features, ..Records::default() });
    let mut found: Vec<(Vec<String>, Paper)> = Vec::new();
    for group in 0..records.len() {
        let members: Vec<&Paper> = records
            .iter()
            .zip(&memberships)
            .filter(|(_, member)| member.group == group)
            .map(|(paper, _)| paper)
            .collect();
        if !members.is_empty() {
            let mut ids: Vec<String> = members.iter().map(|paper| paper.id.to_string()).collect();
            ids.sort();
            found.push((ids, nameless(merging::merged(&PaperId::new(""), &members))));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// The paper without its ids, which depend on which record was added first.
fn nameless(mut paper: Paper) -> Paper {
    paper.details.remove("ids");
    Paper { id: PaperId::new(""), ..paper }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn the_same_records_from_other_files_add_no_paper(
        records in prop::collection::vec(any_record(), 1..9),
        keys in prop::collection::vec(any::<u32>(), 9),
        have_ids in any::<bool>(),
    ) {
        let id = |at: usize| if have_ids { format!("r{at}") } else { String::new() };
        let mut records: Vec<(u32, Record)> = (0..).zip(records).map(|(at, record): (usize, Record)| {
            (keys[at], Record { id: id(at), ..record })
        }).collect();
        let mut place = Place::new();
        for (at, (_, record)) in records.iter().enumerate() {
            place.add(&format!("file {at}"), std::slice::from_ref(record));
        }
        let before = place.library.count().unwrap();
        records.sort_by_key(|(key, _)| *key);
        let records: Vec<Record> = records.into_iter().map(|(_, record)| record).collect();
        let again = place.outcomes("copy", &records);
        prop_assert!(again.iter().all(|(outcome, _)| *outcome == Outcome::Unchanged), "{:?}", again);
        place.add("another copy", &records[..1]);
        prop_assert_eq!(place.library.count().unwrap(), before);
        place.library.check().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_order_in_which_records_are_added_does_not_matter(
        records in prop::collection::vec(any_record(), 1..9),
        keys in prop::collection::vec(any::<u32>(), 9),
    ) {
        let records: Vec<Record> =
            (0..).zip(records).map(|(at, record): (usize, Record)| Record { id: format!("r{at}"), ..record }).collect();
        let papers: Vec<Paper> = records.iter().map(|record| record.clone().into_paper().unwrap()).collect();
        let expected = slowly(&papers);
        let mut order: Vec<usize> = (0..records.len()).collect();
        for shuffled in [false, true] {
            if shuffled {
                order.sort_by_key(|at| keys[*at]);
            }
            let mut place = Place::new();
            for at in &order {
                place.add(&format!("file {at}"), &[records[*at].clone()]);
            }
            let mut found: Vec<(Vec<String>, Paper)> = place.library.list(0, 100).unwrap().into_iter().map(|listed| {
                let versions = place.library.versions(listed.number).unwrap();
                let mut ids: Vec<String> = versions.iter().map(|version| version.paper.id.to_string()).collect();
                ids.sort();
                (ids, nameless(listed.paper))
            }).collect();
            found.sort_by(|a, b| a.0.cmp(&b.0));
            prop_assert_eq!(&found, &expected);
            place.library.check().unwrap();
        }
    }

    #[test]
    fn undo_restores_all_papers_of_removed_files(
        records in prop::collection::vec(any_record(), 2..7),
        out in prop::collection::vec(0usize..6, 1..3),
    ) {
        let with_id = |(at, record): (usize, &Record)| Record { id: format!("r{at}"), ..record.clone() };
        let records: Vec<Record> = records.iter().enumerate().map(with_id).collect();
        let mut place = Place::new();
        for (at, record) in records.iter().enumerate() {
            place.add(&format!("file {at}"), std::slice::from_ref(record));
        }
        let papers = |place: &Place| -> Vec<(Vec<String>, Paper)> {
            let mut all: Vec<(Vec<String>, Paper)> = place.library.list(0, 100).unwrap().into_iter().map(|listed| {
                let versions = place.library.versions(listed.number).unwrap();
                let mut ids: Vec<String> = versions.iter().map(|version| version.paper.id.to_string()).collect();
                ids.sort();
                (ids, Paper { id: PaperId::new(""), ..listed.paper })
            }).collect();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all
        };
        let before = papers(&place);
        let taken: Vec<bool> = out
            .iter()
            .map(|at| place.library.remove_source(&place.lock, &format!("file {at}")).unwrap() != PapersOfFile::default())
            .collect();
        let left: Vec<String> = papers(&place).into_iter().flat_map(|(ids, _)| ids).collect();
        let expected = (0..records.len()).filter(|at| !out.contains(at)).count();
        prop_assert_eq!(left.len(), expected, "{:?}", left);
        prop_assert!(out.iter().all(|at| !left.contains(&format!("r{at}"))), "{:?}", left);
        for _ in taken.iter().filter(|taken| **taken) {
            prop_assert!(!place.library.undo_remove(&place.lock).unwrap().is_empty());
        }
        prop_assert_eq!(papers(&place), before);
        place.library.check().unwrap();
    }
}
