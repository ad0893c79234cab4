//! Papers that a bibliography or a draft does not cite.

use crate::program::{Workplace, ids, json_lines, six_papers};

fn six_papers_as_bib() -> String {
    let lines = six_papers();
    let papers = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    papers
        .map(|paper| {
            format!("@misc{{{}, title = {{{}}}}}\n", paper["id"].as_str().unwrap(), paper["title"].as_str().unwrap())
        })
        .collect()
}

const WALK1: &str = "@article{mine, title = {Legged robots learn to walk}, author = {Byron, Ada}}\n";

#[test]
fn results_for_a_bibliography_have_their_nearest_entry() {
    let place = Workplace::with(six_papers());
    let list =
        place.file("refs.bib", format!("{WALK1}@book{{wasps, title = {{On the nests of wasps in the tropics}}}}"));
    let answer = place.json(&["missing", &list, "-k", "5"]);
    let found = ids(&answer);
    assert!(found[0] == "walk2" && !found.contains(&"walk1".to_owned()), "{found:?}");
    assert_eq!(
        answer["results"][0]["reason"],
        serde_json::json!({"kind": "entry", "id": "mine", "title": "Legged robots learn to walk"})
    );
    assert_eq!(answer["cited"]["in_library"][0]["id"], "walk1");
    assert_eq!(answer["cited"]["not_in_library"][0], "On the nests of wasps in the tropics");
    let ran = place.run(&["missing", &list, "-k", "1"]).ok();
    assert!(ran.stdout.contains("near: Legged robots learn to walk (mine)"), "{}", ran.stdout);
    assert!(ran.stderr.contains("cited, but not in the library (1): On the nests of wasps"), "{}", ran.stderr);
    let bib = place.run(&["missing", &list, "-k", "1", "--format", "bib"]).ok().stdout;
    assert!(bib.contains("Walking machines on rough ground") && bib.starts_with('@'), "{bib}");
}

#[test]
fn results_for_a_draft_are_near_its_passages_and_not_cited() {
    let place = Workplace::with(six_papers());
    place.file("refs.bib", WALK1);
    let draft = place.file(
        "draft.tex",
        "\\title{Rough ground}\\begin{document}\n\\section{Robots}\nMachines with legs \\cite{mine,nobody} cross rubble, and learn their \
         gaits by reinforcement in simulation before they walk on real ground, which they do well, whatever the ground is like.\n\n\
         \\section{Proteins}\nThe structure of a protein is predicted from its sequence of amino acids by networks that have seen \
         how evolution changed it, and that tell where every atom of the folded chain lies within a small error.\n\
         \\bibliography{refs}\\end{document}",
    );
    let answer = place.json(&["missing", &draft, "-k", "6"]);
    let found = ids(&answer);
    assert!(!found.contains(&"walk1".to_owned()), "{found:?}");
    assert_eq!(std::collections::BTreeSet::from_iter(&found[..3]).len(), 3);
    for (paper, heading, word) in
        [("walk2", "Robots", "rubble"), ("fold1", "Proteins", "protein"), ("fold2", "Proteins", "protein")]
    {
        let at = found.iter().position(|id| id == paper).unwrap();
        assert!(at < 3, "{found:?}");
        let reason = &answer["results"][at]["reason"];
        assert_eq!((&reason["kind"], &reason["heading"]), (&"sentence".into(), &heading.into()), "{reason}");
        assert!(reason["text"].as_str().unwrap().contains(word), "{reason}");
        let line = if heading == "Robots" { 3 } else { 6 };
        assert_eq!((&reason["line"], &reason["file"]), (&line.into(), &serde_json::Value::Null), "{reason}");
        assert_eq!(reason["cited"]["id"], "walk1", "{reason}");
    }
    assert_eq!((&answer["cited"]["unresolved"][0], &answer["query"]["passages"]), (&"nobody".into(), &2.into()));
    let ran = place.run(&["missing", &draft, "-k", "3"]).ok();
    assert!(
        ran.stderr.contains("in no bibliography (or the entry was skipped); add one with --bib FILE: nobody"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("which cites 1 paper of the library"), "{}", ran.stdout);
    let words = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("(Robots, line 3); cited: Legged robots learn to walk (walk1)"), "{words}");
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ran.stdout);
}

#[test]
fn citations_are_recognised_by_keys_identifiers_and_printed_titles() {
    let place = Workplace::with(format!(
        "{}{{\"title\":\"Gaits\",\"arxiv\":\"2101.00001\",\"abstract\":\"Robots walk.\"}}\n",
        json_lines(&[
            ("a", "Legged robots learn to walk", "A robot with four legs."),
            ("b", "Walking machines on rough ground", "Robots walk on rubble."),
            ("c", "Robots that run and jump", "A robot runs.")
        ])
    ));
    let body =
        "Robots walk on four legs over rough ground and rubble, as was said before by many people in many places.";
    let bib = place.file("mine.bib", WALK1);
    let text = format!(
        "# Walking\n\n{body} See @mine and arXiv:2101.00001.\n\n## References\n\n1. C. Gauss. Walking machines on rough ground. 2001.\n"
    );
    let answer = place.json(&["missing", &place.file("draft.md", &text), "--bib", &bib]);
    assert_eq!(ids(&answer), ["c"]);
    assert_eq!(answer["cited"]["in_library"].as_array().unwrap().len(), 3);
    let plain = format!(
        "{body} See arXiv:2101.00001.\n\nReferences\n[1] A. Byron. Legged robots learn to walk. 2001.\n[2] Nobody. On wasps and their many nests.\n"
    );
    let answer = place.json(&["missing", &place.file("draft.txt", &plain)]);
    assert_eq!(answer["cited"]["not_in_library"][0], "Nobody. On wasps and their many nests.");
    assert_eq!(std::collections::BTreeSet::from_iter(ids(&answer)), ["b".to_owned(), "c".to_owned()].into());
}

/// Returns the answer for a draft that has a sentence about robots and `text`. `more` has more options.
fn asked(place: &Workplace, name: &str, text: &str, more: &[&str]) -> serde_json::Value {
    let body =
        "Machines with legs cross rubble, and learn their gaits by reinforcement before they walk on real ground.";
    let draft = place.file(name, format!("{body} {text}"));
    place.json(&[&["missing", &draft, "-k", "6"], more].concat())
}

fn cited(answer: &serde_json::Value) -> Vec<String> {
    let cited = answer["cited"]["in_library"].as_array().unwrap();
    assert!(cited.iter().all(|cited| !ids(answer).contains(&cited["id"].as_str().unwrap().to_owned())), "{answer}");
    cited.iter().map(|cited| cited["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn keys_in_no_bibliography_are_looked_up_in_the_library() {
    let place = Workplace::with(format!(
        "{}{{\"id\":\"mine\",\"title\":\"Gaits\",\"arxiv\":\"2101.00001\",\"doi\":\"10.1000/gaits\"}}\n",
        six_papers()
    ));
    let answer = asked(&place, "chapter.tex", "\\cite{walk1} \\cite{arXiv:2101.00001,doi:10.1000/gaits,nobody}", &[]);
    assert_eq!(cited(&answer), ["walk1", "mine"]);
    assert_eq!(answer["cited"]["unresolved"], serde_json::json!(["nobody"]));
    // A file that `relata export` writes has the keys of all versions of a paper.
    let bib = place.file("ids.bib", "@misc{new, title = {Walking machines on rough ground}, ids = {old, older}}");
    let answer = asked(&place, "renamed.tex", "\\cite{older}", &["--bib", &bib]);
    assert_eq!(cited(&answer), ["walk2"]);
}

#[test]
fn a_bibliography_beside_the_draft_is_found() {
    let place = Workplace::with(six_papers());
    for (name, content) in [
        ("refs.bib", "@misc{other, title = {On wasps}}\n".to_owned() + WALK1),
        ("refs.json", r#"[{"id": "mine", "type": "article", "title": "Legged robots learn to walk"}]"#.to_owned()),
        ("refs.bbl", "\\bibitem{mine} Legged robots learn to walk. 2001. \\bibitem{other} On wasps.".to_owned()),
    ] {
        let file = place.file(name, content);
        for draft in ["# Robots\n\n@mine says so.", "---\nbibliography: gone.bib\n---\n\n@mine says so."] {
            let draft = place.file("draft.md", format!("{draft} Machines with legs cross rubble and learn to walk."));
            let answer = place.json(&["missing", &draft]);
            assert_eq!(cited(&answer), ["walk1"], "{name}");
            assert!(answer["cited"]["not_in_library"].as_array().unwrap().is_empty(), "{answer}");
            let note = format!("looked up citation keys in {file}, which the draft does not name");
            assert!(answer["notes"].as_array().unwrap().iter().any(|known| known == &note), "{answer}");
        }
        std::fs::remove_file(file).unwrap();
    }
    let answer = asked(&place, "alone.tex", "\\cite{mine}", &[]);
    assert_eq!(answer["cited"]["unresolved"], serde_json::json!(["mine"]));
}

#[test]
fn an_entry_with_other_given_names_and_another_year_is_recognised() {
    let place = Workplace::with(
        r#"{"id": "ode", "title": "On the dance", "authors": ["Ricky T. Q. Chen", "Carl Gauss"], "year": 2018}
{"id": "new", "title": "Dances of bees", "authors": ["Carl Gauss"], "year": 2020}
{"id": "other", "title": "Dances of wasps", "authors": ["Ada Byron"], "year": 2020}
"#,
    );
    place.file(
        "refs.bib",
        "@misc{mine, title = {On the dance}, author = {Chen, Tian Qi and Gauss, Carl}, year = {2001}}",
    );
    let answer = asked(&place, "draft.tex", "\\newcite{mine} \\bibliography{refs}", &[]);
    assert_eq!((cited(&answer), ids(&answer)[0].as_str()), (vec!["ode".to_owned()], "new"));
    assert_eq!(answer["results"][0]["reason"]["authors"], serde_json::json!(["Carl Gauss"]));
    assert_eq!(answer["results"][1]["reason"]["authors"], serde_json::json!([]));
    place.file("refs.bib", "@misc{mine, title = {On the dance}, author = {Frisch, Karl}}");
    let answer = asked(&place, "draft.tex", "\\newcite{mine} \\bibliography{refs}", &[]);
    assert_eq!(answer["cited"]["not_in_library"], serde_json::json!(["On the dance"]));
}

#[test]
fn printed_references_are_read_with_and_without_a_bibliography() {
    let place = Workplace::with(six_papers());
    place.file("refs.bib", "@misc{other, title = {On wasps}}");
    let printed = "\\begin{thebibliography}{9}\\bibitem{x1} Legged robots learn to walk. 2001. \
        \\bibitem{x2} Walking machi-\nnes on rough ground. 2002.\\end{thebibliography}";
    place.file("paper.bbl", printed);
    for bibliography in ["", "\\bibliography{refs}", "\\bibliography{gone}"] {
        let answer = asked(&place, "paper.tex", &format!("\\mycite{{x1}} \\cite{{x1}} {bibliography}"), &[]);
        assert_eq!(cited(&answer), ["walk1", "walk2"], "{bibliography}");
    }
    // All citations are resolved, so the missing bibliography is not reported.
    let ran = place.run(&["missing", place.path("paper.tex").to_str().unwrap()]).ok();
    assert!(!ran.stderr.contains("gone.bib"), "{}", ran.stderr);
    place.file("alone.tex", "");
    let answer = asked(&place, "alone.tex", &format!("\\ct{{x1}} {printed}"), &[]);
    assert_eq!(cited(&answer), ["walk1", "walk2"]);
}

#[test]
fn included_files_are_read_in_any_encoding_and_missing_ones_are_reported() {
    let place = Workplace::with(six_papers());
    place.file("latin.tex", b"Stra\xdfen \xfcber Ger\xf6ll, sagt \\cite{walk2}.");
    place.file("nothing.tex", b"a\0b");
    let text = "\\input{latin} \\input{nothing}\\include{sec/gone}\\input{/dev/zero} \\cite{walk1}";
    let answer = asked(&place, "main.tex", text, &[]);
    assert_eq!(cited(&answer), ["walk2", "walk1"]);
    let ran = place.run(&["missing", place.path("main.tex").to_str().unwrap()]).ok();
    let told = "the draft includes files that are missing or have no text: nothing; sec/gone; /dev/zero";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let latin = asked(&place, "itself.tex", "", &[]);
    assert!(!cited(&latin).contains(&"walk2".to_owned()));
    place.file(
        "itself.tex",
        b"\xdcber Ger\xf6ll gehen Robots mit Beinen, walking machines that learn to walk \\cite{walk2}",
    );
    let latin = place.json(&["missing", place.path("itself.tex").to_str().unwrap()]);
    assert_eq!(cited(&latin), ["walk2"]);
}

#[test]
fn a_file_with_markup_is_a_draft_and_a_file_of_identifiers_is_a_list() {
    let place = Workplace::with(format!("{}{{\"title\":\"Gaits\",\"arxiv\":\"2101.00001\"}}\n", six_papers()));
    let text = b"# Robots\n\nMachines with legs cross rubble and learn to walk [@walk1].\n";
    let ran = place.run_with_input(&["missing", "-", "--markup", "md", "--json"], text).ok();
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((cited(&answer), &answer["query"]["kind"]), (vec!["walk1".to_owned()], &"draft".into()));
    let list = place.file("ids.txt", "arXiv:2101.00001\n\n10.1000/nowhere\n");
    let answer = place.json(&["missing", &list]);
    assert_eq!(
        (&answer["query"]["kind"], &answer["results"][0]["reason"]["title"]),
        (&"papers".into(), &"Gaits".into())
    );
    assert_eq!(answer["cited"]["not_in_library"], serde_json::json!(["doi:10.1000/nowhere"]));
    for (name, text) in [("draft.rst", "Robots\n======\n\nOn legs."), ("draft.pdf", "%PDF-1.5 x")] {
        let file = place.file(name, text);
        place.run(&["missing", &file]).fails_saying(&["Drafts end in .tex, .md or .txt", "--markup"]);
    }
    place.run_with_input(&["missing", "-"], b"Robots walk.").fails_saying(&["--markup"]);
}

#[test]
fn errors_and_notes_say_what_is_wrong() {
    let place = Workplace::with(six_papers());
    place.run(&["missing", "none.bib"]).fails_saying(&["none.bib"]);
    place.run(&["missing", "none.tex"]).fails_saying(&["cannot read none.tex"]);
    let nameless = place.file("nameless.bib", "@article{a, year = {2017}}\n@article{b, author = {Byron, Ada}}\n");
    place.run(&["missing", &nameless]).fails_saying(&["nameless.bib", "no paper could be read", "\n  ", "title"]);
    place
        .run(&["missing", &place.file("empty.tex", "\\begin{document}\\cite{a}\\end{document}")])
        .fails_saying(&["empty.tex", "no text"]);
    let list = place.file("refs.bib", WALK1);
    place.run(&["missing", &list, "--bib", &list]).fails_saying(&["is a list of papers", "--bib"]);
    let draft = place.file("draft.tex", "Robots walk on rough ground.\\bibliography{gone}");
    let ran = place.run(&["missing", &draft]).ok();
    assert!(ran.stderr.contains("gone.bib: this bibliography of the draft does not exist"), "{}", ran.stderr);
    assert!(ran.stderr.contains("No citations recognised in the draft"), "{}", ran.stderr);
    let everything = place.file("all.bib", six_papers_as_bib());
    let ran = place.run(&["missing", &everything]);
    assert_eq!((ran.code, ran.stderr.contains("The library has no other paper")), (Some(1), true), "{}", ran.stderr);
    let ran = place.run(&["missing", &list, "--since", "2050"]);
    assert_eq!((ran.code, ran.stderr.contains("passes the filters")), (Some(1), true), "{}", ran.stderr);
}
