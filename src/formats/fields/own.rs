//! Reads the fields that only relata's own JSON has, in the form in which [`Paper`](crate::paper::Paper) is written.

use serde_json::{Map, Value};

use super::dates::When;
use super::entries::{Entry, integer};
use super::names::Field;
use super::people;
use super::shapes;
use crate::formats::limits::MAX_JSON_BYTES;
use crate::paper::{Name, Record, split_and};

/// The keys of a paper.
const KEYS: [&str; 16] = [
    "id", "title", "abstract", "authors", "et_al", "year", "date", "venue", "categories", "keywords", "organizations",
    "ids", "url", "has_code", "kind", "details",
];

/// Whether relata may have written a record. In such a record `NA` is text; other programs write it for a missing
/// value.
pub(super) fn is_from_relata(entries: &[Entry]) -> bool {
    entries.iter().all(|entry| KEYS.contains(&entry.name)) && entries.iter().any(|entry| entry.name == "id")
}

/// Returns the authors of a paper. `displayed` has the names as people read them; `notation` also shows the parts of
/// each name. Returns the names in `notation` if they agree with `displayed`, otherwise `displayed`.
pub(super) fn authors(displayed: Vec<String>, notation: &str) -> Vec<String> {
    let names = split_and(notation);
    let is_same = |(name, displayed): (&String, &String)| Name::parse(name).display() == displayed.trim();
    let agree = names.len() == displayed.len() && names.iter().zip(&displayed).all(is_same);
    if agree { names } else { displayed }
}

/// Returns details from a JSON object of texts, or from a cell of a table that contains such an object.
pub(super) fn details(value: &Value) -> Vec<(String, String)> {
    let parsed;
    let object = match value {
        Value::String(text) if text.len() <= MAX_JSON_BYTES => {
            parsed = serde_json::from_str::<Value>(text).unwrap_or_default();
            parsed.as_object()
        }
        value => value.as_object(),
    };
    let fields = object.into_iter().flatten();
    fields.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// Sets the fields of a record that its format cannot express. `fields` is the object in which relata wrote them.
pub(super) fn restore(record: &mut Record, fields: &Map<String, Value>) {
    for (name, value) in fields.iter() {
        let text = || shapes::text(value);
        match super::names::meaning(name).map(|meaning| meaning.field) {
            Some(Field::Id) => record.id = text(),
            Some(Field::Title) => record.title = text(),
            Some(Field::Abstract) => record.abstract_text = text(),
            Some(Field::EtAl) => record.et_al = shapes::is_true(value),
            Some(Field::Year) => record.year = integer(value),
            Some(Field::Date) => record.date = shapes::when(value).and_then(When::date),
            Some(Field::Venue) => record.venue = text(),
            Some(Field::Categories) => record.categories = shapes::list(value, &[]),
            Some(Field::Keywords) => record.keywords = shapes::list(value, &[]),
            Some(Field::Organizations) => record.organizations = shapes::list(value, &[]),
            Some(Field::Identifiers) => record.identifiers = shapes::identifiers(value),
            Some(Field::Url) => record.url = text(),
            Some(Field::HasCode) => record.has_code = shapes::is_true(value),
            Some(Field::OwnKind) => record.kind = text(),
            Some(Field::Authors) => record.authors = people::authors(value).names,
            Some(Field::Details) => record.details = details(value),
            _ => {}
        }
    }
    if let (Some(value), Some((_, notation))) =
        (fields.get("authors"), record.details.iter().find(|(name, _)| name == "author"))
    {
        record.authors = authors(shapes::list(value, &[]), notation);
    }
}
