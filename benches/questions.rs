//! Asks forty questions as people type them, prints the first three results of each, and checks facts: that a paper whose
//! title or authors are named is among the first results, whether the text is read as names or as a subject, and whether
//! its matches are weak.
//!
//! `cargo bench --bench questions -- LIBRARY`: the questions are in `questions.tsv`, about a library of papers on machine
//! learning from 25 venues. Ends with exit code 1 if a fact does not hold.

use std::path::Path;
use std::process::ExitCode;

use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{Answer, Engine, Request, unobserved};

fn main() -> ExitCode {
    let Some(folder) = std::env::args().skip(1).find(|argument| argument != "--bench") else {
        println!("nothing is measured without a library");
        return ExitCode::SUCCESS;
    };
    let models = ModelStore::from_env().expect("a cache for models");
    let engine = Engine::open(Path::new(&folder), models, None, EmbedOptions::default()).expect("a library");
    let (mut asked, mut wrong) = (0, 0);
    for line in include_str!("questions.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let question = cells.next().unwrap_or_default();
        let answer =
            engine.ask(&Request { top_k: Some(10), ..Request::about(question) }, &unobserved).expect("an answer");
        println!("{question}");
        for found in answer.results.iter().take(3) {
            println!("    {}  {}", found.paper.id, found.paper.title);
        }
        for fact in cells.filter(|fact| !holds(&answer, fact)) {
            println!("    WRONG: {fact}");
            wrong += 1;
        }
        asked += 1;
    }
    println!("{asked} questions, {wrong} facts do not hold");
    ExitCode::from(u8::from(wrong > 0))
}

fn holds(answer: &Answer, fact: &str) -> bool {
    match (fact, fact.split_once('=')) {
        ("names", _) => answer.query.reading.is_some(),
        ("subject", _) => answer.query.reading.is_none(),
        ("weak", _) => answer.nothing_close,
        (_, Some((paper, rank))) => {
            let rank: usize = rank.parse().expect("a rank");
            answer.results.iter().take(rank).any(|found| found.paper.id.as_str() == paper)
        }
        _ => panic!("{fact:?} is not a fact"),
    }
}
