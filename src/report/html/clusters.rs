//! Clusters with their papers, then the papers in none or between two.

use askama::Template;

use super::pieces::{Bar, Here};
use super::wording;
use crate::analysis::{Bridge, Cluster};
use crate::report::{Report, Section, map};

/// Papers of each list that are not folded away.
const OPEN: usize = 8;

#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<section id=clusters aria-labelledby=clusters-title>
<h2 id=clusters-title>Clusters</h2>
<p class=about>{{ wording::ABOUT_CLUSTERS }}</p>
{%- if !report.analysis.clusters.is_empty() %}
<ul class=cards>
{%- for (cluster, mark) in self.clusters() %}
<li>
<h3><i class=c{{ mark }}></i><span dir=auto>{{ self.name(cluster) }}</span></h3>
{%- if cluster.terms.len() > wording::TERMS_OF_NAME %}
<p class=terms>{{ self.more_terms(cluster) }}</p>
{%- endif %}
<p>Most typical: {{ Here::new(report, cluster.representative)|safe }}</p>
<p class=facts>{{ wording::count(cluster.papers.len(), "paper", "papers") }} · cohesion {{ wording::similarity(cluster.cohesion) }}{% if report.shows(Section::Map) %} <a class=on-map href=#map data-cluster={{ loop.index0 }}>on the map</a>{% endif %}</p>
<details><summary>All papers</summary><ul class=plain>
{%- for place in cluster.papers.iter() %}
<li>{{ Here::new(report, place)|safe }}</li>
{%- endfor %}
</ul></details>
</li>
{%- endfor %}
</ul>
{%- endif %}
{%- if !report.analysis.bridges.is_empty() %}
<h3 id=bridges>Bridges</h3>
<p class=about>{{ wording::ABOUT_BRIDGES }}</p>
{%- for (index, (open, rest)) in self.folded(report.analysis.bridges.as_slice()).into_iter().enumerate() %}
{%- if index > 0 %}<details><summary>{{ rest }} more</summary>{% endif %}
<ul class="plain between">
{%- for bridge in open %}
<li>{{ Here::new(report, bridge.paper)|safe }}<small>{{ self.between(bridge) }}</small></li>
{%- endfor %}
</ul>
{%- if index > 0 %}</details>{% endif %}
{%- endfor %}
{%- endif %}
{%- if !report.analysis.orphans.is_empty() %}
<h3 id=orphans>Orphans</h3>
<p class=about>{{ wording::ABOUT_ORPHANS }}</p>
{%- for (index, (open, rest)) in self.folded(report.analysis.orphans.as_slice()).into_iter().enumerate() %}
{%- if index > 0 %}<details><summary>{{ rest }} more</summary>{% endif %}
<ul class="plain barred">
{%- for orphan in open %}
<li>{{ Here::new(report, orphan.paper)|safe }}{{ Bar::new(orphan.similarity)|safe }}</li>
{%- endfor %}
</ul>
{%- if index > 0 %}</details>{% endif %}
{%- endfor %}
{%- endif %}
</section>"##
)]
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

    /// The open part of a list, and the folded part with its length, if there is one.
    fn folded<'l, T>(&self, list: &'l [T]) -> Vec<(&'l [T], usize)> {
        let (open, rest) = list.split_at(list.len().min(OPEN));
        let mut parts = vec![(open, 0)];
        if !rest.is_empty() {
            parts.push((rest, rest.len()));
        }
        parts
    }
}
