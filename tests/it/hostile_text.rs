//! Characters that control a terminal or hide text never leave the program, wherever they come from: a file, its name,
//! a draft, an argument, a database that was changed by hand.

use std::process::Command;

use serde_json::Value;

use crate::program::{Ran, Workplace, ran, six_papers};

/// A colour, a title of the window, NUL, a colour of C1, an override, an isolate and a mark of direction, a tag.
const HOSTILE: &str = "\u{1b}[31m\u{1b}]0;x\u{7}\u{9b}31m\u{202e}\u{2066}\u{200e}\u{61c}\u{2028}\u{e0041}\u{7f}";

fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

#[track_caller]
fn assert_harmless(text: &str, what: &str) {
    let text = text.replace("\r\n", "\n");
    let found = text.chars().find(|&c| is_hostile(c) && c != '\n' && c != '\t');
    assert!(found.is_none(), "{what} has {found:?}:\n{text:?}");
}

/// Checks both outputs of a run, which must not fail.
#[track_caller]
fn harmless(ran: Ran, what: &str) -> Ran {
    assert!(ran.code != Some(2), "{what}: {}", ran.stderr);
    assert_harmless(&ran.stdout, what);
    assert_harmless(&ran.stderr, what);
    ran
}

/// Checks every name and text of JSON.
#[track_caller]
fn assert_values_harmless(value: &Value, what: &str) {
    match value {
        Value::String(text) => assert_harmless(text, what),
        Value::Array(elements) => elements.iter().for_each(|element| assert_values_harmless(element, what)),
        Value::Object(object) => object.iter().for_each(|(name, value)| {
            assert_harmless(name, what);
            assert_values_harmless(value, what);
        }),
        _ => {}
    }
}

/// Runs everything that prints or writes papers, and checks it.
fn check_all_outputs(place: &Workplace, id: &str) {
    for arguments in [
        &["list"][..],
        &["list", "--sources"],
        &["show", id],
        &["search", "a robot learns to walk", "--explain"],
        &["similar", id, "--explain"],
        &["duplicates"],
        &["duplicates", "--possible"],
        &["profile", "list"],
        &["info"],
    ] {
        let what = format!("{arguments:?}");
        harmless(place.run(arguments), &what);
        harmless(place.run(&[arguments, &["--json"]].concat()), &what);
    }
    for format in ["bib", "ris", "csl", "csv", "jsonl", "md"] {
        let exported = harmless(place.run(&["export", "--format", format]), format);
        assert_eq!(exported.code, Some(0));
        match format {
            "csl" => assert_values_harmless(&serde_json::from_str(&exported.stdout).unwrap(), format),
            "jsonl" => {
                exported
                    .stdout
                    .lines()
                    .for_each(|line| assert_values_harmless(&serde_json::from_str(line).unwrap(), format));
            }
            _ => {}
        }
    }
    let title = format!("Report{HOSTILE}");
    for name in
        ["r.html", "r.md", "r.csv", "r.pairs.csv", "r.papers.csv", "r.json", "r.bib", "r.svg", "g.graphml", "g.csv"]
    {
        match name.starts_with('g') {
            true => harmless(place.run(&["graph", "-o", name, "--nodes", "nodes.csv"]), name),
            false => harmless(place.run(&["report", "--all", "--title", &title, "-o", name]), name),
        };
        assert_harmless(&std::fs::read_to_string(place.path(name)).unwrap(), name);
    }
    assert_harmless(&std::fs::read_to_string(place.path("nodes.csv")).unwrap(), "nodes.csv");
    for name in ["r.svg", "g.graphml"] {
        let text = std::fs::read_to_string(place.path(name)).unwrap();
        let mut reader = quick_xml::Reader::from_str(&text);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }
    // With colours, only the codes of relata's own styles are printed.
    let mut command: Command = place.command(&["search", "a robot learns to walk"]);
    let coloured = ran(command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1").output().unwrap());
    assert!(coloured.stdout.contains("\u{1b}[1m"), "{:?}", coloured.stdout);
    let bare =
        ["\u{1b}[1m", "\u{1b}[2m", "\u{1b}[0m"].iter().fold(coloured.stdout, |text, code| text.replace(code, ""));
    assert_harmless(&bare, "the coloured list");
}

#[test]
fn a_file_with_hostile_characters_in_all_fields_and_in_its_name_is_read_and_nothing_of_them_is_printed() {
    let place = Workplace::with(six_papers());
    let field = |name: &str, value: &str| format!("{name} = {{{value}{HOSTILE}s}},\n");
    let fields = [
        ("title", "Robots that walk"),
        ("author", "Byron, Ada and {Hive}"),
        ("journal", "Robots"),
        ("doi", "10.1234/walk"),
        ("url", "https://robots.example/walk"),
        ("keywords", "legs, gaits"),
        ("abstract", "A robot with four legs learns to walk."),
        ("affiliation", "Hive Inc"),
        ("volume", "3"),
        ("year", "1999"),
        (&format!("made{HOSTILE}up"), "x"),
        ("note", "doi:10.1234/walk"),
    ];
    let fields: String = fields.iter().map(|(name, value)| field(name, value)).collect();
    let name = "walk\u{1b}]0;x\u{7}\u{202e}.bib";
    let file =
        place.file(name, format!("@article{{walk{HOSTILE}9,\n{fields}}}\n@article{{broken{HOSTILE}, title = {{\n"));
    let added = harmless(place.run(&["add", &file]), "add");
    assert!(added.stdout.contains("1 added"), "{}{}", added.stdout, added.stderr);
    let listed = place.json(&["list"]);
    let paper = listed["papers"].as_array().unwrap().last().unwrap().clone();
    assert_values_harmless(&paper, "the paper");
    check_all_outputs(&place, paper["id"].as_str().unwrap());
    harmless(place.run(&["search", HOSTILE, "--anyway"]), "search");
    // Names of fields, and a paper that is not found, are part of messages.
    let untitled = place.file("untitled.jsonl", format!("{{\"na{}me\": 1}}\n", "\\u001b]0;x\\u0007\u{202e}"));
    assert_harmless(&place.run(&["add", &untitled]).stderr, "add");
    for arguments in [
        &["show", HOSTILE][..],
        &["sho\u{1b}[31mw\u{202e}"],
        &["show", "--\u{1b}[31m"],
        &["profile", "remove", HOSTILE],
        &["add", "no\u{1b}[31m\u{202e}ne.bib"],
        &["compare", "a\u{1b}[31m", "b"],
        &["like", HOSTILE, "--profile", HOSTILE],
    ] {
        let refused = place.run(arguments);
        assert_harmless(&refused.stderr, &format!("{arguments:?}"));
        assert_harmless(&refused.stdout, &format!("{arguments:?}"));
        assert!(!refused.stderr.contains("panicked"), "{arguments:?}: {}", refused.stderr);
    }
}

#[test]
fn a_name_of_a_file_cannot_look_like_another_message() {
    let place = Workplace::new();
    let refused = place.run(&["add", "gone\nerror: all papers are lost"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.lines().all(|line| !line.starts_with("error: all")), "{}", refused.stderr);
}

#[test]
fn passages_and_headings_of_a_draft_are_printed_without_hostile_characters() {
    let place = Workplace::with(six_papers());
    let text = "A robot with four legs learns gaits by reinforcement learning and walks on rough ground in simulation.";
    for (name, draft) in [
        (
            "a.md",
            format!("# Walking{HOSTILE} robots\n\n{text} &#27;[31m &#x202e; {HOSTILE}It walks [@gone{HOSTILE}].\n"),
        ),
        (
            "a.tex",
            format!(
                "\\title{{T{HOSTILE}}}\\begin{{document}}\\section{{Walking{HOSTILE}}}\n{text} {HOSTILE} \\cite{{gone{HOSTILE}x}} \
                 \\input{{gone{HOSTILE}}}\\bibliography{{none{HOSTILE}}}\n\\end{{document}}\n"
            ),
        ),
    ] {
        let file = place.file(name, draft);
        let found = harmless(place.run(&["missing", &file, "--anyway"]), name);
        assert!(found.stdout.contains("near: “"), "{}", found.stdout);
        let json = harmless(place.run(&["missing", &file, "--anyway", "--json"]), name);
        let json: Value = serde_json::from_str(&json.stdout).unwrap();
        assert_values_harmless(&json["results"], name);
    }
}

#[test]
fn a_database_that_was_changed_by_hand_is_shown_and_exported_without_hostile_characters() {
    let place = Workplace::with(six_papers());
    place.run(&["like", "walk1", "--profile", "robots"]).ok();
    place
        .run(&[
            "add",
            &place.file(
                "again.jsonl",
                r#"{"id":"w","title":"Legged robots learn to walk","doi":"10.1234/walk","abstract":"A robot."}"#,
            ),
        ])
        .ok();
    let database = rusqlite::Connection::open(place.library().join("papers.db")).unwrap();
    let hostile = format!("{HOSTILE}\n\r\0");
    for name in ["papers", "versions"] {
        let record = "json_set(record, '$.title', 'Legged robots ' || ?1 || ' learn', '$.abstract', 'A robot' || ?1 || ' walks.',
            '$.venue', 'Hive' || ?1, '$.url', 'https://a.example/' || ?1, '$.ids.doi', '10.1234/walk' || ?1, '$.kind', 'article' || ?1,
            '$.details', json_object('note' || ?1, 'x' || ?1), '$.authors', json_array('Ada' || ?1 || ' Byron'),
            '$.keywords', json_array('legs' || ?1), '$.categories', json_array('cs.RO' || ?1), '$.organizations', json_array('Hive' || ?1))";
        database
            .execute(
                &format!("UPDATE {name} SET record = {record} WHERE record IS NOT NULL AND id = 'walk1'"),
                [&hostile],
            )
            .unwrap();
    }
    database.execute("UPDATE sources SET name = name || ?1", [&hostile]).unwrap();
    database.execute("UPDATE profiles SET name = name || ?1", [&hostile]).unwrap();
    drop(database);
    check_all_outputs(&place, "walk1");
    let titles = place.run(&["list"]).ok().stdout;
    assert!(titles.contains("Legged robots [31m ]0;x 31m learn"), "{titles}");
    let listed = place.json(&["list"]);
    assert_values_harmless(&listed["papers"], "list --json");
    assert_values_harmless(&place.json(&["similar", "fold1", "--anyway"])["results"], "similar --json");
}
