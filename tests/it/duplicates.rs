//! One work from several files: records are joined, listed, split and joined by hand, and all of it can be undone.

use serde_json::Value;

use crate::program::{Workplace, ids};

const PREPRINT: &str = r#"{"id":"pre","title":"The dance of bees in the dark hive","abstract":"Bees dance on the comb of a dark hive, and other bees read where the flowers are.","authors":["Ada Byron","Bea Honey"],"year":2000,"arxiv":"2001.00001"}"#;
const PUBLISHED: &str = r#"{"id":"pub","title":"The Dance of Bees in the Dark Hive","authors":["A. Byron","B. Honey"],"year":2001,"venue":"Journal of Bees","doi":"10.1000/hive.7"}"#;
const OTHERS: &str = r#"{"id":"wasp","title":"How wasps build paper nests","abstract":"Wasps chew wood.","authors":["Cai Wax"]}
{"id":"part2","title":"The dance of bees in the dark hive II","abstract":"More dances.","authors":["Ada Byron","Bea Honey"],"year":2002}"#;

/// A library with a preprint, its publication from another file, and other papers. Also returns the paths of the files.
fn library() -> (Workplace, [String; 3]) {
    let place = Workplace::new();
    let files = [("pre.jsonl", PREPRINT), ("pub.jsonl", PUBLISHED), ("others.jsonl", OTHERS)]
        .map(|(name, text)| place.file(name, text));
    place.run(&["add", &files[0], &files[2]]).ok();
    let joined = place.json(&["add", &files[1]]);
    assert_eq!((&joined["merged"], &joined["updated"], &joined["added"]), (&1.into(), &1.into(), &0.into()));
    assert_eq!(joined["without_abstract"], 0, "the preprint has an abstract");
    (place, files)
}

fn listed(place: &Workplace) -> Vec<String> {
    let papers = place.json(&["list"]);
    papers["papers"].as_array().unwrap().iter().map(|paper| paper["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_preprint_and_its_publication_are_one_paper_with_both_versions() {
    let (place, files) = library();
    assert_eq!(listed(&place), ["pre", "wasp", "part2"]);
    for name in ["pre", "pub", "10.1000/hive.7", "arXiv:2001.00001"] {
        let shown = place.json(&["show", name]);
        let paper = &shown["papers"][0];
        assert_eq!(
            (&paper["id"], &paper["venue"], &paper["year"]),
            (&"pre".into(), &"Journal of Bees".into(), &2001.into())
        );
        assert!(paper["abstract"].as_str().unwrap().starts_with("Bees dance"));
        let versions = paper["versions"].as_array().unwrap();
        let second = &versions[1];
        assert_eq!((versions.len(), &second["same_by"], &second["line"]), (2, &"title and authors".into(), &1.into()));
        assert!(second["file"].as_str().unwrap().ends_with("pub.jsonl"));
        assert_eq!(second["paper"]["id"], "pub");
    }
    let shown = place.run(&["show", "pre"]).ok().stdout;
    assert!(shown.contains("2 versions") && shown.contains("pub.jsonl:1  pub, by title and authors"), "{shown}");
    let sources = place.json(&["list", "--sources"]);
    let counts: Vec<&Value> = sources["sources"].as_array().unwrap().iter().map(|source| &source["papers"]).collect();
    assert_eq!(counts, [2, 1, 1], "a paper counts for each of its files");
    let found = ids(&place.json(&["similar", "pub"]));
    assert!(!found.contains(&"pre".to_owned()), "no paper recommends itself: {found:?}");
    assert_eq!(place.json(&["add", &files[1]])["unchanged"], 1);
}

#[test]
fn duplicates_and_similar_papers_are_listed_with_the_reason() {
    let (place, _) = library();
    let told = place.run(&["duplicates"]).ok();
    assert!(told.stdout.starts_with("pre  The Dance of Bees in the Dark Hive\n  1  "), "{}", told.stdout);
    assert!(told.stdout.contains("by title and authors"), "{}", told.stdout);
    let works = place.json(&["duplicates"]);
    assert_eq!(works["works"][0]["versions"].as_array().unwrap().len(), 2);
    let possible = place.json(&["duplicates", "--possible"]);
    assert_eq!(possible["possible"].as_array().unwrap().len(), 1);
    assert_eq!(possible["possible"][0]["papers"][1]["id"], "part2");
    let told = place.run(&["duplicates", "--possible"]).ok();
    assert!(told.stdout.starts_with("the titles differ in a number"), "{}", told.stdout);
    let empty = Workplace::new();
    empty.run(&["add", &empty.file("a.jsonl", OTHERS)]).ok();
    assert_eq!(empty.run(&["duplicates"]).code, Some(1));
    assert_eq!(empty.run(&["duplicates", "--undo"]).code, Some(1));
}

#[test]
fn joins_and_splits_by_hand_are_kept_and_can_be_undone() {
    let (place, files) = library();
    place.run(&["duplicates", "--split", "pre", "2"]).ok();
    let split = ["pre", "wasp", "part2", "pub"];
    assert_eq!(listed(&place), split);
    place.run(&["add", &files[0], &files[1]]).ok();
    assert_eq!(listed(&place), split, "also after the files are added again");
    assert_eq!(place.json(&["info"])["not_embedded"], 0);
    place.run(&["duplicates", "--join", "pub", "pre"]).ok();
    assert_eq!(listed(&place), ["wasp", "part2", "pub"], "the joined paper has the id that is named first");
    place.run(&["duplicates", "--undo"]).ok();
    place.run(&["duplicates", "--undo"]).ok();
    assert_eq!(listed(&place), ["pre", "wasp", "part2"]);
    place.run(&["duplicates", "--join", "wasp", "part2"]).ok();
    assert_eq!(listed(&place), ["pre", "wasp"]);
    place.run(&["duplicates", "--split", "wasp"]).ok();
    assert_eq!(listed(&place), ["pre", "wasp", "part2"]);
    place.run(&["duplicates", "--split", "wasp"]).fails_saying(&["only one version"]);
    place.run(&["duplicates", "--split", "pre", "two"]).fails_saying(&["\"two\""]);
    place.run(&["duplicates", "--join", "pre", "nobody"]).fails_saying(&["no paper matches"]);
    place.run(&["info", "--check"]).ok();
}

#[test]
fn removing_a_file_keeps_papers_that_other_files_have() {
    let (place, files) = library();
    let dry = place.run(&["remove", "--source", &files[0], "--dry-run"]).ok();
    assert!(dry.stderr.contains("the library would keep 1 paper that other files have too"), "{}", dry.stderr);
    place.run(&["remove", "--source", &files[0]]).ok();
    let shown = place.json(&["show", "pub"]);
    assert_eq!(
        (&shown["papers"][0]["abstract"], &shown["papers"][0]["venue"]),
        (&Value::Null, &"Journal of Bees".into())
    );
    place.run(&["remove", "--undo"]).ok();
    assert!(place.json(&["show", "pub"])["papers"][0]["abstract"].as_str().unwrap().starts_with("Bees dance"));
    let removed = place.run(&["remove", "--source", &files[2]]).ok();
    assert!(removed.stderr.contains("2 papers removed"), "{}", removed.stderr);
    assert_eq!(listed(&place), ["pre"]);
}

#[test]
fn no_merge_keeps_records_separate() {
    let place = Workplace::new();
    let [pre, published] =
        [("pre.jsonl", PREPRINT), ("pub.jsonl", PUBLISHED)].map(|(name, text)| place.file(name, text));
    place.run(&["add", &pre]).ok();
    let apart = place.json(&["add", "--no-merge", &published]);
    assert_eq!((&apart["added"], &apart["merged"]), (&1.into(), &0.into()));
    assert_eq!(place.json(&["add", &published])["unchanged"], 1);
    assert_eq!(listed(&place), ["pre", "pub"]);
    place.run(&["duplicates", "--join", "pre", "pub"]).ok();
    assert_eq!(listed(&place), ["pre"]);
}

#[test]
fn a_paper_joined_by_hand_is_reported_and_has_the_id_named_first() {
    let (place, _) = library();
    let joined = place.run(&["duplicates", "--join", "part2", "wasp"]).ok();
    let said = "part2 and wasp are now one paper, part2; `relata duplicates --undo` undoes it";
    assert!(joined.stderr.contains(said), "{}", joined.stderr);
    assert_eq!(listed(&place), ["pre", "part2"]);
    let shown = place.run(&["show", "wasp"]).ok().stdout;
    assert!(shown.contains(", joined by hand") && !shown.contains("by joined"), "{shown}");
    let undone = place.run(&["duplicates", "--undo"]).ok();
    assert!(undone.stderr.contains("undone; restored 2 papers"), "{}", undone.stderr);
    assert_eq!(listed(&place), ["pre", "wasp", "part2"]);
    let split = place.run(&["duplicates", "--split", "pre"]).ok();
    assert!(split.stderr.contains("split into 2 papers; `relata duplicates --undo` undoes it"), "{}", split.stderr);
}

#[test]
fn a_copy_of_a_file_adds_nothing() {
    let (place, files) = library();
    for (at, file) in files.iter().enumerate() {
        let copy = place.file(&format!("copy {at}.jsonl"), std::fs::read_to_string(file).unwrap());
        let added = place.json(&["add", &copy]);
        assert_eq!((&added["added"], &added["updated"], &added["embedded"]), (&0.into(), &0.into(), &0.into()));
    }
    let shown = place.run(&["show", "pre"]).ok().stdout;
    assert!(shown.contains(", the same record"), "{shown}");
    assert_eq!(listed(&place), ["pre", "wasp", "part2"]);
}
