//! Likes, dislikes and seen papers, and their effect on recommendations.

use serde_json::Value;

use crate::program::{Workplace, ids, json_lines, six_papers};

fn papers_of(interest: &Value) -> Vec<&str> {
    interest["papers"].as_array().unwrap().iter().map(|paper| paper["id"].as_str().unwrap()).collect()
}

#[test]
fn an_opinion_creates_a_profile_and_can_be_undone() {
    let place = Workplace::with(six_papers());
    place.run(&["profile", "show"]).fails_saying(&["no profile is named \"default\"", "`relata like PAPER`"]);
    assert_eq!(place.run(&["profile", "list"]).code, Some(1));
    let said = place.run(&["like", "walk1", "Translating with attention"]).ok();
    assert!(said.stdout.contains("walk1  Legged robots learn to walk  (liked)"), "{}", said.stdout);
    assert!(said.stderr.contains("profile \"default\": 2 papers liked, 0 disliked"), "{}", said.stderr);
    assert!(place.run(&["like", "walk1"]).ok().stderr.contains("walk1 is already liked"));
    let changes = place.json(&["dislike", "walk1", "fold1"]);
    assert_eq!((&changes["profile"], &changes["changes"][0]["before"]), (&"default".into(), &"liked".into()));
    assert_eq!(place.json(&["profile", "list"])["profiles"][0]["disliked"], 2);
    let back = place.run(&["dislike", "--undo"]).ok().stdout;
    assert!(back.contains("(liked, was disliked)") && back.contains("(without an opinion, was disliked)"), "{back}");
    place.run(&["forget", "lang1"]).ok();
    assert_eq!(place.run(&["forget", "lang1"]).code, Some(1));
    assert_eq!(place.json(&["profile", "list"])["profiles"][0]["liked"], 1);
    place.run(&["forget", "--undo"]).ok();
    assert_eq!(place.json(&["profile", "list"])["profiles"][0]["liked"], 2);
    place.run(&["like", "--undo"]).ok();
    let nothing = place.run(&["like", "--undo"]);
    assert!(nothing.code == Some(1) && nothing.stderr.contains("no `relata like` to undo"), "{}", nothing.stderr);
    place.run(&["like", "nobody"]).fails_saying(&["no paper matches"]);
    place
        .run(&["forget", "walk1", "--profile", "robts"])
        .fails_saying(&["no profile is named \"robts\"; known profiles are default"]);
}

#[test]
fn profiles_are_renamed_and_removed_and_a_removal_can_be_undone() {
    let place = Workplace::with(six_papers());
    place.run(&["like", "walk1"]).ok();
    let second = place.run(&["like", "fold1", "--profile", "proteins"]).ok();
    assert!(second.stderr.contains("\"proteins\" is a new profile"), "{}", second.stderr);
    place.run(&["profile", "rename", "default", "proteins"]).fails_saying(&["profile \"proteins\" already exists"]);
    place.run(&["profile", "rename", "default", "robots"]).ok();
    place.run(&["profile", "remove", "robots"]).ok();
    assert_eq!(place.json(&["profile", "list"])["profiles"].as_array().unwrap().len(), 1);
    place
        .run(&["similar", "--profile", "robots"])
        .fails_saying(&["no profile is named \"robots\"; known profiles are proteins"]);
    place.run(&["profile", "remove", "--undo"]).ok();
    assert_eq!(place.run(&["profile", "remove", "--undo"]).code, Some(1));
    assert_eq!(ids(&place.json(&["similar", "--profile", "robots", "-k", "1"])), ["walk2"]);
    place.run(&["dislike", "lang1", "--profile", "sour"]).ok();
    place.run(&["similar", "--profile", "sour"]).fails_saying(&["\"sour\" likes no papers", "`relata like PAPER`"]);
}

#[test]
fn a_disliked_paper_is_left_out_and_papers_like_it_rank_lower() {
    let place = Workplace::with_landmarks();
    place.run(&["like", "vaswani2017attention", "bahdanau2015neural"]).ok();
    let asked = ["similar", "--profile", "default", "-k", "30"];
    let before = ids(&place.json(&asked));
    let disliked = &before[0];
    place.run(&["dislike", disliked]).ok();
    let answer = place.json(&asked);
    let after = ids(&answer);
    assert!(!after.contains(disliked), "{after:?}");
    let rank = |list: &[String], id: &String| list.iter().position(|other| other == id);
    let mut sunk = 0;
    for found in answer["results"].as_array().unwrap() {
        // Only papers that are more like the disliked paper than like the liked ones are lowered.
        let id = found["paper"]["id"].as_str().unwrap().to_owned();
        if found["parts"]["disliked"].as_f64().unwrap() < 0.0 {
            let [before, after] = [&before[1..], &after].map(|list| rank(list, &id).unwrap_or(list.len()));
            sunk += usize::from(after > before);
        }
    }
    assert!(sunk >= 2, "{before:?} {after:?}");
    assert!(answer["results"][0]["parts"]["disliked"].as_f64().unwrap() <= 0.0);
    place.run(&["dislike", "--undo"]).ok();
    assert_eq!(ids(&place.json(&asked)), before);
}

#[test]
fn interests_are_separate_and_each_gets_results_in_proportion_to_its_liked_papers() {
    let place = Workplace::with_landmarks();
    let (crispr, language) =
        (["jinek2012programmable", "cong2013multiplex"], ["vaswani2017attention", "devlin2019bert"]);
    place.run(&[&["like"], &crispr[..], &language[..], &["bahdanau2015neural", "sutskever2014sequence"]].concat()).ok();
    place.run(&["dislike", "he2016deep"]).ok();
    let shown = place.json(&["profile", "show"]);
    let interests = shown["interests"].as_array().unwrap();
    assert_eq!(interests.len(), 2, "{shown:#}");
    assert_eq!(papers_of(&interests[0]).len(), 4);
    assert_eq!(papers_of(&interests[1]), crispr);
    let terms = |interest: &Value| interest["terms"].to_string().to_lowercase();
    assert!(terms(&interests[0]).contains("translation"), "{shown:#}");
    assert!(terms(&interests[1]).contains("crispr") && !terms(&interests[0]).contains("crispr"), "{shown:#}");
    assert_eq!(shown["disliked"][0]["id"], "he2016deep");
    let text = place.run(&["profile", "show"]).ok().stdout;
    assert!(
        text.starts_with("default: 6 papers liked, 1 disliked\n") && text.contains("\ndisliked (1 paper)"),
        "{text}"
    );
    // The interest has two of six liked papers, so it gets two of six results.
    let answer = place.json(&["similar", "--profile", "default", "-k", "6"]);
    assert_eq!(answer["query"]["profile"], "default");
    let seeds = answer["query"]["papers"].as_array().unwrap();
    let of_crispr = answer["results"].as_array().unwrap().iter().filter(|result| {
        let seed = &seeds[result["seed"].as_u64().unwrap() as usize]["id"];
        crispr.iter().any(|id| seed == id)
    });
    assert_eq!(of_crispr.count(), 2, "{answer:#}");
}

#[test]
fn a_liked_subject_next_to_a_disliked_paper_keeps_its_turns() {
    let place = Workplace::with_landmarks();
    let (language, image) = ("sutskever2014sequence", "he2016deep");
    place.run(&["like", language, image]).ok();
    assert_eq!(place.json(&["profile", "show"])["interests"].as_array().unwrap().len(), 2, "two fields");
    let near_language = |answer: &Value, seeds: &[&str]| {
        let results = answer["results"].as_array().unwrap();
        results.iter().filter(|found| seeds[found["seed"].as_u64().unwrap() as usize] == language).count()
    };
    let by_profile = ["similar", "--profile", "default", "-k", "10"];
    assert_eq!(near_language(&place.json(&by_profile), &[language, image]), 5);
    place.run(&["dislike", "mikolov2013distributed"]).ok();
    let answer = place.json(&by_profile);
    assert_eq!(near_language(&answer, &[language, image]), 5, "{answer:#}");

    // In one list, too, papers that are nearer to a liked paper keep their scores.
    let asked = |more: &[&str]| place.json(&[&["similar", language, image, "-k", "10"], more].concat());
    let (before, after) = (asked(&[]), asked(&["--not", "mikolov2013distributed"]));
    let share = |answer| near_language(answer, &[language, image]);
    assert!(share(&before) > 1 && share(&after) + 1 >= share(&before), "{before:#} {after:#}");
}

#[test]
fn a_paper_shows_its_most_informative_terms() {
    let place = Workplace::with_landmarks();
    let terms = place.json(&["show", "jinek2012programmable"])["papers"][0]["terms"].to_string();
    assert!(terms.contains("guide") && terms.contains("DNA"), "{terms}");
    let shown = place.run(&["show", "jinek2012programmable"]).ok().stdout;
    assert!(shown.contains("\nterms       "), "{shown}");
}

#[test]
fn seen_papers_are_left_out_on_request_and_can_be_unmarked() {
    let place = Workplace::with(six_papers());
    let asked = ["similar", "walk1", "--exclude-seen", "--mark-seen", "-k", "2"];
    let (first, second) = (ids(&place.json(&asked)), ids(&place.json(&asked)));
    assert!(
        first.len() == 2 && second.len() == 2 && first.iter().all(|id| !second.contains(id)),
        "{first:?} {second:?}"
    );
    assert_eq!(place.json(&["seen", "--list"])["seen"].as_array().unwrap().len(), 4);
    assert_eq!(ids(&place.json(&["similar", "walk1"])).len(), 5, "seen papers are listed without --exclude-seen");
    assert_eq!(place.json(&["seen", "--clear"])["papers"].as_array().unwrap().len(), 4);
    assert_eq!(place.run(&["seen", "--clear"]).code, Some(1));
    place.run(&["seen", "walk2", "fold1"]).ok();
    place.run(&["like", "lang1"]).ok();
    let left = ids(&place.json(&["search", "robots", "--exclude-seen"]));
    assert_eq!(std::collections::BTreeSet::from_iter(left), ["walk1", "fold2", "lang2"].map(String::from).into());
    assert!(place.run(&["seen", "--undo"]).ok().stderr.contains("2 papers no longer marked as seen"));
    assert_eq!(place.run(&["seen", "--list"]).code, Some(1));
}

#[test]
fn a_profile_changes_the_results_of_a_search() {
    let place = Workplace::with(six_papers());
    place.run(&["like", "walk1"]).ok();
    let plain = place.json(&["search", "learning from sequences"]);
    let steered = place.json(&["search", "learning from sequences", "--profile", "default", "-k", "1"]);
    assert_ne!(ids(&plain)[0], "walk2");
    assert_eq!((ids(&steered), &steered["query"]["profile"]), (vec!["walk2".to_owned()], &"default".into()));
}

#[test]
fn opinions_are_kept_when_a_paper_is_removed_and_restored() {
    let place = Workplace::with(six_papers());
    place.run(&["like", "walk1", "fold1"]).ok();
    place.run(&["remove", "walk1"]).ok();
    assert_eq!(place.json(&["profile", "list"])["profiles"][0]["liked"], 1);
    place.run(&["remove", "--undo"]).ok();
    assert_eq!(place.json(&["profile", "list"])["profiles"][0]["liked"], 2);
    let more = json_lines(&[("walk3", "Bees", "They walk.")]);
    place.run(&["add", &place.file("more.jsonl", more)]).ok();
    place.run(&["duplicates", "--join", "walk3", "walk1"]).ok();
    assert_eq!(place.json(&["profile", "list"])["profiles"][0]["liked"], 2);
    place.run(&["info", "--check"]).ok();
}

#[test]
fn exclude_seen_works_for_a_search_with_only_conditions() {
    let place = Workplace::with(six_papers());
    place.run(&["seen", "walk1", "fold1"]).ok();
    let found = ids(&place.json(&["search", "has:abstract", "--exclude-seen"]));
    assert!(found.len() == 4 && !found.contains(&"walk1".to_owned()), "{found:?}");
    assert_eq!(ids(&place.json(&["search", "has:abstract"])).len(), 6);
}
