//! Feeds of profiles.

use serde_json::Value;

use crate::program::{Workplace, ids, json_lines, six_papers};

fn library() -> Workplace {
    let place = Workplace::with(six_papers());
    place.run(&["like", "walk1", "fold1"]).ok();
    place
}

fn add_news(place: &Workplace) {
    let news = json_lines(&[
        ("dog", "A <b>robot</b> dog & its gait", "A quadruped robot walks over rubble and learns gaits."),
        ("helix", "Helices of proteins", "We predict where a protein folds into a helix from its sequence."),
        ("soup", "On soup", "How to cook it."),
    ]);
    place.run(&["add", &place.file("news.jsonl", news)]).ok();
}

#[test]
fn a_feed_shows_each_paper_once_and_then_only_new_papers() {
    let place = library();
    let all = place.json(&["feed", "--keep"]);
    assert_eq!((&all["candidates"], &all["since"]), (&4.into(), &Value::Null));
    let first = place.json(&["feed"]);
    assert_eq!(first["results"], all["results"], "the next feed after --keep shows the same papers");
    assert_eq!(ids(&first).len(), 4, "all papers except those liked");
    assert_eq!(
        (&first["results"][0]["because"]["id"], &first["results"][0]["paper"]["id"]),
        (&"walk1".into(), &"walk2".into())
    );
    let nothing = place.run(&["feed"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(1), ""));
    assert!(nothing.stderr.contains("Nothing new for profile \"default\" since"), "{}", nothing.stderr);
    add_news(&place);
    let news = ids(&place.json(&["feed", "-k", "2"]));
    assert_eq!(std::collections::BTreeSet::from_iter(news), ["dog", "helix"].map(String::from).into());
    assert_eq!(place.run(&["feed"]).code, Some(1), "a new paper that did not fit in -k is not shown later");
    assert_eq!(ids(&place.json(&["feed", "--all"])).len(), 7);
    assert_eq!(ids(&place.json(&["feed", "--all", "--exclude-seen"])), [""; 0]);
    let shown = place.json(&["seen", "--list"]);
    assert_eq!((shown["seen"].as_array().unwrap().len(), &shown["seen"][0]["feed"]), (7, &"default".into()));
}

#[test]
fn each_profile_has_its_own_feed() {
    let place = library();
    place.run(&["like", "lang1", "--profile", "other"]).ok();
    place.run(&["feed"]).ok();
    assert_eq!(ids(&place.json(&["feed", "--profile", "other", "--keep"])).len(), 5);
    let unseen = ids(&place.json(&["feed", "--profile", "other", "--exclude-seen", "--keep"]));
    assert_eq!(std::collections::BTreeSet::from_iter(unseen), ["walk1", "fold1"].map(String::from).into());
    place.run(&["seen", "walk2"]).ok();
    place
        .run(&["feed", "--profile", "third"])
        .fails_saying(&["no profile is named \"third\"; known profiles are default, other"]);
    place.run(&["dislike", "lang1", "--profile", "third"]).ok();
    place.run(&["feed", "--profile", "third"]).fails_saying(&["\"third\" likes no papers", "`relata like PAPER`"]);
}

#[test]
fn a_feed_is_written_in_every_format_with_reasons() {
    let place = library();
    place.run(&["feed"]).ok();
    add_news(&place);
    let text = place.run(&["feed", "--keep"]).ok().stdout;
    assert!(text.starts_with("New papers for “default”\n3 of 3 papers added since "), "{text}");
    assert!(text.contains("like “Legged robots learn to walk”"), "{text}");
    for (name, title) in [
        ("out.atom", "<title>A robot dog &amp; its gait</title>"),
        ("out.html", "<bdi>A robot dog &#38; its gait</bdi>"),
        ("out.md", "**A robot dog \\& its gait**"),
    ] {
        let told = place.run(&["feed", "--keep", "-o", name]).ok();
        assert!(told.stdout.is_empty() && told.stderr.contains("Wrote 3 papers to"), "{}", told.stderr);
        let written = std::fs::read_to_string(place.path(name)).unwrap();
        assert!(written.contains(title) && written.contains("Legged robots learn to walk"), "{written}");
    }
    let printed = place.run(&["feed", "--keep", "--format", "md"]).ok().stdout;
    assert_eq!(printed, std::fs::read_to_string(place.path("out.md")).unwrap());
    place.run(&["feed", "-o", "out.pdf"]).fails_saying(&["out.pdf", ".atom, .html or .md"]);
    place.run(&["feed", "-o", "no/such/folder/a.md"]).fails_saying(&["cannot write no/such/folder/a.md"]);
    assert_eq!(place.json(&["feed", "-o", "out.atom"])["results"].as_array().unwrap().len(), 3, "none was shown yet");
    let before = std::fs::read(place.path("out.atom")).unwrap();
    assert_eq!(place.run(&["feed", "-o", "out.atom"]).code, Some(1));
    assert_eq!(std::fs::read(place.path("out.atom")).unwrap(), before, "without new papers, the file is not changed");
}

/// The library has more than 2,000 papers, so relata decides which papers are close.
#[test]
fn papers_that_are_not_close_are_left_out_and_reported() {
    let (of, how) = (["dance", "flight", "memory", "sleep", "smell"], ["in", "and the", "without", "after"]);
    let what = ["hive", "queen", "winter", "rain", "garden", "meadow", "wax", "brood", "swarm", "nectar"];
    let titles: Vec<String> = (0..2_010)
        .map(|n| format!("{} of honey bees {} {} {n}", of[n % 5], how[n / 5 % 4], what[n / 20 % 10]))
        .collect();
    let names: Vec<String> = (0..titles.len()).map(|n| format!("b{n}")).collect();
    let papers: Vec<(&str, &str, &str)> =
        names.iter().zip(&titles).map(|(id, title)| (&id[..], &title[..], "")).collect();
    let place = Workplace::with(json_lines(&papers));
    let far = place.run(&["search", "renormalisation of gauge theories on the lattice"]);
    assert_eq!((far.code, far.stdout.as_str()), (Some(1), ""));
    assert!(far.stderr.contains("No close match"), "{}", far.stderr);
    assert!(!place.run(&["search", "lattice gauge theories", "--anyway"]).ok().stdout.is_empty());
    assert_eq!(place.json(&["search", "how honey bees fly in rain"])["nothing_close"], false);

    place.run(&["like", "b1"]).ok();
    place.run(&["feed"]).ok();
    let news = json_lines(&[("tax", "Income tax in small open economies", "We study who pays which taxes and why.")]);
    place.run(&["add", &place.file("news.jsonl", news)]).ok();
    let nothing = place.run(&["feed"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(1), ""));
    assert!(nothing.stderr.contains("No close match for profile \"default\" among 1 paper"), "{}", nothing.stderr);
    let news = json_lines(&[("rain", "Flight of honey bees in the rain", "We watch bees fly.")]);
    place.run(&["add", &place.file("more.jsonl", news)]).ok();
    assert_eq!(ids(&place.json(&["feed"])), ["rain"]);
}
