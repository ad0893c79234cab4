//! Bad input: messages say what is wrong, where, and what to do; the exit code is right; no stored paper is lost.

use std::path::Path;

use crate::program::{Workplace, json_lines, six_papers};

#[test]
fn bad_records_are_reported_with_their_line_and_the_rest_is_kept() {
    let place = Workplace::new();
    let mut bytes = br#"{"id":"good","title":"A good one","abstract":"Text."}
this is not JSON
[1, 2]
{"id":"nothing"}
{"id":"untitled","abstract":"Text without a title."}
{"id":"latin","title":"caf"#
        .to_vec();
    bytes.extend(b"\xe9\"}\n{\"id\":\"last\",\"title\":\"The last\",\"abstract\":\"Text.\"}\n");
    let ran = place.run(&["add", &place.file("mixed.jsonl", bytes)]).ok();
    assert!(ran.stdout.contains("3 added, 0 updated, 0 unchanged, 4 skipped"), "{}", ran.stdout);
    for (line, reason) in [(2, "JSON"), (3, ""), (4, "neither title nor abstract"), (5, "no title")] {
        let told = ran.stderr.lines().find(|told| told.contains(&format!("mixed.jsonl:{line}: ")));
        assert!(told.is_some_and(|told| told.contains(reason)), "line {line}: {}", ran.stderr);
    }
    assert!(ran.stderr.contains("mixed.jsonl: read as windows-1252"), "{}", ran.stderr);
    let json = place.json(&["add", place.path("mixed.jsonl").to_str().unwrap()]);
    assert_eq!(json["skipped"][0]["line"], 2);
}

#[test]
fn a_folder_is_read_file_by_file() {
    let place = Workplace::new();
    std::fs::create_dir_all(place.path("papers/more")).unwrap();
    std::fs::write(place.path("papers/six.jsonl"), six_papers()).unwrap();
    std::fs::write(place.path("papers/more/one.csv"), "title,abstract\nOn bees,They hum.\n").unwrap();
    std::fs::write(place.path("papers/paper.pdf"), "%PDF-1.7").unwrap();
    let folder = place.path("papers");
    let ran = place.run(&["add", folder.to_str().unwrap()]).ok();
    assert!(ran.stdout.contains("7 added"), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("papers: no papers in paper.pdf (is a PDF)"), "{}", ran.stderr);
    std::fs::remove_file(place.path("papers/six.jsonl")).unwrap();
    std::fs::remove_dir_all(place.path("papers/more")).unwrap();
    let refused = place.run(&["add", folder.to_str().unwrap()]);
    refused.fails_saying(&["no file in this folder contains papers: paper.pdf", "no paper could be read"]);
    std::fs::remove_file(place.path("papers/paper.pdf")).unwrap();
    std::fs::write(place.path("papers/six.bib.part"), "@article{").unwrap();
    let refused = place.run(&["add", folder.to_str().unwrap()]);
    refused.fails_saying(&["papers is a folder without files to read; hidden and unfinished"]);
}

#[cfg(unix)]
#[test]
fn unreadable_files_of_a_folder_are_reported_and_the_rest_is_read() {
    let place = Workplace::new();
    std::fs::create_dir(place.path("papers")).unwrap();
    place.file("papers/a-damaged.bib", [0; 64]);
    place.file("papers/b.jsonl", six_papers());
    std::os::unix::fs::symlink("gone.ris", place.path("papers/c.ris")).unwrap();
    let ran = place.run(&["add", "papers"]).ok();
    assert!(ran.stdout.contains("6 added, 0 updated, 0 unchanged, 0 skipped, 2 files not read;"), "{}", ran.stdout);
    for told in [
        "not read: papers/a-damaged.bib: is a binary file",
        "not read: papers/c.ris is a link to gone.ris, which does not exist",
    ] {
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
    let quiet = place.run(&["add", "papers", "--quiet"]).ok().stderr;
    assert!(quiet.lines().count() == 2 && quiet.lines().all(|told| told.starts_with("not read: ")), "{quiet}");
    let unreadable = place.json(&["add", "papers"])["unreadable"].clone();
    assert_eq!(unreadable[0]["file"], "papers/c.ris");
    assert_eq!(unreadable[1]["file"], "papers/a-damaged.bib");
}

#[test]
fn damage_is_counted_separately_from_skipped_records() {
    let place = Workplace::new();
    let cut = place.file("cut.json", r#"[{"title": "On bees"}, {"year": 1999}, {"title": "On wa"#);
    let ran = place.run(&["add", &cut]).ok();
    assert!(ran.stdout.contains("1 added, 0 updated, 0 unchanged, 1 skipped, 1 notice;"), "{}", ran.stdout);
    assert!(ran.stderr.contains("skipped: ") && ran.stderr.contains("notice: "), "{}", ran.stderr);
    let json = place.json(&["add", &cut]);
    assert_eq!(json["skipped"].as_array().unwrap().len(), 1, "{json}");
    let notice = &json["notices"][0];
    assert_eq!((&notice["file"], &notice["line"]), (&cut.as_str().into(), &1.into()));
    assert!(notice["text"].as_str().unwrap().contains("the JSON ends in the middle"), "{json}");
}

#[test]
fn an_add_that_reads_nothing_leaves_no_library() {
    let place = Workplace::new();
    let within = place.path("made/for/it");
    let nothing = ["--library", within.to_str().unwrap(), "add", "missing.bib"];
    place.run(&nothing).fails_saying(&["missing.bib: there is no such file"]);
    assert!(!place.path("made").exists());
    std::fs::create_dir_all(&within).unwrap();
    place.run(&nothing).fails_saying(&["no paper could be read"]);
    assert_eq!(std::fs::read_dir(&within).unwrap().count(), 0, "the folder was there before");
}

#[test]
fn a_line_of_fifty_megabytes_is_skipped() {
    let place = Workplace::new();
    let mut bytes = br#"{"id":"long","title":"Long","abstract":""#.to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 50 << 20));
    bytes.extend(b"\"}\n");
    bytes.extend(six_papers().as_bytes());
    let ran = place.run(&["add", &place.file("long.jsonl", bytes)]).ok();
    assert!(ran.stdout.contains("6 added") && ran.stderr.contains("long.jsonl:1: "), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn files_without_papers_are_refused_with_their_names() {
    let place = Workplace::new();
    std::fs::create_dir(place.path("folder")).unwrap();
    for (name, contents, reason) in [
        ("empty.jsonl", b"".as_slice(), "empty"),
        ("bad.jsonl", b"{\"id\": \"no title\"}\n", "neither title nor abstract"),
        ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 binary", "PDF"),
        ("refs.bib", b"% mine\n@article{a,\n\tyear = 2001,\n}\n", "neither title nor abstract"),
        ("refs.ris", b"TY  - JOUR\nPY  - 2001\nER  - \n", "neither title nor abstract"),
        ("plants.xml", b"<?xml version='1.0'?>\n<garden><rose>red</rose></garden>\n", "root element <garden>"),
        ("sheet.xlsx", b"PK\x03\x04 a sheet", "zip"),
        ("noise.bin", b"\x00\x01\x02\xff\xfe\x00", "binary"),
    ] {
        let file = place.file(name, contents);
        place.run(&["add", &file]).fails_saying(&[name, reason, "no paper could be read"]);
    }
    place.run(&["add", "missing.jsonl"]).fails_saying(&["missing.jsonl", "no paper could be read"]);
    place.run(&["add", "folder"]).fails_saying(&["folder", "no paper could be read"]);
    let good = place.file("good.jsonl", six_papers());
    let ran = place.run(&["add", "missing.jsonl", &good]).ok();
    assert!(ran.stdout.contains("6 added") && ran.stderr.contains("missing.jsonl"), "the other file is read");
}

#[test]
fn a_library_folder_that_cannot_be_created_is_reported() {
    let place = Workplace::new();
    let file = place.file("papers.jsonl", six_papers());
    let in_a_file = place.path("papers.jsonl").join("library");
    let ran = place.run(&["--library", in_a_file.to_str().unwrap(), "add", &file]);
    ran.fails_saying(&["cannot create the library folder", "papers.jsonl/library"]);
    for command in [&["similar", "x"][..], &["search", "x"], &["list"], &["info"], &["remove", "x"]] {
        place.run(command).fails_saying(&["no library in", "relata add FILE"]);
    }
}

#[test]
fn a_damaged_database_is_reported_and_not_changed() {
    let place = Workplace::with(six_papers());
    let database = place.library().join("papers.db");
    let whole = std::fs::read(&database).unwrap();
    let mut damaged = whole.clone();
    damaged[..100].fill(b'x');
    for bytes in [damaged, b"not a database at all, but long enough to look at".to_vec()] {
        std::fs::write(&database, &bytes).unwrap();
        let file = place.path("papers.jsonl");
        for command in [&["similar", "walk1"][..], &["info"], &["add", file.to_str().unwrap()]] {
            place.run(command).fails_saying(&["papers.db is damaged", "nothing was changed", "backup"]);
        }
        assert_eq!(std::fs::read(&database).unwrap(), bytes);
    }
    let mut middle = whole.clone();
    let page = middle.len() / 4096 / 2 * 4096;
    middle[page..page + 4096].fill(0xaa);
    std::fs::write(&database, &middle).unwrap();
    place.run(&["info", "--check"]).fails_saying(&["papers.db is damaged"]);
}

#[test]
fn a_cache_of_another_database_is_not_used() {
    let place = Workplace::with(six_papers());
    let database = place.library().join("papers.db");
    let first = std::fs::read(&database).unwrap();
    place.json(&["similar", "walk1"]);
    std::fs::remove_file(&database).unwrap();
    // The second database has as many papers and changes as the first, but other vectors.
    let other = json_lines(&[
        ("a", "Tax law", "Courts rule."),
        ("b", "Tax courts", "Law of taxes."),
        ("c", "Cooking", "Soup."),
        ("d", "Soup", "Cook it."),
        ("e", "Gardens", "Roses."),
        ("f", "Roses", "In gardens."),
    ]);
    place.run(&["add", &place.file("other.jsonl", other)]).ok();
    for (seed, expected) in [("a", "b"), ("c", "d"), ("f", "e")] {
        let found = place.json(&["similar", seed, "-k", "1"]);
        assert_eq!(found["results"][0]["paper"]["id"], expected);
    }
    std::fs::write(&database, first).unwrap();
    assert_eq!(place.json(&["similar", "walk1", "-k", "1"])["results"][0]["paper"]["id"], "walk2", "the backup");
}

#[test]
fn a_database_of_another_program_is_refused_and_not_changed() {
    let place = Workplace::with(six_papers());
    let database = place.library().join("papers.db");
    let mut bytes = std::fs::read(&database).unwrap();
    // SQLite's `application_id` is at offset 68 of the file's header.
    bytes[68..72].copy_from_slice(&7u32.to_be_bytes());
    std::fs::write(&database, &bytes).unwrap();
    place.run(&["list"]).fails_saying(&["papers.db", "a database of another program", "--library DIR"]);
    assert_eq!(std::fs::read(&database).unwrap(), bytes);
}

#[test]
fn a_library_of_a_newer_relata_is_refused() {
    let place = Workplace::with(six_papers());
    let database = place.library().join("papers.db");
    let mut bytes = std::fs::read(&database).unwrap();
    // SQLite's `user_version` is at offset 60 of the file's header.
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&database, &bytes).unwrap();
    place.run(&["list"]).fails_saying(&["has format 99", "use a newer relata"]);
}

fn index_files(library: &Path) -> Vec<std::path::PathBuf> {
    let folders = std::fs::read_dir(library.join("cache")).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir());
    folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())).collect()
}

#[test]
fn a_damaged_cache_is_rebuilt_and_the_answer_is_the_same() {
    let place = Workplace::with(six_papers());
    let before = place.json(&["similar", "walk1"]);
    for name in ["matrix.f32", "rows.bin", "manifest.json"] {
        for cut in [true, false] {
            let file = index_files(&place.library()).into_iter().find(|file| file.ends_with(name)).unwrap();
            let mut bytes = std::fs::read(&file).unwrap();
            let middle = bytes.len() / 2;
            if cut {
                bytes.truncate(middle)
            } else {
                bytes[middle] = bytes[middle].wrapping_add(1)
            }
            std::fs::write(&file, bytes).unwrap();
            let ran = place.run(&["similar", "walk1", "--json"]).ok();
            assert!(ran.stderr.contains(name) && ran.stderr.contains("rebuilt from"), "{}", ran.stderr);
            assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap(), before);
            assert!(ran.stderr.contains("`relata add` without a file rebuilds them"), "{}", ran.stderr);
            // `similar` does not write the cache.
            assert!(place.run(&["similar", "walk1"]).ok().stderr.contains("rebuilt from"));
            place.run(&["add"]).ok();
            assert!(place.run(&["similar", "walk1"]).ok().stderr.is_empty(), "the cache was rebuilt");
        }
    }
    std::fs::remove_dir_all(place.library().join("cache")).unwrap();
    assert_eq!(place.json(&["similar", "walk1"]), before);
}

#[test]
fn vectors_of_two_models_are_not_mixed() {
    let place = Workplace::with(six_papers());
    let store = relata::embed::store::ModelStore::from_env().unwrap();
    let known = relata::embed::default_model();
    let other = place.path("other-model");
    for file in &known.files {
        let target = other.join(&file.path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(store.folder(known).join(&file.path), target).unwrap();
    }
    // The same weights with another pooling make other vectors.
    let cls = r#"{"word_embedding_dimension": 384, "pooling_mode_cls_token": true}"#;
    let model = other.to_str().unwrap();
    let more = place.file("more.jsonl", json_lines(&[("n", "New", "Text.")]));
    // So do fewer layers of the same weights.
    let config = std::fs::read_to_string(other.join("config.json")).unwrap();
    let fewer = config.replace("\"num_hidden_layers\": 6", "\"num_hidden_layers\": 3");
    assert_ne!(fewer, config);
    for (file, changed) in [("1_Pooling/config.json", cls), ("config.json", &fewer)] {
        let whole = std::fs::read(other.join(file)).unwrap();
        std::fs::write(other.join(file), changed).unwrap();
        for command in [&["--model", model, "search", "x"][..], &["--model", model, "add", &more]] {
            let ran = place.run(command);
            ran.fails_saying(&["all-MiniLM-L6-v2", "other-model", "cannot be compared", "--library DIR"]);
        }
        std::fs::write(other.join(file), whole).unwrap();
    }
    place.run(&["--model", model, "search", "x", "--anyway"]).ok();
    assert_eq!(place.json(&["info"])["papers"], 6);
    place
        .run(&["--model", "no-such-model", "search", "x"])
        .fails_saying(&["no-such-model", "known models: all-MiniLM-L6-v2"]);
    std::fs::remove_file(other.join("modules.json")).unwrap();
    place.run(&["--model", model, "search", "x"]).fails_saying(&["modules.json is missing"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_reported_and_stored_papers_are_safe() {
    use std::os::unix::process::CommandExt;
    let place = Workplace::with(six_papers());
    let papers: Vec<(String, String)> = (0..3000).map(|n| (format!("p{n}"), format!("{n} ").repeat(300))).collect();
    let papers: Vec<(&str, &str, &str)> =
        papers.iter().map(|(id, text)| (id.as_str(), id.as_str(), text.as_str())).collect();
    let file = place.file("many.jsonl", json_lines(&papers));
    let mut command = place.command(&["add", &file]);
    // A limit on the size of files simulates a full disk: in both cases, the system refuses to write more.
    // SAFETY: between fork and exec only `setrlimit` and `signal` are called, which are async-signal-safe.
    unsafe {
        command.pre_exec(|| {
            let limit = libc::rlimit { rlim_cur: 400 << 10, rlim_max: 400 << 10 };
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            match libc::setrlimit(libc::RLIMIT_FSIZE, &limit) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        });
    }
    let ran = crate::program::ran(command.output().unwrap());
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("is full; what was stored before is safe"), "{}", ran.stderr);
    assert_eq!(place.json(&["info", "--check"])["papers"], 6);
}
