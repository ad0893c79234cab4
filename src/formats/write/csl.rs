//! Writes CSL-JSON: an array with one item per paper
//! ([schema 1.0.2](https://github.com/citation-style-language/schema/blob/v1.0.2/schemas/input/csl-data.json)).
//!
//! CSL has no variable for some fields of a paper. Such fields are written to `custom.relata`, under relata's own
//! names; citation processors ignore `custom`. The writer finds these fields by reading the item back, so nothing is
//! written twice and nothing is lost.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::writer::PaperWriter;
use crate::formats::fields::csl::{self, CUSTOM_KEY, Holds, VARIABLES};
use crate::formats::thesis_degrees::thesis_words;
use crate::formats::{Format, Item, ReadOptions, read_from};
use crate::paper::{IdentifierKind, Name, Paper, split_and};

/// Writes an array of items to `target`.
pub struct CslWriter<W: Write> {
    target: W,
    is_empty: bool,
}

impl<W: Write> CslWriter<W> {
    /// Writes to `target`. Writes nothing before the first paper or `finish`.
    pub fn new(target: W) -> Self {
        Self { target, is_empty: true }
    }
}

impl<W: Write> PaperWriter for CslWriter<W> {
    fn paper(&mut self, paper: &Paper) -> io::Result<()> {
        self.target.write_all(if self.is_empty { b"[\n" } else { b",\n" })?;
        self.is_empty = false;
        serde_json::to_writer(&mut self.target, &item(paper)).map_err(io::Error::from)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.target.write_all(if self.is_empty { b"[]\n" } else { b"\n]\n" })?;
        self.target.flush()
    }
}

/// Returns a paper as an item, with `custom` if it is needed.
fn item(paper: &Paper) -> Map<String, Value> {
    let mut item = plain_item(paper);
    // Reading an item back always succeeds, because the item has a title.
    let missing = read_back(&item).map(|read| difference(paper, &read)).unwrap_or_default();
    if !missing.is_empty() {
        let custom = item.entry("custom").or_insert_with(|| json!({}));
        custom[CUSTOM_KEY] = Value::Object(missing);
    }
    item
}

/// Returns a paper as an item, without the fields for which CSL has no variable.
fn plain_item(paper: &Paper) -> Map<String, Value> {
    let kind = paper.kind.as_deref().unwrap_or_default();
    let detail = |name: &str| paper.details.get(name).map(String::as_str);
    let guessed = if paper.venue.is_some() { "article-journal" } else { "document" };
    let of_kind = if kind.is_empty() { guessed } else { csl::type_of_kind(kind) };
    let mut item = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            item.entry(name).or_insert(value);
        }
    };
    for (name, holds) in VARIABLES {
        let own = format!("csl:{name}");
        let text = |text: Option<&str>| text.map(Value::from);
        set(
            name,
            match holds {
                Holds::Id => text(Some(paper.id.as_str())),
                Holds::Type => text(Some(detail("csl:type").unwrap_or(of_kind))),
                Holds::Title => text(Some(&paper.title)),
                Holds::Abstract => text(paper.abstract_text.as_deref()),
                Holds::Venue => text(paper.venue.as_deref()),
                Holds::Url => text(paper.url.as_deref()),
                Holds::Keywords => (!paper.keywords.is_empty()).then(|| paper.keywords.join("; ").into()),
                Holds::Categories => (!paper.categories.is_empty()).then(|| json!(paper.categories)),
                Holds::Authors => people(&paper.names()),
                Holds::Issued => issued(paper),
                Holds::Identifier(kind) => identifier(paper, kind).map(Value::from),
                Holds::Page => detail("pages").map(|pages| pages.replace("--", "-").into()),
                Holds::Publisher => {
                    let institution = detail("institution").filter(|_| csl::has_institution(kind));
                    text(institution.or(detail("publisher")))
                }
                Holds::Genre => {
                    let genre = detail("type").filter(|_| csl::has_type_field(kind));
                    let genre = genre.map(|genre| if kind == "thesis" { thesis_words(genre) } else { genre });
                    text(genre.or(detail(&own)))
                }
                Holds::Number if name == csl::number_variable(kind) => text(detail("number").or(detail(&own))),
                // These are the older names of variables. The value is written under the newer name.
                Holds::Detail(_) if matches!(name, "journalAbbreviation" | "shortTitle" | "event") => None,
                Holds::Detail(field) => text(detail(field)),
                Holds::Number | Holds::Other => text(detail(&own)),
                Holds::Names(field) => detail(field).and_then(|names| people(&names_in(names))),
                Holds::OtherNames => detail(&own).and_then(|names| people(&names_in(names))),
                Holds::Date(field) => detail(&own).and_then(json_of).or_else(|| detail(field).map(date)),
                Holds::OtherDate => detail(&own).map(|text| json_of(text).unwrap_or_else(|| date(text))),
                Holds::Custom => detail(&own).and_then(json_of),
            },
        );
    }
    item
}

fn names_in(list: &str) -> Vec<Name> {
    split_and(list).iter().map(|name| Name::parse(name)).collect()
}

fn people(names: &[Name]) -> Option<Value> {
    let person = |name: &Name| {
        let Name { family, given, suffix } = name;
        let is_whole = given.is_empty() && suffix.is_empty() && family.contains(' ');
        let key = if is_whole { "literal" } else { "family" };
        let parts = [(key, family), ("given", given), ("suffix", suffix)].into_iter();
        parts.filter(|(_, part)| !part.is_empty()).map(|(key, part)| (key, part.as_str())).collect::<Value>()
    };
    (!names.is_empty()).then(|| names.iter().map(person).collect())
}

fn identifier(paper: &Paper, kind: IdentifierKind) -> Option<String> {
    let own = paper.ids.get(kind).map(str::to_owned);
    // arXiv registers DOIs for its papers.
    let of_arxiv = || Some(format!("10.48550/arXiv.{}", paper.ids.get(IdentifierKind::Arxiv)?));
    if kind == IdentifierKind::Doi { own.or_else(of_arxiv) } else { own }
}

fn issued(paper: &Paper) -> Option<Value> {
    if let Some(issued) = paper.details.get("csl:issued").and_then(|text| json_of(text)) {
        return Some(issued);
    }
    let month = || paper.details.get("month")?.parse::<i8>().ok().filter(|month| (1..=12).contains(month));
    let parts = match (paper.date, paper.year, month()) {
        (Some(date), ..) => json!([date.year(), date.month(), date.day()]),
        (None, Some(year), Some(month)) => json!([year, month]),
        (None, Some(year), None) => json!([year]),
        (None, None, _) => return None,
    };
    Some(json!({ "date-parts": [parts] }))
}

fn date(text: &str) -> Value {
    match csl::parts_of_date(text) {
        Some(parts) => json!({ "date-parts": parts }),
        None => json!({ "raw": text }),
    }
}

/// Returns the JSON object or array in a text, or `None` if the text is not one.
fn json_of(text: &str) -> Option<Value> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok().as_ref().map(csl::printable)
}

fn read_back(item: &Map<String, Value>) -> Option<Paper> {
    let text = serde_json::to_string(&[item]).ok()?;
    let mut found = None;
    let options = ReadOptions::from(Some(Format::Json));
    let read = read_from(text.as_bytes(), Path::new("item"), &options, &mut |read| {
        if let Item::Paper { paper, .. } = read {
            found = Some(*paper);
        }
        Ok(())
    });
    read.ok().and(found)
}

/// Returns the fields of `paper` that differ in `read`, in relata's own JSON. A field that only `read` has is null.
fn difference(paper: &Paper, read: &Paper) -> Map<String, Value> {
    let object = |paper: &Paper| match serde_json::to_value(paper) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    };
    let (mut wanted, read) = (object(paper), object(read));
    let absent: Vec<String> = read.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
    let has_other_names = ["authors", "details"].iter().any(|key| wanted.get(*key) != read.get(*key));
    // The details contain the parts of the names, so the authors are written if authors or details differ.
    wanted.retain(|key, value| read.get(key) != Some(value) || key == "authors" && has_other_names);
    wanted.extend(absent.into_iter().map(|key| (key, Value::Null)));
    wanted
}

#[cfg(test)]
mod tests;
