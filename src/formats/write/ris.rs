//! Papers as RIS, for reference managers.
//!
//! Tags are chosen so that Zotero and EndNote understand them (`T2`, `A2` and others mean what they mean to the type of
//! the work, see the reader's `meaning`). Then each record is read back, and what would not come back as it was, kinds
//! and fields that RIS has no tag for, follows as `M2  - name: value`: Zotero shows it under "Extra", and relata's
//! reader prefers it to everything else. Lines end as the
//! [specification](https://web.archive.org/web/20120526103719/http://refman.com/support/risformat_intro.asp) says.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::writer::PaperWriter;
use crate::formats::tagged::records::Fields;
use crate::formats::tagged::ris::types::{self, Shape, Type};
use crate::formats::tagged::ris::{self, OWN};
use crate::formats::theses::thesis_words;
use crate::paper::{IdentifierKind, Name, Paper, split_and};

/// Writes RIS.
pub struct RisWriter<W: Write> {
    target: W,
}

impl<W: Write> RisWriter<W> {
    /// A file that has no papers yet.
    pub fn new(target: W) -> Self {
        Self { target }
    }
}

impl<W: Write> PaperWriter for RisWriter<W> {
    fn paper(&mut self, paper: &Paper) -> io::Result<()> {
        let mut lines = lines(paper);
        add_what_is_lost(paper, &mut lines);
        for (tag, value) in &lines.lines {
            write!(self.target, "{tag}  - {value}\r\n")?;
        }
        write!(self.target, "ER  - \r\n\r\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}

/// Tags and values of a record.
#[derive(Default)]
struct Lines {
    lines: Vec<(String, String)>,
}

impl Lines {
    /// One more, unless there is nothing to say. A value has no line ends.
    fn push(&mut self, tag: &str, value: &str) {
        if !value.is_empty() {
            self.lines.push((tag.to_owned(), value.replace(['\r', '\n'], " ")));
        }
    }
}

/// The record in the tags of its type.
fn lines(paper: &Paper) -> Lines {
    let detail = |name: &str| paper.details.get(name).map_or("", String::as_str);
    let stated = Some(detail("ris:ty")).filter(|code| ris::is_code(code));
    let known = stated.map_or_else(|| types::by_kind(paper.kind.as_deref().unwrap_or_default()), types::by_code);
    let mut lines = Lines::default();
    lines.push("TY", stated.unwrap_or(known.code));
    lines.push("TI", &paper.title);
    people(&mut lines, paper, known);
    containers(&mut lines, paper, known.shape);
    dates(&mut lines, paper);
    numbers(&mut lines, paper, known.shape);
    lines.push("AB", paper.abstract_text.as_deref().unwrap_or_default());
    paper.keywords.iter().for_each(|keyword| lines.push("KW", keyword));
    lines.push("N1", detail("note"));
    paper.organizations.iter().for_each(|place| lines.push("AD", place));
    for identifier in paper.ids.iter() {
        match identifier.kind {
            IdentifierKind::Doi => lines.push("DO", &identifier.value),
            kind => lines.push("M2", &format!("{}: {}", label(kind), identifier.value)),
        }
    }
    lines.push("UR", paper.url.as_deref().unwrap_or_default());
    for (name, value) in &paper.details {
        if let Some(tag) = name.strip_prefix("ris:").filter(|tag| is_tag(tag, value)) {
            // Where several lines were joined, each is one again.
            value.split("; ").for_each(|value| lines.push(&tag.to_uppercase(), value));
        }
    }
    lines.push("ID", paper.id.as_str());
    lines
}

/// The name of an identifier that Zotero knows, or ours.
fn label(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Arxiv => "arXiv",
        IdentifierKind::Pmid => "PMID",
        kind => kind.name(),
    }
}

/// Whether this can be said under this tag and be nothing else than what it is.
fn is_tag(tag: &str, value: &str) -> bool {
    let is_apart = match tag {
        "ty" | "er" => false,
        // "Byron, Ada: Hive, Garden" is no name of a detail.
        "m2" => value.split("; ").all(|line| line.split(": ").next().is_some_and(|name| name.contains(", "))),
        _ => true,
    };
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    is_apart && tag.len() == 2 && tag.bytes().all(is_letter) && !tag.starts_with(|c: char| c.is_ascii_digit())
}

fn people(lines: &mut Lines, paper: &Paper, known: Type) {
    paper.names().iter().for_each(|name| lines.push("AU", &written(name)));
    if paper.et_al {
        lines.push("AU", "et al.");
    }
    let of_editor = match known.shape {
        Shape::Book if known.code == "EDBOOK" && paper.authors.is_empty() => "AU",
        Shape::Book if known.code == "EDBOOK" => "ED",
        Shape::Book => "A3",
        Shape::Thesis | Shape::Patent | Shape::Other => "ED",
        _ => "A2",
    };
    for (name, tag) in [("editor", of_editor), ("translator", "A4")] {
        for person in paper.details.get(name).map(|list| split_and(list)).unwrap_or_default() {
            lines.push(tag, &written(&Name::parse(&person)));
        }
    }
}

/// `Family, Given, Suffix`; with a comma behind it, as in EndNote, what is no person.
fn written(name: &Name) -> String {
    let Name { family, given, suffix } = name;
    match (given.is_empty(), suffix.is_empty()) {
        (true, true) => format!("{family},"),
        (_, true) => format!("{family}, {given}"),
        (_, false) => format!("{family}, {given}, {suffix}"),
    }
}

/// What the work is part of.
fn containers(lines: &mut Lines, paper: &Paper, shape: Shape) {
    let detail = |name: &str| paper.details.get(name).map_or("", String::as_str);
    let venue = paper.venue.as_deref().unwrap_or_default();
    let (of_venue, of_series) = match shape {
        Shape::Conference if !detail("eventtitle").is_empty() => ("C3", "T3"),
        Shape::Book | Shape::Report => ("JF", "T2"),
        Shape::Article => ("T2", ""),
        _ => ("T2", "T3"),
    };
    lines.push(of_venue, venue);
    if shape == Shape::Conference {
        lines.push("T2", detail("eventtitle"));
    }
    if !of_series.is_empty() {
        lines.push(of_series, detail("series"));
    }
    lines.push("J2", detail("shortjournal"));
    lines.push("ST", detail("shorttitle"));
}

fn dates(lines: &mut Lines, paper: &Paper) {
    if let Some(year) = paper.year {
        lines.push("PY", &format!("{year:04}"));
    }
    let month = paper.details.get("month").and_then(|month| month.parse::<u8>().ok());
    match (paper.date, paper.year, month) {
        (Some(date), ..) => lines.push("DA", &date.strftime("%Y/%m/%d/").to_string()),
        (None, Some(year), Some(month)) => lines.push("DA", &format!("{year:04}/{month:02}//")),
        _ => {}
    }
    if let Some(date) = paper.details.get("urldate") {
        lines.push("Y2", &date.replace('-', "/"));
    }
}

fn numbers(lines: &mut Lines, paper: &Paper, shape: Shape) {
    let detail = |name: &str| paper.details.get(name).map_or("", String::as_str);
    lines.push("VL", detail("volume"));
    let of_number = if matches!(shape, Shape::Report | Shape::Patent) { "SN" } else { "IS" };
    lines.push(of_number, detail("number"));
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
    let publisher = if matches!(shape, Shape::Thesis | Shape::Report) { "institution" } else { "publisher" };
    lines.push("PB", detail(publisher));
    lines.push("CY", detail("location"));
    for name in ["issn", "isbn"] {
        detail(name).split(", ").for_each(|number| lines.push("SN", number));
    }
    lines.push("LA", detail("language"));
    lines.push("NV", detail("volumes"));
    match shape {
        Shape::Article => lines.push("C7", detail("eid")),
        _ => lines.push("ET", detail("edition")),
    }
    match shape {
        Shape::Part => lines.push("SE", detail("chapter")),
        Shape::Thesis => lines.push("M3", thesis_words(detail("type"))),
        Shape::Report | Shape::Patent => lines.push("M3", detail("type")),
        _ => {}
    }
}

/// Reads the lines back, and spells out what came back otherwise.
fn add_what_is_lost(paper: &Paper, lines: &mut Lines) {
    let mut read_back = read(lines);
    for tags in MENTIONING {
        if read_back.as_ref().is_some_and(|found| found.ids != paper.ids) {
            // A note, say, names another work, which the reader takes for this one.
            lines.lines.retain(|(tag, _)| !tags.contains(&tag.as_str()));
            read_back = read(lines);
        }
    }
    let (wanted, found) = (parts(paper), read_back.as_ref().map(parts).unwrap_or_default());
    for (name, values) in &wanted {
        if found.get(name) != Some(values) {
            values.iter().for_each(|value| lines.push("M2", &format!("{}{name}: {value}", prefix(name))));
        }
    }
    for name in found.keys().filter(|name| !wanted.contains_key(*name)) {
        lines.push("M2", &format!("{name}:"));
    }
}

/// What tells a detail from an identifier of the same name.
fn prefix(name: &str) -> &'static str {
    let is_identifier = IdentifierKind::ALL.iter().any(|kind| kind.name() == name);
    if is_identifier { OWN } else { "" }
}

/// Tags under which the reader looks for identifiers, that have other uses; the link, which programs need, is the last
/// to go.
const MENTIONING: [&[&str]; 2] =
    [&["N1", "RN", "L1", "L2", "L3", "L4", "LK", "M1", "M3", "AN", "C2", "C3", "C5"], &["UR"]];

fn read(lines: &Lines) -> Option<Paper> {
    let mut fields = Fields::default();
    lines.lines.iter().for_each(|(tag, value)| fields.push(tag, value));
    ris::record(&mut fields).into_paper().ok()
}

/// All that a paper says apart from its public identifiers, by the names that the reader knows.
fn parts(paper: &Paper) -> BTreeMap<String, Vec<String>> {
    let mut parts = BTreeMap::new();
    let mut add = |name: &str, values: Vec<String>| {
        if !values.is_empty() {
            parts.insert(format!("{OWN}{name}"), values);
        }
    };
    let names: Vec<String> = paper.names().iter().map(Name::notation).collect();
    add("author", Some(names.join(" and ")).filter(|names| !names.is_empty()).into_iter().collect());
    add("id", vec![paper.id.to_string()]);
    add("title", vec![paper.title.clone()]);
    add("abstract", paper.abstract_text.iter().cloned().collect());
    add("et_al", paper.et_al.then(|| "yes".to_owned()).into_iter().collect());
    add("has_code", paper.has_code.then(|| "yes".to_owned()).into_iter().collect());
    add("year", paper.year.iter().map(i16::to_string).collect());
    add("date", paper.date.iter().map(|date| date.to_string()).collect());
    add("venue", paper.venue.iter().cloned().collect());
    add("kind", paper.kind.iter().cloned().collect());
    add("url", paper.url.iter().cloned().collect());
    add("keyword", paper.keywords.clone());
    add("category", paper.categories.clone());
    add("organization", paper.organizations.clone());
    for (name, value) in paper.details.iter().filter(|(name, _)| *name != "author") {
        parts.insert(name.clone(), vec![value.clone()]);
    }
    parts
}

#[cfg(test)]
mod tests;
