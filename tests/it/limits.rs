//! Hostile sizes: what is too long is cut with a note, and everything still ends in a moment.

use serde_json::json;

use crate::program::{Workplace, ids, six_papers};

/// A record in JSON Lines.
fn record(id: &str, title: &str, text: &str) -> String {
    format!("{}\n", json!({ "id": id, "title": title, "abstract": text }))
}

#[test]
fn a_word_of_a_million_letters_is_cut_with_a_note_and_the_library_is_usable() {
    let place = Workplace::new();
    let papers = six_papers() + &record("long", "Bees dance", &"y".repeat(1_600_000));
    let ran = place.run(&["add", &place.file("long.jsonl", papers)]).ok();
    assert!(ran.stdout.contains("7 added, 0 updated, 0 unchanged, 0 skipped, 1 notice;"), "{}", ran.stdout);
    let note = "long.jsonl:7: too long for a paper, so it was cut: abstract (first 524288 of 1600000 bytes)";
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
    place.run(&["info"]).ok();
    assert_eq!(ids(&place.json(&["search", "robots that walk"]))[0], "walk1");
    assert_eq!(ids(&place.json(&["similar", "long", "--anyway"])).len(), 6);
    let question = place.run_with_input(&["similar", "--text-file", "-"], "y".repeat(1_600_000).as_bytes());
    assert!(question.stderr.contains("only the first 524288 are used"), "{}{}", question.stdout, question.stderr);
}

#[test]
fn an_abstract_of_a_million_words_can_be_shown_and_exported() {
    let words = format!("{}wasps", "be ".repeat(1_200_000));
    let place = Workplace::with(record("long", "Bees dance", &words));
    let shown = place.run(&["show", "long"]).ok().stdout;
    assert!(shown.contains("be be") && !shown.contains("wasps"), "the end is cut");
    place.run(&["similar", "long", "--explain", "--anyway"]);
}

#[test]
fn millions_of_combining_marks_can_be_exported() {
    let place = Workplace::with(record("marks", "Bees dance", &format!("e{}", "\u{301}".repeat(2_000_000))));
    for format in ["bib", "ris", "csl", "csv", "jsonl", "md"] {
        place.run(&["export", "--format", format]).ok();
    }
}

#[test]
fn a_report_on_thousands_of_copies_of_an_entry_compares_a_few_of_them() {
    let place = Workplace::with(six_papers());
    let entry = |number: usize| format!("@article{{k{number}, title = {{On Bees}}, author = {{Ada Byron}}}}\n");
    let copies = place.file("copies.bib", (0..30_000).map(entry).collect::<String>());
    let report = place.path("report.json");
    let ran = place.run(&["report", &copies, "-o", report.to_str().unwrap()]).ok();
    let note = "left out 29992 entries with the same title, abstract, authors, year and venue as 8 others";
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
    let ran = place.run(&["missing", &copies, "--anyway"]);
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
}
