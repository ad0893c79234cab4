//! One row per paper of the batch, with what the report says of it. Numbers of papers and clusters are those of the page,
//! from 1; a cell is empty where there is nothing to say.

use std::io::{self, Write};

use super::number;
use crate::engine::Recommendation;
use crate::formats::write::csv::inert;
use crate::report::Report;

const COLUMNS: [&str; 18] = [
    "number",
    "id",
    "title",
    "authors",
    "year",
    "venue",
    "url",
    "in_library",
    "cluster",
    "is_representative",
    "orphan_similarity",
    "bridged_clusters",
    "map_x",
    "map_y",
    "nearest_here_number",
    "nearest_here_score",
    "nearest_in_library_id",
    "nearest_in_library_score",
];

pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(COLUMNS)?;
    let mut said = vec![Said::default(); report.entries.len()];
    for (index, cluster) in report.analysis.clusters.iter().enumerate() {
        for &place in &cluster.papers {
            said[place].cluster = (index + 1).to_string();
            said[place].is_representative = (place == cluster.representative).to_string();
        }
    }
    for orphan in &report.analysis.orphans {
        said[orphan.paper].orphan = number(orphan.similarity);
    }
    for bridge in &report.analysis.bridges {
        let others = bridge.clusters.iter().map(|cluster| (cluster + 1).to_string());
        let others: Vec<String> = others.filter(|other| *other != said[bridge.paper].cluster).collect();
        said[bridge.paper].bridge = others.join("; ");
    }
    for (place, (entry, said)) in report.entries.iter().zip(&said).enumerate() {
        let (paper, point) = (&entry.paper, report.analysis.map.get(place));
        let coordinate = |axis: usize| point.map(|point| number(point[axis])).unwrap_or_default();
        let score = |found: &Recommendation| number(found.score);
        let (authors, link) = (paper.authors.join("; "), paper.link().unwrap_or_default());
        let (here, library) = (entry.within.first(), entry.nearest.first());
        let row: [&str; COLUMNS.len()] = [
            &(place + 1).to_string(),
            &inert(paper.id.as_str()),
            &inert(&paper.title),
            &inert(&authors),
            &paper.year.map(|year| year.to_string()).unwrap_or_default(),
            &inert(paper.venue.as_deref().unwrap_or_default()),
            &inert(&link),
            if entry.in_library { "true" } else { "false" },
            &said.cluster,
            &said.is_representative,
            &said.orphan,
            &said.bridge,
            &coordinate(0),
            &coordinate(1),
            &here.and_then(|found| found.candidate).map(|place| (place + 1).to_string()).unwrap_or_default(),
            &here.map(score).unwrap_or_default(),
            &inert(library.map(|found| found.paper.id.as_str()).unwrap_or_default()),
            &library.map(score).unwrap_or_default(),
        ];
        rows.write_record(row)?;
    }
    rows.flush()
}

/// What the analysis says of a paper, as cells.
#[derive(Debug, Clone, Default)]
struct Said {
    cluster: String,
    is_representative: String,
    orphan: String,
    bridge: String,
}
