//! Attacks libraries and counts what is lost: kills of the program, failing operations of the disk, damaged files.
//!
//! `cargo bench --bench faults -- [KILLS [DAMAGES [STEP]]]`: kills the program KILLS times (500) at random moments of
//! every command that writes, lets every STEP-th (1) operation of every such command fail in three ways, and damages
//! files of a library DAMAGES times (2,000). Anything lost or wrong ends the run. Takes about an hour.

#[path = "../tests/it/faults/kills.rs"]
mod kills;
#[path = "../tests/it/faults/verbs.rs"]
mod verbs;
#[path = "../tests/it/faults/vfs.rs"]
mod vfs;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kills::{Random, kill};
use verbs::{FAULTS, Fault, Scene, Tally, VERBS, measure, try_fault, try_fault_of_repair};

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let [kills, damages, step] = [(0, 500), (1, 2_000), (2, 1)].map(|(at, or)| numbers.get(at).copied().unwrap_or(or));
    vfs::install();
    let folder = tempfile::tempdir().unwrap();
    let scene = Scene::new(folder.path(), None);
    println!("| attack | tried | done in spite of it | reported | lost or wrong |\n| --- | --- | --- | --- | --- |");
    let row = |name: &str, tally: &Tally| {
        println!("| {name} | {} | {} | {} | 0 |", tally.tried, tally.succeeded, tally.reported);
    };
    row("kills of the process", &kill(&scene, kills));
    for fault in FAULTS {
        let mut all = Tally::default();
        for verb in VERBS {
            let (operations, after) = measure(&scene, verb);
            (0..operations).step_by(step).for_each(|at| try_fault(&scene, verb, (fault, at), &after, &mut all));
        }
        let name = match fault {
            Fault::Error => "one operation fails",
            Fault::Full => "the disk is full from an operation on",
            Fault::Killed => "every operation fails from one on",
        };
        row(name, &all);
    }
    let mut all = Tally::default();
    (0..).step_by(step).take_while(|&at| try_fault_of_repair(&scene, (Fault::Killed, at), &mut all)).for_each(drop);
    row("a repair fails", &all);
    for (name, tally) in damage(&scene, damages) {
        row(&format!("damaged {name}"), &tally);
    }
}

/// Damages files of a library. What is read afterwards is right, or an error or a check reports the damage.
fn damage(scene: &Scene, damages: usize) -> BTreeMap<String, Tally> {
    let mut random = Random(2);
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let files = files_of(&scene.library());
    let (contents, answers) = (scene.contents(), scene.answers().unwrap());
    for attempt in 0..damages {
        let file = &files[attempt % files.len()];
        let folder = tempfile::tempdir().unwrap();
        let copy = scene.copied(folder.path());
        let path = copy.library().join(file);
        let other = copy.library().join(&files[random.below(files.len())]);
        let mut bytes = std::fs::read(&path).unwrap();
        let at = random.below(bytes.len().max(1));
        let what = match random.below(5) {
            _ if bytes.is_empty() => "nothing",
            0 => {
                bytes.truncate(at);
                "cut"
            }
            1 => {
                let end = (at + 4096).min(bytes.len());
                bytes[at..end].fill(0);
                "zeros"
            }
            2 => {
                bytes = std::fs::read(&other).unwrap();
                "swapped"
            }
            _ => {
                bytes[at] ^= 1 << random.below(8);
                "flipped"
            }
        };
        std::fs::write(&path, &bytes).unwrap();
        let context = format!("{} {what} at {at}, attempt {attempt}", file.display());
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let tally = tallies.entry(name).or_default();
        tally.tried += 1;
        let is_right = || copy.answers().is_ok_and(|found| found == answers) && copy.contents() == contents;
        match copy.check() {
            Err(_) => tally.reported += 1,
            Ok(()) => {
                assert!(is_right(), "{context}: the check finds nothing, but something is wrong");
                tally.succeeded += 1;
            }
        }
        if let Ok(found) = copy.answers() {
            let is_reported = copy.check().is_err();
            assert!(found == answers || is_reported, "{context}: a wrong answer");
        }
    }
    tallies
}

/// The files of a library, relative to its folder.
fn files_of(library: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![library.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path.strip_prefix(library).unwrap().to_owned()),
            }
        }
    }
    files.sort();
    files
}
