//! The fields of one record, with the meanings of their names.

use serde_json::{Map, Value};

use super::map::Names;
use super::names::{Field, Meaning};

/// How many names of fields a message lists.
const LISTED_NAMES: usize = 8;

/// A field of a record.
#[derive(Debug, Clone, Copy)]
pub(in crate::formats) struct Entry<'v> {
    pub name: &'v str,
    pub meaning: Option<Meaning>,
    pub value: &'v Value,
}

impl Entry<'_> {
    pub fn field(&self) -> Option<Field> {
        self.meaning.map(|meaning| meaning.field)
    }
}

/// Returns the fields of an object, in its order.
pub(super) fn entries<'v>(names: &Names, object: &'v Map<String, Value>) -> Vec<Entry<'v>> {
    // In CSL `references` is a text. Elsewhere it has the works that a paper cites, which are left out.
    let said = object.iter().filter(|(name, value)| *name != "references" || value.is_string());
    said.map(|(name, value)| Entry { name, meaning: names.meaning(name), value }).collect()
}

/// Returns the value of the field whose name is exactly `name`.
pub(super) fn value_of<'v>(entries: &[Entry<'v>], name: &str) -> Option<&'v Value> {
    entries.iter().find(|entry| entry.name == name).map(|entry| entry.value)
}

/// Lists the names of fields for a message: `a, b, c, …`.
pub(super) fn listing(entries: &[Entry]) -> String {
    let names: Vec<&str> = entries.iter().take(LISTED_NAMES).map(|entry| entry.name).collect();
    format!("{}{}", names.join(", "), if entries.len() > LISTED_NAMES { ", \u{2026}" } else { "" })
}

/// Returns the whole number that a number or a text contains.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|number| number as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
