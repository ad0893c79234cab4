//! Measures ranking in a warm process: the time of one question, and questions per second in a batch.
//!
//! `cargo bench --bench rank -- LIBRARY [QUESTIONS.jsonl]`: LIBRARY is the folder of a library, preferably with many
//! papers. QUESTIONS.jsonl has the texts of the questions, in the format of `relata run`. Seeds are papers of the
//! library, evenly spaced. Quantiles are over 200 questions, after 20 questions that are not counted.

use std::path::Path;
use std::time::{Duration, Instant};

use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{Engine, Question, Snapshot, unobserved};

const WARM_UP: usize = 20;
const QUESTIONS: usize = 200;
const BATCH: usize = 1000;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next() else { return println!("nothing is measured without a library") };
    let models = ModelStore::from_env().expect("a cache for models");
    let engine = Engine::open(Path::new(&folder), models, None, EmbedOptions::default()).expect("a library");
    let started = Instant::now();
    let snapshot = engine.snapshot(&unobserved).expect("a snapshot");
    let (papers, in_graph) = snapshot.index_size();
    println!("{papers} papers, {in_graph} in the graph; indexes opened in {:.0} ms", ms(started.elapsed()));
    let listed = snapshot.library().list(0, u64::MAX).expect("papers");
    let seeds: Vec<i64> = listed.iter().step_by((papers / BATCH).max(1)).map(|listed| listed.number).collect();
    let texts: Vec<String> = match arguments.next() {
        None => listed.iter().step_by((papers / BATCH).max(1)).map(|listed| listed.paper.title.clone()).collect(),
        Some(file) => std::fs::read_to_string(&file)
            .expect("questions")
            .lines()
            .filter_map(|line| {
                serde_json::from_str::<serde_json::Value>(line).ok()?["text"].as_str().map(str::to_owned)
            })
            .collect(),
    };
    let similar: Vec<Question> = seeds.iter().map(|seed| Question::like(&[*seed])).collect();
    let several: Vec<Question> = seeds.windows(5).map(Question::like).collect();
    let search: Vec<Question> = texts.iter().map(Question::about).collect();
    println!("{:32} {:>8} {:>8} {:>8}", "one question", "p50", "p99", "exact p50");
    let with_reasons = |question: &Question| Question { explain: true, ..question.clone() };
    let explained: Vec<Question> = similar.iter().map(with_reasons).collect();
    for (name, questions) in [
        ("similar, one seed", &similar),
        ("similar, one seed, with reasons", &explained),
        ("similar, five seeds", &several),
        ("search", &search),
    ] {
        let fast = times(&snapshot, questions);
        let exact: Vec<Question> =
            questions.iter().cloned().map(|question| Question { exact: true, ..question }).collect();
        let exact = times(&snapshot, &exact);
        println!(
            "{name:32} {:5.1} ms {:5.1} ms {:5.1} ms",
            fast[fast.len() / 2],
            fast[fast.len() * 99 / 100],
            exact[exact.len() / 2]
        );
    }
    println!("\n{:32} {:>12}", "a batch, top 100", "questions/s");
    for (name, questions) in [("similar, one seed", &similar), ("search", &search)] {
        let batch: Vec<Question> =
            questions.iter().cloned().cycle().take(BATCH).map(|question| Question { top_k: 100, ..question }).collect();
        let started = Instant::now();
        let ranked = snapshot.rank(&batch).expect("answers");
        assert_eq!(ranked.len(), BATCH);
        println!("{name:32} {:12.0}", BATCH as f64 / started.elapsed().as_secs_f64());
    }
}

/// Returns the times of single questions in milliseconds, ascending.
fn times(snapshot: &Snapshot, questions: &[Question]) -> Vec<f64> {
    let mut times = Vec::new();
    for question in questions.iter().cycle().take(WARM_UP + QUESTIONS) {
        let started = Instant::now();
        let found = snapshot.recommend(question).expect("an answer");
        times.push(ms(started.elapsed()));
        assert!(!found.is_empty());
    }
    times.drain(..WARM_UP);
    times.sort_by(f64::total_cmp);
    times
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
