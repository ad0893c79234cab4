//! Questions by paper and by description, answered as text and as JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::program::{Workplace, ids, json_lines, sample, six_papers};

#[test]
fn the_paper_on_the_same_subject_is_found_first_and_the_seed_never() {
    let place = Workplace::with(six_papers());
    for (seed, expected) in [("walk1", "walk2"), ("fold2", "fold1"), ("lang1", "lang2")] {
        let found = ids(&place.json(&["similar", seed]));
        assert_eq!(found[0], expected);
        assert_eq!(found.len(), 5, "all others are listed");
        assert!(!found.contains(&seed.to_owned()));
    }
    let both = ids(&place.json(&["similar", "walk1", "fold1", "-k", "2"]));
    assert_eq!(std::collections::BTreeSet::from_iter(both), ["fold2".to_owned(), "walk2".to_owned()].into());
}

#[test]
fn papers_like_a_stored_paper_are_found_without_the_model() {
    let place = Workplace::with(six_papers());
    let mut command = place.command(&["similar", "walk1"]);
    command.env("RELATA_CACHE", place.path("no-cache")).env("RELATA_OFFLINE", "1");
    let ran = crate::program::ran(command.output().unwrap()).ok();
    assert!(ran.stdout.contains("Walking machines on rough ground"));
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
}

#[test]
fn a_description_and_a_text_file_find_papers_on_their_subject() {
    let place = Workplace::with(six_papers());
    assert!(ids(&place.json(&["search", "how", "proteins", "fold"]))[0].starts_with("fold"));
    let text = place.file("abstract.txt", "A robot dog crosses rubble. We train its gait in simulation.");
    assert!(ids(&place.json(&["similar", "--text-file", &text]))[0].starts_with("walk"));
    let from_stdin =
        place.run_with_input(&["similar", "--text-file", "-", "-k", "1"], b"translation of sentences").ok();
    assert!(from_stdin.stdout.contains("lang"), "{}", from_stdin.stdout);
}

/// Collects the paths of all keys in a value, such as `results.paper.title`. Ignores the keys in `ids` and `details`,
/// which differ between papers.
fn keys(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) if !at.ends_with(".ids") && !at.ends_with(".details") => {
            for (key, value) in fields {
                let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                keys(value, &path, found);
                found.insert(path);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| keys(value, at, found)),
        _ => {}
    }
}

#[test]
fn the_json_of_an_answer_has_the_documented_keys() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let example = &page[page.find("{\"schema_version\": 1,").expect("an example of JSON")..];
    let example: Value = serde_json::Deserializer::from_str(example).into_iter().next().unwrap().unwrap();
    let answer = Workplace::with(six_papers()).json(&["similar", "walk1"]);
    let [mut documented, mut found] = [BTreeSet::new(), BTreeSet::new()];
    keys(&example, "", &mut documented);
    keys(&answer, "", &mut found);
    assert_eq!(found, documented);
}

#[test]
fn score_parts_in_json_add_up_and_unknown_fields_are_null() {
    let place = Workplace::with(
        r#"{"title":"A","abstract":"Robots.","doi":"10.1000/xyz","year":2001,"authors":["Ann Lee"]}
{"title":"B","abstract":"Robots walk."}"#,
    );
    let answer = place.json(&["similar", "10.1000/XYZ", "-k", "3"]);
    assert_eq!(
        (&answer["query"]["kind"], &answer["query"]["top_k"], &answer["query"]["exact"]),
        (&"papers".into(), &3.into(), &false.into())
    );
    let result = &answer["results"][0];
    assert_eq!(result["rank"], 1);
    let part = |name: &str| result["parts"][name].as_f64().unwrap();
    let sum: f64 = ["document", "sentences", "terms", "disliked", "age"].map(part).iter().sum();
    assert!((result["score"].as_f64().unwrap() - sum).abs() < 5e-6, "{result}");
    assert!(result["similarity"].as_f64().unwrap() > 0.5 && result["percentile"].is_number());
    let back = place.json(&["search", "robots"]);
    let paper = back["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["paper"])
        .find(|paper| paper["title"] == "A")
        .unwrap();
    assert_eq!((&paper["id"], &paper["ids"]["doi"]), (&"doi:10.1000/xyz".into(), &"10.1000/xyz".into()));
    assert_eq!((&paper["url"], &paper["year"]), (&"https://doi.org/10.1000/xyz".into(), &2001.into()));
    assert!(paper["venue"].is_null() && paper.as_object().unwrap().contains_key("venue"));
}

#[test]
fn text_output_is_wrapped_and_complete() {
    let long = "A title that goes on for so long that no terminal of an ordinary width could ever show it on a single line of text";
    let place = Workplace::with(json_lines(&[("a", long, "Robots walk."), ("b", "Robots", "Robots run.")]));
    let ran = place.run(&["similar", "b"]).ok();
    assert!(ran.stdout.starts_with("Papers like “Robots” (b)\n\n 1  0."), "{}", ran.stdout);
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ran.stdout);
    let joined: Vec<&str> = ran.stdout.split_whitespace().collect();
    assert!(joined.join(" ").contains(long));
}

#[test]
fn errors_about_ambiguous_and_unknown_names_have_suggestions() {
    let place = Workplace::with(json_lines(&[
        ("a", "Deep learning for vision", "Images."),
        ("b", "Deep learning for speech", "Sound."),
        ("c", "Graph theory", "Edges."),
    ]));
    place
        .run(&["similar", "deep learning"])
        .fails_saying(&["matches several papers", "a  Deep learning for vision", "b  Deep"]);
    place.run(&["similar", "grph theory"]).fails_saying(&["did you mean", "c  Graph theory"]);
    place.run(&["similar", "zzz"]).fails_saying(&["no paper matches \"zzz\"; `relata list`"]);
    place.run(&["similar", "deep", "learning", "for", "speech"]).ok();
    place.run(&["search", " "]).fails_saying(&["the description is empty"]);
}

#[test]
fn papers_with_the_title_of_the_seed_are_left_out() {
    let mut papers: Vec<(String, &str, String)> =
        (0..20).map(|n| (format!("e{n}"), "Editorial", format!("Issue {n}."))).collect();
    papers.extend((0..10).map(|n| (format!("p{n}"), ["On editing", "Of issues"][n % 2], format!("Text number {n}."))));
    let papers: Vec<(&str, &str, &str)> =
        papers.iter().map(|(id, title, text)| (id.as_str(), *title, text.as_str())).collect();
    let place = Workplace::with(json_lines(&papers));
    let found = ids(&place.json(&["similar", "e0", "-k", "5"]));
    assert!(found.len() == 5 && found.iter().all(|id| id.starts_with('p')), "{found:?}");
    let report = place.json(&["report", "e3", "-k", "5"]);
    assert_eq!(report["papers"][0]["nearest"].as_array().unwrap().len(), 5);
}

#[test]
fn a_library_of_one_paper_has_no_results() {
    let place = Workplace::with(json_lines(&[("a", "Alone", "Nothing else.")]));
    let ran = place.run(&["similar", "a"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("no other paper"));
    assert_eq!(place.run(&["similar", "a", "--quiet"]).stderr, "");
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let place = Workplace::new();
    place.run(&["add", sample().to_str().unwrap()]).ok();
    let mut list = place
        .command(&["list"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(list.stdout.take());
    let ended = list.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn the_demo_shows_all_three_uses_and_leaves_the_library_alone() {
    let place = Workplace::new();
    let ran = place.run(&["demo"]).ok();
    for part in ["relata similar", "BERT", "relata search", "Wrote a report on 208 papers to"] {
        assert!(ran.stdout.contains(part), "{part} is not in {}", ran.stdout);
    }
    assert!(place.path("relata-demo.html").exists());
    let json = place.json(&["demo"]);
    assert_eq!((&json["papers"], json["similar"]["results"].as_array().unwrap().len()), (&208.into(), 5));
    assert!(!place.library().exists());
    let database = std::path::Path::new(json["library"].as_str().unwrap()).join("papers.db");
    std::fs::write(database, "damaged").unwrap();
    assert_eq!(place.json(&["demo"])["papers"], 208);
}

/// Returns the names of all commands from `relata --help`. They are after the headings, which are nine columns wide.
fn commands(place: &Workplace) -> Vec<String> {
    let help = place.run(&["--help"]).ok().stdout;
    let listed = help.lines().skip(2).take_while(|line| !line.is_empty());
    let names: Vec<String> = listed.filter_map(|line| line.get(9..)?.split(' ').next()).map(str::to_owned).collect();
    assert!(names.len() > 25 && names.contains(&"similar".to_owned()), "{names:?}");
    names
}

#[test]
fn every_command_has_help_with_examples_and_exit_codes() {
    let place = Workplace::new();
    for command in commands(&place).iter().filter(|command| *command != "help") {
        let help = place.run(&[command, "--help"]).ok().stdout;
        // One match is in the usage line. The others are in examples.
        assert!(help.matches(&format!("relata {command}")).count() > 2, "{help}");
        assert!(help.contains("Exit codes: 0"), "{help}");
    }
    assert!(place.run(&["completions", "bash"]).ok().stdout.contains("relata"));
    assert!(place.run(&["man"]).ok().stdout.contains(".TH relata"));
    place.run(&["man", "--output", place.path("man").to_str().unwrap()]).ok();
    assert!(place.path("man/relata-similar.1").exists());
}

#[test]
fn list_and_show_print_the_papers_of_the_library() {
    let place = Workplace::with(six_papers());
    let listed = place.json(&["list", "--limit", "2", "--offset", "1"]);
    let titles: Vec<&str> = listed["papers"].as_array().unwrap().iter().map(|p| p["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Predicting protein structure", "Translating with attention"]);
    assert_eq!(place.json(&["list", "--sources"])["sources"][0]["papers"], 6);
    let shown = place.run(&["show", "walk1"]).ok().stdout;
    assert!(shown.contains("Legged robots learn to walk") && shown.contains("learns gaits"), "{shown}");
    // The JSON of `list` can be added again.
    let other = Workplace::new();
    let all = serde_json::to_string(&place.json(&["list"])).unwrap();
    assert_eq!(other.json(&["add", &other.file("all.json", all)])["added"], 6);
}

/// Papers with authors, venues and years.
const NAMED: &str = r#"{"id":"trans","title":"Attention is all you need","abstract":"A network of attention alone.","authors":["Ashish Vaswani","Noam Shazeer"],"venue":"NIPS","year":2017,"arxiv":"1706.03762"}
{"id":"music","title":"Music with long structure","abstract":"A network generates music.","authors":["Cheng-Zhi Huang","Ashish Vaswani"],"venue":"ICLR","year":2019,"url":"https://example.org/music.pdf"}
{"id":"walk","title":"Legged robots learn to walk over rough ground","abstract":"Attention to the ground and Fisher information.","authors":["Ann Lee"],"venue":"ICRA","year":2017}
{"id":"fold","title":"Protein structure from sequence","abstract":"Fisher scores of folds.","authors":["Bo Fisher"],"venue":"NIPS","year":2020}
"#;

#[test]
fn a_question_that_names_papers_lists_them_first_and_says_so() {
    let place = Workplace::with(NAMED);
    for (question, first, reading) in [
        ("Attention Is All You Need!", "trans", "title: Attention is all you need (trans)"),
        (
            "robots learn to walk over rough ground",
            "walk",
            "title: Legged robots learn to walk over rough ground (walk)",
        ),
        ("legged robots learn to wlak over rough ground", "walk", "title: Legged robots"),
        ("vaswani music", "music", "author: vaswani"),
        ("vaswani 2017", "trans", "author: vaswani, year: 2017"),
        ("papers by Ashish Vaswani on music", "music", "author: ashish vaswani"),
        ("Vaswani et al. (2017) Attention is all you need, NIPS", "trans", "title: Attention"),
        ("nips 2020 sequence", "fold", "venue: nips, year: 2020"),
        ("1706.03762", "trans", "paper: 1706.03762"),
        ("https://arxiv.org/abs/1706.03762v5", "trans", "paper: https"),
        ("https://example.org/music.pdf", "music", "paper: https"),
    ] {
        let answer = place.json(&["search", question]);
        assert_eq!(ids(&answer)[0], first, "{question}");
        let note = answer["notes"][0].as_str().unwrap_or_default();
        assert!(
            note.starts_with(reading) && note.ends_with("use --verbatim to search for the words"),
            "{question}: {note}"
        );
        assert_eq!(ids(&place.json(&["similar", "--text", question])), ids(&answer), "{question}");
        let verbatim = place.json(&["search", "--verbatim", question]);
        assert!(verbatim["query"]["reading"].is_null(), "{question}");
        assert!(!verbatim["notes"].to_string().contains("--verbatim"), "{question}");
    }
    let answer = place.json(&["search", "vaswani", "music"]);
    let reading = serde_json::json!({"identifier": null, "titles": [], "authors": ["vaswani"], "venue": null,
        "year": null, "about": "music", "papers": 2});
    assert_eq!((&answer["query"]["reading"], ids(&answer).len()), (&reading, 4));
    assert_eq!(ids(&place.json(&["search", "papers by vaswani on music"])), ["music", "trans"]);
    assert_eq!(ids(&place.json(&["search", "vaswani"])), ["music", "trans"], "the newest is first");
    assert_eq!(ids(&place.json(&["search", "vaswani", "music", "year:2017", "-k", "1"])), ["trans"], "conditions hold");
    assert_eq!(ids(&place.json(&["search", "1706.03762"])).len(), 4, "papers like it follow");
}

#[test]
fn a_name_with_a_year_lists_papers_by_the_first_author_first() {
    let first = ("first", "Attention alone", "Ashish Vaswani");
    let second = ("second", "Bandits in networks", "Zheng Wen; Sharan Vaswani");
    for papers in [[first, second], [second, first]] {
        let record = |(id, title, authors): (&str, &str, &str)| {
            format!("{}\n", serde_json::json!({"id": id, "title": title, "authors": authors, "year": 2017}))
        };
        let place = Workplace::with(papers.map(record).concat());
        assert_eq!(ids(&place.json(&["search", "Vaswani et al., 2017"])), ["first", "second"]);
    }
}

#[test]
fn required_words_are_no_names_and_signs_alone_are_no_question() {
    let place = Workplace::with(NAMED);
    for question in ["\"vaswani\" 2017", "title:vaswani", "network AND vaswani"] {
        assert!(place.json(&["search", question])["query"]["reading"].is_null(), "{question}");
    }
    for question in ["?", "()", "-", "!!!"] {
        place.run(&["search", question]).fails_saying(&["has no words to search for"]);
    }
    let none = place.run(&["search", "--ranker", "lexical", "xylophone"]);
    assert!(none.code == Some(1) && none.stderr.contains("No other paper has a word of this"), "{}", none.stderr);
}

#[test]
fn words_of_many_titles_are_a_subject_and_not_a_title() {
    let titles = [
        "Coreset Markov chain Monte Carlo",
        "Deep particle Markov chain Monte Carlo for bees",
        "Markov chain Monte Carlo on graphs of wasps",
        "On the speed of Markov chain Monte Carlo in ants",
    ];
    let papers = titles
        .iter()
        .enumerate()
        .map(|(at, title)| format!("{}\n", serde_json::json!({"id": format!("p{at}"), "title": title})));
    let papers: Vec<String> = papers.collect();
    let reading = |papers: &[String]| {
        let place = Workplace::with(papers.concat());
        place.json(&["search", "markov chain monte carlo"])["query"]["reading"]["titles"].clone()
    };
    assert!(reading(&papers).is_null());
    assert_eq!(reading(&papers[..3])[0]["id"], "p0", "few titles have these words, and one has only one more");
}

#[test]
fn a_subject_is_not_read_as_a_name() {
    let place = Workplace::with(NAMED);
    for question in ["fisher information", "attention to the ground", "robots in 2031"] {
        assert!(place.json(&["search", question])["query"]["reading"].is_null(), "{question}");
    }
    let unknown = place.json(&["search", "arXiv:1810.04805"]);
    assert_eq!(unknown["notes"][0], "arxiv:1810.04805 is not in the library");
}
