//! Papers like given papers: makes a library of the landmark papers, and finds papers that are like two of them but not
//! like a third.
//!
//! `cargo run --release --example similar`

use std::path::Path;

use relata::engine::{AddRequest, EmbedOptions, Engine, ModelStore, Request, unobserved};

fn main() -> relata::Result<()> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The model is fetched at its first use and kept in the cache folder of relata.
    let engine = Engine::open_or_create(folder.path(), ModelStore::from_env()?, None, EmbedOptions::default())?;
    let papers = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/landmark-papers.jsonl");
    let added = engine.add(&AddRequest::of([papers]), &unobserved)?;
    println!("{} papers added, {} embedded\n", added.added, added.embedded);

    let request = Request {
        not: vec!["Deep Residual Learning for Image Recognition".to_owned()],
        top_k: Some(5),
        explain: true,
        ..Request::like(["Attention Is All You Need", "1810.04805"])
    };
    let answer = engine.ask(&request, &unobserved)?;
    for found in &answer.results {
        println!("{:2}  {:.3}  {}", found.rank, found.score, found.paper.title);
        if let Some(matched) = found.because.as_ref().and_then(|because| because.sentences.first()) {
            println!("     “{}”", matched.paper);
        }
    }
    assert_eq!(answer.results.len(), 5);
    Ok(())
}
