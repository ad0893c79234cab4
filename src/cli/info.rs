//! `relata info`.

use std::path::Path;

use indicatif::HumanBytes;
use serde_json::json;

use super::Outcome;
use super::args::{Common, InfoArgs};
use super::output::Output;
use super::progress::Progress;
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
    let pending = library.count_pending()?;
    let model = library.model()?;
    let database_bytes = std::fs::metadata(library.database()).map_or(0, |metadata| metadata.len());
    let cache_bytes = size_of(&library.folder().join("cache"));
    if output.json {
        let model = model.map(|model| json!({ "name": model.name, "sha256": model.sha256, "dim": model.dim }));
        output.json(&json!({
            "schema_version": SCHEMA_VERSION,
            "library": library.folder(),
            "papers": papers,
            "without_abstract": without_abstract,
            "not_embedded": pending,
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
    output.line(format!("papers    {papers}, {without_abstract} of them without an abstract"))?;
    if pending > 0 {
        output.line(format!(
            "          {pending} not embedded yet: an `add` is under way, or was interrupted and wants to be run again"
        ))?;
    }
    match model {
        None => output.line("model     none yet")?,
        Some(model) => output.line(format!("model     {}, {} dimensions", model.short(), model.dim))?,
    }
    let way =
        if in_graph > 0 { format!("through a graph of {in_graph}") } else { "by comparing with every one".into() };
    output.line(format!("search    {indexed} papers, {way}"))?;
    let sizes = format!("{} database, {} cache", HumanBytes(database_bytes), HumanBytes(cache_bytes));
    output.line(format!("on disk   {sizes}"))?;
    if args.check {
        output.line("checked   every page of the database is sound")?;
    }
    Ok(Outcome::Done)
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
