//! Papers like a text. The text contains a condition, and the answer is printed as JSON, as the command line does with
//! `--json`.
//!
//! `cargo run --release --example text`

use std::path::Path;

use relata::engine::{AddRequest, EmbedOptions, Engine, ModelStore, Request, unobserved};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let engine = Engine::open_or_create(folder.path(), ModelStore::from_env()?, None, EmbedOptions::default())?;
    let papers = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/landmark-papers.jsonl");
    engine.add(&AddRequest::of([papers]), &unobserved)?;

    // A request can be JSON too. A program sends the same text that a user types.
    let request: Request = serde_json::from_str(r#"{"text": "robots that learn to grasp until:2020", "top_k": 3}"#)?;
    let answer = engine.ask(&request, &unobserved)?;
    println!("{}", serde_json::to_string_pretty(&answer)?);
    assert_eq!(answer.results.len(), 3);
    Ok(())
}
