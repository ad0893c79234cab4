//! Seeds, disliked papers, filters, and the ranking of a given list.

use std::collections::HashSet;

use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{Engine, Question, Recency, Recommendation, Seed, unobserved};
use relata::library::Filters;
use relata::rank::Ranker;
use serde_json::Value;

use crate::program::{Workplace, ids, six_papers};

fn papers(answer: &Value) -> Vec<&Value> {
    answer["results"].as_array().unwrap().iter().map(|result| &result["paper"]).collect()
}

/// A condition on a paper of an answer.
type Holds = fn(&Value) -> bool;

#[test]
fn a_disliked_paper_lowers_the_scores_of_papers_like_it() {
    let place = Workplace::with(six_papers());
    let before = ids(&place.json(&["similar", "walk1", "fold1"]));
    let answer = place.json(&["similar", "walk1", "fold1", "--not", "Folding of amino acid chains"]);
    let after = ids(&answer);
    assert!(before.contains(&"fold2".to_owned()) && !after.contains(&"fold2".to_owned()));
    assert_eq!((after[0].as_str(), &answer["query"]["not"][0]["id"]), ("walk2", &"fold2".into()));
    let lost = |answer: &Value, id: &str| {
        let found = answer["results"].as_array().unwrap().iter().find(|found| found["paper"]["id"] == id);
        found.unwrap()["parts"]["disliked"].as_f64().unwrap()
    };
    let answer = place.json(&["similar", "walk1", "fold1", "--not", "lang1"]);
    assert!(lost(&answer, "lang2") < 0.0, "it is more like lang1 than like a seed");
    assert_eq!(lost(&answer, "walk2"), 0.0, "it is more like walk1");
    let heading = place.run(&["similar", "walk1", "--not", "fold1"]).ok().stdout;
    assert!(heading.contains("walk1), unlike “Predicting protein structure” (fold1)"), "{heading}");
    let found = ids(&place.json(&["search", "neural networks", "--not", "lang2"]));
    assert!(!found.is_empty() && !found.contains(&"lang2".to_owned()), "{found:?}");
    place.run(&["similar", "walk1", "--not", "walk1"]).fails_saying(&["every seed is also a disliked paper"]);
    place.run(&["similar", "walk1", "--not", "zzz"]).fails_saying(&["no paper matches \"zzz\""]);
}

#[test]
fn papers_of_a_file_are_seeds_even_if_the_library_lacks_them() {
    let place = Workplace::with(six_papers());
    let file = place.file(
        "mine.bib",
        "@article{a, title = {Legged robots learn to walk}}\n\
         @article{b, title = {A gait for machines with six legs}, abstract = {How robots with legs walk over stones.}}\n",
    );
    let answer = place.json(&["similar", "--like", &file]);
    let found = ids(&answer);
    assert_eq!((found[0].as_str(), found.len()), ("walk2", 5), "{found:?}: walk1 is in the file");
    assert_eq!((&answer["query"]["like"][0]["papers"], &answer["query"]["kind"]), (&2.into(), &"papers".into()));
    assert!(
        ids(&place.json(&["similar", "fold1", "--like", &file, "--text", "molecules"])).contains(&"fold2".to_owned())
    );
    let told = place.run(&["similar", "--like", &file, "-k", "1"]).ok().stdout;
    assert!(told.starts_with("Papers like 2 papers of "), "{told}");
    place.run(&["similar"]).fails_saying(&["name a paper", "--like FILE", "--text-file FILE"]);
    place
        .run(&["similar", "--like", &place.file("no.bib", "@comment{nothing}")])
        .fails_saying(&["no paper could be read"]);
    place.run(&["similar", "--like", "missing.bib"]).fails_saying(&["missing.bib", "there is no such file"]);
}

#[test]
fn a_text_is_a_seed_alone_and_together_with_papers() {
    let place = Workplace::with(six_papers());
    let text = place.json(&["similar", "--text", "how proteins fold"]);
    assert_eq!(ids(&text), ids(&place.json(&["search", "how proteins fold"])));
    assert_eq!((&text["query"]["kind"], &text["query"]["text"]), (&"text".into(), &"how proteins fold".into()));
    let both = ids(&place.json(&["similar", "walk1", "--text", "protein folding", "-k", "3"]));
    assert!(both.contains(&"walk2".to_owned()) && both.contains(&"fold1".to_owned()), "{both:?}");
}

#[test]
fn all_results_pass_the_filters_and_top_k_is_reached() {
    let place = Workplace::with_landmarks();
    let options: [(&[&str], Holds); 6] = [
        (&["--since", "2015"], |paper| paper["year"].as_i64() >= Some(2015)),
        (&["--until", "2000-12"], |paper| paper["year"].as_i64() <= Some(2000)),
        (&["--year", "1990..1999"], |paper| (1990..2000).contains(&paper["year"].as_i64().unwrap())),
        (&["--venue", "NEURIPS"], |paper| paper["venue"].as_str().unwrap().contains("NeurIPS")),
        (&["--category", "machine learning"], |paper| paper["categories"].to_string().contains("machine learning")),
        (&["--author", "bengio"], |paper| paper["authors"].to_string().contains("Bengio")),
    ];
    for (arguments, holds) in options {
        let all = place.json(&[&["list"], arguments].concat());
        let all = all["papers"].as_array().unwrap();
        assert!(!all.is_empty() && all.iter().all(holds), "{arguments:?}");
        for k in ["3", "300"] {
            for verb in [&["similar", "vaswani2017attention"][..], &["search", "learning from data"]] {
                let answer = place.json(&[verb, arguments, &["-k", k]].concat());
                let found = papers(&answer);
                assert!(found.iter().all(|paper| holds(paper)), "{arguments:?}");
                let is_seed = |paper: &&Value| verb[0] == "similar" && paper["id"] == "vaswani2017attention";
                let there = all.iter().filter(|paper| !is_seed(paper)).count();
                assert_eq!(found.len(), there.min(k.parse().unwrap()), "{verb:?} {arguments:?}");
            }
        }
    }
    let nobody = place.run(&["similar", "vaswani2017attention", "--author", "nobody"]);
    assert_eq!((nobody.code, nobody.stdout.as_str()), (Some(1), ""));
    assert!(nobody.stderr.contains("No paper matches --author \"nobody\""), "{}", nobody.stderr);
    for (arguments, told) in [
        (["--year", "2021..2018"], "write 2018, 2018..2021, 2018.. or ..2021"),
        (["--since", "soon"], "write 2018, 2018-03 or 2018-03-21"),
        (["--diversity", "2"], "a number from 0 to 1"),
        (["--recency", "0"], "write years, such as 2 or 0.5"),
        (["--ranker", "best"], "possible values: hybrid, vector, lexical"),
    ] {
        place.run(&[&["similar", "vaswani2017attention"], &arguments[..]].concat()).fails_saying(&[told]);
    }
    let count = place.json(&["list", "--author", "hinton"])["papers"].as_array().unwrap().len();
    let export = place.run(&["export", "--author", "hinton", "--format", "jsonl"]).ok().stdout;
    assert_eq!(export.lines().count(), count);
    assert_eq!(place.run(&["export", "vaswani2017attention", "--author", "hinton", "--format", "bib"]).code, Some(1));
}

#[test]
fn papers_of_an_excluded_file_are_left_out() {
    let place = Workplace::with(six_papers());
    let names = place.file("seen.txt", "\u{feff}walk2\n\nNeural machine translation\nunknown\n");
    let found = ids(&place.json(&["similar", "walk1", "--exclude", &names]));
    assert_eq!(HashSet::from_iter(found), HashSet::from(["fold1", "fold2", "lang1"].map(str::to_owned)));
    let bib = place.file("seen.bib", "@article{x, title = {Walking machines on rough ground}}");
    let found = ids(&place.json(&["search", "walking", "--exclude", &bib, "--exclude", &names]));
    assert!(found.len() == 4 && !found.contains(&"walk2".to_owned()), "{found:?}");
    let none = place.run(&["similar", "walk1", "--exclude", &place.file("other.txt", "a\nb\n")]).ok();
    assert!(none.stderr.contains("none of its papers is in the library"), "{}", none.stderr);
}

#[test]
fn conditions_in_a_description_restrict_the_results() {
    let place = Workplace::with_landmarks();
    let all = place.json(&["search", "neural networks", "-k", "300"]);
    let text = |paper: &Value| format!("{} {}", paper["title"], paper["abstract"]).to_lowercase();
    let network = |paper: &Value| text(paper).contains("translat");
    let with = papers(&all).into_iter().filter(|paper| network(paper)).count();
    let answer = place.json(&["search", "neural networks -translation", "-k", "300"]);
    assert!(with > 0 && papers(&answer).iter().all(|paper| !text(paper).contains("translation")));
    let answer = place.json(&["search", "\"neural networks\" learning", "-k", "300"]);
    let found = papers(&answer);
    assert!(!found.is_empty() && found.len() < papers(&all).len());
    let has = |paper: &&Value| text(paper).replace('-', " ").contains("neural network");
    assert_eq!(found.iter().filter(|paper| has(paper)).count(), found.len());
    assert_eq!(papers(&all).iter().filter(|paper| has(paper)).count(), found.len(), "no matching paper is missing");
    let by = |query: &str| place.json(&["search", query, "-k", "300"]);
    let answer = by("networks author:hinton year:2009.. -venue:NeurIPS");
    assert!(!papers(&answer).is_empty());
    for paper in papers(&answer) {
        assert!(paper["authors"].to_string().contains("Hinton") && paper["year"].as_i64() >= Some(2009));
        assert_ne!(paper["venue"], "NeurIPS");
    }
    let verbatim = place.json(&["search", "--verbatim", "networks -translation author:hinton", "-k", "300"]);
    assert_eq!(papers(&verbatim).len(), papers(&all).len());
    let answer = by("neural networks NOT translation");
    assert_eq!(answer["query"]["understood"]["ranked_by"], "neural networks");
    assert_eq!(answer["query"]["understood"]["conditions"], "NOT translation");
    assert!(papers(&answer).iter().all(|paper| !text(paper).contains("translation")));
    let answer = by("(translation OR speech) AND attent*");
    let either = papers(&answer);
    let expected = |paper: &Value| {
        (text(paper).contains("translat") || text(paper).contains("speech")) && text(paper).contains("attent")
    };
    assert_eq!(either.len(), papers(&all).iter().filter(|paper| expected(paper)).count());
    assert!(!either.is_empty() && either.iter().all(|paper| expected(paper)));
    let answer = by("title:attention");
    let titled = papers(&answer);
    let has_title = |paper: &Value| paper["title"].as_str().unwrap().to_lowercase().contains("attention");
    assert_eq!(titled.len(), papers(&all).iter().filter(|paper| has_title(paper)).count());
    assert!(!titled.is_empty() && titled.iter().all(|paper| has_title(paper)));
    assert!(!ids(&by("author:hinton (year:2012 OR NOT venue:NeurIPS)")).is_empty());
    for (query, told) in [
        ("networks author:hintn", "No paper matches author:\"hintn\"; did you mean \"Hinton\"?"),
        ("year:2020 AND year:2010", "No paper meets these conditions: year:2020 AND year:2010"),
        ("xylophone AND networks", "no paper has xylophone"),
    ] {
        let ran = place.run(&["search", query]);
        assert!(ran.code == Some(1) && ran.stderr.contains(told), "{query}: {}", ran.stderr);
    }
    let long = ["bees"; 501].join(" AND ");
    place.run(&["search", &long]).fails_saying(&["the text has 501 conditions", "--verbatim"]);
    place.run(&["search", "AND OR"]).fails_saying(&["\"AND OR\" has no words to search for", "--verbatim"]);
    let doubt = place.run(&["search", "networks year:20l8", "-k", "1"]).ok();
    assert!(doubt.stderr.contains("\"20l8\" is not a year"), "{}", doubt.stderr);
    // Without text, the newest matching papers are listed.
    let answer = by("author:hinton -year:2012");
    let years: Vec<i64> = papers(&answer).iter().map(|paper| paper["year"].as_i64().unwrap()).collect();
    assert!(years.len() == 2 && years.is_sorted_by(|a, b| a >= b) && !years.contains(&2012), "{years:?}");
    assert_eq!((&answer["query"]["kind"], &answer["results"][0]["score"]), (&"filters".into(), &0.0.into()));
    let listed = place.json(&["list", "--author", "hinton"])["papers"].as_array().unwrap().len();
    assert_eq!(ids(&by("author:hinton")).len(), listed);
}

#[test]
fn words_with_signs_and_hyphens_and_chinese_words_are_found() {
    let papers = [
        ("cpp", "Templates in C++ programs"),
        ("c", "Pointers in the C language"),
        ("pre", "Pre-training of models with GPT-4"),
        ("tnf", "The role of TNF-α in mice"),
        ("zh", "深度机器学习的方法"),
        ("art", "The state of the art"),
        ("bert", "Question answering with BERT"),
    ];
    let papers = papers.map(|(id, title)| format!("{}\n", serde_json::json!({"id": id, "title": title})));
    let place = Workplace::with(papers.concat());
    for (query, expected) in [
        ("\"C++\"", &["cpp"][..]),
        ("title:C", &["c"]),
        ("training AND models", &["pre"]),
        ("\"pre-training\"", &["pre"]),
        ("pre-train*", &["pre"]),
        ("\"TNF-alpha\"", &["tnf"]),
        ("\"机器学习\"", &["zh"]),
        ("title:法", &["zh"]),
        ("\"学机\"", &[]),
        ("\"state of the art\"", &["art"]),
        ("\"art state\"", &[]),
        ("answer* NOT \"C++\"", &["bert"]),
    ] {
        let found = ids(&place.json(&["search", query]));
        let found: HashSet<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, HashSet::from_iter(expected.iter().copied()), "{query}");
    }
    assert_eq!(ids(&place.json(&["search", "学习", "--ranker", "lexical"]))[0], "zh");
    assert_eq!(ids(&place.json(&["search", "C++", "--ranker", "lexical"]))[0], "cpp");
}

#[test]
fn a_list_is_ranked_even_if_the_library_lacks_its_papers() {
    let place = Workplace::with(six_papers());
    let names = place.file("ids.txt", "lang2\nnot-there\nFolding of amino acid chains\nwalk2\n");
    let answer = place.json(&["rank", "walk1", "--candidates", &names]);
    let found = ids(&answer);
    assert_eq!((found[0].as_str(), found.len()), ("walk2", 3));
    assert_eq!((&answer["results"][0]["candidate"], &answer["unknown"][0]), (&3.into(), &"not-there".into()));
    let told = place.run(&["rank", "walk1", "--candidates", &names]).ok();
    assert!(
        told.stdout.starts_with("4 papers by similarity to “Legged robots learn to walk” (walk1)"),
        "{}",
        told.stdout
    );
    assert!(told.stderr.contains("so ranked last: not-there"), "{}", told.stderr);
    assert_eq!(ids(&place.json(&["rank", "walk1", "--candidates", &names, "-k", "1"])), ["walk2"]);
    let bib = "@article{new, title = {Gaits of robot dogs}, abstract = {Robots with legs learn to walk.}}\n\
               @article{mine, title = {Neural machine translation}}\n@article{other, title = {The price of bread}}\n";
    let mut ranked =
        vec![place.json(&["rank", "--candidates", &place.file("new.bib", bib), "--text", "robots with legs"])];
    let piped = place.run_with_input(&["rank", "walk1", "--candidates", "-", "--json"], bib.as_bytes()).ok();
    ranked.push(serde_json::from_str(&piped.stdout).unwrap());
    for answer in &ranked {
        let found = ids(answer);
        assert_eq!((found[0].as_str(), found.len()), ("new", 3), "by the ids of the file: {found:?}");
        assert!(found.contains(&"mine".to_owned()));
    }
    let nothing = place.file("unknown.txt", "x\ny\n");
    let ran = place.run(&["rank", "walk1", "--candidates", &nothing]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("x, y"), "{}", ran.stderr);
    place.run(&["rank", "--candidates", &names]).fails_saying(&["name a paper"]);
}

/// Opens the library of a place without the program.
fn engine(place: &Workplace) -> Engine {
    Engine::open(&place.library(), ModelStore::from_env().unwrap(), None, EmbedOptions::default()).unwrap()
}

#[test]
fn seeds_and_excluded_papers_are_never_found_and_top_k_is_reached_with_filters() {
    let place = Workplace::with_landmarks();
    let engine = engine(&place);
    let snapshot = engine.snapshot(&unobserved).unwrap();
    let library = snapshot.library();
    let all = library.list(0, 1000).unwrap();
    for (at, step) in [(0, 7), (3, 11), (50, 29), (120, 13)] {
        let seeds: Vec<i64> = all.iter().skip(at).step_by(step).take(3).map(|listed| listed.number).collect();
        let filters = Filters { since: Some(format!("{}", 1980 + step)), ..Filters::default() };
        let passing = library.filtered(&filters.conditions().unwrap()).unwrap();
        let excluded: HashSet<i64> = passing.iter().copied().step_by(3).collect();
        for k in [1, 10, 500] {
            let question = Question {
                among: Some(HashSet::from_iter(passing.iter().copied()).into()),
                excluded: excluded.clone(),
                top_k: k,
                disliked: vec![Seed::Stored(seeds[2])],
                ..Question::like(&seeds[..2])
            };
            let found: Vec<i64> =
                snapshot.recommend(&question).unwrap().iter().map(|found| found.number.unwrap()).collect();
            let may_come = |number: &&i64| !excluded.contains(number) && !seeds.contains(number);
            assert_eq!(found.len(), passing.iter().filter(may_come).count().min(k));
            assert!(found.iter().all(|number| may_come(&number) && passing.contains(number)));
            // A short half-life changes the order, but not which papers are found.
            let recency = Some(Recency { half_life_years: 2.0, today: jiff::civil::date(2026, 1, 1) });
            let recent = snapshot.recommend(&Question { recency, top_k: 500, ..question.clone() }).unwrap();
            assert!(recent.windows(2).all(|pair| pair[0].score >= pair[1].score));
            let all = snapshot.recommend(&Question { top_k: 500, ..question.clone() }).unwrap();
            let numbers =
                |found: &[Recommendation]| -> HashSet<i64> { found.iter().filter_map(|f| f.number).collect() };
            assert_eq!(numbers(&recent), numbers(&all));
        }
    }
}

#[test]
fn without_diversity_results_are_ordered_by_score() {
    let place = Workplace::with_landmarks();
    let same = ["similar", "vaswani2017attention", "-k", "20"];
    let plain = place.json(&same);
    assert_eq!(ids(&plain), ids(&place.json(&[&same[..], &["--diversity", "0"]].concat())));
    let scores: Vec<f64> = plain["results"].as_array().unwrap().iter().map(|r| r["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b));
    let diverse = place.json(&[&same[..], &["--diversity", "0.7"]].concat());
    assert_eq!(ids(&plain)[0], ids(&diverse)[0], "diversity does not change the first result");
    assert_ne!(ids(&plain), ids(&diverse));
    for (ranker, part) in [("vector", "document"), ("lexical", "terms")] {
        let answer = place.json(&[&same[..], &["--ranker", ranker]].concat());
        for result in answer["results"].as_array().unwrap() {
            assert_eq!(result["parts"][part], result["score"]);
        }
    }
    let recent = place.json(&[&same[..], &["--recency", "18m"]].concat());
    assert!(recent["results"][0]["parts"]["age"].as_f64().unwrap() < 0.0);
    assert_eq!(recent["query"]["half_life_years"], 1.5);
}

#[test]
fn questions_answered_together_have_the_same_answers_as_alone() {
    let place = Workplace::with(six_papers());
    let engine = engine(&place);
    let snapshot = engine.snapshot(&unobserved).unwrap();
    let text =
        |text: &str, ranker| Question { liked: vec![Seed::Text(text.to_owned())], ranker, ..Question::default() };
    // The first question is not embedded, and must not get the vector of the second.
    let questions = [
        text("Robots with legs.", Ranker::Lexical),
        text("The folding of proteins.", Ranker::Hybrid),
        Question { ranker: Ranker::Lexical, ..Question::about("translating sentences") },
        Question::about("walking machines"),
    ];
    let together = snapshot.rank(&questions).unwrap();
    assert_eq!(together.len(), questions.len());
    for (question, together) in questions.iter().zip(together) {
        assert_eq!(snapshot.rank(std::slice::from_ref(question)).unwrap(), [together]);
    }
}
