//! Reads values in the different shapes that files use for them: texts, lists, flags, years, days, identifiers.

use serde_json::Value;

use super::dates::When;
use super::entries::integer;
use super::names::{Field, meaning};
use super::squeezed::squeezed;
use super::written_list::written_list;
use crate::paper::{Identifier, IdentifierKind};

/// What programs write in place of a missing value.
const MISSING_VALUES: [&str; 13] =
    ["NA", "N/A", "n/a", "#N/A", "<NA>", "nan", "NaN", "NAN", "None", "null", "NULL", "[]", "{}"];

/// Keys under which an object may have its text. Some files have an object where others have a text, such as a keyword.
const NAMES: [&str; 22] = [
    "name", "display_name", "value", "title", "term", "category", "tag", "subject", "keyword", "text", "#text",
    "label", "description", "full_name", "identifier", "id", "url", "URL", "href", "affiliation", "created", "date",
];

/// Whether the value is empty, or a text that programs write in place of a missing value.
pub(super) fn is_blank(value: &Value) -> bool {
    is_empty(value) || value.as_str().is_some_and(is_missing_value)
}

/// Whether programs write this text in place of a missing value.
pub(in crate::formats) fn is_missing_value(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 4 && MISSING_VALUES.contains(&text)
}

/// Whether the value is empty.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(elements) => elements.iter().all(|element| matches!(element, Value::Null)),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Returns the text of a value. The text of an object is under the first of the [`NAMES`] that it has. The texts of a
/// list are joined; a list of objects has the text of its first object.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(elements) => match elements.iter().find(|element| !is_blank(element)) {
            Some(first @ Value::Object(_)) => text(first),
            Some(Value::String(only)) if elements.len() == 1 => only.clone(),
            _ => elements.iter().map(text).collect::<Vec<_>>().join(" "),
        },
        Value::Object(object) => NAMES.iter().find_map(|key| object.get(*key)?.as_str()).unwrap_or_default().to_owned(),
        Value::Null | Value::Bool(_) => String::new(),
    }
}

/// Returns the title. DataCite and Zotero list several titles, and mark those that are not the main title.
pub(super) fn title(value: &Value) -> String {
    let is_main = |element: &&Value| element.get("titleType").is_none_or(is_blank);
    match value {
        Value::Array(elements) if elements.len() > 1 => match elements.iter().find(is_main) {
            Some(main @ Value::Object(_)) => text(main),
            _ => text(value),
        },
        value => text(value),
    }
}

/// Returns the abstract from one text, a list of sentences, a list of paragraphs (S2ORC), a list of versions (INSPIRE),
/// or DataCite's descriptions.
pub(super) fn abstract_text(value: &Value) -> String {
    let Value::Array(elements) = value else { return without_breaks(text(value)) };
    if elements.iter().any(|element| element.get("descriptionType").is_some()) {
        let is_abstract = |element: &&Value| element.get("descriptionType").and_then(Value::as_str) == Some("Abstract");
        let found = elements.iter().find(is_abstract).and_then(|element| element.get("description"));
        return found.map(text).unwrap_or_default();
    }
    let paragraphs: Vec<&str> = elements.iter().filter_map(|element| element.get("text")?.as_str()).collect();
    if paragraphs.is_empty() { without_breaks(text(value)) } else { paragraphs.join("\n") }
}

/// Replaces ` ::: `, with which S2ORC separates the paragraphs of an abstract, by line ends.
fn without_breaks(text: String) -> String {
    if text.contains(" ::: ") { text.replace(" ::: ", "\n") } else { text }
}

/// Returns the text that OpenAlex's `abstract_inverted_index` encodes.
pub(super) fn uninverted(index: &Value) -> String {
    let mut words: Vec<(u64, &str)> = Vec::new();
    for (word, positions) in index.as_object().into_iter().flatten() {
        let positions = positions.as_array().into_iter().flatten().filter_map(integer);
        words.extend(positions.filter_map(|position| Some((u64::try_from(position).ok()?, word.as_str()))));
    }
    words.sort_unstable();
    words.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

/// Returns the texts of a list, or of a string that contains a list. Such a string is split at the first of
/// `separators` that it contains.
pub(super) fn list(value: &Value, separators: &[char]) -> Vec<String> {
    match value {
        Value::Array(elements) => elements.iter().map(text).collect(),
        Value::String(text) => match written_list(text) {
            Some(elements) => elements,
            None => match separators.iter().find(|separator| text.contains(**separator)) {
                Some(separator) => text.split(*separator).map(|part| part.trim().to_owned()).collect(),
                None => vec![text.clone()],
            },
        },
        // Europe PMC: `{"keyword": ["A", "B"]}`.
        Value::Object(object) => match object.values().next() {
            Some(inner @ Value::Array(_)) if object.len() == 1 => list(inner, separators),
            _ => vec![text(value)],
        },
        _ => vec![text(value)],
    }
}

/// Like [`list`], but also reads codes that only spaces separate: arXiv writes `cs.CL cs.LG`.
pub(super) fn categories(value: &Value) -> Vec<String> {
    let is_code = |word: &str| word.contains('.') || word.contains('-') && !word.contains(char::is_uppercase);
    match value {
        Value::String(text) if text.split_whitespace().all(is_code) => {
            text.split_whitespace().map(str::to_owned).collect()
        }
        value => list(value, &[';', '|', ',']),
    }
}

pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is_true) => *is_true,
        Value::String(text) => {
            let text = text.trim();
            text.contains("://") || ["true", "yes", "y", "1"].iter().any(|yes| text.eq_ignore_ascii_case(yes))
        }
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        _ => false,
    }
}

/// Reads a date in any of the forms that files use: `2017`, `"2017.0"`, `20170612`, the texts of [`When::parse`],
/// milliseconds (OpenReview), CSL's date-parts, DataCite's list of dates, arXiv's list of versions. Returns `None` if
/// it has no year.
pub(super) fn when(value: &Value) -> Option<When> {
    let when = match value {
        Value::Number(_) => match integer(value)? {
            year @ 1..=9999 => When { year: Some(year), ..When::default() },
            digits @ 10_000_101..=29_991_231 => of_digits(digits)?,
            // The years 1973 to 2096.
            milliseconds @ 100_000_000_000..=4_000_000_000_000 => of_milliseconds(milliseconds)?,
            _ => return None,
        },
        Value::String(text) => {
            let text = text.trim();
            let is_compact = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_compact { of_digits(text.parse().ok()?)? } else { When::parse(text) }
        }
        Value::Object(object) => {
            let part = |key: &str| object.get(key).and_then(integer);
            match (object.get("date-parts"), part("year")) {
                (Some(parts), _) => of_parts(parts.as_array()?.first()?)?,
                (None, Some(year)) => When { year: Some(year), month: small(part("month")), day: small(part("day")) },
                (None, None) => {
                    let keys = ["date", "created", "raw", "literal", "value"];
                    keys.iter().find_map(|key| when(object.get(*key)?))?
                }
            }
        }
        Value::Array(elements) => {
            let is_issue = |element: &&Value| element.get("dateType").and_then(Value::as_str) == Some("Issued");
            when(elements.iter().find(is_issue).or(elements.first())?)?
        }
        Value::Null | Value::Bool(_) => return None,
    };
    when.year.map(|_| when)
}

fn small(number: Option<i64>) -> Option<i8> {
    number.and_then(|number| i8::try_from(number).ok())
}

fn of_milliseconds(milliseconds: i64) -> Option<When> {
    let date = jiff::Timestamp::from_millisecond(milliseconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    Some(When { year: Some(date.year().into()), month: Some(date.month()), day: Some(date.day()) })
}

/// `[2017, 6, 12]`.
fn of_parts(parts: &Value) -> Option<When> {
    let part = |at: usize| parts.get(at).and_then(integer);
    Some(When { year: Some(part(0)?), month: small(part(1)), day: small(part(2)) })
}

/// Reads a date such as `20050312`. `20050300` has no day, and `20050000` has only a year.
fn of_digits(number: i64) -> Option<When> {
    let small = |number: i64| i8::try_from(number).ok().filter(|number| *number > 0);
    let when = When { year: Some(number / 10_000), month: small(number / 100 % 100), day: small(number % 100) };
    let is_possible = when.date().is_some() || when.day.is_none() && number / 100 % 100 <= 12;
    is_possible.then_some(when)
}

/// Returns the identifiers in an object with a key for each kind, in a list of objects with a type (DOAJ, DataCite), or
/// in a list of texts.
pub(super) fn identifiers(value: &Value) -> Vec<(IdentifierKind, String)> {
    let of_name = |name: &str| match meaning(name)?.field {
        Field::Identifier(kind) => Some(kind),
        _ => None,
    };
    let parsed = |text: &str| Identifier::parse(text).map(|identifier| (identifier.kind, identifier.value));
    match value {
        Value::Object(object) => {
            object.iter().filter_map(|(name, value)| Some((of_name(name)?, text(value)))).collect()
        }
        Value::Array(elements) if matches!(elements.first(), Some(Value::Object(_))) => {
            let one = |element: &Value| {
                let object = element.as_object()?;
                let value = ["identifier", "id", "value"].iter().find_map(|key| object.get(*key))?;
                let kind = ["type", "identifierType", "schema"].iter().find_map(|key| object.get(*key)?.as_str());
                match kind.and_then(of_name) {
                    Some(kind) => Some((kind, text(value))),
                    None => parsed(&text(value)),
                }
            };
            elements.iter().filter_map(one).collect()
        }
        value => list(value, &[';', '|', ',', ' ']).iter().filter_map(|text| parsed(text)).collect(),
    }
}

/// Returns a field from the text of a BibTeX entry that has each field on its own line: `year={2024},`.
pub(super) fn bibtex_field(entry: &str, name: &str) -> Option<String> {
    let value = entry.lines().find_map(|line| line.trim().strip_prefix(name)?.trim_start().strip_prefix('='))?;
    Some(value.trim().trim_end_matches(',').replace(['{', '}'], "").trim().to_owned())
}

/// Returns the first ISSN in DOAJ's list of identifiers.
pub(super) fn issn(value: &Value) -> Option<String> {
    let is_issn = |element: &&Value| {
        let kind = element.get("type").and_then(Value::as_str);
        kind.is_some_and(|kind| squeezed(kind).ends_with("issn"))
    };
    Some(text(value.as_array()?.iter().find(is_issn)?.get("id")?))
}

/// Returns the identifier in a value. Cochrane writes a PMID as `PUBMED 21314913`.
pub(super) fn identifier(kind: IdentifierKind, value: &Value) -> String {
    let text = text(value);
    match text.trim().rsplit_once(' ') {
        Some((prefix, number)) if kind == IdentifierKind::Pmid && prefix.chars().all(char::is_alphabetic) => {
            number.to_owned()
        }
        _ => text,
    }
}
