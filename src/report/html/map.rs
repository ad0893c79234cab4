//! The section of the map: a drawing that is complete without the script. The script adds zoom, search and the titles
//! of points.

use std::borrow::Borrow;

use askama::Template;

use super::wording;
use crate::analysis::Cluster;
use crate::report::Report;
use crate::report::map::{Frame, Legend, cluster_name, middle};

/// Width of the field of points, in units of the drawing.
const SIZE: f32 = 1000.0;

/// A cluster is named by its first two terms if they have at most this many characters together, else by its first
/// term.
const SHORT: usize = 20;

#[derive(Template)]
#[template(path = "report/map.html", whitespace = "minimize")]
pub(super) struct Map {
    papers: String,
    height: f32,
    by_cluster: bool,
    has_years: bool,
    dot: f32,
    points: Vec<Point>,
    names: Vec<Name>,
    legend: Legend,
}

struct Point {
    number: usize,
    class: String,
    x: f32,
    y: f32,
}

/// A cluster's name on the map. Its position is in percent of the drawing.
struct Name {
    text: String,
    x: f32,
    y: f32,
}

impl Map {
    /// The class of a mark in `page/map.css`: `c3` for a cluster, `y3` for a year, `cn` and `yn` for none.
    fn class(kind: impl Borrow<char>, mark: impl Borrow<Option<usize>>) -> String {
        let kind = kind.borrow();
        mark.borrow().map_or_else(|| format!("{kind}n"), |mark| format!("{kind}{mark}"))
    }

    pub(super) fn new(report: &Report) -> Self {
        let (frame, legend) = (Frame::new(&report.analysis.map), Legend::new(report));
        let height = tenths(frame.height * SIZE + 40.0);
        let point = |(place, &[x, y]): (usize, &[f32; 2])| {
            let class = format!(
                "{} {}",
                Self::class('c', legend.cluster_mark(place)),
                Self::class('y', legend.year_mark(place))
            );
            Point { number: place + 1, class, x: tenths(x * SIZE), y: tenths(y * SIZE) }
        };
        let name = |cluster: &Cluster| {
            let [x, y] = middle(&frame.points, cluster);
            // The drawing has a margin around the points.
            let percent = |along: f32, of: f32| tenths((along * SIZE + 20.0) / of * 100.0);
            let text = match cluster.terms.as_slice() {
                [first, second, ..] if first.chars().count() + second.chars().count() <= SHORT => {
                    format!("{first}, {second}")
                }
                [first, ..] => first.clone(),
                [] => cluster_name(report, cluster),
            };
            Name { text, x: percent(x, SIZE + 40.0), y: percent(y, height) }
        };
        let papers = report.entries.len();
        Self {
            papers: wording::count(papers, "paper", "papers"),
            by_cluster: legend.is_by_cluster(),
            has_years: legend.years.iter().any(|row| row.mark.is_some()),
            dot: tenths((320.0 / (papers as f32).sqrt()).clamp(4.5, 12.0)),
            height,
            points: frame.points.iter().enumerate().map(point).collect(),
            names: report.analysis.clusters.iter().map(name).collect(),
            legend,
        }
    }
}

fn tenths(length: f32) -> f32 {
    (length * 10.0).round() / 10.0
}
