//! `relata info`.

use std::path::Path;

use indicatif::{HumanBytes, HumanCount};
use serde_json::{Map, json};

use super::Outcome;
use super::args::{Common, InfoArgs};
use super::output::Output;
use super::progress::Progress;
use crate::library::VectorSummary;
use crate::report::json::SCHEMA_VERSION;

pub(super) fn run(args: &InfoArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let recommender = common.open()?;
    let progress = Progress::new(common);
    let library = recommender.library();
    if args.check {
        library.check()?;
    }
    let (indexed, in_graph) = recommender.index_size(&|event| progress.observe(event))?;
    drop(progress);
    let papers = library.count()?;
    let without_abstract = library.count_without_abstract()?;
    let vectors = library.vector_summary()?;
    let pending = library.count_without_vector()?;
    let without_sentences = library.count_pending()?.saturating_sub(pending);
    let model = library.model()?;
    let database_bytes = std::fs::metadata(library.database()).map_or(0, |metadata| metadata.len());
    let cache_bytes = size_of(&library.folder().join("cache"));
    if output.json {
        let by_precision = vectors.papers.map(|(precision, papers)| (precision.name().to_owned(), papers.into()));
        let model = model.map(|model| json!({ "name": model.name, "sha256": model.sha256, "dim": model.dim }));
        output.json(&json!({
            "schema_version": SCHEMA_VERSION,
            "library": library.folder(),
            "papers": papers,
            "without_abstract": without_abstract,
            "not_embedded": pending,
            "vectors": Map::from_iter(by_precision),
            "sentence_vectors": vectors.sentences,
            "sentence_vector_bytes": vectors.sentence_bytes,
            "without_sentence_vectors": without_sentences,
            "searchable": indexed,
            "in_graph": in_graph,
            "model": model,
            "database_bytes": database_bytes,
            "cache_bytes": cache_bytes,
            "checked": args.check,
        }))?;
        return Ok(Outcome::Done);
    }
    output.line(format!("library   {}", library.folder().display()))?;
    let [count, bare] = [papers, without_abstract].map(HumanCount);
    output.line(format!("papers    {count}, {bare} of them without an abstract"))?;
    if pending > 0 {
        let pending = HumanCount(pending);
        output.line(format!(
            "          {pending} not embedded yet: an `add` is under way, or was interrupted and wants to be run again"
        ))?;
    }
    output.line(format!("vectors   {}", in_words(&vectors)))?;
    if without_sentences > 0 {
        let old = HumanCount(without_sentences);
        output.line(format!(
            "          {old} without sentence vectors: an older relata made them, and the next `add` makes them anew"
        ))?;
    }
    match model {
        None => output.line("model     none yet")?,
        Some(model) => output.line(format!("model     {}, {} dimensions", model.short(), model.dim))?,
    }
    let [indexed, in_graph] = [indexed, in_graph].map(|count| HumanCount(count as u64));
    let way =
        if in_graph.0 > 0 { format!("through a graph of {in_graph}") } else { "by comparing with every one".into() };
    output.line(format!("search    {indexed} papers, {way}"))?;
    let sizes = format!("{} database, {} cache", HumanBytes(database_bytes), HumanBytes(cache_bytes));
    output.line(format!("on disk   {sizes}"))?;
    if args.check {
        output.line("checked   every page, vector and sentence vector of the database is sound")?;
    }
    Ok(Outcome::Done)
}

/// "2,000 (f32 500, bf16 1,500), 17,432 sentence vectors (6.52 MiB)"
fn in_words(vectors: &VectorSummary) -> String {
    let VectorSummary { papers, sentences, sentence_bytes } = vectors;
    let total: u64 = papers.iter().map(|(_, papers)| papers).sum();
    let by_precision: Vec<String> = papers
        .iter()
        .filter(|(_, papers)| *papers > 0)
        .map(|(precision, papers)| format!("{precision} {}", HumanCount(*papers)))
        .collect();
    let by_precision = if total > 0 { format!(" ({})", by_precision.join(", ")) } else { String::new() };
    let (total, sentences, size) = (HumanCount(total), HumanCount(*sentences), HumanBytes(*sentence_bytes));
    format!("{total}{by_precision}, {sentences} sentence vectors ({size})")
}

fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => size_of(&entry.path()),
            _ => entry.metadata().map_or(0, |metadata| metadata.len()),
        })
        .sum()
}
