//! BibTeX of the papers that the sections show, each once: those of the batch that a section speaks of, in the batch's
//! order, then what was found in the library. So a report on pairs alone gives the papers that stand in pairs.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};

use super::{Report, Section};
use crate::formats::write::ExportFormat;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ExportFormat::Bibtex.writer(out);
    let mut known = HashSet::new();
    for place in places(report) {
        let entry = &report.entries[place];
        // Of two files' papers with one id, both may come; of the library's, each once.
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

/// The papers of the batch that the sections speak of.
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
