//! A process killed at any moment leaves a library that opens, and adding again finishes the work.

use std::process::Stdio;
use std::time::Duration;

use crate::program::{Workplace, sample};
use relata::library::Library;

/// A small generator, so that a failure can be repeated.
fn delays(seed: u64) -> impl Iterator<Item = Duration> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis((state >> 33) % 1200)
    })
}

/// All that the truth holds: ids, records, vectors.
fn contents(place: &Workplace) -> Vec<(String, String, Vec<u8>)> {
    let library = Library::open(&place.library()).unwrap();
    let rows = library.live_rows().unwrap();
    let mut vectors = Vec::new();
    library.read_vectors(rows.iter().map(|row| row.vector), 384, |vector| vectors.push(vector.to_le_bytes())).unwrap();
    let papers = rows.iter().map(|row| library.paper(row.paper).unwrap().unwrap().paper);
    papers
        .zip(vectors)
        .map(|(paper, vector)| (paper.id.to_string(), serde_json::to_string(&paper).unwrap(), vector))
        .collect()
}

#[test]
fn killed_twenty_times_the_library_is_the_one_that_was_never_killed() {
    let lines: Vec<String> = std::fs::read_to_string(sample()).unwrap().lines().take(40).map(str::to_owned).collect();
    let undisturbed = Workplace::new();
    let file = undisturbed.file("papers.jsonl", lines.join("\n"));
    undisturbed.run(&["add", &file]).ok();

    let killed = Workplace::new();
    for (attempt, delay) in delays(20).take(20).enumerate() {
        let mut add = killed.command(&["add", &file]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(delay);
        add.kill().unwrap();
        add.wait().unwrap();
        if killed.library().join("papers.db").exists() {
            let info = killed.run(&["info", "--check"]);
            assert_eq!(info.code, Some(0), "attempt {attempt}, {delay:?}: {}", info.stderr);
        }
    }
    killed.run(&["add", &file]).ok();
    assert_eq!(contents(&killed), contents(&undisturbed));
    let seed = contents(&killed)[0].0.clone();
    let ask = |place: &Workplace| place.json(&["similar", &seed, "-k", "40"])["results"].clone();
    assert_eq!(ask(&killed), ask(&undisturbed));
}

#[test]
fn two_writers_do_not_meet() {
    let place = Workplace::new();
    let file = sample();
    let first = place.command(&["add", file.to_str().unwrap()]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut first = first.unwrap();
    let lock = place.library().join("write.lock");
    while !lock.exists() || std::fs::read(&lock).unwrap().is_empty() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let second = place.run(&["add", file.to_str().unwrap()]);
    let holder = format!("is being written by process {}; wait", first.id());
    first.kill().unwrap();
    first.wait().unwrap();
    second.fails_saying(&[&holder]);
    place.run(&["info", "--check"]).ok();
}
