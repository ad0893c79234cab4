//! Writes a comparison as Markdown, and the lines of its summary, which the terminal also prints.

use std::io::{self, Write};

use super::{ClusterChange, Comparison, List, Move, NearestChange, PaperName, RankedPaper};
use crate::formats::write::markdown::{escape as escaped, escape_line};
use crate::formats::write::visible::Visible;
use crate::report::wording::count;

/// The summary of a comparison, in lines of one or two sentences.
pub fn summary(comparison: &Comparison) -> Vec<String> {
    let Comparison { before, after, summary, clusters, .. } = comparison;
    let mut lines = vec![format!(
        "{} in both reports, {} new, {} gone.",
        papers(summary.papers_in_both as u64),
        summary.papers_came,
        summary.papers_went
    )];
    if before.library_papers != after.library_papers {
        lines.push(format!(
            "The library had {} and has {}.",
            papers(before.library_papers),
            papers(after.library_papers)
        ));
    }
    if comparison.has_two_models() {
        lines.push(format!(
            "The models differ ({} and {}): scores cannot be compared, and ranks may differ for this reason alone.",
            before.model, after.model
        ));
    }
    match (summary.overlap, summary.rank_biased_overlap) {
        (Some(overlap), Some(rank_biased)) => lines.push(format!(
            "Lists of nearest papers{}, up to rank {}: {} of {} lists changed; overlap {overlap:.3}, rank-biased \
             overlap {rank_biased:.3}; {} new, {} gone, {} moved.",
            if summary.list == Some(List::Within) { " within the reports" } else { "" },
            summary.at,
            summary.lists_changed,
            summary.lists_compared,
            summary.nearest_came,
            summary.nearest_went,
            summary.nearest_moved
        )),
        _ => lines.push("Nearest papers cannot be compared: no paper has a list in both reports.".to_owned()),
    }
    match clusters {
        Some(clusters) => lines.push(format!(
            "Clusters: {} before, {} after; {}{} changed.",
            clusters.count[0],
            clusters.count[1],
            clusters.agreement.map(|index| format!("agreement {index:.3} (adjusted Rand index); ")).unwrap_or_default(),
            clusters.changes.len()
        )),
        None => lines.push("Clusters cannot be compared: they are not in both reports.".to_owned()),
    }
    lines
}

/// Describes a new paper in a list: "Title (new at rank 3, score 0.512)".
pub fn came(standing: &RankedPaper) -> String {
    format!("{} (new at rank {}, score {:.3})", standing.paper.title, standing.rank, standing.score)
}

/// Describes a paper that is no longer in a list: "Title (was at rank 3, score 0.512)".
pub fn went(standing: &RankedPaper) -> String {
    format!("{} (was at rank {}, score {:.3})", standing.paper.title, standing.rank, standing.score)
}

/// Describes a paper with another rank or score: "Title (rank 3 → 2, score 0.512 → 0.634)".
pub fn moved(moved: &Move) -> String {
    let Move { paper, rank: [was, is], score: [before, after] } = moved;
    let rank = if was == is { format!("rank {is}") } else { format!("rank {was} → {is}") };
    format!("{} ({rank}, score {before:.3} → {after:.3})", paper.title)
}

/// Describes a changed cluster: "graphs, molecules: 12 stayed, 2 new, 1 gone".
pub fn cluster(change: &ClusterChange) -> String {
    let name = match (&change.before, &change.after) {
        (Some(before), Some(after)) if before == after => after.clone(),
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (Some(before), None) => format!("{before} (gone)"),
        (None, after) => format!("{} (new)", after.as_deref().unwrap_or_default()),
    };
    format!("{name}: {} stayed, {} new, {} gone", change.stayed, change.came.len(), change.went.len())
}

/// Writes the whole comparison.
pub fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let Comparison { before, after, .. } = comparison;
    let out = &mut Visible::text(out);
    writeln!(out, "# From “{}” to “{}”\n", escaped(&before.title), escaped(&after.title))?;
    writeln!(out, "{} to {}; `relata compare`\n", escape_line(&before.made_at), escaped(&after.made_at))?;
    for line in summary(comparison) {
        writeln!(out, "- {}", escaped(&line))?;
    }
    list(out, "New papers", &comparison.came)?;
    list(out, "Papers gone", &comparison.went)?;
    if let Some(clusters) = comparison.clusters.as_ref().filter(|clusters| !clusters.changes.is_empty()) {
        writeln!(out, "\n## Clusters that changed\n")?;
        for change in &clusters.changes {
            writeln!(out, "- {}", escape_line(&cluster(change)))?;
            for (label, papers) in [("new", &change.came), ("gone", &change.went)] {
                for paper in papers {
                    writeln!(out, "  - {label}: {}", escaped(&paper.title))?;
                }
            }
        }
    }
    if !comparison.nearest.is_empty() {
        writeln!(out, "\n## Nearest papers that changed")?;
    }
    comparison.nearest.iter().try_for_each(|change| nearest(out, change))
}

fn list(out: &mut dyn Write, heading: &str, papers: &[PaperName]) -> io::Result<()> {
    if papers.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {heading}\n")?;
    papers.iter().try_for_each(|paper| writeln!(out, "- {} ({})", escape_line(&paper.title), escaped(&paper.id)))
}

fn nearest(out: &mut dyn Write, change: &NearestChange) -> io::Result<()> {
    let NearestChange { paper, overlap, rank_biased_overlap, .. } = change;
    writeln!(out, "\n### {} ({})\n", escaped(&paper.title), escaped(&paper.id))?;
    writeln!(out, "Overlap {overlap:.2}, rank-biased overlap {rank_biased_overlap:.2}\n")?;
    let lines = change.came.iter().map(came).chain(change.went.iter().map(went)).chain(change.moved.iter().map(moved));
    for line in lines {
        writeln!(out, "- {}", escape_line(&line))?;
    }
    Ok(())
}

fn papers(number: u64) -> String {
    count(number, "paper", "papers")
}
