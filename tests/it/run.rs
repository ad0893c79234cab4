//! Answering files of questions with `relata run`.

use crate::program::{Workplace, ids, six_papers};

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

#[test]
fn the_options_of_similar_and_search_apply_to_every_question() {
    let place = Workplace::with_landmarks();
    let queries = place.file(
        "queries.jsonl",
        "{\"id\": \"text\", \"text\": \"neural networks -translation\"}\n{\"id\": \"seed\", \"seeds\": [\"vaswani2017attention\"]}\n",
    );
    let asked = |search: &[&str], similar: &[&str], run: &[&str]| {
        let ran = place.run(&[&["run", "--queries", &queries, "-k", "5", "--conditions"], run].concat()).ok().stdout;
        let of = |verb: &[&str], options: &[&str]| ids(&place.json(&[verb, &["-k", "5"], options].concat()));
        assert_eq!(ranking(&ran, "text"), of(&["search", "neural networks -translation"], search), "{run:?}");
        assert_eq!(ranking(&ran, "seed"), of(&["similar", "vaswani2017attention"], similar), "{run:?}");
        ran
    };
    let exclude = place.file("seen.txt", "devlin2019bert\nkrizhevsky2012imagenet\n");
    place.run(&["seen", "bahdanau2015neural"]).ok();
    place.run(&["like", "jinek2012programmable"]).ok();
    let plain = asked(&[], &[], &[]);
    for options in [
        &["--since", "2015", "--has-abstract"][..],
        &["--author", "hinton"],
        &["--not", "Deep Residual Learning for Image Recognition"],
        &["--exclude", &exclude],
        &["--exclude-seen"],
        &["--ranker", "lexical"],
        &["--diversity", "0.9"],
        &["--recency", "90d"],
        &["--profile", "default"],
    ] {
        assert_ne!(asked(options, options, options), plain, "{options:?}");
    }
    assert_eq!(asked(&["--exact"], &["--exact"], &["--exact", "--anyway"]), plain);
    let as_they_are = place.run(&["run", "--queries", &queries, "-k", "5"]).ok().stdout;
    let verbatim = ids(&place.json(&["search", "neural networks -translation", "--verbatim", "-k", "5"]));
    assert_eq!(ranking(&as_they_are, "text"), verbatim);
    assert_ne!(as_they_are, plain);
    let diverse = asked(&["--diversity", "0.9"], &["--diversity", "0.9"], &["--diversity", "0.9"]);
    let scores: Vec<f64> = diverse.lines().map(|line| line.split(' ').nth(4).unwrap().parse().unwrap()).collect();
    assert!(scores[..5].is_sorted_by(|a, b| a > b) && scores[5..].is_sorted_by(|a, b| a > b), "{diverse}");

    let alone = place.file("alone.jsonl", "{\"id\": \"mine\"}\n");
    let mine = place.run(&["run", "--queries", &alone, "-k", "5", "--profile", "default"]).ok().stdout;
    assert_eq!(ranking(&mine, "mine"), ids(&place.json(&["similar", "--profile", "default", "-k", "5"])));
    place.run(&["run", "--queries", &alone]).fails_saying(&["mine has neither a text nor seeds"]);
    place.run(&["run", "--queries", &queries, "--not", "zzz"]).fails_saying(&["no paper matches \"zzz\""]);
    place.run(&["run", "--queries", &queries, "--facet", "method"]).fails_saying(&["text has a facet, but no seeds"]);
    let unclear = place.file("unclear.jsonl", "{\"id\": \"q7\", \"text\": \"NOT\"}\n");
    place.run(&["run", "--queries", &unclear, "--conditions"]).fails_saying(&["question \"q7\": \"NOT\" has no words"]);
}

#[test]
fn weights_choose_the_parts_that_count() {
    let place = Workplace::with_landmarks();
    let queries = place.file("queries.jsonl", "{\"id\": \"q\", \"seeds\": [\"vaswani2017attention\"]}\n");
    let run = |options: &[&str]| place.run(&[&["run", "--queries", &queries, "-k", "20"], options].concat());
    let plain = run(&[]).ok().stdout;
    assert_eq!(run(&["--weights", "terms=3"]).ok().stdout, run(&["--ranker", "lexical"]).ok().stdout);
    assert_eq!(run(&["--weights", "document=1"]).ok().stdout, run(&["--ranker", "vector"]).ok().stdout);
    let without_terms = run(&["--weights", "document=1,sentences=1"]).ok().stdout;
    assert_ne!(ranking(&without_terms, "q"), ranking(&plain, "q"));
    run(&["--weights", "word=1"]).fails_saying(&["unknown field `word`"]);
    run(&["--weights", "terms"]).fails_saying(&["\"terms\" is not a weight"]);
}

#[test]
fn any_id_of_a_merged_paper_is_that_paper_in_judgements_and_runs() {
    let place = Workplace::with(
        "{\"id\": \"pub\", \"title\": \"The waggle dance of bees\", \"authors\": [\"Ada Byron\"], \"doi\": \"10.1000/1\", \"abstract\": \"Bees dance.\"}\n\
         {\"id\": \"pre\", \"title\": \"The waggle dance of bees\", \"authors\": [\"Ada Byron\"], \"doi\": \"10.1000/1\"}\n\
         {\"id\": \"wasp\", \"title\": \"Wasps at work\", \"abstract\": \"Wasps build nests of paper.\"}\n",
    );
    assert_eq!(place.json(&["list"])["papers"].as_array().unwrap().len(), 2);
    let queries = place.file("q.jsonl", "{\"id\": \"q\", \"text\": \"how bees dance\"}\n");
    let both = place.file("both.qrels", "q 0 pre 1\nq 0 pub 0\nq 0 wasp 0\nq 0 elsewhere 0\n");
    let run = place.path("a.run");
    place.run(&["run", "--queries", &queries, "--out", run.to_str().unwrap()]).ok();
    for of in [["--queries", &queries], ["--run", run.to_str().unwrap()]] {
        let told = place.run(&["evaluate", &both, of[0], of[1]]).ok().stdout;
        assert!(told.contains("MRR@10          1.0000") && told.contains("\n1 judged id"), "{told}");
        assert_eq!(place.json(&["evaluate", &both, of[0], of[1]])["resolved"], 1);
    }
    let other = place.file("other.run", "q Q0 wasp 1 3 x\nq Q0 pub 2 2 x\nq Q0 pre 3 1 x\n");
    let told = place.run(&["evaluate", &both, "--run", &other, "--cutoffs", "3"]).ok().stdout;
    assert!(told.contains("MRR@3           0.5000") && told.contains("precision@3     0.3333"), "{told}");
}
