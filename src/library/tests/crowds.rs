//! Thousands of records that share something: an id, an identifier, a title.

use std::time::Duration;

use super::*;
use crate::paper::IdentifierKind;

const WORDS: [&str; 16] = [
    "amber", "birch", "cedar", "dune", "ember", "fern", "grove", "heath", "iris", "juniper", "kelp", "lichen", "moss",
    "nettle", "osier", "poppy",
];

/// A record with a title and an author that no other record has.
fn record(at: usize) -> Record {
    let word = |place: u32| WORDS[(at / 16usize.pow(place)) % 16];
    Record {
        id: format!("r{at}"),
        title: format!("{} {} {} {} seen from the hive", word(0), word(1), word(2), word(3)),
        authors: vec![format!("Byron{at}, Ada")],
        ..Record::default()
    }
}

/// The processor time that this thread has used.
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes to the timespec that it is given, and to nothing else.
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) }, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Adds `count` records. Returns the processor time that this takes, and the number of papers in the library.
fn taken_in(count: usize, change: impl Fn(&mut Record)) -> (Duration, u64) {
    let mut place = Place::new();
    let paper = |at| {
        let mut record = record(at);
        change(&mut record);
        (record.into_paper().unwrap(), at as u64 + 1)
    };
    let papers: Vec<(Paper, u64)> = (0..count).map(paper).collect();
    let before = processor_time();
    place.library.add_records(&place.lock, "a", &papers, true, &mut KnownVersions::default()).unwrap();
    (processor_time() - before, place.library.count().unwrap())
}

/// Checks that eight times as many records take less than 32 times as long. With a step for each pair, they take 64
/// times as long. The processor time of this thread is measured, so that other processes do not affect the result.
fn assert_subquadratic(one_paper: bool, change: impl Fn(&mut Record) + Copy) {
    let (few, papers) = taken_in(300, change);
    assert_eq!(papers, if one_paper { 1 } else { 300 });
    let (many, papers) = taken_in(2400, change);
    assert_eq!(papers, if one_paper { 1 } else { 2400 });
    assert!(many < few * 32, "{few:?} for 300, {many:?} for 2400");
}

#[test]
fn thousands_of_records_under_one_id_take_less_than_quadratic_time() {
    assert_subquadratic(false, |record| record.id = "1".to_owned());
}

#[test]
fn thousands_of_records_with_one_identifier_take_less_than_quadratic_time() {
    let doi = || (IdentifierKind::Doi, "10.1000/book".to_owned());
    assert_subquadratic(false, |record| record.identifiers.push(doi()));
}

#[test]
fn thousands_of_records_with_one_title_take_less_than_quadratic_time() {
    assert_subquadratic(false, |record| record.title = "The dance of bees in the dark hive".to_owned());
    assert_subquadratic(true, |record| {
        record.title = "The dance of bees in the dark hive".to_owned();
        record.keywords = vec![record.id.clone()];
        record.authors = vec!["Byron, Ada".to_owned()];
    });
}

#[test]
fn records_without_author_and_id_are_not_reported_as_renamed() {
    let mut place = Place::new();
    let paper = |at: usize| {
        let details = vec![("volume".to_owned(), at.to_string())];
        let record = Record { title: "Editorial".to_owned(), details, ..Record::default() };
        (record.into_paper().unwrap(), at as u64 + 1)
    };
    let papers: Vec<(Paper, u64)> = (0..300).map(paper).collect();
    for (source, outcome) in [("a", Outcome::Added), ("a", Outcome::Unchanged), ("b", Outcome::Unchanged)] {
        let taken =
            place.library.add_records(&place.lock, source, &papers, true, &mut KnownVersions::default()).unwrap();
        assert!(taken.iter().all(|taken| taken.outcome == outcome), "{taken:?}");
    }
    assert_eq!(place.library.count().unwrap(), 300);
}
