//! CSV (RFC 4180, UTF-8): tables of nearest papers, of pairs and of papers. Papers and clusters have the same numbers
//! as on the HTML page, from 1; an unknown value is an empty cell.
//!
//! Spreadsheets run a cell that begins with `=`, `+`, `-` or `@` as a formula, and titles come from files that
//! strangers wrote. relata puts an apostrophe before such a text, as [OWASP] advises. Numbers need no apostrophe,
//! because relata writes them itself. The JSON report has every title unchanged.
//!
//! [OWASP]: https://owasp.org/www-community/attacks/CSV_Injection

use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use crate::engine::Recommendation;
use crate::formats::write::csv::inert;
use crate::formats::write::six_decimals;

const NEAREST: &str =
    "paper_id paper_title rank score similarity neighbor_id neighbor_title neighbor_year neighbor_url among";

const PAIRS: &str = "number_a id_a title_a number_b id_b title_b similarity percentile mutual kinship";

const PAPERS: &str = "number id title authors year venue url in_library cluster is_representative orphan_similarity \
    bridged_clusters map_x map_y nearest_here_number nearest_here_score nearest_in_library_id nearest_in_library_score";

/// Begins a table with this header.
fn table<W: Write>(header: &str, out: W) -> io::Result<csv::Writer<W>> {
    let mut rows = csv::WriterBuilder::new().has_headers(false).from_writer(out);
    rows.write_record(header.split_whitespace())?;
    Ok(rows)
}

fn number(score: f32) -> String {
    format!("{:.6}", six_decimals(score))
}

/// Writes one row for each pair of a paper and one of its nearest papers: first those of the library, then those of the
/// report.
pub(super) fn nearest(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = table(NEAREST, out)?;
    for entry in &report.entries {
        let library = entry.nearest.iter().map(|found| (found, "library"));
        for (found, among) in library.chain(entry.within.iter().map(|found| (found, "batch"))) {
            let [paper, near] = [&entry.paper, &*found.paper];
            rows.serialize((
                (inert(paper.id.as_str()), inert(&paper.title)),
                (found.rank, number(found.score), number(found.similarity)),
                (inert(near.id.as_str()), inert(&near.title), near.year, inert(&near.link().unwrap_or_default())),
                among,
            ))?;
        }
    }
    rows.flush()
}

/// Writes one row for each pair of papers of the report, the most similar first.
pub(super) fn pairs(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = table(PAIRS, out)?;
    for pair in &report.analysis.pairs {
        let paper = |side: usize| {
            let paper = &report.entries[pair.papers[side]].paper;
            (pair.papers[side] + 1, inert(paper.id.as_str()), inert(&paper.title))
        };
        let percentile = pair.percentile.map(number);
        rows.serialize((paper(0), paper(1), number(pair.similarity), percentile, pair.is_mutual, pair.kinship))?;
    }
    rows.flush()
}

/// Writes one row for each paper of the report.
pub(super) fn papers(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = table(PAPERS, out)?;
    let mut cells = vec![Analysed::default(); report.entries.len()];
    for (index, cluster) in report.analysis.clusters.iter().enumerate() {
        for &place in &cluster.papers {
            cells[place].cluster = (index + 1).to_string();
            cells[place].is_representative = (place == cluster.representative).to_string();
        }
    }
    for orphan in &report.analysis.orphans {
        cells[orphan.paper].orphan = number(orphan.similarity);
    }
    for bridge in &report.analysis.bridges {
        let others = bridge.clusters.iter().map(|cluster| (cluster + 1).to_string());
        let others: Vec<String> = others.filter(|other| *other != cells[bridge.paper].cluster).collect();
        cells[bridge.paper].bridge = others.join("; ");
    }
    for (place, (entry, cells)) in report.entries.iter().zip(&cells).enumerate() {
        let (paper, point) = (&entry.paper, report.analysis.map.get(place));
        let coordinate = |axis: usize| point.map(|point| number(point[axis])).unwrap_or_default();
        let score = |found: &Recommendation| number(found.score);
        let (authors, link) = (paper.authors.join("; "), paper.link().unwrap_or_default());
        let (here, library) = (entry.within.first(), entry.nearest.first());
        rows.serialize((
            (place + 1, inert(paper.id.as_str()), inert(&paper.title), inert(&authors), paper.year),
            (inert(paper.venue.as_deref().unwrap_or_default()), inert(&link), entry.in_library),
            cells,
            (coordinate(0), coordinate(1)),
            (here.and_then(|found| found.candidate).map(|place| place + 1), here.map(score)),
            (library.map(|found| inert(found.paper.id.as_str())), library.map(score)),
        ))?;
    }
    rows.flush()
}

/// The results of the analysis for a paper, as cells.
#[derive(Debug, Clone, Default, Serialize)]
struct Analysed {
    cluster: String,
    is_representative: String,
    orphan: String,
    bridge: String,
}
