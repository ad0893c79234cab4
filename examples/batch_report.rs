//! A batch similarity report: how the papers of a file relate to each other, as an HTML page.
//!
//! `cargo run --release --example batch_report`

use std::fs::File;
use std::path::Path;

use relata::engine::{EmbedOptions, Engine, ModelStore, ReportRequest, unobserved};
use relata::report::{self, ReportFormat};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    // The library may be empty. Then the papers are compared only with each other.
    let engine = Engine::open_or_create(folder.path(), ModelStore::from_env()?, None, EmbedOptions::default())?;
    let papers = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/landmark-papers.jsonl");
    let request = ReportRequest { files: vec![papers], ..ReportRequest::default() };
    let answer = engine.report(&request, &unobserved)?;
    let report = answer.report.expect("the file has papers");
    for cluster in report.analysis.clusters.iter().take(5) {
        println!("{:3} papers on {}", cluster.papers.len(), cluster.terms.join(", "));
    }
    let page = folder.path().join("report.html");
    report::write(&report, ReportFormat::Html, &mut File::create(&page)?)?;
    println!("{} papers, {} bytes of HTML", report.entries.len(), page.metadata()?.len());
    Ok(())
}
