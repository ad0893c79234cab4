//! HTML: one self-contained page that works from a disk or an attachment, without network.
//!
//! The frame is below; each section has its markup in a file of its own under `html/`, styles and scripts lie in `page/`.
//! All text from papers passes the template engine's escaping, or stands once, as JSON without any `<`, in a script element
//! that is not run. The page forbids itself to load anything (its content security policy). Without its script it is the
//! same page, the map a still picture, with only the first of each paper's nearest, and without the heat map.

mod clusters;
mod data;
mod embedding;
mod entry;
mod heat_map;
mod map;
mod pairs;
mod pieces;
mod said;
mod spread;

use std::io::{self, Write};

use askama::Template;

use super::head::Head;
use super::{Report, Section, map as colours, wording};

pub(super) use pieces::{Bar, Title};

const STYLE: &str = concat!(
    include_str!("page/sections.css"),
    include_str!("page/map.css"),
    include_str!("page/charts.css"),
    include_str!("page/print.css"),
);

const SCRIPT: &str = concat!(
    "\"use strict\";\n{\n",
    include_str!("page/papers.js"),
    include_str!("page/search.js"),
    include_str!("page/map.js"),
    include_str!("page/pairs.js"),
    include_str!("page/heat_map.js"),
    "}\n",
);

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        report,
        papers: wording::count(report.entries.len() as u64, "paper", "papers"),
        range: wording::range(report).unwrap_or_default(),
        data: data::json(report)?,
        contents: contents(report),
        entries: entry::Entries::new(report),
    };
    page.write_into(out)
}

#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<!doctype html>
<html lang="en">
<head>
{{ self.head()|safe }}
<style>
{{ STYLE|safe }}
</style>
</head>
<body>
<a class="skip" href="#papers">Skip to the papers</a>
<header class="top" id="top">
<h1 dir="auto">{{ report.title }}</h1>
<p class="lead">{{ wording::lead(report) }}</p>
<p class="note">{{ wording::ABOUT_SIMILARITY }} {{ range }} A number such as #1 after a title says that the paper has its own entry here.</p>
<dl>
<div><dt>Nearest per paper</dt><dd>up to {{ report.top_k }}</dd></div>
<div><dt>Model</dt><dd><bdi>{{ report.model }}</bdi></dd></div>
<div><dt>Made on</dt><dd><time datetime="{{ report.made_at }}">{{ report.made_at }}</time></dd></div>
</dl>
{%- if contents.len() > 1 %}
<nav aria-label="Contents"><ul>
{%- for (id, name) in contents %}
<li><a href="#{{ id }}">{{ name }}</a></li>
{%- endfor %}
</ul></nav>
{%- endif %}
</header>
<div class="search" role="search" hidden>
<label for="query">Find</label>
<input id="query" type="search" placeholder="title, author or id" autocomplete="off" spellcheck="false">
<a href="#papers"><output for="query">{{ papers }}</output></a>
<button type="button">Show all abstracts</button>
</div>
<main>
{%- if report.shows(Section::Map) %}
{{ map::Map::new(report)|safe }}
{%- endif %}
{%- if report.shows(Section::Clusters) %}
{{ clusters::Clusters::new(report)|safe }}
{%- endif %}
{%- if report.shows(Section::Pairs) %}
{{ pairs::Pairs::new(report)|safe }}
{%- endif %}
{%- if report.shows(Section::HeatMap) %}
{{ heat_map::HeatMap::new(report)|safe }}
{%- endif %}
{%- if report.shows(Section::Spread) %}{% if let Some(spread) = report.analysis.spread %}
{{ spread::Spread::new(spread)|safe }}
{%- endif %}{% endif %}
{%- if report.shows(Section::Embedding) %}{% if let Some(statistics) = report.analysis.embedding %}
{{ embedding::Embedding::new(statistics)|safe }}
{%- endif %}{% endif %}
<section id="papers" tabindex="-1" aria-labelledby="papers-title">
<h2 id="papers-title">Papers</h2>
<noscript><p class="about">Without its script this page shows of each paper only the first of its nearest, and cannot be searched.</p></noscript>
{%- for entry in entries.iter() %}
{{ entry|safe }}
{%- endfor %}
</section>
</main>
<script type="application/json" id="data">{{ data|safe }}</script>
<script>
{{ SCRIPT|safe }}
</script>
</body>
</html>
"##
)]
struct Page<'a> {
    report: &'a Report,
    papers: String,
    range: String,
    data: String,
    contents: Vec<(&'static str, &'static str)>,
    entries: entry::Entries<'a>,
}

impl Page<'_> {
    fn head(&self) -> Head {
        Head { title: self.report.title.clone(), has_script: true }
    }
}

/// The sections that there are: where they stand, and what they are called.
fn contents(report: &Report) -> Vec<(&'static str, &'static str)> {
    let named = [
        (Section::Map, "Map"),
        (Section::Clusters, "Clusters"),
        (Section::Pairs, "Strongest pairs"),
        (Section::HeatMap, "Heat map"),
        (Section::Spread, "Years and venues"),
        (Section::Embedding, "The model’s view"),
    ];
    let mut contents: Vec<_> = named
        .into_iter()
        .filter(|(section, _)| report.shows(*section))
        .map(|(section, name)| (section.name(), name))
        .collect();
    contents.push(("papers", "Papers"));
    contents
}
