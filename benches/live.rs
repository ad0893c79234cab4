//! Measures the cost of changes in a library while an engine uses it: questions in a row, questions from several
//! threads at once, and the first question after another engine has removed or restored a paper.
//!
//! `cargo bench --bench live -- LIBRARY`. Changes the library (`remove`, `remove --undo`) and restores it. Times are
//! medians.

use std::path::Path;
use std::time::Instant;

use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{Engine, Removal, Request, unobserved};

/// The number of questions of one kind.
const QUESTIONS: usize = 200;

/// The number of changes.
const CHANGES: usize = 11;

fn open(folder: &str) -> Engine {
    Engine::open(Path::new(folder), ModelStore::from_env().expect("a cache"), None, EmbedOptions::default())
        .expect("a library")
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Returns the time of a question in milliseconds.
fn ask(engine: &Engine, id: &str) -> f64 {
    let begun = Instant::now();
    engine.ask(&Request { anyway: true, ..Request::like([id]) }, &unobserved).expect("an answer");
    begun.elapsed().as_secs_f64() * 1e3
}

fn main() {
    let Some(folder) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) else {
        return println!("cargo bench --bench live -- LIBRARY");
    };
    let (engine, other) = (open(&folder), open(&folder));
    let papers = engine.library().expect("a library").list(0, u64::MAX).expect("papers");
    let step = papers.len() / (QUESTIONS + CHANGES);
    let ids: Vec<&str> = papers.iter().step_by(step.max(1)).map(|listed| listed.paper.id.as_str()).collect();
    let (ids, changed) = ids.split_at(ids.len() - CHANGES);
    println!("{} papers; the very first question: {:.0} ms", papers.len(), ask(&engine, ids[0]));
    let alone = median(ids.iter().map(|id| ask(&engine, id)).collect());
    println!("a question, one after the other: {alone:.1} ms");
    for threads in [1, 2, 4, 8] {
        let begun = Instant::now();
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let engine = &engine;
                scope.spawn(move || {
                    ids.iter().skip(thread).step_by(threads).for_each(|id| {
                        ask(engine, id);
                    })
                });
            }
        });
        println!("{threads} threads: {:.0} questions/s", ids.len() as f64 / begun.elapsed().as_secs_f64());
    }
    let (mut removed, mut restored, mut writing) = (Vec::new(), Vec::new(), Vec::new());
    for id in changed {
        let begun = Instant::now();
        other.remove(&Removal::Papers(vec![(*id).to_owned()]), false, &unobserved).expect("removed");
        writing.push(begun.elapsed().as_secs_f64() * 1e3);
        removed.push(ask(&engine, ids[0]));
        other.undo_remove(&unobserved).expect("brought back");
        restored.push(ask(&engine, ids[0]));
    }
    println!("removing a paper, indexes stored: {:.0} ms", median(writing));
    println!(
        "the first question after removing a paper: {:.0} ms, {:.1} times an ordinary question",
        median(removed.clone()),
        median(removed) / alone
    );
    println!("the first question after restoring it: {:.0} ms", median(restored));
}
