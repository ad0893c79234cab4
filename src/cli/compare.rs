//! `relata compare`.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::new_file::{NewFile, unknown_extension};
use super::output::{Outcome, Output};
use crate::formats;
use crate::formats::write::visible::{Visible, visible};
use crate::report::compare::{self, Comparison, ReportRead, markdown};

/// Compare two reports
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/compare.txt"))]
pub(super) struct CompareArgs {
    /// The earlier report
    #[arg(value_name = "REPORT-A")]
    pub before: PathBuf,
    /// The later report
    #[arg(value_name = "REPORT-B")]
    pub after: PathBuf,
    /// Write all changes to this file, as Markdown (.md) or JSON (.json)
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Print at most N changes of each kind; -o writes all
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
}

pub(super) fn run(args: &CompareArgs, output: &mut Output) -> anyhow::Result<Outcome> {
    // Checks the extension before the reports are read.
    let target = args.output.as_deref().map(|path| anyhow::Ok((path, is_json(path)?))).transpose()?;
    let comparison = compare::compare(&report(&args.before)?, &report(&args.after)?);
    if let Some((path, is_json)) = target {
        let mut file = NewFile::create(path)?;
        match is_json {
            false => markdown::write(&comparison, &mut file)?,
            true => {
                serde_json::to_writer_pretty(Visible::json(&mut file), &comparison).map_err(std::io::Error::from)?
            }
        }
        file.finish()?;
        output.note(format!("Wrote the comparison to {}", path.display()));
    }
    if output.json {
        output.complete_json(&comparison)?;
    } else if args.output.is_none() {
        print(&comparison, args.limit, output)?;
    }
    Ok(Outcome::Done)
}

/// Whether the extension means JSON; false for Markdown, an error for other extensions.
fn is_json(path: &Path) -> anyhow::Result<bool> {
    match path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("md" | "markdown") => Ok(false),
        Some("json") => Ok(true),
        _ => Err(unknown_extension(path, ".md or .json")),
    }
}

fn report(path: &Path) -> anyhow::Result<ReportRead> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(compare::read(&formats::read_whole(file, path)?, path)?)
}

/// Prints the summary and at most `limit` changes of each kind.
fn print(comparison: &Comparison, limit: usize, output: &mut Output) -> anyhow::Result<()> {
    wrapped(&format!("From “{}” to “{}”", comparison.before.title, comparison.after.title), 0, output)?;
    output.line("")?;
    for line in markdown::summary(comparison) {
        wrapped(&line, 0, output)?;
    }
    match (comparison.is_same(), comparison.summary.lists_compared) {
        (true, 0) => output.line("Nothing changed in the sections that both reports have.")?,
        (true, _) => output.line("Nothing changed.")?,
        (false, _) => {}
    }
    for (heading, papers) in [("New papers", &comparison.came), ("Papers gone", &comparison.went)] {
        let lines = papers.iter().map(|paper| vec![format!("{} ({})", paper.title, paper.id)]);
        section(heading, lines.collect(), limit, output)?;
    }
    let clusters = comparison.clusters.iter().flat_map(|clusters| &clusters.changes);
    section("Clusters that changed", clusters.map(|change| vec![markdown::cluster(change)]).collect(), limit, output)?;
    let nearest = comparison.nearest.iter().map(|change| {
        let head = format!("{} ({}): overlap {:.2}", change.paper.title, change.paper.id, change.overlap);
        let came = change.came.iter().map(|came| format!("+ {}", markdown::came(came)));
        let went = change.went.iter().map(|went| format!("- {}", markdown::went(went)));
        let moved = change.moved.iter().map(|moved| format!("~ {}", markdown::moved(moved)));
        std::iter::once(head).chain(came).chain(went).chain(moved).collect()
    });
    section("Nearest papers that changed, largest changes first", nearest.collect(), limit, output)
}

/// Prints at most `limit` items under a heading. The first line of an item is indented less than its other lines.
fn section(heading: &str, items: Vec<Vec<String>>, limit: usize, output: &mut Output) -> anyhow::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    output.line("")?;
    output.line(heading)?;
    for item in items.iter().take(limit) {
        for (place, line) in item.iter().enumerate() {
            wrapped(line, if place == 0 { 2 } else { 6 }, output)?;
        }
    }
    if items.len() > limit {
        output.line(format!("  and {} more; -o FILE.md writes all", items.len() - limit))?;
    }
    Ok(())
}

/// Prints a wrapped text. Its first line is indented less than the others.
fn wrapped(text: &str, indent: usize, output: &mut Output) -> anyhow::Result<()> {
    for (place, line) in output.wrapped(&visible(text), indent + 2).into_iter().enumerate() {
        output.line(format!("{}{line}", " ".repeat(indent + if place == 0 { 0 } else { 2 })))?;
    }
    Ok(())
}
