//! Fuzzes the readers with arbitrary and mutated files, with a limit on memory and on time.
//!
//! `cargo bench --bench formats_fuzz -- FOLDER [INPUTS [SEED [FORMAT,...]]]`: cuts windows of a few kilobytes from the
//! real files in FOLDER, mutates them (bits, bytes, ranges, pieces of other files, words that mean something to a
//! parser) and reads them in their own format, in another format, and with detection of the format. Each format gets
//! INPUTS inputs (by default 10,000). A panic, more than 64 MB of memory or more than a second ends the run; the input
//! is then in `fuzz-failure.bin`.

mod memory;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use relata::formats::{self, Format, ReadOptions};

const MEMORY_BYTES: usize = 64 << 20;
const TIME: Duration = Duration::from_secs(1);
const WINDOW: usize = 8 << 10;

/// Words that begin, end or break a structure in one of the formats.
const WORDS: [&str; 40] = [
    "@article{",
    "@string{a = \"",
    "}",
    "{",
    "\"",
    "#",
    "$",
    "\\",
    "\\'",
    "%",
    "TY  - ",
    "ER  - \n",
    "AB  - ",
    "PMID- ",
    "%0 ",
    "%T ",
    "PT J\n",
    "ER\n",
    "EF\n",
    "<",
    ">",
    "</",
    "<record>",
    "<entry>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "&amp;",
    "&#x110000;",
    "[",
    "]",
    "{\"title\":",
    "\u{0}",
    "\u{fe}",
    "\r\n",
    "\n\n",
    "1e999",
    "\\ud800",
];

/// The generator xorshift64*. The same seed gives the same inputs.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        println!("give a folder of files of papers: cargo bench --bench formats_fuzz -- FOLDER [INPUTS [SEED]]");
        return;
    };
    let mut number = |default: u64| arguments.next().map_or(default, |text| text.parse().expect("a number"));
    let inputs = number(10_000);
    let mut random = Random(number(1) | 1);
    let only = arguments.next();
    let mut files = Vec::new();
    walk(&folder, &mut files);
    files.sort();
    let files: Vec<(Option<Format>, Vec<u8>)> = files
        .iter()
        .map(|file| {
            let format =
                formats::read(file, &ReadOptions::default(), &mut |_| Ok(())).ok().map(|summary| summary.format);
            (format, std::fs::read(file).expect("the file"))
        })
        .collect();
    // A panic is reported once, at the end.
    std::panic::set_hook(Box::new(|_| ()));
    println!("{} files, {inputs} inputs for each format", files.len());
    for format in Format::ALL.iter().copied().map(Some).chain([None]) {
        let name = format.map_or("detected", Format::name);
        if only.as_ref().is_some_and(|only| !only.split(',').any(|other| other == name)) {
            continue;
        }
        let own: Vec<&[u8]> = files.iter().filter(|(of, _)| *of == format).map(|(_, bytes)| &bytes[..]).collect();
        let all: Vec<&[u8]> = files.iter().map(|(_, bytes)| &bytes[..]).collect();
        let started = Instant::now();
        let (mut most, mut longest) = (0, Duration::ZERO);
        for at in 0..inputs {
            // One input in eight may be from a file of any format.
            let seeds = if own.is_empty() || at % 8 == 0 { &all } else { &own };
            let input = mutated(&mut random, seeds, &all);
            let options = ReadOptions { format, ..ReadOptions::default() };
            let began = Instant::now();
            let (ended, peak) = memory::peak_of(|| {
                catch_unwind(AssertUnwindSafe(|| {
                    // Every input is either read or refused; both are fine.
                    let _ = formats::read_from(&input[..], Path::new("fuzz"), &options, &mut |_| Ok(()));
                }))
            });
            let took = began.elapsed();
            most = most.max(peak);
            longest = longest.max(took);
            let failure = match (ended.is_err(), peak > MEMORY_BYTES, took > TIME) {
                (true, ..) => "panicked".to_owned(),
                (_, true, _) => format!("used {} MB of memory", peak >> 20),
                (.., true) => format!("took {took:?}"),
                _ => continue,
            };
            std::fs::write("fuzz-failure.bin", &input).expect("fuzz-failure.bin");
            println!("{name}: input {at} {failure}; it is in fuzz-failure.bin");
            std::process::exit(1);
        }
        println!(
            "{name:10} {inputs} inputs in {:.0} s; at most {:.1} MB and {:.1} ms",
            started.elapsed().as_secs_f64(),
            most as f64 / 1e6,
            longest.as_secs_f64() * 1e3
        );
    }
}

fn mutated(random: &mut Random, seeds: &[&[u8]], others: &[&[u8]]) -> Vec<u8> {
    let window = |random: &mut Random, files: &[&[u8]], bytes: usize| {
        let file = *random.of(files);
        // Half of the windows are beginnings of files, because beginnings matter most.
        let start = if random.below(2) == 0 { 0 } else { random.below(file.len()) };
        let end = (start + 1 + random.below(bytes)).min(file.len());
        file[start..end].to_vec()
    };
    if random.below(50) == 0 {
        return (0..random.below(300)).map(|_| random.next() as u8).collect();
    }
    let mut input = window(random, seeds, WINDOW);
    for _ in 0..random.below(6) {
        let at = random.below(input.len() + 1);
        let end = (at + random.below(64)).min(input.len());
        match random.below(8) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.next() as u8,
            2 => drop(input.drain(at..end)),
            3 => {
                let piece = input[at..end].to_vec();
                let times = 1 + random.below(20);
                input.splice(at..at, piece.repeat(times));
            }
            4 => drop(input.splice(at..at, window(random, others, 200))),
            5 => input.truncate(at),
            6 => {
                let times = if random.below(20) == 0 { 1 + random.below(2000) } else { 1 };
                let word = random.of(&WORDS).as_bytes().repeat(times);
                drop(input.splice(at..at, word));
            }
            _ => drop(input.splice(at..end, random.of(&WORDS).bytes())),
        }
    }
    input
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}
