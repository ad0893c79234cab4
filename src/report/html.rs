//! HTML: one self-contained page that works from a disk or an attachment, without network.
//!
//! The frame is below; each section has its markup in a file under `html/`; styles and scripts are in `page/`. All text from
//! papers passes the template engine's escaping, or is JSON without any `<` in a script element that does not run. The
//! page's content security policy forbids it to load anything. Without its script, the page has a still map, only the first
//! of each paper's nearest papers, and no heat map.

mod clusters;
mod data;
mod embedding;
mod entry;
mod heat_map;
mod map;
mod pairs;
mod pieces;
mod spread;

use std::io::{self, Write};

use askama::Template;

use super::head::Head;
use super::{Report, Section, wording};

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
        papers: wording::count(report.entries.len(), "paper", "papers"),
        range: wording::range(report).unwrap_or_default(),
        data: data::json(report)?,
        sections: sections(report).map_err(io::Error::other)?,
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
<p class="note">{{ wording::ABOUT_SIMILARITY }} {{ range }} A number such as #1 after a title means that the paper has its own entry here.</p>
<dl>
<div><dt>Nearest per paper</dt><dd>up to {{ report.top_k }}</dd></div>
<div><dt>Model</dt><dd><bdi>{{ report.model }}</bdi></dd></div>
<div><dt>Made on</dt><dd><time datetime="{{ report.made_at }}">{{ report.made_at }}</time></dd></div>
</dl>
{%- if !sections.is_empty() %}
<nav aria-label="Contents"><ul>
{%- for section in sections %}
<li><a href="#{{ section.id }}">{{ section.name }}</a></li>
{%- endfor %}
<li><a href="#papers">Papers</a></li>
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
{%- for section in sections %}
{{ section.html|safe }}
{%- endfor %}
<section id="papers" tabindex="-1" aria-labelledby="papers-title">
<h2 id="papers-title">Papers</h2>
<noscript><p class="about">Without its script, this page shows only the first of each paper’s nearest papers, and has no search.</p></noscript>
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
    sections: Vec<PageSection>,
    entries: entry::Entries<'a>,
}

impl Page<'_> {
    fn head(&self) -> Head {
        Head { title: self.report.title.clone(), has_script: true }
    }
}

/// A section above the papers.
struct PageSection {
    id: &'static str,
    name: &'static str,
    html: String,
}

/// The sections that the report shows, in order.
fn sections(report: &Report) -> askama::Result<Vec<PageSection>> {
    let analysis = &report.analysis;
    let mut sections = Vec::new();
    for section in report.sections.iter().copied().filter(|section| report.shows(*section)) {
        let (name, html) = match section {
            Section::Map => ("Map", map::Map::new(report).render()?),
            Section::Clusters => ("Clusters", clusters::Clusters::new(report).render()?),
            Section::Pairs => ("Strongest pairs", pairs::Pairs::new(report).render()?),
            Section::HeatMap => ("Heat map", heat_map::HeatMap::new(report).render()?),
            Section::Spread => match &analysis.spread {
                Some(spread) => ("Years and venues", spread::Spread::new(spread).render()?),
                None => continue,
            },
            Section::Embedding => match &analysis.embedding {
                Some(statistics) => ("The model’s view", embedding::Embedding::new(statistics).render()?),
                None => continue,
            },
            Section::Within | Section::Nearest => continue,
        };
        sections.push(PageSection { id: section.name(), name, html });
    }
    Ok(sections)
}
