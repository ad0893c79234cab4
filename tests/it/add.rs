//! Adding papers: the counts of the summary, which papers are embedded, and what the library keeps.

use crate::program::{Workplace, json_lines, six_papers};

#[test]
fn adding_a_file_again_changes_and_embeds_nothing() {
    let place = Workplace::new();
    let file = place.file("papers.jsonl", six_papers());
    let first = place.json(&["add", &file]);
    assert_eq!((&first["added"], &first["embedded"], &first["library_papers"]), (&6.into(), &6.into(), &6.into()));
    let before = std::fs::read(place.library().join("papers.db")).unwrap();
    // This folder has no model, so the command fails if it loads one.
    let mut again = place.command(&["add", &file, "--json"]);
    again.env("RELATA_CACHE", place.path("no-cache")).env("RELATA_OFFLINE", "1");
    let again = crate::program::ran(again.output().unwrap()).ok();
    let again: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((&again["added"], &again["unchanged"], &again["embedded"]), (&0.into(), &6.into(), &0.into()));
    assert_eq!(std::fs::read(place.library().join("papers.db")).unwrap(), before);
}

#[test]
fn a_changed_abstract_is_embedded_again_and_an_empty_abstract_is_ignored() {
    let place = Workplace::new();
    place.json(&[
        "add",
        &place.file("a.jsonl", json_lines(&[("x", "A title", "Robots walk."), ("y", "Other", "Cells.")])),
    ]);
    let changed = place
        .json(&["add", &place.file("a.jsonl", json_lines(&[("x", "A title", "Robots fly."), ("y", "Other", "")]))]);
    assert_eq!((&changed["updated"], &changed["unchanged"], &changed["embedded"]), (&1.into(), &1.into(), &1.into()));
    let shown = place.json(&["show", "x", "y"]);
    assert_eq!(shown["papers"][0]["abstract"], "Robots fly.");
    assert_eq!(shown["papers"][1]["abstract"], "Cells.");
}

#[test]
fn records_with_one_arxiv_id_become_one_paper_with_many_names() {
    let place = Workplace::new();
    let lines = [
        r#"{"id":"a1","title":"Attention Is All You Need","abstract":"T.","arxiv":"1706.03762v5"}"#,
        r#"{"id":"b1","title":"Attention is all you need","abstract":"T.","url":"https://arxiv.org/abs/1706.03762","year":2017}"#,
    ];
    place.json(&["add", &place.file("a.jsonl", lines[0])]);
    let second = place.json(&["add", &place.file("b.jsonl", lines[1])]);
    assert_eq!((&second["updated"], &second["added"]), (&1.into(), &0.into()));
    for name in
        ["a1", "arXiv:1706.03762v2", "https://arxiv.org/pdf/1706.03762.pdf", "attention is ALL you need", "you need"]
    {
        let shown = place.json(&["show", name]);
        assert_eq!((&shown["papers"][0]["id"], &shown["papers"][0]["year"]), (&"a1".into(), &2017.into()), "{name}");
    }
}

#[test]
fn two_papers_with_one_id_from_two_files_are_both_kept() {
    let place = Workplace::new();
    place.json(&["add", &place.file("a.jsonl", json_lines(&[("1", "Walking robots", "Legs.")]))]);
    let file = place.file("b.jsonl", json_lines(&[("1", "Folding proteins", "Chains.")]));
    let second = place.run(&["add", &file]).ok();
    assert!(
        second.stderr.contains(r#"b.jsonl:1: "Walking robots" already has the id "1"; added as folding-"#),
        "{}",
        second.stderr
    );
    assert_eq!(place.json(&["list"])["papers"].as_array().unwrap().len(), 2);
    let again = place.json(&["add", &file]);
    assert_eq!((&again["unchanged"], &again["embedded"]), (&1.into(), &0.into()), "the second file is recognised");
}

#[test]
fn files_with_one_name_in_two_folders_are_two_files() {
    let place = Workplace::new();
    for (folder, title) in [("one", "Walking robots"), ("two", "Folding proteins")] {
        std::fs::create_dir(place.path(folder)).unwrap();
        place.file(&format!("{folder}/papers.jsonl"), json_lines(&[("1", title, "Text.")]));
        let mut add = place.command(&["add", "papers.jsonl"]);
        crate::program::ran(add.current_dir(place.path(folder)).output().unwrap()).ok();
    }
    for title in ["Boiling soup", "Growing roses"] {
        place.run_with_input(&["add", "-"], json_lines(&[("1", title, "Text.")]).as_bytes()).ok();
    }
    let papers = place.json(&["list"]);
    let titles: Vec<&str> = papers["papers"].as_array().unwrap().iter().map(|p| p["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Walking robots", "Folding proteins", "Boiling soup", "Growing roses"]);
}

#[test]
fn chapters_with_the_doi_of_their_book_are_separate_papers() {
    let place = Workplace::new();
    let chapters = r#"{"id":"a","title":"Walking robots in the field","abstract":"Legs.","doi":"10.1000/book"}
{"id":"b","title":"Protein folding by machine","abstract":"Chains.","doi":"10.1000/book"}
{"id":"c","title":"Walking Robots in the Fields","abstract":"Legs, said again.","doi":"10.1000/book"}"#;
    let file = place.file("book.jsonl", chapters);
    let ran = place.run(&["add", &file]).ok();
    assert!(ran.stdout.contains("2 added, 1 updated"), "{}", ran.stdout);
    let joined = "records that joined a paper of the library: 1; see `relata duplicates`";
    assert!(ran.stdout.contains(joined), "{}", ran.stdout);
    place.run(&["show", "10.1000/book"]).fails_saying(&["matches several papers", "a  Walking", "b  Protein"]);
    assert_eq!(place.json(&["add", &file])["unchanged"], 3, "each chapter is recognised");
}

#[test]
fn remove_needs_the_whole_title_of_a_paper() {
    let place = Workplace::new();
    place.json(&["add", &place.file("papers.jsonl", six_papers())]);
    place.run(&["remove", "walking", "machines"]).fails_saying(&["no paper matches \"walking\""]);
    place.run(&["remove", "Walking machines on rough ground"]).ok();
    assert_eq!(place.json(&["info"])["papers"], 5);
}

#[test]
fn an_id_used_twice_in_a_file_keeps_the_first_text_and_is_reported() {
    let place = Workplace::new();
    let twice = json_lines(&[("x", "A title", "First text."), ("x", "A title", "Second text.")]);
    let file = place.file("twice.jsonl", twice);
    for _ in 0..2 {
        let ran = place.run(&["add", &file]).ok();
        assert!(
            ran.stderr.contains(r#"twice.jsonl:2: line 1 has a record with the same id, "x", but another text"#),
            "{}",
            ran.stderr
        );
        assert_eq!(place.json(&["show", "x"])["papers"][0]["abstract"], "First text.");
    }
}

#[test]
fn a_dry_run_prints_what_it_would_do_and_does_nothing() {
    let place = Workplace::new();
    let file = place.file("papers.jsonl", six_papers());
    let dry = place.json(&["add", "--dry-run", &file]);
    assert_eq!((&dry["added"], &dry["embedded"], &dry["dry_run"]), (&6.into(), &6.into(), &true.into()));
    assert!(!place.library().exists());
    place.json(&["add", &file]);
    let more = place.file("more.jsonl", six_papers() + &json_lines(&[("new", "A new paper", "Of its own.")]));
    let dry = place.json(&["add", "--dry-run", &more]);
    assert_eq!((&dry["added"], &dry["unchanged"], &dry["embedded"]), (&1.into(), &6.into(), &1.into()));
    assert_eq!(place.json(&["info"])["papers"], 6);
}

#[test]
fn compressed_files_are_read_from_standard_input_and_from_disk() {
    use std::io::Write;
    let place = Workplace::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(six_papers().as_bytes()).unwrap();
    let from_stdin = place.run_with_input(&["add", "-"], &gzip.finish().unwrap()).ok();
    assert!(from_stdin.stdout.starts_with("6 added"), "{}", from_stdin.stdout);
    let zstd = zstd::encode_all(six_papers().as_bytes(), 1).unwrap();
    let from_file = place.json(&["add", &place.file("papers.zst", zstd)]);
    assert_eq!(from_file["unchanged"], 6);
}

#[test]
fn papers_without_an_abstract_are_kept_compared_and_marked() {
    let place = Workplace::new();
    let papers = json_lines(&[
        ("t", "Robots with four legs", ""),
        ("u", "Quadrupeds walk", "On four legs."),
        ("v", "Tax law", "Courts."),
    ]);
    let ran = place.run(&["add", &place.file("a.jsonl", papers)]).ok();
    assert!(ran.stderr.contains("1 paper without an abstract"), "{}", ran.stderr);
    let found = place.run(&["similar", "u"]).ok();
    assert!(found.stdout.contains("Robots with four legs") && found.stdout.contains("title only"), "{}", found.stdout);
    assert_eq!(place.json(&["info"])["without_abstract"], 1);
}

#[test]
fn removed_papers_are_not_found_until_the_removal_is_undone() {
    let place = Workplace::new();
    let file = place.file("papers.jsonl", six_papers());
    place.json(&["add", &file]);
    let dry = place.run(&["remove", "walk1", "--dry-run"]).ok();
    assert!(dry.stderr.contains("would be removed"));
    assert_eq!(place.json(&["info"])["papers"], 6);
    place.run(&["remove", "walk1", "walk2"]).ok();
    place.run(&["similar", "walk1"]).fails_saying(&["no paper matches \"walk1\""]);
    let found = crate::program::ids(&place.json(&["search", "robots that walk"]));
    assert!(found.len() == 4 && !found.iter().any(|id| id.starts_with("walk")), "{found:?}");
    let undone = place.run(&["remove", "--undo"]).ok();
    assert!(undone.stderr.contains("2 papers brought back"), "{}", undone.stderr);
    assert_eq!(crate::program::ids(&place.json(&["similar", "walk1"]))[0], "walk2");
    assert_eq!(place.run(&["remove", "--undo"]).code, Some(1), "only once");
    let of_source = place.run(&["remove", "--source", &file]).ok();
    assert!(of_source.stderr.contains("6 papers removed"), "{}", of_source.stderr);
    let revived = place.json(&["add", &file]);
    assert_eq!((&revived["added"], &revived["embedded"]), (&6.into(), &0.into()), "their vectors were kept");
}

#[test]
fn the_requested_precision_is_recorded() {
    let place = Workplace::new();
    place.json(&["--precision", "int8", "add", &place.file("a.jsonl", six_papers())]);
    assert_eq!(place.json(&["info"])["vectors"], serde_json::json!({ "f32": 0, "bf16": 0, "int8": 6 }));
    let other = Workplace::new();
    other.json(&["add", &other.file("a.jsonl", six_papers())]);
    assert_eq!(other.json(&["info"])["vectors"], serde_json::json!({ "f32": 0, "bf16": 6, "int8": 0 }));
}

#[test]
fn an_interrupted_add_is_reported_and_continues_without_a_file() {
    use relata::library::{KnownVersions, Library};
    let place = Workplace::new();
    let library = Library::open_or_create(&place.library()).unwrap();
    let record = |title: &str| relata::paper::Record { title: title.to_owned(), ..Default::default() };
    let papers = ["Walking robots", "Folding proteins"].map(|title| (record(title).into_paper().unwrap(), 1));
    let lock = library.lock().unwrap();
    let mut writer = Library::open(&place.library()).unwrap();
    writer.add_records(&lock, "gone.jsonl", &papers, true, &mut KnownVersions::default()).unwrap();
    drop((lock, library, writer));
    for ask in [["search", "robots"], ["similar", "walking"]] {
        place.run(&ask).fails_saying(&["2 waiting", "`relata add` without a file continues it"]);
    }
    let done = place.run(&["add"]).ok();
    assert!(done.stdout.contains("2 embedded"), "{}", done.stdout);
    place.run(&["search", "robots"]).ok();
    place.run(&["add"]).fails_saying(&["nothing to finish: all papers are embedded; name files"]);
}

#[test]
fn a_missing_file_leaves_no_library_behind() {
    let place = Workplace::new();
    place.run(&["add", &place.path("missing.bib").display().to_string()]).fails_saying(&["missing.bib"]);
    place.run(&["sync"]).fails_saying(&["nothing was synced into this library before"]);
    place.run(&["add"]).fails_saying(&["no library"]);
    assert!(!place.library().exists());
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_an_add_with_a_message() {
    use std::os::unix::process::ExitStatusExt;
    let place = Workplace::new();
    let mut add = place.command(&["add", "-"]);
    let mut add = add.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    // Keeps standard input open, which `wait` would close, so that `add` waits for it. The signal handler is installed
    // before write.lock is created.
    let _open = add.stdin.take();
    let started = std::time::Instant::now();
    while !place.library().join("write.lock").exists() && started.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let id = add.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let status = add.wait().unwrap();
    let mut told = String::new();
    std::io::Read::read_to_string(&mut add.stderr.take().unwrap(), &mut told).unwrap();
    assert_eq!(status.signal(), Some(2), "ended by the signal");
    assert!(told.contains("interrupted: stored papers are kept; run the same command again"), "{told}");
}
