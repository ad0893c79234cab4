//! `relata compare`.

use std::path::Path;

use anyhow::{Context, bail};

use super::args::CompareArgs;
use super::new_file::NewFile;
use super::outcome::Outcome;
use super::output::{Output, visible};
use crate::report::compare::{self, Comparison, ReportRead, markdown};

/// The formats that a comparison is written in.
enum Format {
    Markdown,
    Json,
}

pub(super) fn run(args: &CompareArgs, output: &mut Output) -> anyhow::Result<Outcome> {
    // Before the work, not after it.
    let target = args.output.as_deref().map(|path| Ok::<_, anyhow::Error>((path, format_of(path)?))).transpose()?;
    let comparison = compare::compare(&report(&args.before)?, &report(&args.after)?);
    if let Some((path, format)) = target {
        let mut file = NewFile::create(path)?;
        match format {
            Format::Markdown => markdown::write(&comparison, &mut file)?,
            Format::Json => serde_json::to_writer_pretty(&mut file, &comparison).map_err(std::io::Error::from)?,
        }
        file.finish()?;
        output.note(format!("comparison written to {}", path.display()));
    }
    if output.json {
        output.json(&comparison)?;
    } else if args.output.is_none() {
        print(&comparison, args.limit, output)?;
    }
    Ok(Outcome::Done)
}

fn format_of(path: &Path) -> anyhow::Result<Format> {
    match path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("md" | "markdown") => Ok(Format::Markdown),
        Some("json") => Ok(Format::Json),
        _ => bail!("{}: the ending says no format; use .md or .json", path.display()),
    }
}

fn report(path: &Path) -> anyhow::Result<ReportRead> {
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(compare::read(&text, path)?)
}

/// For people: the summary, and of each kind of change the first few.
fn print(comparison: &Comparison, limit: usize, output: &mut Output) -> anyhow::Result<()> {
    wrapped(&format!("From “{}” to “{}”", comparison.before.title, comparison.after.title), 0, output)?;
    output.line("")?;
    for line in markdown::summary(comparison) {
        wrapped(&line, 0, output)?;
    }
    match (comparison.is_same(), comparison.summary.lists_compared) {
        (true, 0) => output.line("Nothing changed that both reports have.")?,
        (true, _) => output.line("Nothing changed.")?,
        (false, _) => {}
    }
    for (heading, papers) in [("Papers that came", &comparison.came), ("Papers that went", &comparison.went)] {
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
    section("Nearest papers that changed, those of most change first", nearest.collect(), limit, output)
}

/// Items under a heading, each with its first line at the margin and the others indented.
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

/// A text with all but its first line indented by two more; what a file says must not drive the terminal.
fn wrapped(text: &str, indent: usize, output: &mut Output) -> anyhow::Result<()> {
    for (place, line) in output.wrapped(&visible(text), indent + 2).into_iter().enumerate() {
        output.line(format!("{}{line}", " ".repeat(indent + if place == 0 { 0 } else { 2 })))?;
    }
    Ok(())
}
