//! The map alone as SVG: title, points, the names of clusters where there is room, and a legend.

use std::io::{self, Write};

use askama::Template;

use super::{COLOURS, Frame, Legend, LegendRow, YEAR_COLOURS};
use crate::formats::write::visible::Visible;
use crate::report::{Report, Section, wording};

/// Lengths and positions in the drawing. The legend is to the right of the field of points.
const WIDTH: f32 = 1600.0;
const FIELD_X: f32 = 50.0;
const FIELD_Y: f32 = 130.0;
const FIELD_WIDTH: f32 = 1060.0;
const LEGEND_X: f32 = 1160.0;
const LEGEND_STEP: f32 = 34.0;
const LEGEND_ROWS: usize = 30;

/// Maximum widths of a name in the legend, and of the title.
const LEGEND_WIDTH: f32 = 310.0;
const TITLE_WIDTH: f32 = 1480.0;

const NAME_SIZE: f32 = 22.0;
const LEGEND_SIZE: f32 = 19.0;
const TITLE_SIZE: f32 = 36.0;
/// The colour of papers in no cluster or without a year; `page/map.css` has the same.
const GREY: &str = "#a9b0b7";

pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if !report.shows(Section::Map) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the report has no map to draw"));
    }
    let out = &mut Visible::text(out);
    Drawing::new(report).write_into(out)?;
    writeln!(out)
}

#[derive(Template)]
#[template(path = "report/map.svg", whitespace = "minimize")]
struct Drawing {
    height: f32,
    title: String,
    subtitle: String,
    points: Vec<Point>,
    names: Vec<Name>,
    legend: Vec<Row>,
}

struct Point {
    title: String,
    x: f32,
    y: f32,
    radius: f32,
    colour: &'static str,
    is_square: bool,
}

struct Name {
    text: String,
    x: f32,
    y: f32,
}

struct Row {
    text: String,
    papers: String,
    y: f32,
    colour: &'static str,
    is_square: bool,
}

impl Drawing {
    fn new(report: &Report) -> Self {
        let (frame, legend) = (Frame::new(&report.analysis.map), Legend::new(report));
        let by_cluster = legend.is_by_cluster();
        let look = |place: usize| match by_cluster {
            true => cluster_look(legend.cluster_mark(place)),
            false => year_look(legend.year_mark(place)),
        };
        let radius = (220.0 / (report.entries.len() as f32).sqrt()).clamp(2.5, 9.0);
        let points = frame.points.iter().enumerate().map(|(place, &point)| {
            let ((colour, is_square), [x, y]) = (look(place), on_field(point));
            let title = report.entries[place].paper.title.clone();
            // A square has the same area as a dot.
            let radius = if is_square { radius * 0.886 } else { radius };
            Point { title, x, y, radius: rounded(radius), colour, is_square }
        });
        let points = points.collect();
        let legend = if by_cluster { cluster_rows(&legend.clusters) } else { year_rows(&legend.years) };
        let foot = legend.last().map_or(0.0, |row| row.y).max(FIELD_Y + frame.height * FIELD_WIDTH);
        let papers = wording::count(report.entries.len(), "paper", "papers");
        let coloured = if by_cluster { "cluster" } else { "year" };
        Self {
            title: truncated(&report.title, TITLE_SIZE * 1.08, TITLE_WIDTH),
            subtitle: format!(
                "{papers} · close means similar · coloured by {coloured} · {} · {}",
                report.model, report.made_at
            ),
            points,
            names: if by_cluster { names(report, &frame) } else { Vec::new() },
            legend,
            height: (foot + 50.0).round(),
        }
    }
}

/// Returns the names of clusters, largest cluster first. A name that would overlap another one is moved by up to two
/// lines, or left out if that is not enough.
fn names(report: &Report, frame: &Frame) -> Vec<Name> {
    let field = Box { x: FIELD_X, y: FIELD_Y, width: FIELD_WIDTH, height: frame.height * FIELD_WIDTH };
    let mut taken: Vec<Box> = Vec::new();
    let mut names = Vec::new();
    for cluster in &report.analysis.clusters {
        let [middle, y] = on_field(super::middle(&frame.points, cluster));
        let text = truncated(&super::cluster_name(report, cluster), NAME_SIZE * 1.08, 360.0);
        let width = width(&text, NAME_SIZE * 1.08);
        let x = middle.max(field.x + width / 2.0).min(field.x + field.width - width / 2.0);
        let free = [0.0, -1.0, 1.0, -2.0, 2.0].iter().find_map(|lines| {
            let y = y + lines * NAME_SIZE * 1.3;
            let wanted =
                Box { x: x - width / 2.0 - 6.0, y: y - NAME_SIZE, width: width + 12.0, height: NAME_SIZE * 1.4 };
            (wanted.is_within(&field) && !taken.iter().any(|other| wanted.overlaps(other))).then_some((y, wanted))
        });
        if let Some((y, wanted)) = free {
            taken.push(wanted);
            names.push(Name { text, x: rounded(x), y: rounded(y) });
        }
    }
    names
}

fn cluster_rows(clusters: &[LegendRow]) -> Vec<Row> {
    let (named, unclustered): (Vec<&LegendRow>, Vec<&LegendRow>) = clusters.iter().partition(|row| row.mark.is_some());
    let (shown, more) = named.split_at(named.len().min(LEGEND_ROWS));
    let mut rows: Vec<Row> = shown.iter().map(|row| Row::new(&row.name, row.papers, cluster_look(row.mark))).collect();
    if !more.is_empty() {
        let papers = more.iter().map(|row| row.papers).sum();
        rows.push(Row::new(&wording::count(more.len(), "more cluster", "more clusters"), papers, ("#fff", false)));
    }
    rows.extend(unclustered.iter().map(|row| Row::new(&row.name, row.papers, (GREY, false))));
    placed(rows)
}

fn year_rows(years: &[LegendRow]) -> Vec<Row> {
    placed(years.iter().map(|row| Row::new(&row.name, row.papers, year_look(row.mark))).collect())
}

/// Puts the rows one below the other.
fn placed(mut rows: Vec<Row>) -> Vec<Row> {
    for (index, row) in rows.iter_mut().enumerate() {
        row.y = FIELD_Y + 20.0 + index as f32 * LEGEND_STEP;
    }
    rows
}

/// The colour of a mark, and whether the mark is a square.
type Look = (&'static str, bool);

fn cluster_look(mark: Option<usize>) -> Look {
    mark.map_or((GREY, false), |mark| (COLOURS[mark % COLOURS.len()], mark >= COLOURS.len()))
}

fn year_look(mark: Option<usize>) -> Look {
    (mark.map_or(GREY, |mark| YEAR_COLOURS[mark]), false)
}

impl Row {
    fn new(name: &str, papers: usize, (colour, is_square): Look) -> Self {
        Self { text: truncated(name, LEGEND_SIZE, LEGEND_WIDTH), papers: papers.to_string(), y: 0.0, colour, is_square }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Box {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

impl Box {
    fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }

    fn is_within(&self, other: &Self) -> bool {
        // Names at the edge may extend a little beyond it.
        self.x >= other.x - 10.0 && self.y >= other.y - 20.0 && self.y + self.height <= other.y + other.height + 20.0
    }
}

fn on_field([x, y]: [f32; 2]) -> [f32; 2] {
    [rounded(FIELD_X + x * FIELD_WIDTH), rounded(FIELD_Y + y * FIELD_WIDTH)]
}

fn rounded(length: f32) -> f32 {
    (length * 10.0).round() / 10.0
}

/// Estimates the width of a text. The font that will be used is unknown, so the width cannot be measured.
fn width(text: &str, size: f32) -> f32 {
    let em = |c: char| match c {
        'i' | 'l' | 'j' | 'I' | '.' | ',' | '\'' | ' ' => 0.34,
        'm' | 'w' | 'M' | 'W' | '—' => 0.95,
        '\u{1100}'.. => 1.0,
        c if c.is_uppercase() => 0.72,
        _ => 0.61,
    };
    text.chars().map(em).sum::<f32>() * size
}

/// Returns the text, shortened if it is wider than `limit`.
fn truncated(text: &str, size: f32, limit: f32) -> String {
    if width(text, size) <= limit {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept, size) > limit - size {
            break;
        }
    }
    format!("{}…", kept.trim_end())
}
