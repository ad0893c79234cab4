//! Compares the messages about common mistakes with `mistakes.txt`, which has each command and its whole output.

use std::fs::File;

use crate::program::Workplace;

/// Commands after `$ `, each with its output and exit code.
const MISTAKES: &str = include_str!("mistakes.txt");

#[test]
fn messages_about_mistakes_are_those_in_the_list() {
    let place = Workplace::with(
        r#"{"id":"walk1","title":"Legged robots learn to walk","abstract":"A robot with four legs learns gaits by reinforcement learning.","authors":["Ada Byron","Geoffrey Hinton"],"year":2019,"venue":"NeurIPS"}
{"id":"fold1","title":"Predicting protein structure","abstract":"A neural network predicts how a protein folds from its sequence.","authors":["Max Perutz"],"year":2021,"venue":"Nature"}
"#,
    );
    std::fs::create_dir(place.path("downloads")).unwrap();
    place.file("empty.bib", "");
    place.file("noise.bin", b"\x00\x01\x02\xff\xfe\x00");
    place.file("old.html", "An old report.");
    // Simulates another process that writes to a library.
    std::fs::create_dir(place.path("busy")).unwrap();
    std::fs::copy(place.library().join("papers.db"), place.path("busy/papers.db")).unwrap();
    let lock = File::create(place.path("busy/write.lock")).unwrap();
    lock.try_lock().unwrap();
    std::fs::write(place.path("busy/write.lock"), "process 4711").unwrap();

    let mut actual = String::new();
    let mut is_output = false;
    for line in MISTAKES.lines() {
        if let Some(command) = line.strip_prefix("$ relata ") {
            let ran = place.run(&words(command).iter().map(String::as_str).collect::<Vec<_>>());
            let code = ran.code.unwrap();
            actual += &format!("{line}\n{}{}(exit code {code})\n", ran.stdout, ran.stderr);
            is_output = true;
        } else if is_output {
            is_output = !line.starts_with("(exit code ");
        } else {
            actual += &format!("{line}\n");
        }
    }
    assert!(actual == MISTAKES, "the messages are now:\n{actual}");
}

/// Splits a command line into words, with double quotes as in a shell.
fn words(command: &str) -> Vec<String> {
    let quoted = command.split('"').enumerate();
    let parts = quoted.flat_map(|(place, part)| match place % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    parts.collect()
}
