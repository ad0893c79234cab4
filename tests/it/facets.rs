//! Papers that are similar in one facet.

use serde_json::json;

use crate::program::{Workplace, ids, json_lines, ran};

/// A library with a seed, a paper on the same problem with another method, a paper on another problem with the same
/// method, and an unrelated paper.
fn library() -> Workplace {
    let place = Workplace::new();
    let papers = json_lines(&[
        (
            "seed",
            "Counting bees",
            "Beekeepers need to know how many bees live in a hive, but counting insects by hand takes days. We train a \
             convolutional neural network on labelled photographs with stochastic gradient descent. Our counts are \
             within two percent of the truth.",
        ),
        (
            "problem",
            "Hives by weight",
            "Beekeepers want to know the number of bees that live in their hives, and nobody can count insects by hand \
             for long. We put each hive on a scale and fit a linear regression to its weight. The error is below five \
             percent.",
        ),
        (
            "method",
            "Grading roads",
            "Cracks in asphalt are expensive for cities and inspectors of roads are few. We train a convolutional neural \
             network on labelled photographs with stochastic gradient descent. It finds nine of ten cracks.",
        ),
        (
            "other",
            "Folk songs",
            "Melodies change as they are sung. We collect recordings in villages. Songs get shorter.",
        ),
    ]);
    place.run(&["add", &place.file("papers.jsonl", papers)]).ok();
    place
}

/// Returns the sentence part of the score of `first` minus that of `second`.
fn lead(place: &Workplace, facet: &[&str], first: &str, second: &str) -> f64 {
    let found = place.json(&[&["similar", "seed"], facet].concat());
    let share = |id: &str| {
        let results = found["results"].as_array().unwrap();
        results.iter().find(|result| result["paper"]["id"] == id).unwrap()["parts"]["sentences"].as_f64().unwrap()
    };
    share(first) - share(second)
}

#[test]
fn a_facet_raises_papers_that_are_similar_in_it() {
    let place = library();
    let without = lead(&place, &[], "method", "problem");
    assert!(lead(&place, &["--facet", "method"], "method", "problem") > without + 0.02);
    assert!(lead(&place, &["--facet", "background"], "method", "problem") < without - 0.02);
    let ran = place.run(&["similar", "seed", "--facet", "method"]).ok();
    assert!(ran.stdout.starts_with("Papers like “Counting bees” (seed), by their method"), "{}", ran.stdout);
    let json = place.json(&["similar", "seed", "--facet", "background"]);
    assert_eq!(json["query"]["facet"], "background");
    assert_eq!(ids(&json)[0], "problem");
    assert!(place.json(&["similar", "seed"])["query"]["facet"].is_null());
}

#[test]
fn facets_work_for_a_text_file_and_for_papers_without_an_abstract() {
    let place = library();
    place.run(&["add", &place.file("bare.jsonl", "{\"title\": \"A convolutional neural network\"}\n")]).ok();
    let text =
        place.file("a.txt", "Roads break. We train a neural network on photographs of asphalt. It finds cracks.");
    let found = ids(&place.json(&["similar", "--text-file", &text, "--facet", "method"]));
    assert_eq!((found[0].as_str(), found.len()), ("method", 5));
}

#[test]
fn questions_in_a_file_may_have_a_facet() {
    let place = library();
    let question = |id: &str, facet: Option<&str>| {
        json!({ "id": id, "seeds": ["seed"], "facet": facet, "candidates": ["method", "problem", "other"] }).to_string()
    };
    let lines = [question("a", Some("background")), question("b", Some("method")), question("c", None)].join("\n");
    let queries = place.file("questions.jsonl", lines);
    let run = place.run(&["run", "--queries", &queries]).ok().stdout;
    let score = |query: &str, paper: &str| -> f64 {
        let line = run.lines().find(|line| line.starts_with(&format!("{query} Q0 {paper} "))).unwrap();
        line.split(' ').nth(4).unwrap().parse().unwrap()
    };
    let lead = |query| score(query, "method") - score(query, "problem");
    assert!(lead("b") > lead("c") && lead("c") > lead("a"), "{run}");
    for (line, message) in [
        (
            "{\"id\": \"q\", \"seeds\": [\"seed\"], \"facet\": \"aim\"}",
            "unknown variant `aim`, expected one of `background`",
        ),
        ("{\"id\": \"q\", \"text\": \"bees\", \"facet\": \"method\"}", "q has a facet, but no seeds"),
    ] {
        place.run(&["run", "--queries", &place.file("bad.jsonl", line)]).fails_saying(&["line 1", message]);
    }
}

#[test]
fn a_trained_classifier_is_used_and_one_for_another_model_is_refused() {
    let place = library();
    let labelled = |n: usize| {
        json!({
            "id": n,
            "sentences": [format!("Bees matter to {n} farmers."), "We count them with cameras.", "Counts are right."],
            "labels": ["objective", "method", "result"],
        })
        .to_string()
    };
    let train = place.file("train.jsonl", (0..30).map(|n| labelled(n) + "\n").collect::<String>());
    let out = place.path("facets.json").to_str().unwrap().to_owned();
    let told = place.json(&["train-facets", &train, "--dev", &train, "--out", &out]);
    assert_eq!(
        (&told["abstracts"], &told["sentences"], &told["dev"]["macro_f1"]),
        (&30.into(), &90.into(), &1.0.into())
    );
    let text = place.run(&["train-facets", &train, "--dev", &train, "--out", &out]).ok();
    assert!(text.stdout.contains("macro-F1 of the facets 1.000"), "{}", text.stdout);
    let shipped = place.json(&["similar", "seed", "--facet", "method"]);
    let own = place.json(&["similar", "seed", "--facet", "method", "--facet-model", &out]);
    assert_ne!(shipped["results"], own["results"]);

    let foreign = std::fs::read_to_string(&out).unwrap().replacen("\"model_sha256\":\"", "\"model_sha256\":\"0", 1);
    let foreign = place.file("foreign.json", foreign);
    let mut command = place.command(&["similar", "seed", "--facet", "method"]);
    command.env("RELATA_FACET_MODEL", &foreign);
    let refused = ["the facet classifier is for vectors of the model", "`relata train-facets`", "--facet-model FILE"];
    ran(command.output().unwrap()).fails_saying(&refused);
    place.run(&["similar", "seed", "--facet-model", &foreign]).ok();
    place
        .run(&["similar", "seed", "--facet", "method", "--facet-model", &train])
        .fails_saying(&["train.jsonl: ", "name a file that `relata train-facets` wrote"]);
    let bad = place.file("bad.jsonl", labelled(1).replace("method", "aim"));
    place.run(&["train-facets", &bad, "--out", &out]).fails_saying(&["bad.jsonl: line 1: \"aim\" is not a label"]);
}
