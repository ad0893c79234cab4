//! Writes the papers of the report's sections as BibTeX, each once: first the report's own papers in its order, then
//! the papers found in the library. A report on pairs alone has only the papers of its pairs.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};

use super::{Report, Section};
use crate::formats::write::ExportFormat;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ExportFormat::Bibtex.writer(out);
    let mut known = HashSet::new();
    for place in places(report) {
        let entry = &report.entries[place];
        // Papers of two files may share an id, and both are written; a paper of the library is written once.
        if entry.in_library {
            known.insert(&entry.paper.id);
        }
        writer.paper(&entry.paper)?;
    }
    if report.shows(Section::Nearest) {
        for found in report.entries.iter().flat_map(|entry| &entry.nearest) {
            if known.insert(&found.paper.id) {
                writer.paper(&found.paper)?;
            }
        }
    }
    writer.finish()
}

/// The papers of the report that its sections show.
fn places(report: &Report) -> BTreeSet<usize> {
    let analysis = &report.analysis;
    let whole = [Section::Map, Section::HeatMap, Section::Spread, Section::Embedding, Section::Within];
    if whole.into_iter().any(|section| report.shows(section)) {
        return (0..report.entries.len()).collect();
    }
    let mut places = BTreeSet::new();
    if report.shows(Section::Clusters) {
        places.extend(analysis.clusters.iter().flat_map(|cluster| &cluster.papers));
        places.extend(analysis.orphans.iter().map(|orphan| orphan.paper));
        places.extend(analysis.bridges.iter().map(|bridge| bridge.paper));
    }
    if report.shows(Section::Pairs) {
        places.extend(analysis.pairs.iter().flat_map(|pair| pair.papers));
    }
    places
}
