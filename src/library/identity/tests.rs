//! Tests of the verdict on two records, and of the paper that a group of records becomes.

use super::merging::{merged, updated};
use super::*;
use crate::paper::{PaperId, Record};

const TEXT: &str = "We watch how honey bees tell one another of flowers by dancing on the comb of a hive in complete darkness, \
                    measure how long each dance lasts, and compare that with where the flowers really were that morning.";

const OTHER_TEXT: &str = "Paper nests of wasps consist of chewed wood; this report weighs them after every spring, \
                          describes their layers under a microscope and estimates how many insects built each one.";

struct Sketch {
    title: &'static str,
    authors: &'static str,
    year: i64,
    text: &'static str,
    doi: &'static str,
    arxiv: &'static str,
    kind: &'static str,
    id: &'static str,
}

const DANCE: Sketch = Sketch {
    title: "The dance of bees in the dark hive",
    authors: "Byron, Ada; Honey, Bea",
    year: 2001,
    text: "",
    doi: "",
    arxiv: "",
    kind: "",
    id: "",
};

fn paper(sketch: &Sketch) -> Paper {
    let identifiers = [(IdentifierKind::Doi, sketch.doi), (IdentifierKind::Arxiv, sketch.arxiv)];
    let record = Record {
        id: sketch.id.to_owned(),
        title: sketch.title.to_owned(),
        abstract_text: sketch.text.to_owned(),
        authors: sketch.authors.split("; ").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        year: Some(sketch.year),
        identifiers: identifiers.into_iter().map(|(kind, text)| (kind, text.to_owned())).collect(),
        kind: sketch.kind.to_owned(),
        ..Record::default()
    };
    record.into_paper().unwrap()
}

/// The verdict as text: "=" and the reason if both records are one work, "?" and the reason if this is in doubt, or ""
/// if they are two works.
fn judged(a: &Sketch, b: &Sketch) -> String {
    let [a, b] = [a, b].map(|sketch| Features::of(&paper(sketch)));
    let verdict = compare(&a, &b);
    assert_eq!(verdict, compare(&b, &a), "the order of two records does not matter");
    if matches!(verdict, Verdict::Same(_)) {
        assert!(!contradict(&a, &b), "records of one work do not contradict each other");
    }
    match verdict {
        Verdict::Same(reason) => format!("={reason}"),
        Verdict::Possible(why) => format!("?{why}"),
        Verdict::Other => String::new(),
    }
}

#[test]
fn records_of_one_work_are_joined() {
    let long = "The dance of bees in the dark hive: a study of the field";
    for (a, b, expected) in [
        (DANCE, Sketch { authors: "A. Byron; B. Honey", year: 2003, ..DANCE }, "=title and authors"),
        (DANCE, Sketch { authors: "A. Byron", ..DANCE }, "=title and authors"),
        (DANCE, Sketch { title: "Dance of Bees in a Dark Hive.", ..DANCE }, "=title and authors"),
        (DANCE, Sketch { authors: "", ..DANCE }, "=title"),
        (Sketch { text: TEXT, ..DANCE }, Sketch { authors: "", text: TEXT, ..DANCE }, "=title and abstract"),
        // A preprint and its journal article.
        (Sketch { doi: "10.1101/2001.01.01.1", ..DANCE }, Sketch { doi: "10.1000/1", ..DANCE }, "=title and authors"),
        (Sketch { arxiv: "0001.00001", ..DANCE }, Sketch { doi: "10.1000/1", ..DANCE }, "=title and authors"),
        (
            Sketch { doi: "10.1000/1", text: TEXT, ..DANCE },
            Sketch { doi: "10.1000/2", text: TEXT, ..DANCE },
            "=title and authors",
        ),
        (Sketch { doi: "10.1000/1", ..DANCE }, Sketch { doi: "10.1000/1", title: long, ..DANCE }, "=doi:10.1000/1"),
        (
            Sketch { doi: "10.1000/1", ..DANCE },
            Sketch { doi: "10.1000/1", title: "RETRACTED: The dance of bees in the dark hive", ..DANCE },
            "=doi:10.1000/1",
        ),
        (Sketch { text: TEXT, ..DANCE }, Sketch { text: TEXT, title: long, ..DANCE }, "=title and authors"),
        (
            Sketch { title: "On dances", id: "x", authors: "", ..DANCE },
            Sketch { title: "On Dances", id: "x", authors: "", year: 2002, ..DANCE },
            "=id and title",
        ),
    ] {
        assert_eq!(judged(&a, &b), expected, "{} / {}", a.title, b.title);
    }
}

#[test]
fn similar_records_of_two_works_are_not_joined() {
    let conflict = "?the same title, but another DOI";
    let numbered = "?the titles differ in a number or a word such as \"reply\"";
    let short = Sketch { title: "Deep bees", ..DANCE };
    for (a, b, expected) in [
        (DANCE, Sketch { authors: "Babbage, Charles", ..DANCE }, "?the same title, but other authors"),
        (DANCE, Sketch { year: 2006, ..DANCE }, "?almost the same title, but years far apart"),
        (Sketch { doi: "10.1000/1", ..DANCE }, Sketch { doi: "10.1000/2", ..DANCE }, conflict),
        (
            Sketch { doi: "10.1000/1", text: TEXT, ..DANCE },
            Sketch { doi: "10.1000/2", text: OTHER_TEXT, ..DANCE },
            conflict,
        ),
        (
            Sketch { arxiv: "0001.00001", ..DANCE },
            Sketch { arxiv: "0001.00002", ..DANCE },
            "?the same title, but another arXiv id",
        ),
        (DANCE, Sketch { title: "The dance of bees in the dark hive II", ..DANCE }, numbered),
        (DANCE, Sketch { title: "The dance of bees in the dark hive: reply", ..DANCE }, numbered),
        (DANCE, Sketch { kind: "thesis", ..DANCE }, "?almost the same title, but works of different kinds"),
        (DANCE, Sketch { kind: "dataset", ..DANCE }, "?almost the same title, but works of different kinds"),
        // One different word in the title is enough for another work.
        (
            Sketch { title: "Navigation of holonomic bees", text: TEXT, ..DANCE },
            Sketch { title: "Navigation of nonholonomic bees", text: OTHER_TEXT, ..DANCE },
            "?the same authors and almost the same title",
        ),
        (DANCE, Sketch { title: "How wasps build paper nests", ..DANCE }, ""),
        (Sketch { title: "Editorial", ..DANCE }, Sketch { title: "Editorial", year: 2002, ..DANCE }, ""),
        (short.with_year(2001), short.with_year(2003), "?the same short title by some of the same people"),
        (
            Sketch { title: "Deep bees", authors: "", ..DANCE },
            Sketch { title: "Deep bees", authors: "", year: 2002, ..DANCE },
            "?the same title, but it is short and no authors are known",
        ),
        (
            Sketch { authors: "", doi: "10.5281/zenodo.1", ..DANCE },
            Sketch { authors: "", doi: "10.5281/zenodo.2", ..DANCE },
            "?the same title, but another id in the same catalogue, and no authors",
        ),
        // A chapter under the DOI of its book.
        (
            Sketch { doi: "10.1000/1", ..DANCE },
            Sketch { doi: "10.1000/1", title: "How wasps build paper nests", ..DANCE },
            "?the same identifier, but another title: a chapter and its book, perhaps",
        ),
        (
            Sketch { doi: "10.1000/1", title: "The dance of bees, part 1", ..DANCE },
            Sketch { doi: "10.1000/1", title: "The dance of bees, part 2", ..DANCE },
            "?the same identifier, but another title: a chapter and its book, perhaps",
        ),
    ] {
        assert_eq!(judged(&a, &b), expected, "{} / {}", a.title, b.title);
    }
}

impl Sketch {
    const fn with_year(&self, year: i64) -> Self {
        Self { year, ..*self }
    }
}

fn one_of(records: &[Paper]) -> Paper {
    let papers: Vec<&Paper> = records.iter().collect();
    let paper = merged(&PaperId::new("x"), &papers);
    let reversed: Vec<&Paper> = records.iter().rev().collect();
    assert_eq!(paper, merged(&PaperId::new("x"), &reversed), "the order does not matter");
    paper
}

#[test]
fn the_best_abstract_is_kept() {
    let of = |text: &str| {
        let mut paper = paper(&DANCE);
        paper.abstract_text = Some(text.to_owned()).filter(|text| !text.is_empty());
        paper
    };
    let whole_paper = "word ".repeat(5000);
    for (texts, best) in [
        (["", TEXT], TEXT),
        (["Short.", TEXT], TEXT),
        (
            ["No abstract available for this article, which was published a long time ago in a journal.", "Bees."],
            "Bees.",
        ),
        ([whole_paper.as_str(), TEXT], TEXT),
    ] {
        assert_eq!(one_of(&texts.map(of)).abstract_text.as_deref(), Some(best));
    }
}

#[test]
fn name_parts_are_copied_with_the_authors_and_pages_with_the_venue() {
    let mut preprint = paper(&Sketch { authors: "Byron, Ada; {Hive Team}; Honey, Bea", ..DANCE });
    preprint.venue = Some("arXiv".to_owned());
    preprint.details.insert("pages".to_owned(), "1--30".to_owned());
    assert!(preprint.details.contains_key("author"));
    let mut published = paper(&Sketch { authors: "A. Byron", ..DANCE });
    published.venue = Some("Journal of Bees".to_owned());
    published.details.insert("volume".to_owned(), "7".to_owned());
    let paper = one_of(&[preprint.clone(), published.clone()]);
    assert_eq!((paper.venue.as_deref(), paper.authors.len()), (Some("Journal of Bees"), 3));
    assert_eq!(paper.names(), preprint.names());
    assert_eq!((paper.details.get("volume"), paper.details.get("pages")), (Some(&"7".to_owned()), None));
    let updated = updated(&published, &preprint);
    assert_eq!((updated.names(), updated.details.contains_key("author")), (published.names(), false));
    assert_eq!(updated.details["pages"], "1--30", "a field that the file no longer has is kept");
}

#[test]
fn a_title_that_is_not_in_capitals_is_preferred() {
    let titled = |title: &'static str, venue: &str| {
        let mut paper = paper(&Sketch { title, ..DANCE });
        paper.venue = Some(venue.to_owned());
        paper
    };
    let shouting = titled("THE DANCE OF BEES IN THE DARK HIVE", "Journal of Bees");
    let calm = titled("The dance of bees in the dark hive", "arXiv");
    assert_eq!(one_of(&[shouting.clone(), calm]).title, "The dance of bees in the dark hive");
    assert_eq!(one_of(&[shouting.clone(), shouting]).title, "THE DANCE OF BEES IN THE DARK HIVE");
}
