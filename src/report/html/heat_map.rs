//! The section of the heat map, which the script draws.

use askama::Template;

use crate::report::{Report, Section};

/// Rows have titles if there are at most this many papers.
const NAMED: usize = 40;

#[derive(Template)]
#[template(path = "report/heat_map.html", whitespace = "minimize")]
pub(super) struct HeatMap<'a> {
    has_clusters: bool,
    titles: Vec<(usize, &'a str)>,
}

impl<'a> HeatMap<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let order = report.analysis.heat_map.as_ref().map(|heat_map| heat_map.order.as_slice()).unwrap_or_default();
        let named = if order.len() <= NAMED { order } else { &[] };
        let titles = named.iter().map(|&place| (place + 1, report.entries[place].paper.title.as_str())).collect();
        let has_clusters = report.shows(Section::Clusters) && !report.analysis.clusters.is_empty();
        Self { has_clusters, titles }
    }
}
