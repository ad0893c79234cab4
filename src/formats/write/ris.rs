//! Writes papers as RIS, for reference managers.
//!
//! Tags have the meaning that Zotero and EndNote give them, which depends on the type of the work. Fields for which RIS
//! has no tag, such as subject codes, are not written. Lines end in CR LF, as the
//! [specification](https://web.archive.org/web/20120526103719/http://refman.com/support/risformat_intro.asp) requires.

use std::io::{self, Write};

use super::writer::PaperWriter;
use crate::formats::tagged::ris::is_code;
use crate::formats::tagged::ris::types::{self, Shape, Type};
use crate::formats::thesis_degrees::thesis_words;
use crate::paper::{IdentifierKind, Name, Paper, split_and};

/// Writes RIS.
pub struct RisWriter<W: Write> {
    target: W,
}

impl<W: Write> RisWriter<W> {
    /// Writes to `target`.
    pub fn new(target: W) -> Self {
        Self { target }
    }
}

impl<W: Write> PaperWriter for RisWriter<W> {
    fn paper(&mut self, paper: &Paper) -> io::Result<()> {
        write!(self.target, "{}ER  - \r\n\r\n", lines(paper).0)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}

/// The lines of a record.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Adds a line unless the value is empty.
    fn push(&mut self, tag: &str, value: &str) {
        if !value.is_empty() {
            self.0.push_str(&format!("{tag}  - {}\r\n", value.replace(['\r', '\n'], " ")));
        }
    }
}

/// Returns the text of a detail; empty if there is none.
fn detail<'p>(paper: &'p Paper, name: &str) -> &'p str {
    paper.details.get(name).map_or("", String::as_str)
}

fn lines(paper: &Paper) -> Lines {
    let stated = detail(paper, "ris:ty");
    let is_stated = is_code(stated);
    let known =
        if is_stated { types::by_code(stated) } else { types::by_kind(paper.kind.as_deref().unwrap_or_default()) };
    let mut lines = Lines::default();
    lines.push("TY", if is_stated { stated } else { known.code });
    lines.push("TI", &paper.title);
    people(&mut lines, paper, known);
    containers(&mut lines, paper, known.shape);
    dates(&mut lines, paper);
    numbers(&mut lines, paper, known.shape);
    lines.push("AB", paper.abstract_text.as_deref().unwrap_or_default());
    paper.keywords.iter().for_each(|keyword| lines.push("KW", keyword));
    lines.push("N1", detail(paper, "note"));
    paper.organizations.iter().for_each(|place| lines.push("AD", place));
    for identifier in paper.ids.iter() {
        match identifier.kind {
            IdentifierKind::Doi => lines.push("DO", &identifier.value),
            // Zotero reads and writes these lines in its field "Extra".
            IdentifierKind::Arxiv => lines.push("M2", &format!("arXiv: {}", identifier.value)),
            IdentifierKind::Pmid => lines.push("M2", &format!("PMID: {}", identifier.value)),
            kind => lines.push("M2", &format!("{}: {}", kind.name(), identifier.value)),
        }
    }
    lines.push("UR", paper.url.as_deref().unwrap_or_default());
    for (name, value) in &paper.details {
        if let Some(tag) = name.strip_prefix("ris:").filter(|tag| is_tag(tag)) {
            // The reader joined the values of one tag with `; `.
            value.split("; ").for_each(|value| lines.push(&tag.to_uppercase(), value));
        }
    }
    lines.push("ID", paper.id.as_str());
    lines
}

/// Whether `tag`, which is part of the name of a detail such as `ris:c1`, is written back as a RIS tag.
fn is_tag(tag: &str) -> bool {
    matches!(tag.as_bytes(), [b'a'..=b'z', b'a'..=b'z' | b'0'..=b'9']) && !matches!(tag, "ty" | "er")
}

fn people(lines: &mut Lines, paper: &Paper, known: Type) {
    paper.names().iter().for_each(|name| lines.push("AU", &written(name)));
    let is_edited = known.code == "EDBOOK";
    let of_editor = match known.shape {
        Shape::Book if is_edited && paper.authors.is_empty() => "AU",
        Shape::Book if !is_edited => "A3",
        Shape::Book | Shape::Thesis | Shape::Patent | Shape::Other => "ED",
        _ => "A2",
    };
    for (name, tag) in [("editor", of_editor), ("translator", "A4")] {
        for person in split_and(detail(paper, name)) {
            lines.push(tag, &written(&Name::parse(&person)));
        }
    }
}

/// Returns `Family, Given, Suffix`. A name without given name and suffix, such as an organisation, ends in a comma, as
/// in EndNote.
fn written(name: &Name) -> String {
    let Name { family, given, suffix } = name;
    match (given.is_empty(), suffix.is_empty()) {
        (true, true) => format!("{family},"),
        (_, true) => format!("{family}, {given}"),
        (_, false) => format!("{family}, {given}, {suffix}"),
    }
}

/// Writes the titles of the journal, book, conference or series that the work is part of, and the short titles.
fn containers(lines: &mut Lines, paper: &Paper, shape: Shape) {
    let event = detail(paper, "eventtitle");
    let (of_venue, of_series) = match shape {
        Shape::Conference if !event.is_empty() => ("C3", "T3"),
        Shape::Book | Shape::Report => ("JF", "T2"),
        _ => ("T2", "T3"),
    };
    let venue = paper.venue.as_deref().unwrap_or_default();
    if shape != Shape::Thesis {
        lines.push(of_venue, venue);
    }
    if shape == Shape::Conference {
        lines.push("T2", event);
    }
    // The reader takes the `T3` of an article as the name of the journal if no other tag has it.
    if shape != Shape::Article {
        lines.push(of_series, detail(paper, "series"));
    }
    lines.push("J2", detail(paper, "shortjournal"));
    lines.push("ST", detail(paper, "shorttitle"));
}

fn dates(lines: &mut Lines, paper: &Paper) {
    if let Some(year) = paper.year {
        lines.push("PY", &format!("{year:04}"));
    }
    match (paper.date, paper.year, detail(paper, "month").parse::<u8>()) {
        (Some(date), ..) => lines.push("DA", &date.strftime("%Y/%m/%d/").to_string()),
        (None, Some(year), Ok(month)) => lines.push("DA", &format!("{year:04}/{month:02}//")),
        _ => {}
    }
    lines.push("Y2", &detail(paper, "urldate").replace('-', "/"));
}

fn numbers(lines: &mut Lines, paper: &Paper, shape: Shape) {
    let detail = |name: &str| detail(paper, name);
    lines.push("VL", detail("volume"));
    lines.push(if matches!(shape, Shape::Report | Shape::Patent) { "SN" } else { "IS" }, detail("number"));
    match detail("pages").split_once("--") {
        Some((first, last)) if !first.contains(['-', ',', '\u{2013}']) && !last.contains(['-', ',']) => {
            lines.push("SP", first);
            lines.push("EP", last);
        }
        _ => lines.push("SP", detail("pages")),
    }
    if detail("pages").is_empty() && matches!(shape, Shape::Book | Shape::Thesis) {
        lines.push("SP", detail("pagetotal"));
    }
    let (publisher, institution) = (detail("publisher"), detail("institution"));
    let places = match shape {
        Shape::Thesis => [institution, publisher, paper.venue.as_deref().unwrap_or_default()],
        Shape::Report => [institution, publisher, ""],
        _ => [publisher, institution, ""],
    };
    lines.push("PB", places.into_iter().find(|place| !place.is_empty()).unwrap_or_default());
    lines.push("CY", detail("location"));
    for numbers in [detail("issn"), detail("isbn")] {
        numbers.split(", ").for_each(|number| lines.push("SN", number));
    }
    lines.push("LA", detail("language"));
    lines.push("NV", detail("volumes"));
    if shape != Shape::Article {
        lines.push("ET", detail("edition"));
    }
    match shape {
        Shape::Article => lines.push("C7", detail("eid")),
        Shape::Part => lines.push("SE", detail("chapter")),
        Shape::Thesis => lines.push("M3", thesis_words(detail("type"))),
        Shape::Report | Shape::Patent => lines.push("M3", detail("type")),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
