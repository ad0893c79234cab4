//! Checking a library for problems.

use serde_json::Value;

use crate::program::{Workplace, six_papers};

fn advised(findings: &Value) -> Vec<&str> {
    let findings = findings["findings"].as_array().unwrap().iter();
    findings.filter(|finding| !finding["advice"].is_null()).map(|finding| finding["part"].as_str().unwrap()).collect()
}

#[test]
fn a_healthy_library_gets_no_advice() {
    let place = Workplace::with(six_papers());
    let told = place.run(&["doctor"]).ok().stdout;
    assert!(told.contains("database    6 papers, no damage found"), "{told}");
    assert!(told.contains("duplicates  no two papers look like one work"), "{told}");
    let found = place.json(&["doctor"]);
    assert_eq!((&found["healthy"], advised(&found)), (&true.into(), vec![]), "{found}");
}

#[test]
fn each_problem_of_a_library_is_reported_with_advice() {
    let bare = r#"{"id":"a","title":"On the dance of the honey bee in dark hives","authors":["Ada Byron"],"year":2001}
{"id":"b","title":"On the dance of the honey bee in dark hives","authors":["Ada Byron"],"year":2009}"#;
    let place = Workplace::with(format!("{}\n{bare}\n", six_papers()));
    let ran = place.run(&["doctor", "--json"]);
    assert_eq!(ran.code, Some(1));
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    let advised = advised(&found);
    assert!(advised.contains(&"abstracts") && advised.contains(&"duplicates"), "{found}");
    let told = place.run(&["doctor"]).stdout;
    assert!(told.contains("abstracts!  2 of 8 papers have none"), "{told}");
    assert!(told.contains("`relata duplicates --possible`"), "{told}");

    // Without the model.
    let mut command = place.command(&["doctor"]);
    command.env("RELATA_CACHE", place.path("no-cache")).env("RELATA_OFFLINE", "1");
    let told = crate::program::ran(command.output().unwrap());
    assert_eq!(told.code, Some(1));
    assert!(told.stdout.contains("model!") && told.stdout.contains("`relata model fetch`"), "{}", told.stdout);
}
