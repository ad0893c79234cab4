//! HTML: one self-contained page that works from a disk or an attachment, without network.
//!
//! The markup is below and in `head.rs`, style and script beside it in `report.css` and `report.js`. All text from papers passes the
//! template engine's escaping. The page forbids itself to load anything (its content security policy), and without the
//! script it is the same list without the search box. The markup of a pair is short because there may be 20,000 of them.

use std::collections::HashMap;
use std::io::{self, Write};

use askama::Template;

use super::head::Head;
use super::{Report, wording};
use crate::paper::{Paper, PaperId};
use crate::recommender::{BatchEntry, Recommendation};

const SCRIPT: &str = include_str!("report.js");

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        report,
        papers: wording::count(report.entries.len() as u64, "paper", "papers"),
        library: wording::count(report.library_papers, "paper", "papers"),
        range: wording::range(report).unwrap_or_default(),
        numbers: wording::numbers(report),
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
</head>
<body>
<a class="skip" href="#papers">Skip to the papers</a>
<header class="top">
<h1 dir="auto">{{ report.title }}</h1>
<p class="lead">{{ papers }}, each with its nearest in a library of {{ library }}.</p>
<p class="note">{{ wording::ABOUT_SIMILARITY }} {{ range }} A number such as #1 after a title says that the paper has its own entry here.</p>
<dl>
<div><dt>Nearest per paper</dt><dd>up to {{ report.top_k }}</dd></div>
<div><dt>Model</dt><dd><bdi>{{ report.model }}</bdi></dd></div>
<div><dt>Made on</dt><dd><time datetime="{{ report.made_at }}">{{ report.made_at }}</time></dd></div>
</dl>
</header>
<div class="search" role="search" hidden>
<label for="query">Find</label>
<input id="query" type="search" placeholder="title, author or id" autocomplete="off" spellcheck="false">
<output for="query">{{ papers }}</output>
<button type="button">Show all abstracts</button>
</div>
<main id="papers" tabindex="-1">
{%- for entry in self.entries() %}
{{ entry|safe }}
{%- endfor %}
</main>
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
    library: String,
    range: String,
    numbers: HashMap<&'a PaperId, usize>,
}

impl<'a> Page<'a> {
    fn head(&self) -> Head {
        Head { title: self.report.title.clone(), has_script: true }
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'a, '_>> {
        let numbered = self.report.entries.iter().enumerate();
        numbered.map(|(index, entry)| Entry { number: index + 1, entry, paper: &entry.paper, numbers: &self.numbers })
    }
}

/// A paper and its nearest. Attributes without quotes hold numbers of ours, never text of a paper.
#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<article id={{ number }}>
<div>
<header>
<h2><a class=number href=#{{ number }} aria-label="Paper {{ number }}">{{ number }}</a> {{ self.title()|safe }}</h2>
<p>{{ wording::byline(paper, wording::AUTHORS_OF_ENTRY) }}</p>
<p><code>{{ paper.id }}</code>{% if !entry.in_library %} <span class=absent>not in the library</span>{% endif %}</p>
</header>
{%- if let Some(summary) = self.summary() %}
<details><summary>{{ summary }}</summary>
{%- if let Some(text) = paper.abstract_text %}
<p dir=auto>{{ text }}</p>
{%- endif %}
{%- if self.shortens_authors() %}
<p class=authors>{{ paper.short_authors(paper.authors.len()) }}</p>
{%- endif %}
</details>
{%- endif %}
</div>
{%- if entry.nearest.is_empty() %}
<p class=none>{{ wording::NONE_NEAR }}</p>
{%- else %}
<ol aria-label="Nearest papers and their similarity">
{%- for pair in self.pairs() %}
{{ pair|safe }}
{%- endfor %}
</ol>
{%- endif %}
</article>"##
)]
struct Entry<'a, 'page> {
    number: usize,
    entry: &'a BatchEntry,
    paper: &'a Paper,
    numbers: &'page HashMap<&'a PaperId, usize>,
}

impl<'a> Entry<'a, '_> {
    fn title(&self) -> Title<'a> {
        Title { text: &self.paper.title, link: self.paper.web_link() }
    }

    fn shortens_authors(&self) -> bool {
        self.paper.authors.len() > wording::AUTHORS_OF_ENTRY
    }

    /// Name of what is folded away, if anything is.
    fn summary(&self) -> Option<&'static str> {
        match (&self.paper.abstract_text, self.shortens_authors()) {
            (Some(_), false) => Some("Abstract"),
            (Some(_), true) => Some("Abstract and all authors"),
            (None, true) => Some("All authors"),
            (None, false) => None,
        }
    }

    fn pairs(&self) -> impl Iterator<Item = Pair<'a>> {
        self.entry.nearest.iter().map(|found| {
            let here = self.numbers.get(&found.paper.id).map(|number| format!("#{number}"));
            let link = here.or_else(|| found.paper.web_link());
            Pair { found, title: Title { text: &found.paper.title, link } }
        })
    }
}

/// One of the nearest: its title leads to its own entry if it has one, else to the web.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<li>{{ title|safe }}<b style=--s:{{ self.percent() }}%>{{ self.similarity() }}</b><small>{{ wording::byline(found.paper, wording::AUTHORS_OF_NEIGHBOR) }}</small></li>"##
)]
struct Pair<'a> {
    found: &'a Recommendation,
    title: Title<'a>,
}

impl Pair<'_> {
    fn similarity(&self) -> String {
        wording::similarity(self.found.score)
    }

    /// Length of the bar.
    fn percent(&self) -> u8 {
        // Saturates: a similarity below zero has no bar.
        (self.found.score * 100.0).round().min(100.0) as u8
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% if let Some(link) = link %}<a href="{{ link }}" dir=auto>{{ text }}</a>{% else %}<bdi>{{ text }}</bdi>{% endif %}"##
)]
pub(super) struct Title<'a> {
    pub text: &'a str,
    pub link: Option<String>,
}
