//! Exports: an exported file is added again as the same papers, and exported vectors are those that the search uses.

use serde_json::{Value, json};

use crate::program::{Ran, Workplace, ids, json_lines, sample, six_papers};

/// Two papers whose fields all formats can represent.
fn bees() -> String {
    let papers = [
        json!({"id": "byron1843", "title": "Notes on the engines of bees", "abstract": "Bees hum & work; 50% of them fly.",
            "authors": ["Byron, Ada", "van der Hum, Jan"], "year": 1843, "venue": "Bee Letters", "doi": "10.1234/bees.1",
            "url": "https://bees.example/1", "keywords": ["honey", "wax, hard"], "kind": "article",
            "details": {"volume": "3", "number": "2", "pages": "12--34"}}),
        json!({"id": "wax", "title": "=Wax_and {comb} #1", "authors": ["Grün, Élodie"], "year": 2001, "kind": "misc"}),
    ];
    papers.iter().map(|paper| format!("{paper}\n")).collect()
}

fn listed(place: &Workplace) -> Value {
    place.json(&["list"])["papers"].clone()
}

/// Exports the library to `file`, adds this file to a new library, and returns the papers of the new library.
fn again(place: &Workplace, file: &str) -> Value {
    place.run(&["export", "-o", file]).ok();
    let other = Workplace::new();
    let added = other.json(&["add", place.path(file).to_str().unwrap()]);
    assert_eq!(added["skipped"], json!([]), "{file}");
    listed(&other)
}

#[test]
fn exported_papers_are_added_again_as_the_same_papers() {
    let place = Workplace::with(bees());
    let papers = listed(&place);
    for file in ["all.jsonl", "all.csv", "all.json", "all.ris", "all.bib"] {
        assert_eq!(again(&place, file), papers, "{file}");
    }
    let sampled = Workplace::new();
    sampled.run(&["add", sample().to_str().unwrap()]).ok();
    let papers = listed(&sampled);
    for file in ["all.jsonl", "all.csv", "all.json"] {
        assert_eq!(again(&sampled, file), papers, "{file}");
    }
    // Records of BibTeX and RIS always have a kind. RIS has no tags for categories and for `et_al`.
    let without = |keys: &[&str], mut papers: Value| {
        for paper in papers.as_array_mut().unwrap() {
            keys.iter().for_each(|key| paper[*key] = Value::Null);
        }
        papers
    };
    for (file, keys) in [("all.bib", &["kind"][..]), ("all.ris", &["kind", "categories", "et_al"])] {
        assert_eq!(without(keys, again(&sampled, file)), without(keys, papers.clone()), "{file}");
    }
}

#[test]
fn the_extension_chooses_the_format_and_an_existing_file_is_replaced() {
    let place = Workplace::with(six_papers());
    let ran = place.run(&["export", "-o", "list.md"]).ok();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", "Wrote 6 papers to list.md\n"));
    assert!(
        std::fs::read_to_string(place.path("list.md")).unwrap().starts_with("1. **Legged robots learn to walk**\n")
    );
    let ran = place.run(&["export", "walk1", "walking machines", "-o", "list.md", "--format", "csv", "--json"]).ok();
    let summary: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&summary["written"], &summary["format"]), (&2.into(), &"csv".into()));
    let table = std::fs::read_to_string(place.path("list.md")).unwrap();
    assert!(table.starts_with("id,title,") && table.lines().count() == 3, "{table}");
    let on_stdout = place.run(&["export", "walk1", "walk2", "--format", "csv", "-o", "-"]).ok();
    assert_eq!(on_stdout.stdout, table);
    assert_eq!(on_stdout.stderr, "Wrote 2 papers to standard output\n");
    assert_eq!(place.run(&["export", "--all", "--format", "jsonl", "--quiet"]).ok().stderr, "");
}

#[test]
fn an_invalid_export_is_refused_before_anything_is_written() {
    let place = Workplace::with(six_papers());
    place.run(&["export"]).fails_saying(&["choose a format with --format", "bib|ris|csl|csv|jsonl|md"]);
    place.run(&["export", "-o", "out.docx"]).fails_saying(&["out.docx: unknown file extension", ".csv"]);
    place.run(&["export", "-o", "no/such/out.csv"]).fails_saying(&["cannot write no/such/out.csv"]);
    place.run(&["export", "--vectors", "out.mat"]).fails_saying(&["out.mat", ".npy"]);
    place.run(&["export", "--json", "--format", "csv"]).fails_saying(&["--json and the papers cannot both be printed"]);
    std::fs::write(place.path("old.csv"), "mine").unwrap();
    place.run(&["export", "nothing", "-o", "old.csv"]).fails_saying(&["no paper matches"]);
    place.run(&["remove", "--source", place.path("papers.jsonl").to_str().unwrap()]).ok();
    let ran = place.run(&["export", "-o", "old.csv"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "No paper to write.\n"));
    assert_eq!(std::fs::read_to_string(place.path("old.csv")).unwrap(), "mine");
}

#[cfg(unix)]
#[test]
fn the_target_of_a_link_is_replaced_and_a_pipe_is_written_to() {
    let place = Workplace::with(six_papers());
    std::fs::write(place.path("target.csv"), "").unwrap();
    std::os::unix::fs::symlink(place.path("target.csv"), place.path("link.csv")).unwrap();
    place.run(&["export", "-o", "link.csv"]).ok();
    assert!(std::fs::symlink_metadata(place.path("link.csv")).unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(place.path("target.csv")).unwrap().lines().count(), 7);
    let piped = place.run(&["export", "-o", "/dev/stdout", "--format", "csv"]).ok();
    assert_eq!(piped.stdout, std::fs::read_to_string(place.path("target.csv")).unwrap());
    place.run(&["export", "-o", "/dev/null", "--format", "csv"]).ok();
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn every_command_that_lists_papers_prints_file_formats() {
    let place = Workplace::with(six_papers());
    let csv = |arguments: &[&str]| place.run(&[arguments, &["--format", "csv"]].concat()).ok().stdout;
    assert!(csv(&["list", "--limit", "2", "--offset", "1"]).contains("\nfold1,"));
    assert_eq!(csv(&["list"]), csv(&["export"]));
    assert_eq!(csv(&["show", "walk1", "fold1"]), csv(&["export", "walk1", "fold1"]));
    let text = place.file("abstract.txt", "A robot dog crosses rubble.");
    let draft = place.file("draft.md", "# Gaits\n\nFour-legged robots learn to walk over rough ground.");
    let names = place.file("names.txt", "fold1\nwalk2\n");
    for question in [
        &["similar", "walk1", "fold1"][..],
        &["search", "robots that walk"],
        &["similar", "--text-file", &text],
        &["rank", "walk1", "--candidates", &names],
        &["missing", &draft],
    ] {
        let answer = place.json(question);
        let table = csv(question);
        let mut rows = table.lines();
        assert!(rows.next().unwrap().starts_with("rank,score,similarity,id,"), "{table}");
        assert_eq!(table.lines().count(), 1 + answer["results"].as_array().unwrap().len(), "{table}");
        for (row, result) in rows.zip(answer["results"].as_array().unwrap()) {
            let number = |key: &str| format!("{:.6}", result[key].as_f64().unwrap());
            let [score, similarity] = ["score", "similarity"].map(number);
            let id = result["paper"]["id"].as_str().unwrap();
            assert!(row.starts_with(&format!("{},{score},{similarity},{id},", result["rank"])), "{row}");
        }
        let lines = place.run(&[question, &["--format", "jsonl"]].concat()).ok().stdout;
        let found: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let found: Vec<&str> = found.iter().map(|paper| paper["id"].as_str().unwrap()).collect();
        assert_eq!(found, ids(&answer));
    }
    for command in [
        &["list"][..],
        &["show", "walk1"],
        &["similar", "walk1"],
        &["search", "x"],
        &["rank", "walk1", "--candidates", &names],
        &["missing", &draft],
    ] {
        let both = place.run(&[command, &["--json", "--format", "md"]].concat());
        both.fails_saying(&["--json and --format cannot be used together"]);
    }
    assert_eq!(place.run(&["list", "--sources", "--format", "md"]).code, Some(2));
    let none: Ran = place.run(&["list", "--offset", "6", "--format", "csv"]);
    assert_eq!((none.code, none.stdout.lines().count()), (Some(1), 1), "only a header");
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let place = Workplace::new();
    place.run(&["add", sample().to_str().unwrap()]).ok();
    for format in ["bib", "ris", "csl", "csv", "jsonl", "md"] {
        let mut export = place.command(&["export", "--format", format, "--quiet"]);
        export.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut export = export.spawn().unwrap();
        drop(export.stdout.take());
        let ended = export.wait_with_output().unwrap();
        assert!(ended.status.success() && ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

/// Splits a `.npy` file into its header, which contains the shape, and its numbers.
fn matrix(bytes: &[u8]) -> (String, Vec<f32>) {
    let header = String::from_utf8(bytes[10..128].to_vec()).unwrap();
    let numbers = bytes[128..].chunks_exact(4).map(|number| f32::from_le_bytes(number.try_into().unwrap())).collect();
    (header, numbers)
}

#[test]
fn exported_vectors_are_those_of_the_search_in_the_order_of_the_papers() {
    let place = Workplace::with(six_papers());
    place.run(&["export", "--vectors", "v.npy", "-o", "papers.jsonl"]).ok();
    let (header, numbers) = matrix(&std::fs::read(place.path("v.npy")).unwrap());
    assert!(header.contains("'shape': (6, 384), "), "{header}");
    let names: Vec<String> =
        std::fs::read_to_string(place.path("v.ids.txt")).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(names, ["walk1", "fold1", "lang1", "walk2", "fold2", "lang2"]);
    let row = |id: &str| {
        let at = names.iter().position(|name| name == id).unwrap();
        &numbers[at * 384..][..384]
    };
    for result in place.json(&["similar", "walk1"])["results"].as_array().unwrap() {
        let other = row(result["paper"]["id"].as_str().unwrap());
        let cosine: f32 = row("walk1").iter().zip(other).map(|(a, b)| a * b).sum();
        assert!((f64::from(cosine) - result["similarity"].as_f64().unwrap()).abs() < 1e-5);
    }
    let alone = place.run(&["export", "fold2", "walk1", "--vectors", "two.npy"]).ok();
    assert_eq!((alone.stdout.as_str(), alone.stderr.as_str()), ("", "Wrote 2 papers to two.npy, two.ids.txt\n"));
    assert_eq!(matrix(&std::fs::read(place.path("two.npy")).unwrap()).1, [row("fold2"), row("walk1")].concat());
}

#[test]
fn papers_without_a_vector_are_left_out_of_exports_with_vectors() {
    let place = Workplace::with(six_papers());
    let database = rusqlite::Connection::open(place.library().join("papers.db")).unwrap();
    let forget = "DELETE FROM vectors WHERE paper = (SELECT number FROM papers WHERE id = 'lang1')";
    database.execute_batch(&format!("PRAGMA foreign_keys = ON; {forget}")).unwrap();
    drop(database);
    let ran = place.run(&["export", "--vectors", "v.npy", "-o", "papers.csv"]).ok();
    assert!(ran.stderr.contains("left out 1 paper without a vector; `relata add`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("Wrote 5 papers to papers.csv, v.npy, v.ids.txt\n"), "{}", ran.stderr);
    let table = std::fs::read_to_string(place.path("papers.csv")).unwrap();
    let names = std::fs::read_to_string(place.path("v.ids.txt")).unwrap();
    let in_table: Vec<&str> = table.lines().skip(1).map(|row| row.split(',').next().unwrap()).collect();
    assert_eq!(in_table, names.lines().collect::<Vec<_>>(), "row n is the same paper in both files");
    assert!(matrix(&std::fs::read(place.path("v.npy")).unwrap()).0.contains("(5, 384)"));
    let alone = place.run(&["export", "lang1", "--vectors", "none.npy"]);
    assert!(alone.code == Some(1) && !place.path("none.npy").exists(), "{}", alone.stderr);
    assert_eq!(place.run(&["export", "-o", "papers.csv"]).ok().stderr, "Wrote 6 papers to papers.csv\n");
}

#[test]
fn formulas_in_titles_are_escaped_in_csv_and_read_back_unchanged() {
    let place = Workplace::with(json_lines(&[("a", "=cmd|' /C calc'!A0", "@SUM(1)"), ("-b", "+1", "-1")]));
    let table = place.run(&["export", "--format", "csv"]).ok().stdout;
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    for cell in rows.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
    assert_eq!(again(&place, "all.csv"), listed(&place));
}

#[cfg(feature = "parquet")]
#[test]
fn papers_exported_as_parquet_are_added_again() {
    let place = Workplace::with(&six_papers());
    place.run(&["export", "--vectors", "v.parquet"]).ok();
    assert!(!place.path("v.ids.txt").exists());
    let other = Workplace::new();
    let added = other.json(&["add", place.path("v.parquet").to_str().unwrap()]);
    assert_eq!((&added["added"], &added["skipped"]), (&6.into(), &json!([])));
    let titles = |place: &Workplace| -> Vec<(Value, Value)> {
        listed(place).as_array().unwrap().iter().map(|paper| (paper["id"].clone(), paper["title"].clone())).collect()
    };
    assert_eq!(titles(&other), titles(&place));
    other.run(&["add", "-"]).fails_saying(&["no paper could be read"]);
    let bytes = std::fs::read(place.path("v.parquet")).unwrap();
    other
        .run_with_input(&["add", "-"], &bytes)
        .fails_saying(&["is a Parquet file; relata does not read Parquet from archives or pipes"]);
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_parquet_the_error_names_the_build_option() {
    let place = Workplace::with(six_papers());
    place.run(&["export", "--vectors", "v.parquet"]).fails_saying(&["v.parquet", ".npy", "--features parquet"]);
    place
        .run(&["add", &place.file("p.parquet", b"PAR1....")])
        .fails_saying(&["is a Parquet file", "--features parquet"]);
}

#[test]
fn write_errors_have_the_path_that_the_user_gave() {
    let place = Workplace::with(six_papers());
    let refused = place.run(&["export", "-o", "no such folder/out.bib"]);
    assert!(!refused.stderr.contains(".tmp"), "{}", refused.stderr);
    refused.fails_saying(&["cannot write no such folder/out.bib: the folder no such folder does not exist"]);
    // This name is longer than file systems allow. The temporary file beside it has a short name.
    let long = format!("{}.bib", "n".repeat(300));
    let refused = place.run(&["export", "-o", &long]);
    assert!(!refused.stderr.contains(".tmp"), "{}", refused.stderr);
    refused.fails_saying(&[&format!("cannot write {long}: ")]);
}

#[test]
fn an_extension_of_another_format_is_reported() {
    let place = Workplace::with(six_papers());
    let told = place.run(&["export", "--format", "bib", "-o", "papers.csv"]).ok().stderr;
    assert!(told.contains("papers.csv: written as bib, but its extension means csv"), "{told}");
    assert!(std::fs::read_to_string(place.path("papers.csv")).unwrap().starts_with('@'));
    for fine in ["papers.bib", "papers.txt", "papers"] {
        let told = place.run(&["export", "--format", "bib", "-o", fine]).ok().stderr;
        assert!(!told.contains("its extension means"), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn a_replaced_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let place = Workplace::with(six_papers());
    place.file("mine.bib", "old");
    std::fs::set_permissions(place.path("mine.bib"), PermissionsExt::from_mode(0o600)).unwrap();
    place.run(&["export", "-o", "mine.bib"]).ok();
    assert_eq!(place.path("mine.bib").metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn bibtex_has_the_keys_of_all_versions_and_they_are_read_again() {
    let place = Workplace::new();
    let entry = |key: &str| {
        format!(
            "@article{{{key}, author = {{Byron, Ada}}, title = {{The dance of bees in the dark hive}}, year = 2001}}\n"
        )
    };
    for (name, key) in [("a.bib", "byron2001"), ("b.bib", "byron_dance:01"), ("c.bib", "bees")] {
        place.run(&["add", &place.file(name, entry(key))]).ok();
    }
    let written = place.run(&["export", "--format", "bib"]).ok().stdout;
    assert!(written.contains("@article{byron2001,") && written.contains("ids = {bees, byron_dance:01},"), "{written}");
    let other = Workplace::new();
    other.run(&["add", &other.file("all.bib", &written)]).ok();
    assert_eq!(other.run(&["export", "--format", "bib"]).ok().stdout, written);
}
