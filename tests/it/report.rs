//! Batch reports.

use crate::program::{Workplace, json_lines, six_papers};

#[test]
fn every_format_is_written_and_agrees_with_similar() {
    let place = Workplace::with(six_papers());
    for name in ["out.html", "out.md", "out.csv", "out.json"] {
        place.run(&["report", "--all", "-o", name, "-k", "2"]).ok();
        let text = std::fs::read_to_string(place.path(name)).unwrap();
        assert!(text.contains("Walking machines on rough ground"), "{name}");
    }
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(place.path("out.json")).unwrap()).unwrap();
    let papers = report["papers"].as_array().unwrap();
    assert_eq!(papers.len(), 6);
    for entry in papers {
        let mut similar = place.json(&["similar", entry["paper"]["id"].as_str().unwrap(), "-k", "2"]);
        // Reports have no reasons.
        for result in similar["results"].as_array_mut().unwrap() {
            assert!(result.as_object_mut().unwrap().remove("because").is_some());
        }
        assert_eq!(entry["nearest"], similar["results"]);
        assert_eq!(entry["in_library"], true);
    }
}

#[test]
fn papers_of_a_file_are_reported_on_and_not_kept() {
    let place = Workplace::with(six_papers());
    let list = json_lines(&[
        ("mine", "A robot dog", "It walks on four legs over rubble."),
        ("walk1", "Legged robots learn to walk", "A robot with four legs learns gaits by reinforcement learning."),
    ]);
    let report = place.json(&["report", "--file", &place.file("list.jsonl", list), "-k", "2"]);
    let entries = report["papers"].as_array().unwrap();
    assert_eq!((&entries[0]["in_library"], &entries[1]["in_library"]), (&false.into(), &true.into()));
    for entry in entries {
        assert!(entry["nearest"][0]["paper"]["id"].as_str().unwrap().starts_with("walk"));
    }
    assert_eq!(entries[1]["nearest"][0]["paper"]["id"], "walk2", "not itself");
    assert_eq!(place.json(&["info"])["papers"], 6);
}

#[test]
fn a_report_that_cannot_be_written_is_refused_before_the_work() {
    let place = Workplace::with(six_papers());
    place.run(&["report", "--all", "-o", "out.pdf"]).fails_saying(&["out.pdf", ".html, .md, .csv or .json"]);
    place
        .run(&["report", "--all", "-o", "no/such/folder/out.md"])
        .fails_saying(&["cannot write no/such/folder/out.md"]);
    place.run(&["report", "nothing", "-o", "out.md"]).fails_saying(&["no paper in the library"]);
}
