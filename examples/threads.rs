//! The core of a server: one engine behind an `Arc` answers questions from several threads while papers are added.
//!
//! `cargo run --release --example threads`

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

use relata::engine::{AddRequest, Answer, EmbedOptions, Engine, ModelStore, Request, unobserved};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let engine = Engine::open_or_create(folder.path(), ModelStore::from_env()?, None, EmbedOptions::default())?;
    let engine = Arc::new(engine);
    let papers = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/landmark-papers.jsonl");
    engine.add(&AddRequest::of([papers]), &unobserved)?;

    let (answers, received) = channel::<(usize, relata::Result<Answer>)>();
    let questions = ["machine translation", "protein structure", "robots that walk", "playing games", "speech"];
    for (worker, question) in questions.into_iter().enumerate() {
        let (engine, answers) = (engine.clone(), answers.clone());
        std::thread::spawn(move || {
            for _ in 0..10 {
                // Each question sees one state of the library, even while another thread writes to it.
                let _ = answers.send((worker, engine.ask(&Request::about(question), &unobserved)));
            }
        });
    }
    drop(answers);
    let extra = folder.path().join("extra.jsonl");
    std::fs::write(&extra, r#"{"title": "A paper of today", "abstract": "It was added while others asked."}"#)?;
    engine.add(&AddRequest::of([extra]), &unobserved)?;

    let (mut count, mut last) = (0, vec![None; questions.len()]);
    for (worker, answer) in received {
        last[worker] = answer?.results.into_iter().next();
        count += 1;
    }
    for (question, found) in questions.iter().zip(&last) {
        println!("{question:24} {}", found.as_ref().map_or("nothing", |found| found.paper.title.as_str()));
    }
    println!("{count} questions answered by {} threads", questions.len());
    assert_eq!(count, 50);
    Ok(())
}
