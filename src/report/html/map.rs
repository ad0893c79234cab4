//! The map: a drawing that is complete by itself. The script zooms and searches it, and names its points.

use std::borrow::Borrow;

use askama::Template;

use super::wording;
use crate::analysis::Cluster;
use crate::report::Report;
use crate::report::map::{Frame, Legend, cluster_name, middle};

/// Units of the drawing in both directions.
const SIZE: f32 = 1000.0;

/// Greatest length of two terms that together name a cluster on the map.
const SHORT: usize = 20;

#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<section id=map aria-labelledby=map-title>
<h2 id=map-title>Map</h2>
<p class=about>{{ wording::ABOUT_MAP }}</p>
<div class=plot style=--dot:{{ dot }}px data-by={% if by_cluster %}cluster{% else %}year{% endif %}>
<div class=field>
<svg viewBox="-20 -20 1040 {{ height }}" tabindex=0 role=application aria-roledescription=map aria-label="Map of {{ papers }}" aria-describedby=map-keys>
<g id=points aria-hidden=true>
{%- for point in points %}
<a href=#{{ point.number }} tabindex=-1><path class="{{ point.class }}" d="M{{ point.x }} {{ point.y }}h0"/></a>
{%- endfor %}
<path class=ring d=""/><path class=core d=""/></g>
</svg>
{%- if by_cluster %}
<ul class=names aria-hidden=true>
{%- for name in names %}
<li style=left:{{ name.x }}%;top:{{ name.y }}% dir=auto>{{ name.text }}</li>
{%- endfor %}
</ul>
{%- endif %}
<p class=tip hidden></p>
<div class=zoom hidden><button type=button aria-label="Zoom in">+</button><button type=button aria-label="Zoom out">−</button><button type=button aria-label="Show all">⤢</button></div>
</div>
<div class=legend>
{%- if by_cluster && has_years %}
<fieldset hidden><legend>Colour by</legend><label><input type=radio name=by value=cluster checked> cluster</label> <label><input type=radio name=by value=year> year</label></fieldset>
{%- endif %}
{%- if by_cluster %}
<ol data-for=cluster aria-label="Clusters">
{%- for row in legend.clusters %}
<li><button type=button aria-pressed=false value={% if let Some(_) = row.mark %}{{ loop.index0 }}{% else %}none{% endif %}><i class="{{ Self::class('c', row.mark) }}"></i><span dir=auto>{{ row.name }}</span><small>{{ row.papers }}</small></button></li>
{%- endfor %}
</ol>
{%- endif %}
<ol data-for=year aria-label="Years">
{%- for row in legend.years %}
<li><button type=button aria-pressed=false value={% if let Some(_) = row.mark %}{{ loop.index0 }}{% else %}none{% endif %}><i class="{{ Self::class('y', row.mark) }}"></i><span>{{ row.name }}</span><small>{{ row.papers }}</small></button></li>
{%- endfor %}
</ol>
</div>
<p id=map-keys class=keys hidden>Click a point to read the paper. Drag to move. Zoom with the buttons, by pinching, or with the wheel after a click on the map. Keys: arrows go from point to point, Enter opens, + and − zoom, Shift and arrows move, 0 shows all.</p>
<output class=aloud aria-live=polite></output>
</div>
</section>"##
)]
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

/// A cluster's name on the map, in percent of the drawing.
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
