//! Reports on many papers.

use crate::program::{Workplace, json_lines, six_papers};

#[test]
fn every_format_is_written_and_has_the_nearest_papers_that_similar_finds() {
    let place = Workplace::with(six_papers());
    for name in ["out.html", "out.md", "out.csv", "out.json"] {
        place.run(&["report", "--all", "-o", name, "-k", "2"]).ok();
        let text = std::fs::read_to_string(place.path(name)).unwrap();
        assert!(text.contains("Walking machines on rough ground"), "{name}");
    }
    place.run(&["report", "--all", "-o", "out.bib", "-k", "2"]).ok();
    assert_eq!(std::fs::read_to_string(place.path("out.bib")).unwrap().matches("\n@").count() + 1, 6);
    place.run(&["report", "--all", "-o", "out.papers.csv", "-k", "2"]).ok();
    assert_eq!(std::fs::read_to_string(place.path("out.papers.csv")).unwrap().lines().count(), 7);
    place.run(&["report", "--all", "-o", "out.pairs.csv", "-k", "2"]).ok();
    let pairs = std::fs::read_to_string(place.path("out.pairs.csv")).unwrap();
    assert!(pairs.starts_with("number_a,id_a,") && pairs.contains("walk1") && pairs.contains("walk2"), "{pairs}");
    for (name, first) in [("out.svg", &b"<svg "[..]), ("out.png", b"\x89PNG\r\n")] {
        place.run(&["report", "--all", "-o", name, "-k", "2"]).ok();
        assert!(std::fs::read(place.path(name)).unwrap().starts_with(first), "{name}");
    }
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(place.path("out.json")).unwrap()).unwrap();
    let papers = report["papers"].as_array().unwrap();
    assert_eq!(papers.len(), 6);
    for entry in papers {
        let similar = place.json(&["similar", entry["paper"]["id"].as_str().unwrap(), "-k", "2"]);
        assert_eq!(entry["nearest"], similar["results"]);
        assert_eq!(entry["in_library"], true);
    }
}

#[test]
fn papers_of_a_file_are_in_the_report_but_not_added_to_the_library() {
    let place = Workplace::with(six_papers());
    let list = json_lines(&[
        ("mine", "A robot dog", "It walks on four legs over rubble."),
        ("walk1", "Legged robots learn to walk", "A robot with four legs learns gaits by reinforcement learning."),
    ]);
    let report = place.json(&["report", &place.file("list.jsonl", list), "-k", "2"]);
    let entries = report["papers"].as_array().unwrap();
    assert_eq!((&entries[0]["in_library"], &entries[1]["in_library"]), (&false.into(), &true.into()));
    for entry in entries {
        assert!(entry["nearest"][0]["paper"]["id"].as_str().unwrap().starts_with("walk"));
    }
    assert_eq!(entries[1]["nearest"][0]["paper"]["id"], "walk2", "the nearest paper is not the paper itself");
    assert_eq!(place.json(&["info"])["papers"], 6);
}

#[test]
fn a_paper_that_is_named_and_in_a_file_is_in_the_report_once() {
    let place = Workplace::with(six_papers());
    let list =
        json_lines(&[("mine", "A robot dog", "It walks."), ("walk1", "Legged robots learn to walk", "New text.")]);
    let report = place.json(&["report", "walk1", &place.file("list.jsonl", list)]);
    let ids: Vec<_> = report["papers"].as_array().unwrap().iter().map(|entry| &entry["paper"]["id"]).collect();
    assert_eq!(ids, ["walk1", "mine"]);
}

#[test]
fn a_file_needs_no_library() {
    let place = Workplace::new();
    let list = place.file("list.jsonl", six_papers());
    let ran = place.run(&["report", &list, "-o", "out.json"]).ok();
    assert!(ran.stderr.contains("only compared with each other"), "{}", ran.stderr);
    assert!(!place.library().exists(), "no library is created");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(place.path("out.json")).unwrap()).unwrap();
    assert_eq!(report["papers"].as_array().unwrap().len(), 6);
    assert_eq!((&report["report"]["library_papers"], &report["report"]["title"]), (&0.into(), &"list.jsonl".into()));
    place.run(&["report", "walk1", "-o", "out.md"]).fails_saying(&["no library"]);
    place.run(&["report", "--all", "-o", "out.md"]).fails_saying(&["no library"]);
}

#[test]
fn papers_can_be_named_filtered_and_read_from_files_and_standard_input() {
    let place = Workplace::with(six_papers().replace("\"id\":\"walk", "\"year\":2020,\"id\":\"walk"));
    let titles = |arguments: &[&str]| -> Vec<String> {
        let report = place.json(&[&["report"], arguments, &["--sections", "within"]].concat());
        let papers = report["papers"].as_array().unwrap();
        papers.iter().map(|entry| entry["paper"]["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles(&["lang2", "walk1"]), ["lang2", "walk1"]);
    assert_eq!(titles(&["--year", "2020"]), ["walk1", "walk2"]);
    assert_eq!(titles(&["--all", "--year", "2020"]), ["walk1", "walk2"]);
    assert_eq!(titles(&["lang2", "walk1", "--year", "2020"]), ["walk1"]);
    let list = place.file("list.jsonl", json_lines(&[("mine", "A robot dog", "It walks on four legs over rubble.")]));
    assert_eq!(titles(&["fold1", &list]), ["fold1", "mine"]);
    let input = json_lines(&[("piped", "A robot cat", "It climbs.")]);
    let ran = place.run_with_input(&["report", "-", "-o", "piped.md"], input.as_bytes()).ok();
    assert!(ran.stderr.contains("Wrote a report on 1 paper to"), "{}", ran.stderr);
    assert!(std::fs::read_to_string(place.path("piped.md")).unwrap().contains("A robot cat"));
    let nothing = place.run(&["report", "--year", "1999", "-o", "out.md"]);
    assert_eq!(nothing.code, Some(1), "{}", nothing.stderr);
    assert!(nothing.stderr.contains("No paper to report on"), "{}", nothing.stderr);
}

#[test]
fn a_folder_is_read_and_a_bad_file_in_it_does_not_stop_the_others() {
    let place = Workplace::new();
    for (file, text) in
        [("a.jsonl", six_papers()), ("b.txt", "Nothing here.".to_owned()), (".hidden.jsonl", six_papers())]
    {
        std::fs::create_dir_all(place.path("papers/more")).unwrap();
        std::fs::write(place.path(&format!("papers/more/{file}")), text).unwrap();
    }
    let ran = place.run(&["report", "papers", "-o", "out.md"]).ok();
    assert!(
        ran.stderr.contains("Wrote a report on 6 papers to") && ran.stderr.contains("skipped: papers/more/b.txt"),
        "{}",
        ran.stderr
    );
    std::fs::create_dir(place.path("empty")).unwrap();
    place.run(&["report", "empty", "-o", "out.md"]).fails_saying(&["empty", "no paper could be read in this folder"]);
}

#[test]
fn the_option_add_adds_the_papers_of_a_file_to_the_library() {
    let place = Workplace::with(six_papers());
    let list = json_lines(&[("mine", "A robot dog", "It walks on four legs over rubble.")]);
    let list = place.file("list.jsonl", list + "{\"abstract\":\"There is no title.\"}\n");
    let report = place.json(&["report", &list, "--add", "-k", "2"]);
    assert_eq!(report["papers"][0]["in_library"], true);
    let again = place.run(&["report", &list, "--add", "-o", "again.md"]).ok().stderr;
    assert_eq!(again.matches("list.jsonl:2").count(), 1, "{again}");
    assert_eq!(place.json(&["info"])["papers"], 7);
    place.run(&["report", "walk1", "--add", "-o", "out.md"]).fails_saying(&["--add", "walk1"]);
    place.run(&["report", "-", "--add", "-o", "out.md"]).fails_saying(&["relata add -"]);
}

#[test]
fn sections_are_chosen_and_left_out() {
    let place = Workplace::with(six_papers());
    let nearest_of = |arguments: &[&str]| {
        let report = place.json(&[&["report", "--all", "-k", "2"], arguments].concat());
        report["papers"][0]["nearest"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(nearest_of(&["--sections", "map,nearest"]), 2);
    assert_eq!(nearest_of(&["--sections", "map"]), 0);
    assert_eq!(nearest_of(&["--without", "nearest,map"]), 0);
    place.run(&["report", "--all", "-o", "o.md", "--sections", "maps"]).fails_saying(&["maps"]);
    place.run(&["report", "--all", "-o", "o.md", "--sections", "map", "--without", "map"]).fails_saying(&["--without"]);
    let all = "map,clusters,pairs,heat-map,spread,embedding,within,nearest";
    place
        .run(&["report", "--all", "-o", "o.md", "--without", all])
        .fails_saying(&["--without leaves out every section"]);
}

#[test]
fn both_lists_of_a_report_on_a_whole_library_are_the_same() {
    let place = Workplace::with(six_papers());
    let report = place.json(&["report", "--all", "-k", "2"]);
    let entries = report["papers"].as_array().unwrap();
    for entry in entries {
        let here = entry["within"].as_array().unwrap().iter().map(|found| {
            let place = found["place"].as_u64().unwrap() as usize;
            (&entries[place]["paper"]["id"], &found["score"])
        });
        let library = entry["nearest"].as_array().unwrap().iter().map(|found| (&found["paper"]["id"], &found["score"]));
        assert!(here.clone().count() == 2 && here.eq(library), "{entry}");
    }
    place.run(&["report", "--all", "-o", "out.html"]).ok();
    let page = std::fs::read_to_string(place.path("out.html")).unwrap();
    assert!(page.contains("<ol class=within") && !page.contains("<ol class=nearest"));
    let part = place.json(&["report", "lang1", "lang2", "walk1", "-k", "2"]);
    let ranks = part["papers"][0]["within"].as_array().unwrap().iter().map(|found| found["rank"].as_u64().unwrap());
    assert_eq!(ranks.collect::<Vec<_>>(), [1, 2]);
    assert_ne!(part["papers"][0]["nearest"].as_array(), part["papers"][0]["within"].as_array());
    let list = place.file("list.jsonl", json_lines(&[("mine", "A robot dog", "It walks on four legs over rubble.")]));
    let more = place.json(&["report", "lang1", "lang2", "walk1", "walk2", "fold1", "fold2", &list]);
    let length = |list: &str| more["papers"][0][list].as_array().unwrap().len();
    assert_eq!((length("within"), length("nearest")), (6, 5), "one paper of the report is not in the library");
}

#[test]
fn versions_and_near_duplicates_are_marked_among_the_pairs() {
    let text = "Honey bees dance to tell the others in their hive where flowers are and how far it is to fly to them.";
    let paper = |id: &str, title: &str, author: &str| {
        format!("{}\n", serde_json::json!({ "id": id, "title": title, "authors": [author], "abstract": text }))
    };
    let place = Workplace::new();
    let papers = [
        paper("a", "Dances of honey bees", "Frisch, Karl"),
        paper("b", "Dances of honey bees", "Frisch, Karl"),
        paper("c", "How hives learn of flowers", "Byron, Ada"),
    ];
    let list = place.file("list.jsonl", papers.concat() + &six_papers());
    let report = place.json(&["report", &list]);
    let kinship = |papers: [usize; 2]| {
        let pairs = report["pairs"].as_array().unwrap();
        pairs.iter().find(|pair| pair["papers"] == serde_json::json!(papers)).unwrap()["kinship"].clone()
    };
    assert_eq!([[0, 1], [0, 2], [3, 6]].map(kinship), ["versions", "near_duplicate", "distinct"]);
}

#[test]
fn errors_about_invalid_inputs_say_what_to_do() {
    let place = Workplace::with(six_papers());
    place.run(&["report", "-o", "out.md"]).fails_saying(&["name files or papers", "--all"]);
    place
        .run(&["report", "missing.bib", "-o", "out.md"])
        .fails_saying(&["missing.bib", "there is no file missing.bib"]);
    let list = place.file("list.jsonl", json_lines(&[("mine", "A robot dog", "It walks.")]));
    place
        .run(&["report", &list, "--year", "2020", "-o", "out.md"])
        .fails_saying(&["filters choose papers of the library"]);
}

#[test]
fn a_report_that_cannot_be_written_is_refused_before_the_work() {
    let place = Workplace::with(six_papers());
    place.run(&["report", "--all", "-o", "out.pdf"]).fails_saying(&["out.pdf", ".html, .md, .csv, .pairs.csv"]);
    place
        .run(&["report", "--all", "-o", "no/such/folder/out.md"])
        .fails_saying(&["cannot write no/such/folder/out.md"]);
    place
        .run(&["report", "--all", "-o", "out.svg", "--without", "map"])
        .fails_saying(&["out.svg", "a picture shows only the map, which you left out"]);
    place
        .run(&["report", "--all", "-o", "out.pairs.csv", "--sections", "map"])
        .fails_saying(&["this format cannot show the sections you chose"]);
    place
        .run(&["report", "--all", "--json", "-o", "out.svg", "--without", "map"])
        .fails_saying(&["out.svg", "a picture shows only the map, which you left out"]);
    place.run(&["report", "nothing", "-o", "out.md"]).fails_saying(&["no paper matches \"nothing\""]);
}
