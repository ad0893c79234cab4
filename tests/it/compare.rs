//! Comparing two reports.

use crate::program::{Workplace, json_lines, six_papers};

/// A library that grew by a paper between two reports, `a.json` and `b.json`.
fn two_reports() -> Workplace {
    let place = Workplace::with(six_papers());
    place.run(&["report", "--all", "-k", "2", "-o", "a.json"]).ok();
    let new = json_lines(&[(
        "walk3",
        "Robots that walk on rough ground",
        "A robot with four legs learns to walk on rubble.",
    )]);
    place.run(&["add", &place.file("new.jsonl", new)]).ok();
    place.run(&["report", "--all", "-k", "2", "-o", "b.json"]).ok();
    place
}

#[test]
fn new_papers_and_changed_nearest_papers_are_reported() {
    let place = two_reports();
    let text = place.run(&["compare", "a.json", "b.json"]).ok().stdout;
    assert!(text.contains("6 papers in both reports, 1 new, 0 gone."), "{text}");
    assert!(text.contains("New papers\n  Robots that walk on rough ground (walk3)"), "{text}");
    assert!(text.contains("+ Robots that walk on rough ground (new at rank "), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let json = place.json(&["compare", "a.json", "b.json"]);
    assert_eq!((&json["summary"]["papers_came"], &json["came"][0]["id"]), (&1.into(), &"walk3".into()));
    assert!(json["summary"]["overlap"].as_f64().unwrap() < 1.0);
    let back = place.json(&["compare", "b.json", "a.json"]);
    assert_eq!((&back["went"], &back["summary"]["overlap"]), (&json["came"], &json["summary"]["overlap"]));
}

#[test]
fn a_comparison_is_written_to_a_file_and_equal_reports_are_not_an_error() {
    let place = two_reports();
    place.run(&["compare", "a.json", "b.json", "-o", "changes.md"]).ok();
    let text = std::fs::read_to_string(place.path("changes.md")).unwrap();
    assert!(text.starts_with("# From “") && text.contains("## Nearest papers that changed"), "{text}");
    let same = place.run(&["compare", "a.json", "a.json"]).ok().stdout;
    assert!(same.contains("0 new, 0 gone") && same.contains("Nothing changed."), "{same}");
    place.run(&["compare", "a.json", "b.json", "-o", "changes.pdf"]).fails_saying(&["changes.pdf", ".md or .json"]);
}

#[test]
fn files_that_are_not_reports_are_refused() {
    let place = two_reports();
    place.run(&["compare", "a.json", "none.json"]).fails_saying(&["cannot read none.json"]);
    let other = place.file("other.json", r#"{"schema_version": 1, "results": []}"#);
    place.run(&["compare", "a.json", &other]).fails_saying(&["other.json", "is not a report", "relata report -o"]);
    let later = place.file("later.json", r#"{"schema_version": 99, "report": {}, "papers": []}"#);
    place.run(&["compare", &later, "a.json"]).fails_saying(&["later.json", "schema_version 99", "use a newer relata"]);
}
