//! Measuring rankings with `relata evaluate`.

use crate::program::Workplace;

const QRELS: &str = "q1 0 a 2\nq1 0 b 1\nq2 0 c 1\nq3 0 d 1\n";
const GOOD: &str = "q1 Q0 a 1 0.9 x\nq1 Q0 b 2 0.8 x\nq2 Q0 c 1 0.9 x\nq9 Q0 c 1 0.9 x\n";
const POOR: &str = "q1 Q0 z 1 0.9 x\nq1 Q0 b 2 0.8 x\nq2 Q0 y 1 0.9 x\n";

#[test]
fn a_run_is_measured_and_compared() {
    let place = Workplace::new();
    let (qrels, good, poor) =
        (place.file("a.qrels", QRELS), place.file("good.run", GOOD), place.file("poor.run", POOR));
    let told = place.run(&["evaluate", &qrels, "--run", &good, "--baseline", &poor, "--cutoffs", "10"]).ok();
    assert!(told.stdout.starts_with("2 of 3 judged queries have a ranking"), "{}", told.stdout);
    assert!(
        told.stdout.contains("nDCG@10         0.6667  [") && told.stdout.contains("better on 2, worse on 0"),
        "{}",
        told.stdout
    );
    assert!(told.stderr.contains("judged queries without a ranking, counted as 0: q3"), "{}", told.stderr);
    assert!(told.stderr.contains("left out: q9"), "{}", told.stderr);
    let json = place.json(&["evaluate", &qrels, "--run", &good, "--per-query", "--cutoffs", "1,50%"]);
    assert_eq!(json["per_query"]["q1"]["recall@1"], 0.5);
    assert_eq!(json["measures"][1]["measure"], "nDCG@50%");
    let listed = place.run(&["evaluate", &qrels, "--run", &poor, "--per-query", "--cutoffs", "2"]).ok().stdout;
    let piped = place.run_with_input(&["evaluate", &qrels, "--run", "-", "--json"], GOOD.as_bytes()).ok().stdout;
    assert_eq!(piped, place.run(&["evaluate", &qrels, "--run", &good, "--json"]).ok().stdout);
    assert!(listed.contains("q1\t0.2398\t0.5000\t0.5000\t0.5000\t0.2500"), "{listed}");
}

#[test]
fn invalid_files_are_reported() {
    let place = Workplace::new();
    let (qrels, empty) = (place.file("a.qrels", QRELS), place.file("empty.run", ""));
    assert_eq!(place.run(&["evaluate", &qrels, "--run", &empty]).code, Some(1));
    place.run(&["evaluate", &qrels, "--run", "-", "--baseline", "-"]).fails_saying(&["only one of the files"]);
    let twice = place.file("twice.qrels", format!("{QRELS}\nq1 0 b 2\n"));
    let told = place.run(&["evaluate", &twice, "--run", &empty]).stderr;
    assert!(told.contains("twice.qrels:6: b was already judged for q1; this judgement counts"), "{told}");
    place.run(&["evaluate", &qrels, "--run", "missing.run"]).fails_saying(&["missing.run"]);
    place
        .run(&["evaluate", &qrels, "--run", &qrels])
        .fails_saying(&["line 1: not a ranked paper; write `query Q0 paper rank score tag`"]);
    place.run(&["evaluate", &qrels, "--run", &empty, "--cutoffs", "0"]).fails_saying(&["\"0\" is not a cutoff"]);
}
