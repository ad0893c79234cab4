//! Writes reports as HTML: one self-contained page that works from a disk or an attachment, without network.
//!
//! Each section has a file under `html/`, and markup with the same name in `templates/report/`. Styles and scripts are
//! in `page/`. The template engine escapes all text from papers, except in the JSON for the script, which contains no
//! `<`. The page's content security policy forbids it to load anything. Without its script, the page has a static map
//! and no heat map, and a large report has only the beginning of each list of nearest papers.

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
    page.write_into(out)?;
    writeln!(out)
}

#[derive(Template)]
#[template(path = "report/page.html", whitespace = "minimize")]
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

/// Returns the sections that the report shows, in order.
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
                Some(statistics) => ("Embedding statistics", embedding::Embedding::new(statistics).render()?),
                None => continue,
            },
            Section::Within | Section::Nearest => continue,
        };
        sections.push(PageSection { id: section.name(), name, html });
    }
    Ok(sections)
}
