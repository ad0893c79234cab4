//! The heat map: the frame in which the script draws.

use askama::Template;

use crate::report::{Report, Section};

/// Rows have titles if there are at most so many papers.
const NAMED: usize = 40;

#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<section id=heat-map aria-labelledby=heat-map-title>
<h2 id=heat-map-title>Heat map</h2>
<p class=about>Every pair of papers. Similar papers are neighbours, so groups are bright squares along the diagonal.{% if has_clusters %} The stripes at the edges have the colours of the clusters.{% endif %}</p>
<noscript><p class=about>The page’s script draws it.</p></noscript>
<div class=heat hidden>
{%- if !titles.is_empty() %}
<ol aria-hidden=true>
{%- for (number, title) in titles %}
<li><a href=#{{ number }} tabindex=-1 dir=auto>{{ title }}</a></li>
{%- endfor %}
</ol>
{%- endif %}
<div class=field><canvas tabindex=0 role=application aria-roledescription="heat map" aria-label="Similarity of every pair" aria-describedby=heat-keys></canvas></div>
<div class=scale><span></span><i></i><span></span></div>
<p class=pair aria-live=polite><span id=heat-keys>Point at a cell, or use the arrow keys, to see which papers it compares. A click or Enter leads to the first of them.</span></p>
</div>
</section>"##
)]
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
