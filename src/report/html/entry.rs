//! The entries of papers, each with the beginning of its lists of nearest papers. The script adds the rest. Attributes
//! without quotes contain only numbers and fixed words, never text of a paper.

use std::collections::HashMap;

use askama::Template;

use super::pieces::{Bar, Title, places};
use super::wording;
use crate::engine::{BatchEntry, Recommendation};
use crate::paper::{Paper, PaperId};
use crate::report::{Report, Section};

/// Maximum number of nearest papers in the markup, for all lists of one kind together. Each list has at least one.
/// Small reports have all of them.
const WRITTEN: usize = 2_000;

/// All entries of a report.
pub(super) struct Entries<'a> {
    report: &'a Report,
    places: HashMap<&'a PaperId, usize>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self { report, places: places(report) }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Entry<'a, '_>> {
        let report = self.report;
        let written = (WRITTEN / report.entries.len().max(1)).max(1);
        let (has_within, has_nearest) = (report.shows(Section::Within), report.shows(Section::Nearest));
        report.entries.iter().enumerate().map(move |(place, entry)| {
            let list = |kind, name, absent, found: &'a [Recommendation], is_shown: bool| {
                let first = &found[..found.len().min(written)];
                is_shown.then_some(List { kind, name, absent, first, places: &self.places })
            };
            let name = if has_nearest { "Nearest here" } else { "" };
            let within = list("within", name, wording::NONE_NEAR_HERE, &entry.within, has_within);
            let name = if has_within { "Nearest in the library" } else { "" };
            let nearest = list("nearest", name, wording::NONE_NEAR, &entry.nearest, has_nearest);
            Entry { number: place + 1, entry, paper: &entry.paper, lists: within.into_iter().chain(nearest).collect() }
        })
    }
}

#[derive(Template)]
#[template(path = "report/entry.html", whitespace = "minimize")]
pub(super) struct Entry<'a, 'page> {
    number: usize,
    entry: &'a BatchEntry,
    paper: &'a Paper,
    lists: Vec<List<'a, 'page>>,
}

impl<'a> Entry<'a, '_> {
    fn title(&self) -> Title<'a> {
        Title { text: &self.paper.title, link: self.paper.web_link() }
    }

    fn shortens_authors(&self) -> bool {
        self.paper.authors.len() > wording::AUTHORS_OF_ENTRY
    }

    /// The name of the folded part, if there is one.
    fn summary(&self) -> Option<&'static str> {
        match (&self.paper.abstract_text, self.shortens_authors()) {
            (Some(_), false) => Some("Abstract"),
            (Some(_), true) => Some("Abstract and all authors"),
            (None, true) => Some("All authors"),
            (None, false) => None,
        }
    }
}

/// The beginning of a list of nearest papers. A title links to the paper's entry, or else to the web.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<div>{% if !name.is_empty() %}<h4>{{ name }}</h4>{% endif %}{% if first.is_empty() %}<p class=none>{{ absent }}</p>{% else %}<ol class={{ kind }} aria-label="{% if name.is_empty() %}Nearest papers{% else %}{{ name }}{% endif %} and their similarity">{% for found in first.iter() %}<li>{{ self.title(found)|safe }}{{ Bar::new(found.score)|safe }}</li>{% endfor %}</ol>{% endif %}</div>"##
)]
struct List<'a, 'page> {
    kind: &'static str,
    name: &'static str,
    absent: &'static str,
    first: &'a [Recommendation],
    places: &'page HashMap<&'a PaperId, usize>,
}

impl List<'_, '_> {
    fn title<'f>(&self, found: &'f Recommendation) -> Title<'f> {
        let here = match self.kind {
            "within" => found.candidate,
            _ => self.places.get(&found.paper.id).copied(),
        };
        let link = here.map(|place| format!("#{}", place + 1)).or_else(|| found.paper.web_link());
        Title { text: &found.paper.title, link }
    }
}
