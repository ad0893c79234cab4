//! Reads the items of [CSL-JSON](https://docs.citationstyles.org/en/stable/specification.html) 1.0.2, the format of
//! citation processors. Every variable is kept. `vocabulary` has the meaning of each, for reading and for writing.

mod vocabulary;

use serde_json::{Map, Value};

use super::dates::When;
use super::entries::{Entry, integer, value_of};
use super::people;
use super::shapes;
use crate::formats::thesis_degrees::thesis_words;
use crate::paper::{Record, clean};
use Holds::{Date, Detail, Names, Number, Other, OtherDate, OtherNames};
use vocabulary::variable;
pub(in crate::formats) use vocabulary::{
    Holds, TYPES, VARIABLES, has_institution, has_type_field, number_variable, squeezed_variables, type_of_kind,
};

/// Whether a record is an item of CSL: it has a type of CSL, and at least three quarters of its fields are variables of
/// CSL. A record with the field `indexed` is Crossref's and not an item.
pub(super) fn is_item(entries: &[Entry]) -> bool {
    let is_type = |word: &str| TYPES.iter().any(|(known, _)| *known == word);
    let variables = entries.iter().filter(|entry| variable(entry.name).is_some()).count();
    value_of(entries, "type").and_then(Value::as_str).is_some_and(is_type)
        && variables * 4 >= entries.len() * 3
        && value_of(entries, "indexed").is_none()
}

/// Makes a record from an item.
pub(super) fn record(entries: &[Entry]) -> Record {
    let stated_type = value_of(entries, "type").and_then(Value::as_str);
    let kind = TYPES.iter().find(|(name, _)| Some(*name) == stated_type).map_or("", |(_, kind)| kind);
    let mut record = Record { kind: kind.to_owned(), ..Record::default() };
    let mut custom = None;
    for Entry { name, value, .. } in entries.iter().copied().filter(|entry| !entry.value.is_null()) {
        let mut detail = |field: &str, text: String| record.details.push((field.to_owned(), text));
        let own = format!("csl:{name}");
        match variable(name) {
            None => {}
            Some(Holds::Id) => record.id = shapes::text(value),
            Some(Holds::Type) => {
                let word = shapes::text(value);
                if type_of_kind(kind) != word {
                    detail("csl:type", word);
                }
            }
            Some(Holds::Title) => record.title = shapes::text(value),
            Some(Holds::Abstract) => record.abstract_text = shapes::text(value),
            Some(Holds::Venue) => record.venue = shapes::text(value),
            Some(Holds::Keywords) => record.keywords = shapes::list(value, &[';', ',']),
            Some(Holds::Categories) => record.categories = shapes::list(value, &[]),
            Some(Holds::Url) => record.url = shapes::text(value),
            Some(Holds::Identifier(kind)) => record.identifiers.push((kind, shapes::text(value))),
            Some(Holds::Authors) => {
                let authors = people::authors(value);
                (record.authors, record.et_al) = (authors.names, authors.et_al);
            }
            Some(Holds::Issued) => issued(&mut record, value),
            Some(Holds::Page) => detail("pages", with_double_dashes(&shapes::text(value))),
            Some(Holds::Publisher) => {
                let field = if has_institution(kind) { "institution" } else { "publisher" };
                detail(field, shapes::text(value));
            }
            Some(Holds::Genre) => {
                let genre = shapes::text(value);
                let is_written_out = |short: &&str| kind == "thesis" && thesis_words(short) == genre;
                let abbreviation = ["phdthesis", "mastersthesis"].into_iter().find(is_written_out);
                let field = if has_type_field(kind) { "type" } else { own.as_str() };
                detail(field, abbreviation.map_or(genre, str::to_owned));
            }
            Some(Number) if name == number_variable(kind) => detail("number", shapes::text(value)),
            Some(Detail(field)) => detail(field, shapes::text(value)),
            Some(Number | Other) => detail(&own, shapes::text(value)),
            Some(Names(field)) => detail(field, people::joined(&people::authors(value).names)),
            Some(OtherNames) => detail(&own, people::joined(&people::authors(value).names)),
            Some(Date(field)) => match plain_date(value) {
                Some(date) => detail(field, date),
                None => detail(&own, printable(value).to_string()),
            },
            Some(OtherDate) => detail(&own, plain_date(value).unwrap_or_else(|| printable(value).to_string())),
            Some(Holds::Custom) => custom = value.as_object(),
        }
    }
    if let Some(custom) = custom {
        take_custom(&mut record, custom);
    }
    record.mentions = record.details.iter().filter(|(name, _)| name == "note").map(|(_, note)| note.clone()).collect();
    record
}

/// The key in CSL's `custom` under which relata writes the fields for which CSL has no variable.
pub(in crate::formats) const CUSTOM_KEY: &str = "relata";

fn take_custom(record: &mut Record, custom: &Map<String, Value>) {
    if let Some(own) = custom.get(CUSTOM_KEY).and_then(Value::as_object) {
        super::own::restore(record, own);
    }
    let mut others = custom.clone();
    others.remove(CUSTOM_KEY);
    if !others.is_empty() && record.details.iter().all(|(name, _)| name != "csl:custom") {
        record.details.push(("csl:custom".to_owned(), printable(&Value::Object(others)).to_string()));
    }
}

/// The value without control characters and invisible characters. Some values are kept as the text of their JSON, in
/// which escapes hide such characters from the cleaning of the text.
pub(in crate::formats) fn printable(value: &Value) -> Value {
    match value {
        Value::String(text) => clean::printable(text).into(),
        Value::Array(elements) => elements.iter().map(printable).collect(),
        Value::Object(object) => {
            object.iter().map(|(name, value)| (clean::printable(name).into_owned(), printable(value))).collect()
        }
        other => other.clone(),
    }
}

fn issued(record: &mut Record, value: &Value) {
    let when = shapes::when(value);
    record.year = when.and_then(|when| when.year);
    record.date = when.and_then(When::date);
    let has_parts = value.get("date-parts").is_some();
    let is_plain = has_parts && plain_date(value).is_some_and(|date| !date.contains('/'));
    let in_range = record.year.is_some_and(|year| (1000..3000).contains(&year));
    match when {
        Some(When { month: Some(month), day: None, .. }) if is_plain && in_range => {
            record.details.push(("month".to_owned(), month.to_string()));
        }
        Some(_) if is_plain && in_range => {}
        _ => record.details.push(("csl:issued".to_owned(), printable(value).to_string())),
    }
}

/// Returns one date, or two with a slash between them, in the notation of
/// [ISO 8601](https://www.loc.gov/standards/datetime/) and BibLaTeX. If the value is only a `raw` text that the writer
/// would write as `raw` again, returns this text. Returns `None` for any other value.
fn plain_date(value: &Value) -> Option<String> {
    let object = value.as_object()?;
    if object.len() != 1 {
        return None;
    }
    if let Some(raw) = object.get("raw").and_then(Value::as_str) {
        // The writer would write a text that looks like a date as date-parts, and a text that begins with `{` as JSON.
        return (parts_of_date(raw).is_none() && !raw.trim_start().starts_with('{')).then(|| raw.to_owned());
    }
    let ends = object.get("date-parts")?.as_array()?;
    let ends: Option<Vec<String>> = ends.iter().map(|parts| date_of_parts(parts.as_array()?)).collect();
    ends.filter(|ends| (1..=2).contains(&ends.len())).map(|ends| ends.join("/"))
}

fn date_of_parts(parts: &[Value]) -> Option<String> {
    let parts: Option<Vec<i64>> = parts.iter().map(integer).collect();
    match parts?[..] {
        [year] if in_four_digits(year) => Some(format!("{year:04}")),
        [year, month] if in_four_digits(year) && (1..=12).contains(&month) => Some(format!("{year:04}-{month:02}")),
        [year, month, day] => {
            let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            let date = jiff::civil::Date::new(i16::try_from(year).ok()?, month, day).ok()?;
            in_four_digits(year).then(|| date.to_string())
        }
        _ => None,
    }
}

fn in_four_digits(year: i64) -> bool {
    (1000..=9999).contains(&year)
}

/// Returns the parts of each date in a text that has one or two dates in the notation of [`plain_date`].
pub(in crate::formats) fn parts_of_date(text: &str) -> Option<Vec<Vec<i64>>> {
    let parts = |date: &str| {
        let parts: Option<Vec<i64>> = date.split('-').map(|part| part.parse().ok()).collect();
        let parts = parts?;
        let values: Vec<Value> = parts.iter().map(|part| (*part).into()).collect();
        (date_of_parts(&values)? == date).then_some(parts)
    };
    let ends: Option<Vec<_>> = text.split('/').map(parts).collect();
    ends.filter(|ends| ends.len() <= 2)
}

/// Writes `12-34` as `12--34`, as in BibLaTeX. Only hyphens between digits are doubled; others belong to the page
/// numbers.
fn with_double_dashes(pages: &str) -> String {
    let is_digit = |at: usize| pages.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let is_range = |at: usize| at > 0 && is_digit(at - 1) && is_digit(at + 1);
    let dashed = pages.char_indices().map(|(at, c)| if c == '-' && is_range(at) { "--".to_owned() } else { c.into() });
    dashed.collect()
}
