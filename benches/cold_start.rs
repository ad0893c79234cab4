//! Measures a cold start: the time of whole processes, from start to exit, on a library of the given papers.
//!
//! `cargo bench --bench cold_start [-- PAPERS.jsonl]`; without a file, uses the landmark papers that ship with relata.
//! Prints the minimum, median and maximum wall time of 15 runs of each command, after one run that is not counted.

use std::process::{Command, Stdio};
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let file = arguments.next().unwrap_or_else(|| "examples/landmark-papers.jsonl".to_owned());
    let library = tempfile::tempdir().expect("a folder");
    let relata = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relata"));
        command.args(arguments).env("RELATA_LIBRARY", library.path()).stdin(Stdio::null());
        let output = command.output().expect("the program runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let started = Instant::now();
    print!("{}", relata(&["add", &file]));
    println!("first add of {file}: {:.1} s", started.elapsed().as_secs_f64());
    let listed = relata(&["list", "--limit", "1", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let seed = listed["papers"][0]["id"].as_str().expect("an id");
    for command in [
        &["add", &file][..],
        &["similar", seed],
        &["similar", seed, "--exact", "--json"],
        &["search", "robots that learn to walk"],
        &["info"],
    ] {
        let mut times: Vec<f64> = (0..16)
            .map(|_| {
                let started = Instant::now();
                relata(command);
                started.elapsed().as_secs_f64() * 1e3
            })
            .skip(1)
            .collect();
        times.sort_by(f64::total_cmp);
        let (least, median, greatest) = (times[0], times[times.len() / 2], times[times.len() - 1]);
        println!("relata {:32} {least:7.1} {median:7.1} {greatest:7.1} ms", command[..command.len().min(2)].join(" "));
    }
}
