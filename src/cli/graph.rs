//! `relata graph`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;
use serde_json::json;

use super::global::Common;
use super::new_file::{NewFile, unknown_extension};
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use super::steering::{FilterArgs, top_k};
use crate::engine::{Connection, Event, GraphRequest, NeighborGraph, PaperNumber};
use crate::report::graph::{EdgeOf, GraphFormat, NodeTable};

/// Write the graph of nearest papers, for Gephi and others
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/graph.txt"))]
pub(super) struct GraphArgs {
    /// Write to this file, replacing it; its extension chooses the format
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// Also write the papers to this file (.csv): id, label (the title), authors, year, venue
    #[arg(long, value_name = "FILE")]
    pub nodes: Option<PathBuf>,
    /// Connect each paper to its N nearest papers
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = top_k)]
    pub top_k: usize,
    /// Keep only edges of at least this similarity, -1 to 1
    #[arg(long, value_name = "COSINE", allow_negative_numbers = true, value_parser = cosine)]
    pub min_similarity: Option<f32>,
    /// Keep only mutual nearest neighbours
    #[arg(long)]
    pub mutual: bool,
    #[command(flatten)]
    pub filters: FilterArgs,
}

fn cosine(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (-1.0..=1.0).contains(number));
    number.ok_or_else(|| "write a number from -1 to 1, such as 0.5".to_owned())
}

pub(super) fn run(args: &GraphArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Checks the files before the graph is computed.
    let format = GraphFormat::from_extension(&args.output);
    let format = format.ok_or_else(|| unknown_extension(&args.output, GraphFormat::EXTENSIONS))?;
    if let Some(nodes) = &args.nodes {
        let is_csv = GraphFormat::from_extension(nodes) == Some(GraphFormat::Csv);
        ensure!(is_csv, unknown_extension(nodes, ".csv for papers"));
        ensure!(!is_same_place(nodes, &args.output), "{}: --output and --nodes need different files", nodes.display());
    }
    let (top_k, min_similarity, mutual) = (args.top_k, args.min_similarity, args.mutual);
    let request = GraphRequest { top_k, min_similarity, mutual, filters: args.filters.filters()? };
    let engine = common.open()?;
    let progress = Progress::new(common);
    let observer = |event: Event| progress.observe(event);
    let snapshot = engine.snapshot(&observer)?;
    let graph = snapshot.neighbor_graph(&request)?;
    if !graph.papers.is_empty() {
        write(&graph, format, args, snapshot.library(), &progress)?;
    }
    drop(snapshot);
    drop(progress);
    if graph.papers.is_empty() {
        output.note("No paper to write.");
        return Ok(Outcome::NothingFound);
    }
    let (papers, edges) = (graph.papers.len(), graph.edges.len());
    if output.json {
        output.json(&json!({
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
        output.note(format!("Wrote {} and {edges} to {}", papers_counted(papers), places.join(" and ")));
    }
    Ok(Outcome::Done)
}

/// Whether two paths lead to the same file. The file need not exist.
fn is_same_place(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| -> Option<PathBuf> {
        // The parent of a bare file name is empty, and means the current folder.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    a == b || place(a).is_some_and(|a| Some(a) == place(b))
}

/// Writes papers and edges. The files get their final names when all of them are complete.
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
        let mut writers = vec![format.writer(&mut file)?];
        if let Some(file) = &mut node_file {
            writers.push(Box::new(NodeTable::new(file)?));
        }
        let mut ids: HashMap<PaperNumber, String> = HashMap::with_capacity(graph.papers.len());
        library.each_page(Some(&graph.papers), 0, u64::MAX, |page| -> anyhow::Result<()> {
            for listed in page {
                writers.iter_mut().try_for_each(|writer| writer.node(&listed.paper))?;
                ids.insert(listed.number, listed.paper.id.as_str().to_owned());
            }
            progress.writing(ids.len() as u64, graph.papers.len() as u64);
            Ok(())
        })?;
        for edge in &graph.edges {
            // Every paper was written above, unless the database is damaged.
            let (Some(source), Some(target)) = (ids.get(&edge.source), ids.get(&edge.target)) else { continue };
            let edge = EdgeOf { source, target, weight: edge.similarity, is_mutual: edge.is_mutual };
            writers.iter_mut().try_for_each(|writer| writer.edge(edge))?;
        }
        writers.iter_mut().try_for_each(|writer| writer.finish())?;
    }
    for file in [Some(file), node_file].into_iter().flatten() {
        file.finish()?;
    }
    Ok(())
}
