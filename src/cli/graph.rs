//! `relata graph`.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::json;

use super::Outcome;
use super::args::{Common, GraphArgs};
use super::list::{each_page, passing};
use super::new_file::NewFile;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::library::PaperNumber;
use crate::recommender::{GraphOptions, NeighborGraph, Recommender};
use crate::report::graph::{EdgeOf, GraphFormat, NodeTable};
use crate::report::json::SCHEMA_VERSION;

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
    let recommender = common.open()?;
    let progress = Progress::new(common);
    let among = passing(recommender.library(), &args.filters)?.map(|among| among.into_iter().collect());
    let of_all =
        among.as_ref().map_or_else(|| recommender.library().count(), |among: &HashSet<_>| Ok(among.len() as u64))?;
    let options = GraphOptions { top_k: args.top_k as usize, least: args.min_similarity, mutual: args.mutual, among };
    let graph = recommender.neighbor_graph(&options, &|event| progress.observe(event))?;
    if graph.papers.is_empty() {
        drop(progress);
        output.note("there is no paper to write");
        return Ok(Outcome::NothingFound);
    }
    write(&graph, format, args, &recommender, &progress)?;
    drop(progress);
    let (papers, edges) = (graph.papers.len() as u64, graph.edges.len());
    let without_vector = of_all.saturating_sub(papers);
    if output.json {
        output.json(&json!({
            "schema_version": SCHEMA_VERSION,
            "papers": papers,
            "edges": edges,
            "without_vector": without_vector,
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
    recommender: &Recommender,
    progress: &Progress,
) -> anyhow::Result<()> {
    let mut file = NewFile::create(&args.output)?;
    let mut node_file = args.nodes.as_deref().map(NewFile::create).transpose()?;
    {
        let mut writer = format.writer(&mut file)?;
        let mut table = node_file.as_mut().map(NodeTable::new).transpose()?;
        let mut ids: HashMap<PaperNumber, String> = HashMap::with_capacity(graph.papers.len());
        each_page(recommender.library(), Some(&graph.papers), 0, u64::MAX, |page| {
            for listed in page {
                writer.node(&listed.paper)?;
                table.as_mut().map_or(Ok(()), |table| table.node(&listed.paper))?;
                ids.insert(listed.number, listed.paper.id.as_str().to_owned());
            }
            progress.writing(ids.len() as u64, graph.papers.len() as u64);
            Ok(())
        })?;
        for edge in &graph.edges {
            // One that somebody removes meanwhile is no node.
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
