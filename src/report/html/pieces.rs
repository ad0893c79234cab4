//! Parts that several sections use: titles with links, bars, places of papers.

use std::collections::HashMap;

use askama::Template;

use super::wording;
use crate::paper::PaperId;
use crate::report::Report;

/// A title that links to the web, if the paper has a link.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% if let Some(link) = link %}<a href="{{ link }}" dir=auto>{{ text }}</a>{% else %}<bdi>{{ text }}</bdi>{% endif %}"##
)]
pub(in crate::report) struct Title<'a> {
    pub text: &'a str,
    pub link: Option<String>,
}

/// A title that links to the paper's entry.
#[derive(Template)]
#[template(ext = "html", source = r##"<a href=#{{ place + 1 }} dir=auto>{{ self.title() }}</a>"##)]
pub(super) struct Here<'a> {
    report: &'a Report,
    place: usize,
}

impl<'a> Here<'a> {
    pub(super) fn new(report: &'a Report, place: &usize) -> Self {
        Self { report, place: *place }
    }

    fn title(&self) -> &'a str {
        &self.report.entries[self.place].paper.title
    }
}

/// A similarity with a bar.
#[derive(Template)]
#[template(ext = "html", source = r##"<b style=--s:{{ self.percent() }}%>{{ wording::similarity(similarity) }}</b>"##)]
pub(in crate::report) struct Bar {
    similarity: f32,
}

impl Bar {
    pub(in crate::report) fn new(similarity: &f32) -> Self {
        Self { similarity: *similarity }
    }

    fn percent(&self) -> u8 {
        // The conversion saturates at 0: a similarity below zero has no bar.
        (self.similarity * 100.0).round().min(100.0) as u8
    }
}

/// Returns the places of the entries whose papers are in the library.
pub(super) fn places(report: &Report) -> HashMap<&PaperId, usize> {
    wording::numbers(report).into_iter().map(|(id, number)| (id, number - 1)).collect()
}
