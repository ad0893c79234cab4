//! `relata graph`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::json;

use super::args::{Common, GraphArgs};
use super::new_file::NewFile;
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::engine::json::SCHEMA_VERSION;
use crate::engine::{Connection, Event, GraphRequest, NeighborGraph, PaperNumber};
use crate::report::graph::{EdgeOf, GraphFormat, NodeTable};

pub(super) fn run(args: &GraphArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Before the work, not after it.
    let format = format_of(&args.output)?;
    if let Some(nodes) = &args.nodes
        && GraphFormat::from_extension(nodes) != Some(GraphFormat::Csv)
    {
        bail!("{}: papers are written to a file that ends in .csv", nodes.display());
    }
    if let Some(nodes) = &args.nodes
        && is_same_place(nodes, &args.output)
    {
        bail!("{}: edges and papers need a file each", nodes.display());
    }
    let engine = common.open()?;
    let progress = Progress::new(common);
    let observer = |event: Event| progress.observe(event);
    let request = GraphRequest {
        top_k: args.top_k as usize,
        min_similarity: args.min_similarity,
        mutual: args.mutual,
        filters: args.filters.filters(),
    };
    let snapshot = engine.snapshot(&observer)?;
    let graph = snapshot.neighbor_graph(&request)?;
    if !graph.papers.is_empty() {
        write(&graph, format, args, snapshot.library(), &progress)?;
    }
    drop(snapshot);
    drop(progress);
    if graph.papers.is_empty() {
        output.note("there is no paper to write");
        return Ok(Outcome::NothingFound);
    }
    let (papers, edges) = (graph.papers.len() as u64, graph.edges.len());
    if output.json {
        output.json(&json!({
            "schema_version": SCHEMA_VERSION,
            "papers": papers,
            "edges": edges,
            "without_vector": graph.without_vector,
            "output": args.output,
            "nodes": args.nodes,
        }))?;
    } else {
        let files = [Some(&args.output), args.nodes.as_ref()].into_iter().flatten();
        let places: Vec<String> = files.map(|path| path.display().to_string()).collect();
        let edges = format!("{edges} edge{}", if edges == 1 { "" } else { "s" });
        output.note(format!("{} and {edges} written to {}", papers_counted(papers), places.join(", ")));
    }
    Ok(Outcome::Done)
}

fn format_of(path: &Path) -> anyhow::Result<GraphFormat> {
    GraphFormat::from_extension(path).with_context(|| {
        let is_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
        let remedy = if is_parquet { "; for .parquet, build relata with `--features parquet`" } else { "" };
        let endings = GraphFormat::ENDINGS;
        format!("{}: the ending says no format; use {endings}{remedy}", path.display())
    })
}

/// Whether two files that need not exist are one.
fn is_same_place(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| -> Option<PathBuf> {
        // An empty parent is the current folder, which has no other name.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    a == b || place(a).is_some_and(|a| Some(a) == place(b))
}

/// Writes papers and edges as they come; files are moved to their places when all are whole.
fn write(
    graph: &NeighborGraph,
    format: GraphFormat,
    args: &GraphArgs,
    library: &Connection,
    progress: &Progress,
) -> anyhow::Result<()> {
    let mut file = NewFile::create(&args.output)?;
    let mut node_file = args.nodes.as_deref().map(NewFile::create).transpose()?;
    {
        let mut writer = format.writer(&mut file)?;
        let mut table = node_file.as_mut().map(NodeTable::new).transpose()?;
        let mut ids: HashMap<PaperNumber, String> = HashMap::with_capacity(graph.papers.len());
        library.each_page(Some(&graph.papers), 0, u64::MAX, |page| -> anyhow::Result<()> {
            for listed in page {
                writer.node(&listed.paper)?;
                table.as_mut().map_or(Ok(()), |table| table.node(&listed.paper))?;
                ids.insert(listed.number, listed.paper.id.as_str().to_owned());
            }
            progress.writing(ids.len() as u64, graph.papers.len() as u64);
            Ok(())
        })?;
        for edge in &graph.edges {
            // All papers were found above, unless the database is damaged.
            let (Some(source), Some(target)) = (ids.get(&edge.source), ids.get(&edge.target)) else { continue };
            writer.edge(EdgeOf { source, target, weight: edge.similarity, is_mutual: edge.is_mutual })?;
        }
        writer.finish()?;
        table.map_or(Ok(()), |mut table| table.finish())?;
    }
    for file in [Some(file), node_file].into_iter().flatten() {
        file.finish()?;
    }
    Ok(())
}
