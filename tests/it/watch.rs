//! `relata add --watch`: adding files when they appear.
#![cfg(unix)]

use std::io::Write;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::program::{Ran, Workplace, json_lines, ran};
use relata::library::Library;

struct Watching {
    program: Child,
}

impl Watching {
    fn start(place: &Workplace, arguments: &[&str]) -> Self {
        let mut command = place.command(&[&["add", "--watch"], arguments].concat());
        let files = ["out", "err"].map(|name| std::fs::File::create(place.path(name)).unwrap());
        let [out, err] = files;
        Self { program: command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap() }
    }

    /// Ends the program with a signal. Its output is read from the files `out` and `err`.
    fn end(mut self, place: &Workplace, signal: i32) -> Ran {
        let id = i32::try_from(self.program.id()).unwrap();
        // SAFETY: sends a signal to a child process that was not waited for, so the number still belongs to it.
        unsafe { libc::kill(id, signal) };
        let status = self.program.wait().unwrap();
        ran(std::process::Output {
            status,
            stdout: std::fs::read(place.path("out")).unwrap(),
            stderr: std::fs::read(place.path("err")).unwrap(),
        })
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.program.kill();
    }
}

#[track_caller]
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(40), "never: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn ids(place: &Workplace) -> Vec<String> {
    let listed = place.run(&["list", "--json"]);
    let Ok(listed) = serde_json::from_str::<serde_json::Value>(&listed.stdout) else { return Vec::new() };
    listed["papers"].as_array().unwrap().iter().map(|paper| paper["id"].as_str().unwrap().to_owned()).collect()
}

fn said(place: &Workplace) -> String {
    std::fs::read_to_string(place.path("err")).unwrap()
}

#[test]
fn files_are_added_as_they_appear_until_a_signal_ends_the_program() {
    let place = Workplace::new();
    std::fs::create_dir(place.path("in")).unwrap();
    place.file("in/first.jsonl", json_lines(&[("a", "Bees at home", "Honey.")]));
    let watching = Watching::start(&place, &["in"]);
    until("a file that exists already", || ids(&place) == ["a"]);

    // New files: written in place, renamed, and in a new folder.
    place.file("in/second.jsonl", json_lines(&[("b", "Bees abroad", "Nectar.")]));
    place.file("third.jsonl", json_lines(&[("c", "Bees asleep", "Dreams.")]));
    std::fs::rename(place.path("third.jsonl"), place.path("in/third.jsonl")).unwrap();
    std::fs::create_dir(place.path("in/more")).unwrap();
    place.file("in/more/fourth.jsonl", json_lines(&[("d", "Bees dancing", "Waggle.")]));
    place.file("in/hidden.jsonl.part", json_lines(&[("z", "Half a bee", "Ze.")]));
    until("copied and renamed files", || ["a", "b", "c", "d"].iter().all(|id| ids(&place).contains(&(*id).to_owned())));

    // A changed file, with a changed paper and a new paper.
    place.file("in/first.jsonl", json_lines(&[("a", "Bees at home", "Wax."), ("e", "Bees elsewhere", "Clover.")]));
    until("a changed file", || ids(&place).contains(&"e".to_owned()));
    assert_eq!(place.json(&["show", "a"])["papers"][0]["abstract"], "Wax.");
    assert_eq!(place.json(&["info"])["not_embedded"], 0);

    let ended = watching.end(&place, libc::SIGINT).ok();
    assert!(ended.stderr.contains("in/first.jsonl: 1 added, 1 updated, 0 unchanged, 0 skipped"), "{}", ended.stderr);
    assert!(ended.stderr.contains("stopped watching; the library holds 5 papers"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "", "messages go to stderr");
}

#[test]
fn a_file_being_written_is_ignored_and_a_broken_one_is_reported_once() {
    let place = Workplace::new();
    std::fs::create_dir(place.path("in")).unwrap();
    let watching = Watching::start(&place, &["in", "--json"]);
    until("watching", || said(&place).contains("watching in; press Ctrl-C to stop"));
    place.file("in/broken.json", "[{\"title\": ");
    let mut slow = std::fs::File::create(place.path("in/slow.jsonl")).unwrap();
    for at in 0..8 {
        slow.write_all(json_lines(&[(&format!("s{at}"), &format!("Slow bee {at}"), "Buzz.")]).as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(600));
        assert_eq!(ids(&place), [""; 0], "after {at}");
    }
    drop(slow);
    until("the slow file", || ids(&place).len() == 8);
    std::thread::sleep(Duration::from_secs(3));
    let ended = watching.end(&place, libc::SIGTERM).ok();
    assert_eq!(ended.stderr.matches("in/broken.json:1: the JSON ends in the middle").count(), 1, "{}", ended.stderr);
    let lines: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    let added: Vec<_> = lines.iter().map(|line| line["added"].as_u64().unwrap()).collect();
    assert_eq!(added, [0, 8], "{lines:?}");
    assert_eq!(lines[1]["files"], serde_json::json!(["in/slow.jsonl"]));
    assert_eq!((&lines[1]["library_papers"], &lines[1]["schema_version"]), (&8.into(), &1.into()));
}

#[test]
fn watching_waits_for_other_writers() {
    let place = Workplace::new();
    std::fs::create_dir(place.path("in")).unwrap();
    let watching = Watching::start(&place, &["in"]);
    until("watching", || said(&place).contains("watching in"));
    place.run(&["add", &place.file("other.jsonl", json_lines(&[("o", "Another bee", "Text.")]))]).ok();
    let library = Library::open(&place.library()).unwrap();
    let lock = library.lock().unwrap();
    place.file("in/a.jsonl", json_lines(&[("a", "Bees at home", "Honey.")]));
    until("waiting", || said(&place).contains(&format!("process {} is writing to the library", std::process::id())));
    assert_eq!(ids(&place), ["o"]);
    drop(lock);
    until("both", || ids(&place) == ["o", "a"]);
    watching.end(&place, libc::SIGTERM).ok();
}

#[test]
fn missing_folders_are_refused() {
    let place = Workplace::new();
    place.run(&["add", "--watch", "-"]).fails_saying(&["standard input cannot be watched"]);
    place.run(&["add", "--watch", "nowhere"]).fails_saying(&["nowhere: no such file or folder to watch"]);
    place.run(&["add", "--watch", "--dry-run", "."]).fails_saying(&["cannot be used with '--dry-run'"]);
}
