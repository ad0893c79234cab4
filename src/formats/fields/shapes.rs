//! The shapes that one value comes in: texts, lists, flags, years, days, identifiers.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::entries::integer;
use super::names::{Field, meaning};
use super::squeezed::with_squeezed;
use super::written_list::written_list;
use crate::formats::calendar::{self, month_named};
use crate::paper::{Identifier, IdentifierKind};

/// What programs write for nothing.
const NOTHING: [&str; 13] =
    ["NA", "N/A", "n/a", "#N/A", "<NA>", "nan", "NaN", "NAN", "None", "null", "NULL", "[]", "{}"];

/// Whether the value says nothing.
pub(super) fn is_blank(value: &Value) -> bool {
    is_empty(value) || value.as_str().is_some_and(says_nothing)
}

/// Whether a text is what programs write for nothing.
pub(in crate::formats) fn says_nothing(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 4 && NOTHING.contains(&text)
}

/// Whether there is nothing in the value.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(elements) => elements.iter().all(|element| matches!(element, Value::Null)),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The text of a value: of a list of texts all together, of a list of objects the first, of an object its name.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(elements) => match elements.iter().find(|element| !is_blank(element)) {
            Some(first @ Value::Object(_)) => text(first),
            Some(Value::String(only)) if elements.len() == 1 => only.clone(),
            _ => elements.iter().map(text).collect::<Vec<_>>().join(" "),
        },
        Value::Object(object) => named(object).map(str::to_owned).unwrap_or_default(),
        Value::Null | Value::Bool(_) => String::new(),
    }
}

/// What an object that stands for a text is called.
fn named(object: &Map<String, Value>) -> Option<&str> {
    #[rustfmt::skip]
    const KEYS: [&str; 22] = [
        "name", "display_name", "value", "title", "term", "category", "tag", "subject", "keyword", "text", "#text",
        "label", "description", "full_name", "identifier", "id", "url", "URL", "href", "affiliation", "created", "date",
    ];
    KEYS.iter().find_map(|key| object.get(*key)?.as_str())
}

/// A title: DataCite and Zotero list several, and say which are none.
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

/// An abstract: one text, a list of sentences, a list of paragraphs (S2ORC), a list of versions (INSPIRE), or what of
/// DataCite's descriptions is an abstract.
pub(super) fn abstract_text(value: &Value) -> String {
    let Value::Array(elements) = value else { return without_breaks(text(value)) };
    if elements.iter().any(|element| element.get("descriptionType").is_some()) {
        let is_abstract = |element: &&Value| {
            element.get("descriptionType").and_then(Value::as_str).is_some_and(|kind| kind == "Abstract")
        };
        let found = elements.iter().find(is_abstract).and_then(|element| element.get("description"));
        return found.map(text).unwrap_or_default();
    }
    let paragraphs: Vec<&str> = elements.iter().filter_map(|element| element.get("text")?.as_str()).collect();
    if paragraphs.is_empty() { without_breaks(text(value)) } else { paragraphs.join("\n") }
}

/// S2ORC marks the paragraphs of an abstract with `:::`.
fn without_breaks(text: String) -> String {
    if text.contains(" ::: ") { text.replace(" ::: ", "\n") } else { text }
}

/// The text behind OpenAlex's `abstract_inverted_index`.
pub(super) fn uninverted(index: &Value) -> String {
    let mut words: Vec<(u64, &str)> = Vec::new();
    for (word, positions) in index.as_object().into_iter().flatten() {
        let positions = positions.as_array().into_iter().flatten().filter_map(integer);
        words.extend(positions.filter_map(|position| Some((u64::try_from(position).ok()?, word.as_str()))));
    }
    words.sort_unstable();
    words.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

/// The texts of a list, or of a string that is one: separated by the first of `separators` that occurs in it.
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

/// As [`list`]; arXiv writes `cs.CL cs.LG`.
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

/// A point in time: the year, and the month and day as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct When {
    pub year: i64,
    pub month: Option<i8>,
    pub day: Option<i8>,
}

impl When {
    /// The day, if it is one of the calendar.
    pub fn date(self) -> Option<Date> {
        calendar::date(Some(self.year), self.month, self.day)
    }
}

/// A date in any of the shapes in which files have it: `2017`, `"2017.0"`, `2017-06-12T17:57:34Z`, `2017/06`,
/// `12 June 2017`, `Mon, 2 Apr 2007 19:18:42 GMT`, milliseconds (OpenReview), CSL's date-parts, DataCite's list of
/// dates, arXiv's of versions.
pub(super) fn when(value: &Value) -> Option<When> {
    match value {
        Value::Number(number) => {
            let number = number.as_i64().or_else(|| number.as_f64().map(|number| number as i64))?;
            match number {
                1..=9999 => Some(When { year: number, ..When::default() }),
                10_000_101..=29_991_231 => of_digits(number),
                // 1973 to 2096.
                100_000_000_000..=4_000_000_000_000 => of_milliseconds(number),
                _ => None,
            }
        }
        Value::String(text) => of_text(text),
        Value::Object(object) => match object.get("date-parts") {
            Some(_) => date_parts(value),
            None => {
                let part = |key: &str| object.get(key).and_then(integer);
                match part("year") {
                    Some(year) => Some(When { year, month: small(part("month")), day: small(part("day")) }),
                    None => {
                        ["date", "created", "raw", "literal", "value"].iter().find_map(|key| when(object.get(*key)?))
                    }
                }
            }
        },
        Value::Array(elements) => {
            let is_issue =
                |element: &&Value| element.get("dateType").and_then(Value::as_str).is_some_and(|kind| kind == "Issued");
            when(elements.iter().find(is_issue).or(elements.first())?)
        }
        _ => None,
    }
}

fn small(number: Option<i64>) -> Option<i8> {
    number.and_then(|number| i8::try_from(number).ok())
}

fn of_milliseconds(milliseconds: i64) -> Option<When> {
    let date = jiff::Timestamp::from_millisecond(milliseconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    Some(When { year: date.year().into(), month: Some(date.month()), day: Some(date.day()) })
}

fn date_parts(value: &Value) -> Option<When> {
    let parts = value.get("date-parts")?.as_array()?.first()?.as_array()?;
    let part = |at: usize| parts.get(at).and_then(integer);
    Some(When { year: part(0)?, month: small(part(1)), day: small(part(2)) })
}

/// `20050312`.
fn of_digits(number: i64) -> Option<When> {
    let small = |number: i64| i8::try_from(number).ok().filter(|number| *number > 0);
    let when = When { year: number / 10_000, month: small(number / 100 % 100), day: small(number % 100) };
    // `20050300` and `20050000` say less.
    let is_possible = when.date().is_some() || when.day.is_none() && number / 100 % 100 <= 12;
    is_possible.then_some(when)
}

fn of_text(text: &str) -> Option<When> {
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return of_digits(text.parse().ok()?);
    }
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Option<Vec<i64>> = day.split(['-', '/']).map(|part| part.parse().ok()).collect();
    if let Some(parts) = parts
        && day.find(['-', '/']).unwrap_or(day.len()) == 4
        && (2..=3).contains(&parts.len())
    {
        return Some(When { year: parts[0], month: small(parts.get(1).copied()), day: small(parts.get(2).copied()) });
    }
    let in_range = |year: &i64| (1000..3000).contains(year);
    let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let year = words().filter(|word| word.len() == 4).filter_map(|word| word.parse().ok()).find(in_range)?;
    let months: Vec<i8> = words().filter_map(month_named).collect();
    // "Jan-Feb 2017" is no month.
    let [month] = months[..] else { return Some(When { year, ..When::default() }) };
    let is_day = |day: &i8| (1..=31).contains(day);
    let day = words().filter(|word| word.len() <= 2).find_map(|word| word.parse().ok()).filter(is_day);
    Some(When { year, month: Some(month), day })
}

/// The identifiers in an object by kind, in a list of objects with a type (DOAJ, DataCite), or in a list of texts.
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

/// A field in the text of a BibTeX entry, in braces: `year={2024}`.
pub(super) fn bibtex_field<'t>(entry: &'t str, name: &str) -> Option<&'t str> {
    let starts = entry
        .match_indices(name)
        .map(|(at, _)| at)
        .filter(|at| entry[..*at].ends_with(|c: char| c.is_whitespace() || c == ','));
    starts
        .filter_map(|at| entry[at + name.len()..].trim_start().strip_prefix('=')?.trim_start().strip_prefix('{'))
        .find_map(|value| {
            let mut depth = 1;
            let end = value.bytes().position(|byte| {
                depth += i32::from(byte == b'{') - i32::from(byte == b'}');
                depth == 0
            })?;
            Some(&value[..end])
        })
}

/// ISSNs in DOAJ's list of identifiers.
pub(super) fn issn(value: &Value) -> Option<String> {
    let is_issn = |element: &&Value| {
        let kind = element.get("type").and_then(Value::as_str);
        kind.is_some_and(|kind| with_squeezed(kind, |kind| Some(kind.ends_with("issn"))).unwrap_or(false))
    };
    Some(text(value.as_array()?.iter().find(is_issn)?.get("id")?))
}

/// The identifier in a cell: Cochrane writes `PUBMED 21314913`.
pub(super) fn identifier(kind: IdentifierKind, value: &Value) -> String {
    let text = text(value);
    match text.trim().rsplit_once(' ') {
        Some((prefix, number)) if kind == IdentifierKind::Pmid && prefix.chars().all(char::is_alphabetic) => {
            number.to_owned()
        }
        _ => text,
    }
}
