//! Answering files of questions with `relata run`.

use crate::program::{Workplace, six_papers};

const QUERIES: &str = r#"{"id": "q 1", "text": "how proteins fold"}
{"id": "q2", "seeds": ["walk1"], "not": ["lang1"]}
{"id": "q3", "seeds": ["walk1", "nobody"], "candidates": ["lang1", "nothing", "walk2", "lang1", "fold1"]}
"#;

fn ranking<'a>(run: &'a str, query: &str) -> Vec<&'a str> {
    let of_query = run.lines().filter(|line| line.starts_with(&format!("{query} Q0 ")));
    of_query.map(|line| line.split(' ').nth(2).unwrap()).collect()
}

#[test]
fn each_question_is_answered_and_exactly_the_candidates_are_ranked() {
    let place = Workplace::with(six_papers());
    let queries = place.file("queries.jsonl", QUERIES);
    let ran = place.run(&["run", "--queries", &queries, "-k", "3"]).ok();
    assert!(ranking(&ran.stdout, "q_1")[0].starts_with("fold"), "{}", ran.stdout);
    assert_eq!(ranking(&ran.stdout, "q_1").len(), 3);
    let second = ranking(&ran.stdout, "q2");
    assert!(second[0] == "walk2" && !second.contains(&"walk1") && !second.contains(&"lang1"), "{}", ran.stdout);
    let third = ranking(&ran.stdout, "q3");
    assert_eq!((third.len(), third[0], third[3]), (4, "walk2", "nothing"), "{}", ran.stdout);
    assert!(ran.stderr.contains("2 names match no paper of the library: nobody, nothing"), "{}", ran.stderr);
    let scores: Vec<f64> = ran.stdout.lines().map(|line| line.split(' ').nth(4).unwrap().parse().unwrap()).collect();
    assert!(scores[3..6].is_sorted_by(|a, b| a >= b) && scores[6..].is_sorted_by(|a, b| a >= b));
}

#[test]
fn a_written_run_gets_the_same_measures_as_its_questions() {
    let place = Workplace::with(six_papers());
    let queries = place.file("queries.jsonl", QUERIES);
    let qrels = place.file("a.qrels", "q2 0 walk2 1\nq3 0 walk2 1\n");
    let out = place.path("a.run");
    let out = out.to_str().unwrap();
    let told = place.json(&["run", "--queries", &queries, "--out", out]);
    assert_eq!((&told["queries"], &told["papers"]), (&3.into(), &(6 + 4 + 4).into()));
    let by_run = place.run(&["evaluate", &qrels, "--run", out]).ok().stdout;
    let by_queries = place.run(&["evaluate", &qrels, "--queries", &queries]).ok().stdout;
    assert!(by_run.contains("MRR@10          1.0000"), "{by_run}");
    assert_eq!(by_run, by_queries);
    let same = place.run_with_input(&["run", "--queries", "-", "-k", "100"], QUERIES.as_bytes()).ok().stdout;
    assert_eq!(std::fs::read_to_string(out).unwrap(), same);
}

#[test]
fn invalid_questions_are_refused_before_any_work() {
    let place = Workplace::with(six_papers());
    let bad = place.file("bad.jsonl", "{\"id\": \"q1\", \"text\": \"bees\"}\n{\"id\": \"q2\"}\n");
    place.run(&["run", "--queries", &bad]).fails_saying(&["bad.jsonl", "line 2", "neither a text nor seeds"]);
    place.run(&["run", "--queries", "missing.jsonl"]).fails_saying(&["missing.jsonl"]);
}
