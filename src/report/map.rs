//! The map of a report: the colours and names of its points, and the map alone as a drawing (SVG) or a picture (PNG).
//!
//! The colours can be distinguished with any kind of colour vision. Clusters have six colours of
//! [Okabe and Ito](https://jfly.uni-koeln.de/color/), each for dots and for squares. Years have the hues of viridis,
//! from light to dark.

mod drawing;
mod picture;

use super::{Report, wording};
use crate::analysis::Cluster;

pub(super) use drawing::write as write_svg;
pub(super) use picture::write as write_png;

/// Number of marks: six colours as dots, then the same colours as squares.
pub(super) const MARKS: usize = 12;

/// The six colours on a light background; `page/map.css` has the same.
const COLOURS: [&str; MARKS / 2] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// The colours of years on a light background, oldest first; `page/map.css` has the same.
const YEAR_COLOURS: [&str; 7] = ["#b3c22b", "#62b557", "#2aa179", "#23898e", "#33638d", "#46327e", "#3b0a54"];

/// The meaning of a map's colours, and the marks of each paper. The mark of a cluster is a number below [`MARKS`]. The
/// mark of a year is an index of [`YEAR_COLOURS`].
pub(super) struct Legend {
    /// Clusters, largest first, then papers in no cluster. Empty without clusters.
    pub clusters: Vec<LegendRow>,
    /// Steps, which are ranges of years with one colour, oldest first, then papers without a year.
    pub years: Vec<LegendRow>,
    memberships: Vec<Option<usize>>,
    steps: Vec<Option<usize>>,
}

/// A colour and what it means.
pub(super) struct LegendRow {
    /// `None` for papers in no cluster, or without a year.
    pub mark: Option<usize>,
    pub name: String,
    pub papers: usize,
}

impl Legend {
    pub(super) fn new(report: &Report) -> Self {
        let (memberships, ranges) = (memberships(report), year_steps(report));
        let clusters = report.analysis.clusters.iter().zip(marks(report));
        let mut clusters: Vec<LegendRow> = clusters
            .map(|(cluster, mark)| row(Some(mark), cluster_name(report, cluster), cluster.papers.len()))
            .collect();
        let unclustered = memberships.iter().filter(|cluster| cluster.is_none()).count();
        if unclustered > 0 && !clusters.is_empty() {
            clusters.push(row(None, "in no cluster".to_owned(), unclustered));
        }
        let steps: Vec<Option<usize>> = report.entries.iter().map(|entry| step_of(entry.paper.year, &ranges)).collect();
        let counted = |step: Option<usize>| steps.iter().filter(|&&other| other == step).count();
        let mut years: Vec<LegendRow> = (0..ranges.len())
            .map(|step| row(Some(year_colour(step, ranges.len())), step_name(ranges[step]), counted(Some(step))))
            .collect();
        if counted(None) > 0 {
            years.push(row(None, "year unknown".to_owned(), counted(None)));
        }
        Self { clusters, years, memberships, steps }
    }

    /// Whether a drawing shows clusters by colour. Without clusters, colours show years.
    pub(super) fn is_by_cluster(&self) -> bool {
        !self.clusters.is_empty()
    }

    pub(super) fn cluster_mark(&self, place: usize) -> Option<usize> {
        self.clusters[self.memberships[place]?].mark
    }

    pub(super) fn year_mark(&self, place: usize) -> Option<usize> {
        self.years[self.steps[place]?].mark
    }
}

fn row(mark: Option<usize>, name: String, papers: usize) -> LegendRow {
    LegendRow { mark, name, papers }
}

/// Returns the mark of each cluster. Each of the first twelve has a mark of its own. Each further cluster gets the mark
/// whose clusters are farthest from it on the map.
pub(super) fn marks(report: &Report) -> Vec<usize> {
    let clusters = &report.analysis.clusters;
    let middles: Vec<[f32; 2]> = clusters.iter().map(|cluster| middle(&report.analysis.map, cluster)).collect();
    let mut marks: Vec<usize> = Vec::with_capacity(clusters.len());
    for (index, &[x, y]) in middles.iter().enumerate() {
        let distance = |mark: usize| {
            let same = marks.iter().zip(&middles).filter(|&(&other, _)| other == mark);
            same.map(|(_, other)| (other[0] - x).hypot(other[1] - y)).fold(f32::INFINITY, f32::min)
        };
        let farthest = (0..MARKS).rev().max_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        marks.push(if index < MARKS { index } else { farthest.unwrap_or_default() });
    }
    marks
}

/// The cluster of each paper.
pub(super) fn memberships(report: &Report) -> Vec<Option<usize>> {
    let mut memberships = vec![None; report.entries.len()];
    for (index, cluster) in report.analysis.clusters.iter().enumerate() {
        for &place in &cluster.papers {
            memberships[place] = Some(index);
        }
    }
    memberships
}

/// The points of a map without its empty margins, scaled to a frame of width 1.
pub(super) struct Frame {
    /// x from 0 to 1 and y from 0, at the top, to `height`.
    pub points: Vec<[f32; 2]>,
    /// Height of the frame, 0.55 to 1.
    pub height: f32,
}

impl Frame {
    pub(super) fn new(map: &[[f32; 2]]) -> Self {
        let extent = |axis: usize| {
            let along = map.iter().map(|point| point[axis]);
            let (least, greatest) = along.fold((f32::INFINITY, f32::NEG_INFINITY), |(l, g), at| (l.min(at), g.max(at)));
            ((least + greatest) / 2.0, greatest - least)
        };
        let ((middle_x, wide), (middle_y, high)) = (extent(0), extent(1));
        // All papers may be at one point.
        let scale = 1.0 / wide.max(high).max(1e-6);
        let height = (high * scale).clamp(0.55, 1.0);
        let framed = |&[x, y]: &[f32; 2]| [0.5 + (x - middle_x) * scale, height / 2.0 + (y - middle_y) * scale];
        Self { points: map.iter().map(framed).collect(), height }
    }
}

/// Returns the position of a cluster's name: the medians of the coordinates of its points. A few distant points do not
/// move it.
pub(super) fn middle(points: &[[f32; 2]], cluster: &Cluster) -> [f32; 2] {
    [0, 1].map(|axis| {
        let mut along: Vec<f32> = cluster.papers.iter().filter_map(|&place| Some(points.get(place)?[axis])).collect();
        along.sort_by(f32::total_cmp);
        along.get(along.len() / 2).copied().unwrap_or(0.5)
    })
}

/// Divides the years into up to seven steps with about equally many papers, oldest first: `(first, last)`.
fn year_steps(report: &Report) -> Vec<(i16, i16)> {
    let mut years: Vec<i16> = report.entries.iter().filter_map(|entry| entry.paper.year).collect();
    years.sort_unstable();
    let mut steps: Vec<(i16, i16)> = Vec::new();
    let papers = years.len();
    let mut from = 0;
    while from < papers {
        // A step contains whole years. The remaining papers are divided among the remaining steps.
        let share = (papers - from).div_ceil(YEAR_COLOURS.len() - steps.len());
        let last = years[from + share - 1];
        let to = years.partition_point(|&year| year <= last);
        steps.push((years[from], last));
        from = to;
    }
    steps
}

/// Returns the index in [`YEAR_COLOURS`] of a step's colour. `steps` is the number of steps. They are spread over all
/// colours.
fn year_colour(step: usize, steps: usize) -> usize {
    step * (YEAR_COLOURS.len() - 1) / steps.saturating_sub(1).max(1)
}

/// The step of a year.
fn step_of(year: Option<i16>, steps: &[(i16, i16)]) -> Option<usize> {
    let year = year?;
    steps.iter().position(|&(first, last)| (first..=last).contains(&year))
}

/// Returns the name of a step, such as "2019" or "2015–2018".
fn step_name((first, last): (i16, i16)) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

/// A cluster's name: its first terms, or the title of its most typical paper.
pub(super) fn cluster_name(report: &Report, cluster: &Cluster) -> String {
    match cluster.terms.as_slice() {
        [] => report.entries[cluster.representative].paper.title.clone(),
        terms => terms[..terms.len().min(wording::TERMS_OF_NAME)].join(", "),
    }
}

#[cfg(test)]
mod tests;
