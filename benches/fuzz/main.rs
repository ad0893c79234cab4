//! Gives every parser mutated inputs, within limits on memory and time, and counts.
//!
//! `cargo bench --bench fuzz -- [inputs=N] [seed=N] [parsers=NAME,…] [files=FOLDER]`: each parser of `fuzz/src` gets N
//! inputs (by default 10,000). They are windows of its examples, and of the files in FOLDER for formats of papers, which
//! are then mutated (`mutations.rs`). The limits are 64 MB and a second of processor time for each
//! input. A panic, a crash, or an input
//! beyond a limit is a failure; its input is in `fuzz-failures/`, and the next input follows. The table at the end has a
//! row for each parser; the program fails if there was a failure.
//!
//! `cargo bench --bench fuzz -- corpus=FOLDER` writes the examples to FOLDER/PARSER, for cargo-fuzz.

#[path = "../memory/mod.rs"]
mod memory;
mod mutations;
#[path = "../../fuzz/src/lib.rs"]
mod parsers;

use std::collections::HashMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mutations::Mutations;
use parsers::{Parser, parser, parsers};
use relata::formats::{self, ReadOptions};

const MEMORY_BYTES: usize = 64 << 20;
const TIME: Duration = Duration::from_secs(1);

/// A parser that takes longer for an input is stopped, and its other inputs are not tried.
const HANG: Duration = Duration::from_secs(60);

/// Where failing inputs are kept, and how many of each parser.
const FAILURES: &str = "fuzz-failures";
const KEPT: usize = 5;

/// The input that a parser reads now, in case that the process dies.
const PRESENT: &str = "present";

/// The argument of the processes that this one starts: each runs one parser, since a crash ends its process.
const ALONE: &str = "alone";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let options: HashMap<&str, &str> = arguments.iter().filter_map(|argument| argument.split_once('=')).collect();
    let number = |name: &str, default: u64| options.get(name).map_or(default, |text| text.parse().expect("a number"));
    let wanted =
        |parser: &Parser| options.get("parsers").is_none_or(|names| names.split(',').any(|name| name == parser.name));
    if let Some(folder) = options.get("corpus") {
        write_corpus(Path::new(folder));
        return ExitCode::SUCCESS;
    }
    if let Some(name) = options.get(ALONE) {
        let parser = parser(name);
        let files = options.get("files").map_or_else(Vec::new, |folder| files_of(parser, Path::new(folder)));
        run(parser, &files, number("inputs", 10_000), number("seed", 1));
        return ExitCode::SUCCESS;
    }
    let mut failed = false;
    println!("| parser | inputs | records | worst ms | worst MB | failures |\n| --- | --- | --- | --- | --- | --- |");
    for parser in parsers().filter(|parser| wanted(parser)) {
        let row = row_of(parser, &arguments);
        println!("| {} | {row} |", parser.name);
        failed |= !row.ends_with(" 0");
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs a parser in a process of its own. Returns its row of the table.
fn row_of(parser: &Parser, arguments: &[String]) -> String {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args(arguments).arg(format!("{ALONE}={}", parser.name)).stderr(Stdio::null());
    let output = command.output().expect("a process");
    let row = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        return row;
    }
    let present = failure_file(parser, PRESENT);
    let kept = failure_file(parser, "crash");
    // The input is missing if the examples themselves fail.
    let _ = fs::rename(present, &kept);
    format!("ended with {}; see {} {row} | | | | 1", output.status, kept.display())
}

fn failure_file(parser: &Parser, what: &str) -> PathBuf {
    Path::new(FAILURES).join(format!("{}-{what}", parser.name))
}

/// Gives a parser its inputs, and prints its row of the table.
fn run(parser: &Parser, files: &[Vec<u8>], inputs: u64, seed: u64) {
    fs::create_dir_all(FAILURES).expect("a folder for failures");
    let mut examples = (parser.seeds)();
    let read: Vec<usize> = examples.iter().map(|example| (parser.read)(example)).collect();
    assert!(read.iter().any(|records| *records > 0), "the examples of {} have no record", parser.name);
    examples.extend_from_slice(files);
    // A panic is reported in the table.
    std::panic::set_hook(Box::new(|_| ()));
    let present = failure_file(parser, PRESENT);
    watch();
    let mut mutations = Mutations::new(seed, &examples);
    let (mut records, mut worst_bytes, mut worst_time, mut failures) = (0, 0, Duration::ZERO, 0);
    for at in 0..inputs {
        let input = mutations.next();
        fs::write(&present, &input).expect("the present input");
        let tried = attempt(parser, &input);
        records += tried.records;
        worst_bytes = worst_bytes.max(tried.bytes);
        worst_time = worst_time.max(tried.time);
        let failure = match &tried {
            Tried { panicked: true, .. } => "panic",
            Tried { time, .. } if *time > TIME => "time",
            Tried { bytes, .. } if *bytes > MEMORY_BYTES => "memory",
            _ => continue,
        };
        failures += 1;
        if failures <= KEPT {
            fs::write(failure_file(parser, &format!("{failure}-{at}")), &input).expect("a failing input");
        }
    }
    let _ = fs::remove_file(present);
    let (milliseconds, megabytes) = (worst_time.as_secs_f64() * 1e3, worst_bytes as f64 / 1e6);
    println!("{inputs} | {records} | {milliseconds:.1} | {megabytes:.1} | {failures}");
}

/// What happened to an input.
struct Tried {
    records: usize,
    panicked: bool,
    bytes: usize,
    time: Duration,
}

fn attempt(parser: &Parser, input: &[u8]) -> Tried {
    STARTED.store(now(), Ordering::Relaxed);
    let began = processor_time();
    let (ended, bytes) = memory::peak_of(|| catch_unwind(AssertUnwindSafe(|| (parser.read)(input))));
    let time = processor_time() - began;
    STARTED.store(0, Ordering::Relaxed);
    Tried { records: *ended.as_ref().unwrap_or(&0), panicked: ended.is_err(), bytes, time }
}

/// The processor time of all threads of this process so far, which other processes do not affect.
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes to the timespec that it is given, and to nothing else.
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) }, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// When the present input was begun, in milliseconds since [`now`] was first called; 0 between two inputs.
static STARTED: AtomicU64 = AtomicU64::new(0);

fn now() -> u64 {
    static FIRST: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed().as_millis() as u64 + 1
}

/// Ends this process when an input takes too long.
fn watch() {
    std::thread::spawn(|| {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let started = STARTED.load(Ordering::Relaxed);
            if started > 0 && now().saturating_sub(started) > HANG.as_millis() as u64 {
                std::process::exit(2);
            }
        }
    });
}

fn write_corpus(folder: &Path) {
    for parser in parsers() {
        let folder = folder.join(parser.name);
        fs::create_dir_all(&folder).expect("a folder for examples");
        for (at, example) in (parser.seeds)().iter().enumerate() {
            fs::write(folder.join(format!("example-{at}")), example).expect("an example");
        }
    }
}

/// The files below a folder that have the format of a parser.
fn files_of(parser: &Parser, folder: &Path) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    walk(folder, &mut files);
    files.sort();
    let has_format = |file: &PathBuf| {
        let read = formats::read(file, &ReadOptions::default(), &mut |_| Ok(()));
        parser.name == "detected" || read.is_ok_and(|summary| summary.format.name() == parser.name)
    };
    files.iter().filter(|file| has_format(file)).map(|file| fs::read(file).expect("the file")).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}
