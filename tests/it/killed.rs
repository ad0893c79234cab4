//! After `add` is killed at any moment, the library opens, and the next `add` finishes the work.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::program::{Workplace, sample, six_papers};
use relata::library::{Library, SearchableVector};
use relata::vector::SentenceVector;

/// Everything that the database stores about a paper.
#[derive(Debug, PartialEq)]
struct Held {
    id: String,
    record: String,
    /// The hash of the embedded text, combined with the precision of the vector.
    version: u128,
    vector: Vec<u8>,
    sentences: Vec<SentenceVector>,
}

/// Returns what the database stores about each paper. Fails if a paper has no vectors yet.
fn contents(place: &Workplace) -> Vec<Held> {
    let library = Library::open(&place.library()).unwrap();
    // Only this count finds missing sentence vectors. Below, they look like those of a text without sentences.
    assert_eq!(library.count_pending().unwrap(), 0);
    let rows = library.live_rows().unwrap();
    let (mut vectors, mut sentences) = (Vec::new(), Vec::new());
    library.read_vectors(rows.iter().map(|row| row.paper), 384, |vector| vectors.push(vector.to_le_bytes())).unwrap();
    library.read_sentences(rows.iter().map(|row| row.paper), 384, |of_paper| sentences.push(of_paper)).unwrap();
    let held = |((row, vector), sentences): ((&SearchableVector, Vec<u8>), Vec<SentenceVector>)| {
        let paper = library.paper(row.paper).unwrap().unwrap().paper;
        let record = serde_json::to_string(&paper).unwrap();
        Held { id: paper.id.to_string(), record, version: row.version, vector, sentences }
    };
    rows.iter().zip(vectors).zip(sentences).map(held).collect()
}

#[test]
fn after_a_kill_and_another_add_the_library_equals_one_without_a_kill() {
    let lines: Vec<String> = std::fs::read_to_string(sample()).unwrap().lines().take(24).map(str::to_owned).collect();
    let undisturbed = Workplace::new();
    let file = undisturbed.file("papers.jsonl", lines.join("\n"));
    let started = Instant::now();
    undisturbed.run(&["add", &file]).ok();
    let mut whole = started.elapsed();
    let seed = contents(&undisturbed)[0].id.clone();
    let ask = |place: &Workplace| place.json(&["similar", &seed, "-k", "40"])["results"].clone();

    // Kills at moments spread over the time of a whole run. The generator has a fixed seed, so that a failure can be
    // repeated.
    let mut random = 20u64;
    let mut killed_while_working = 0;
    for attempt in 0..20 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (f64::from(attempt) + (random >> 40) as f64 / (1u64 << 24) as f64) / 20.0;
        let place = Workplace::new();
        let mut add = place.command(&["add", &file]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let started = Instant::now();
        let mut ended = None;
        while ended.is_none() && started.elapsed() < whole.mul_f64(share) {
            std::thread::sleep(Duration::from_millis(2));
            ended = add.try_wait().unwrap();
        }
        if ended.is_some() {
            // Other tests slowed down the first run. The next moments are spread over the shorter time of this run.
            whole = started.elapsed();
        }
        add.kill().unwrap();
        killed_while_working += u32::from(add.wait().unwrap().code().is_none());
        if place.library().join("papers.db").exists() {
            let info = place.run(&["info", "--check"]);
            assert_eq!(info.code, Some(0), "attempt {attempt}: {}", info.stderr);
        }
        place.run(&["add", &file]).ok();
        assert_eq!(contents(&place), contents(&undisturbed), "attempt {attempt}");
        assert_eq!(ask(&place), ask(&undisturbed), "attempt {attempt}");
    }
    assert!(killed_while_working >= 8, "only {killed_while_working} processes were killed while they worked");
}

#[test]
fn two_writers_exclude_each_other() {
    let place = Workplace::new();
    let library = Library::open_or_create(&place.library()).unwrap();
    let lock = library.lock().unwrap();
    let file = place.file("papers.jsonl", six_papers());
    let holder = format!("process {} is writing to the library", std::process::id());
    place.run(&["add", &file]).fails_saying(&[&holder]);
    assert_eq!(place.json(&["info"])["papers"], 0, "reading is possible while another process writes");
    drop(lock);
    place.run(&["add", &file]).ok();
}
