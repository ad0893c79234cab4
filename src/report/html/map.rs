//! The map: a drawing that stands for itself, and that the script zooms, searches and names the points of.

use askama::Template;

use super::{colours, wording};
use crate::report::Report;

/// Units of the drawing in both directions.
const SIZE: f32 = 1000.0;

/// Letters of two terms that together name a cluster on the map.
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
{%- for row in clusters %}
<li style=left:{{ row.x }}%;top:{{ row.y }}% dir=auto>{{ row.short }}</li>
{%- endfor %}
</ul>
{%- endif %}
<p class=tip hidden></p>
<div class=zoom hidden><button type=button aria-label="Zoom in">+</button><button type=button aria-label="Zoom out">−</button><button type=button aria-label="Show all">⤢</button></div>
</div>
<div class=legend>
{%- if by_cluster && !years.is_empty() %}
<fieldset hidden><legend>Colour by</legend><label><input type=radio name=by value=cluster checked> cluster</label> <label><input type=radio name=by value=year> year</label></fieldset>
{%- endif %}
{%- if by_cluster %}
<ol data-for=cluster aria-label="Clusters">
{%- for row in clusters %}
<li><button type=button aria-pressed=false value={{ loop.index0 }}><i class="{{ row.class }}"></i><span dir=auto>{{ row.name }}</span><small>{{ row.papers }}</small></button></li>
{%- endfor %}
{%- if unclustered > 0 %}
<li><button type=button aria-pressed=false value=none><i class=cn></i><span>in no cluster</span><small>{{ unclustered }}</small></button></li>
{%- endif %}
</ol>
{%- endif %}
<ol data-for=year aria-label="Years">
{%- for row in years %}
<li><button type=button aria-pressed=false value={{ loop.index0 }}><i class="{{ row.class }}"></i><span>{{ row.name }}</span><small>{{ row.papers }}</small></button></li>
{%- endfor %}
{%- if without_year > 0 %}
<li><button type=button aria-pressed=false value=none><i class=yn></i><span>year unknown</span><small>{{ without_year }}</small></button></li>
{%- endif %}
</ol>
</div>
<p id=map-keys class=keys hidden>Click a point to read the paper. Drag to move; zoom by the buttons, by pinching, or by the wheel once the map is clicked. Keys: arrows go from point to point, Enter opens, + and − zoom, Shift and arrows move, 0 shows all.</p>
<output class=aloud aria-live=polite></output>
</div>
</section>"##
)]
pub(super) struct Map {
    papers: String,
    height: f32,
    by_cluster: bool,
    dot: f32,
    points: Vec<Point>,
    clusters: Vec<Row>,
    unclustered: usize,
    years: Vec<Row>,
    without_year: usize,
}

struct Point {
    number: usize,
    class: String,
    x: f32,
    y: f32,
}

/// Of the legend.
#[derive(Default)]
struct Row {
    class: String,
    name: String,
    short: String,
    papers: usize,
    x: f32,
    y: f32,
}

impl Map {
    pub(super) fn new(report: &Report) -> Self {
        let by_cluster = colours::is_by_cluster(report);
        let frame = colours::Frame::new(&report.analysis.map);
        let height = tenths(frame.height * SIZE + 40.0);
        let memberships = colours::memberships(report);
        let (marks, steps) = (colours::marks(report), colours::year_steps(report));
        let step_of = |place: usize| colours::step_of(report.entries[place].paper.year, &steps);
        let year_class = |step: Option<usize>| {
            let colour = step.map(|step| colours::year_colour(step, steps.len()));
            colour.map_or_else(|| "yn".to_owned(), |colour| format!("y{colour}"))
        };
        let point = |(place, &[x, y]): (usize, &[f32; 2])| {
            let mark = memberships[place].map(|cluster| marks[cluster]);
            let mark = mark.filter(|_| by_cluster).map_or_else(|| "cn".to_owned(), |mark| format!("c{mark}"));
            let class = format!("{mark} {}", year_class(step_of(place)));
            Point { number: place + 1, class, x: tenths(x * SIZE), y: tenths(y * SIZE) }
        };
        let cluster = |(cluster, mark): (&crate::analysis::Cluster, &usize)| {
            let [x, y] = colours::middle(&frame.points, cluster);
            // As the drawing has a margin around the points.
            let percent = |along: f32, of: f32| tenths((along * SIZE + 20.0) / of * 100.0);
            let name = colours::cluster_name(report, cluster);
            let short = match cluster.terms.as_slice() {
                [first, second, ..] if first.chars().count() + second.chars().count() <= SHORT => {
                    format!("{first}, {second}")
                }
                [first, ..] => first.clone(),
                [] => name.clone(),
            };
            Row {
                class: format!("c{mark}"),
                name,
                short,
                papers: cluster.papers.len(),
                x: percent(x, SIZE + 40.0),
                y: percent(y, height),
            }
        };
        let counted = |step: Option<usize>| (0..report.entries.len()).filter(|&place| step_of(place) == step).count();
        let year = |(step, &years): (usize, &(i16, i16))| Row {
            class: year_class(Some(step)),
            name: colours::step_name(years),
            papers: counted(Some(step)),
            ..Row::default()
        };
        let papers = report.entries.len();
        Self {
            papers: wording::count(papers, "paper", "papers"),
            by_cluster,
            dot: tenths((320.0 / (papers as f32).sqrt()).clamp(4.5, 12.0)),
            height,
            points: frame.points.iter().enumerate().map(point).collect(),
            clusters: report.analysis.clusters.iter().zip(&marks).map(cluster).filter(|_| by_cluster).collect(),
            unclustered: memberships.iter().filter(|cluster| cluster.is_none()).count(),
            years: steps.iter().enumerate().map(year).collect(),
            without_year: counted(None),
        }
    }
}

fn tenths(length: f32) -> f32 {
    (length * 10.0).round() / 10.0
}
