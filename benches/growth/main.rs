//! Measures how the time and memory of everything that is done to a text grow with its length, for hostile texts.
//!
//! `cargo bench --bench growth [-- WORD...]` doubles the length of each text of `patterns.rs` for each function of
//! `functions.rs` whose name contains one of the words. It ends with exit code 1 if twice the text takes more than
//! three times as long, if a megabyte takes more than a second, or if memory grows by more than 64 bytes for each byte
//! of text. The table has the greatest growth, time and memory of each function.

mod functions;
#[path = "../memory/mod.rs"]
mod memory;
mod patterns;

use std::time::Duration;

use functions::Function;
use patterns::{PATTERNS, Pattern};

/// The length of the first text.
const SHORTEST: usize = 4 << 10;

/// The length of the last text.
const LONGEST: usize = 512 << 10;

/// Growth is judged from this time on. A shorter time depends more on the machine than on the text.
const JUDGED: Duration = Duration::from_millis(4);

/// Texts are no longer doubled after a text took so long. What takes longer than linear is visible before.
const LONG_ENOUGH: Duration = Duration::from_millis(40);

/// The greatest growth of the time when a text is doubled. It is two for linear time, four for quadratic time.
const GROWTH: f64 = 3.0;

/// The longest time for a megabyte.
const TIME: Duration = Duration::from_secs(1);

/// The most memory, in bytes for each byte of text.
const MEMORY: usize = 64;

/// Memory that does not depend on the length of the text, such as compiled regular expressions.
const MEMORY_OF_START: usize = 8 << 20;

/// How often a text is measured again if it seems to take too long. The shortest time counts.
const REPETITIONS: usize = 3;

/// The greatest values of a function, each with the pattern that reached it.
#[derive(Default)]
struct Worst {
    growth: (f64, String),
    time: (Duration, String),
    memory: (usize, String),
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let is_chosen = |function: &Function| words.is_empty() || words.iter().any(|word| function.name.contains(word));
    println!("| function | growth | | s for 1 MB | | bytes for a byte | |");
    println!("| --- | ---: | --- | ---: | --- | ---: | --- |");
    let mut failures = 0;
    for function in functions::all().into_iter().filter(is_chosen) {
        failures += report(&function, PATTERNS.iter());
    }
    for function in functions::readers_of_many().into_iter().filter(is_chosen) {
        failures += report(&function, PATTERNS[..1].iter());
    }
    println!("{failures} of the functions grow too fast");
    std::process::exit(i32::from(failures > 0));
}

/// Measures a function with each pattern, and prints the worst. Returns 1 if something was too much.
fn report<'p>(function: &Function, patterns: impl Iterator<Item = &'p Pattern>) -> usize {
    // Compiles regular expressions and loads tables.
    (function.run)("Bees dance.");
    let mut worst = Worst::default();
    for pattern in patterns {
        measure(function, pattern, &mut worst);
    }
    let Worst { growth, time, memory } = worst;
    let is_too_much = growth.0 > GROWTH || time.0 > TIME || memory.0 > MEMORY;
    println!(
        "| {}{} | {:.1} | {} | {:.3} | {} | {} | {} |",
        if is_too_much { "**" } else { "" },
        function.name,
        growth.0,
        growth.1,
        time.0.as_secs_f64(),
        time.1,
        memory.0,
        memory.1
    );
    usize::from(is_too_much)
}

fn measure(function: &Function, pattern: &Pattern, worst: &mut Worst) {
    let mut before = None;
    let mut length = SHORTEST;
    loop {
        let text = pattern.text(length);
        let (mut took, peak) = memory::peak_of(|| time_of(function, &text));
        if let Some(before) = before.filter(|before| *before >= JUDGED) {
            for _ in 0..REPETITIONS {
                if took.as_secs_f64() > GROWTH * Duration::as_secs_f64(&before) {
                    took = took.min(time_of(function, &text));
                }
            }
            let growth = took.as_secs_f64() / before.as_secs_f64();
            if growth > worst.growth.0 {
                worst.growth = (growth, pattern.name());
            }
        }
        let is_last = length >= LONGEST || took > LONG_ENOUGH && before.is_some_and(|before| before >= JUDGED);
        if is_last {
            let bytes = text.len() * function.copies;
            let for_a_megabyte = took.mul_f64((1 << 20) as f64 / bytes as f64);
            if for_a_megabyte > worst.time.0 {
                worst.time = (for_a_megabyte, pattern.name());
            }
            let memory = peak.saturating_sub(MEMORY_OF_START) / bytes;
            if memory > worst.memory.0 {
                worst.memory = (memory, pattern.name());
            }
            break;
        }
        before = Some(took);
        length *= 2;
    }
}

/// The time of the processor in all threads, which other programs on the machine do not prolong.
fn time_of(function: &Function, text: &str) -> Duration {
    let started = processor_time();
    (function.run)(text);
    processor_time() - started
}

fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid for the call, which writes one `timespec`.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0, "the clock of the process");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
