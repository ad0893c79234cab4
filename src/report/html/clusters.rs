//! The section of clusters with their papers, then bridges and orphans.

use askama::Template;

use super::pieces::{Bar, Here};
use super::wording;
use crate::analysis::{Bridge, Cluster};
use crate::report::{Report, Section, map};

/// Maximum number of papers in the visible part of a list. The others are folded away.
const OPEN: usize = 8;

#[derive(Template)]
#[template(path = "report/clusters.html", whitespace = "minimize")]
pub(super) struct Clusters<'a> {
    report: &'a Report,
    marks: Vec<usize>,
}

impl<'a> Clusters<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self { report, marks: map::marks(report) }
    }

    fn clusters(&self) -> impl Iterator<Item = (&'a Cluster, usize)> {
        self.report.analysis.clusters.iter().zip(self.marks.iter().copied())
    }

    fn name(&self, cluster: &Cluster) -> String {
        map::cluster_name(self.report, cluster)
    }

    fn more_terms(&self, cluster: &Cluster) -> String {
        cluster.terms[wording::TERMS_OF_NAME..].join(", ")
    }

    fn between(&self, bridge: &Bridge) -> String {
        let [own, other] = [0, 1].map(|side| {
            let name = self.name(&self.report.analysis.clusters[bridge.clusters[side]]);
            format!("{name} ({})", wording::similarity(bridge.similarities[side]))
        });
        format!("{own} — {other}")
    }

    /// Returns the visible part of a list, then the folded part with its length, if there is one.
    fn folded<'l, T>(&self, list: &'l [T]) -> Vec<(&'l [T], usize)> {
        let (open, rest) = list.split_at(list.len().min(OPEN));
        let mut parts = vec![(open, 0)];
        if !rest.is_empty() {
            parts.push((rest, rest.len()));
        }
        parts
    }
}
