//! Writes the sections about all papers as lists and tables. Each paper is written as its number and title. Sections
//! that are pictures are left out.

use std::io::{self, Write};

use super::escape;
use crate::analysis::{EmbeddingStatistics, Relation, Spread};
use crate::report::{Report, Section, map, wording};

/// The table has this many of the most similar pairs, and all near-duplicates and versions. CSV and JSON have every
/// pair.
const PAIRS: usize = 100;

/// Maximum number of listed venues.
const VENUES: usize = 30;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let analysis = &report.analysis;
    report.sections.iter().filter(|section| report.shows(**section)).try_for_each(|section| match section {
        Section::Clusters => clusters(report, out),
        Section::Pairs => pairs(report, out),
        Section::Spread => analysis.spread.as_ref().map_or(Ok(()), |years| spread(years, out)),
        Section::Embedding => analysis.embedding.as_ref().map_or(Ok(()), |statistics| embedding(statistics, out)),
        // These are pictures, or lists of one paper each.
        Section::Map | Section::HeatMap | Section::Within | Section::Nearest => Ok(()),
    })
}

fn named(report: &Report, place: usize) -> String {
    format!("{}. {}", place + 1, escape(&report.entries[place].paper.title))
}

fn clusters(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let analysis = &report.analysis;
    writeln!(out, "\n## Clusters\n\n{}", wording::ABOUT_CLUSTERS)?;
    let name = |cluster: usize| map::cluster_name(report, &analysis.clusters[cluster]);
    for (index, cluster) in analysis.clusters.iter().enumerate() {
        let numbers: Vec<String> = cluster.papers.iter().map(|place| (place + 1).to_string()).collect();
        writeln!(
            out,
            "\n### {}\n\n{}, cohesion {}. Most typical: {}\n\nPapers: {}",
            escape(&name(index)),
            wording::count(cluster.papers.len(), "paper", "papers"),
            wording::similarity(cluster.cohesion),
            named(report, cluster.representative),
            numbers.join(", "),
        )?;
    }
    if !analysis.bridges.is_empty() {
        writeln!(out, "\n### Bridges\n\n{}\n", wording::ABOUT_BRIDGES)?;
    }
    for bridge in &analysis.bridges {
        let side = |side: usize| {
            let similarity = wording::similarity(bridge.similarities[side]);
            format!("{} ({similarity})", escape(&name(bridge.clusters[side])))
        };
        // The line begins with the clusters, because a number at its start would begin a list.
        writeln!(out, "- {} and {}: {}", side(0), side(1), named(report, bridge.paper))?;
    }
    if !analysis.orphans.is_empty() {
        writeln!(out, "\n### Orphans\n\n{}\n", wording::ABOUT_ORPHANS)?;
    }
    for orphan in &analysis.orphans {
        writeln!(out, "- **{}** {}", wording::similarity(orphan.similarity), named(report, orphan.paper))?;
    }
    Ok(())
}

fn pairs(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## Strongest pairs\n")?;
    writeln!(out, "| Similarity | Closer than | Paper | Paper | |\n| --- | --- | --- | --- | --- |")?;
    let mut shown = 0;
    for (index, pair) in report.analysis.pairs.iter().enumerate() {
        if index >= PAIRS && pair.kinship == Relation::Distinct {
            continue;
        }
        shown += 1;
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            wording::similarity(pair.similarity),
            pair.percentile.map(wording::percentage).unwrap_or_default(),
            named(report, pair.papers[0]),
            named(report, pair.papers[1]),
            wording::marks(pair).join(", "),
        )?;
    }
    let all = report.analysis.pairs.len();
    if shown < all {
        writeln!(out, "\nThe table shows the most similar of {}.", wording::count(all, "pair", "pairs"))?;
    }
    Ok(())
}

fn spread(spread: &Spread, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## Years and venues\n")?;
    let missing = |papers: usize| if papers > 0 { format!(", unknown ({papers})") } else { String::new() };
    if !spread.years.is_empty() {
        let years = spread.years.iter().filter(|(_, papers)| *papers > 0);
        let years: Vec<String> = years.map(|(year, papers)| format!("{year} ({papers})")).collect();
        writeln!(out, "Years: {}{}", years.join(", "), missing(spread.without_year))?;
    }
    if !spread.venues.is_empty() {
        let venues = spread.venues.iter().take(VENUES);
        let venues: Vec<String> = venues.map(|(venue, papers)| format!("{} ({papers})", escape(venue))).collect();
        let more = if spread.venues.len() > VENUES { " and others" } else { "" };
        writeln!(out, "\nVenues: {}{more}{}", venues.join(", "), missing(spread.without_venue))?;
    }
    Ok(())
}

fn embedding(statistics: &EmbeddingStatistics, out: &mut dyn Write) -> io::Result<()> {
    let [papers, dimensions] = statistics.shape;
    writeln!(
        out,
        "\n## Embedding statistics\n\n{} use about {:.0} of {dimensions} directions (the effective rank).",
        wording::count(papers, "paper", "papers"),
        statistics.effective_rank,
    )?;
    if !statistics.percentile_scale.is_empty() {
        writeln!(out, "\n{}\n\n| Less similar pairs | Similarity |\n| --- | --- |", wording::ABOUT_SCALE)?;
    }
    for &(share, similarity) in &statistics.percentile_scale {
        writeln!(out, "| {} | {} |", wording::percentage(share), wording::similarity(similarity))?;
    }
    Ok(())
}
