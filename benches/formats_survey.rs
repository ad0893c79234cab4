//! Reads all files of a folder and prints a table: format, papers, abstracts, problems, and the first problem or
//! notice.
//!
//! `cargo bench --bench formats_survey -- FOLDER [COUNTS.md]`. COUNTS.md is an index of the folder in Markdown with
//! rows `| FILE | RECORDS | ABSTRACTS |` under headings that end with the name of a subfolder (`` (`bibtex/`) ``). The
//! table marks each file whose counts differ from those in COUNTS.md.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use relata::formats::{self, Item, ReadOptions};

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        println!("give a folder of files of papers: cargo bench --bench formats_survey -- FOLDER [COUNTS.md]");
        return;
    };
    let counts = arguments.next().map(|index| counts(&std::fs::read_to_string(index).expect("the index")));
    let counts = counts.unwrap_or_default();
    let mut files = Vec::new();
    walk(&folder, &mut files);
    files.sort();
    println!("| file | format | papers | abstracts | problems | counted | |");
    println!("| --- | --- | ---: | ---: | ---: | --- | --- |");
    let (mut equal, mut different, mut refused) = (0, 0, 0);
    for file in &files {
        let name = file.strip_prefix(&folder).expect("in the folder").display().to_string();
        let (mut papers, mut abstracts, mut problems) = (0u64, 0u64, Vec::new());
        let mut notices = Vec::new();
        let mut sink = |item| {
            match item {
                Item::Paper { paper, .. } => {
                    papers += 1;
                    abstracts += u64::from(paper.abstract_text.is_some());
                }
                Item::Problem(problem) => problems.push(problem.reason),
                Item::Notice(notice) => notices.push(notice.text),
            }
            Ok(())
        };
        let outcome = formats::read(file, &ReadOptions::default(), &mut sink);
        let counted = counts.get(&name);
        let is_equal = counted.is_some_and(|(records, with)| {
            (records == "?" || *records == papers.to_string()) && (with == "?" || *with == abstracts.to_string())
        });
        let counted = counted.map_or(String::new(), |(records, abstracts)| format!("{records} / {abstracts}"));
        let short = |text: &str| text.replace('|', "\\|").chars().take(160).collect::<String>();
        match outcome {
            Ok(summary) => {
                let mark = if is_equal || counted.is_empty() { "" } else { "≠ " };
                if is_equal {
                    equal += 1
                } else {
                    different += 1
                }
                let first = problems.first().or(notices.first()).map_or(String::new(), |first| short(first));
                println!(
                    "| {name} | {} | {papers} | {abstracts} | {} | {counted} | {mark}{first} |",
                    summary.format,
                    problems.len()
                );
            }
            Err(error) => {
                refused += 1;
                println!("| {name} | refused | | | | {counted} | {} |", short(&error.to_string()));
            }
        }
    }
    println!("\n{} files: {equal} as in COUNTS.md, {different} not, {refused} refused", files.len());
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

/// Returns the numbers of records and abstracts of each file, from the rows under headings with the name of a
/// subfolder.
fn counts(index: &str) -> HashMap<String, (String, String)> {
    let mut folder = String::new();
    let mut counts = HashMap::new();
    for line in index.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            folder = heading
                .split_once("(`")
                .and_then(|(_, rest)| rest.split_once("`)"))
                .map_or("", |(name, _)| name)
                .to_owned();
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let ["", file, records, abstracts, ..] = cells[..]
            && !folder.is_empty()
        {
            let number = |cell: &str| cell.split_whitespace().next().unwrap_or("?").to_owned();
            counts.insert(format!("{folder}{file}"), (number(records), number(abstracts)));
        }
    }
    counts
}
