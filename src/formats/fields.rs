//! From named values, as JSON and tables have them, to a [`Record`]: the shapes that values come in.
//!
//! [`field_names`](super::field_names) says what a name means; where a record has several names of one field, the most
//! preferred that is not empty is taken.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::field_names::{Field, meaning};
use super::{Output, people};
use crate::Result;
use crate::paper::{Identifier, IdentifierKind, Record};

/// Whether a JSON value has the text that a paper needs; a mere name does not make an object a paper.
pub(super) fn is_paper(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        let fields = Fields::new(object.iter());
        fields.get(Field::Title).is_some() || fields.get(Field::Abstract).is_some()
    })
}

/// Gives one JSON value to `output`: a paper or a problem.
pub(super) fn put(output: &mut Output, line: u64, value: &Value) -> Result<()> {
    let kind = match value {
        Value::Object(object) => return put_object(output, line, object),
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
    };
    output.problem(line, format!("not an object with a title, but {kind}"))
}

fn put_object(output: &mut Output, line: u64, object: &Map<String, Value>) -> Result<()> {
    let record = record(object.iter());
    if record.title.trim().is_empty() && record.abstract_text.trim().is_empty() && !object.is_empty() {
        let names: Vec<&str> = object.keys().take(8).map(String::as_str).collect();
        let more = if object.len() > names.len() { ", \u{2026}" } else { "" };
        return output.problem(line, format!("neither title nor abstract; the fields are {}{more}", names.join(", ")));
    }
    output.record(line, record)
}

/// The fields of one record by meaning.
struct Fields<'v> {
    fields: Vec<(Field, usize, &'v Value)>,
}

impl<'v> Fields<'v> {
    fn new(entries: impl Iterator<Item = (&'v String, &'v Value)>) -> Self {
        let known = entries.filter_map(|(name, value)| {
            let (field, rank) = meaning(name)?;
            (!is_blank(value)).then_some((field, rank, value))
        });
        Self { fields: known.collect() }
    }

    fn get(&self, field: Field) -> Option<&'v Value> {
        let of_field = self.fields.iter().filter(|(found, ..)| *found == field);
        of_field.min_by_key(|(_, rank, _)| *rank).map(|(.., value)| *value)
    }

    fn text(&self, field: Field) -> String {
        self.get(field).map(text).unwrap_or_default()
    }

    fn list(&self, field: Field, separators: &[char]) -> Vec<String> {
        self.get(field).map(|value| list(value, separators)).unwrap_or_default()
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Makes a record of named values; unknown names are passed over.
pub(super) fn record<'v>(entries: impl Iterator<Item = (&'v String, &'v Value)>) -> Record {
    let fields = Fields::new(entries);
    let authors = fields.get(Field::Authors).map(people::authors).unwrap_or_default();
    let date = fields.get(Field::Date).or_else(|| fields.get(Field::Year)).and_then(date);
    let mut record = Record {
        id: fields.text(Field::Id),
        title: fields.text(Field::Title),
        abstract_text: fields.text(Field::Abstract),
        et_al: authors.et_al || fields.get(Field::EtAl).is_some_and(is_true),
        authors: authors.names,
        year: [Field::Year, Field::Date].into_iter().find_map(|field| year(fields.get(field)?)),
        date,
        venue: fields.text(Field::Venue),
        categories: fields.get(Field::Categories).map(categories).unwrap_or_default(),
        keywords: fields.list(Field::Keywords, &[';', '|', ',']),
        organizations: fields.list(Field::Organizations, &[';', '|']),
        identifiers: identifiers(&fields),
        url: fields.text(Field::Url),
        has_code: fields.get(Field::HasCode).is_some_and(is_true),
    };
    if record.abstract_text.trim().is_empty()
        && let Some(index) = fields.get(Field::InvertedAbstract)
    {
        record.abstract_text = uninverted(index);
    }
    // Semantic Scholar's `paperId` is a public identifier and tells a person less than an arXiv id or a DOI beside it.
    if let Some(identifier) = Identifier::of_kind(IdentifierKind::S2, &record.id)
        && fields.fields.iter().all(|(field, rank, _)| *field != Field::Id || *rank > 0)
    {
        record.identifiers.push((identifier.kind, identifier.value));
        record.id.clear();
    }
    record
}

/// The text of a value: of a list its sentences together, of an object its name.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(elements) => match elements.first() {
            Some(Value::Object(_)) => text(&elements[0]),
            _ => elements.iter().map(text).collect::<Vec<_>>().join(" "),
        },
        Value::Object(object) => named(object).unwrap_or_default(),
        Value::Null | Value::Bool(_) => String::new(),
    }
}

/// What an object that stands for a text is called.
pub(super) fn named(object: &Map<String, Value>) -> Option<String> {
    ["name", "display_name", "value", "title", "term", "category", "text", "url", "href"]
        .iter()
        .find_map(|key| Some(object.get(*key)?.as_str()?.to_owned()))
}

/// The texts of a list, or of a string that is one: separated by the first of `separators` that occurs in it.
fn list(value: &Value, separators: &[char]) -> Vec<String> {
    match value {
        Value::Array(elements) => elements.iter().map(text).collect(),
        Value::String(text) => match people::written_list(text) {
            Some(elements) => elements,
            None => match separators.iter().find(|separator| text.contains(**separator)) {
                Some(separator) => text.split(*separator).map(|part| part.trim().to_owned()).collect(),
                None => vec![text.clone()],
            },
        },
        _ => vec![text(value)],
    }
}

/// As [`list`]; arXiv writes `cs.CL cs.LG`.
fn categories(value: &Value) -> Vec<String> {
    let is_code = |word: &str| word.contains('.') || word.contains('-') && !word.contains(char::is_uppercase);
    match value {
        Value::String(text) if text.split_whitespace().all(is_code) => {
            text.split_whitespace().map(str::to_owned).collect()
        }
        value => list(value, &[';', '|', ',']),
    }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is_true) => *is_true,
        Value::String(text) => matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "y" | "1"),
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        _ => false,
    }
}

/// Year in `2017`, `"2017.0"`, `"12 June 2017"`, `{"date-parts": [[2017, 6]]}`.
fn year(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|year| year as i64)),
        Value::String(text) => {
            let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
            numbers.filter_map(|digits| digits.parse().ok()).find(|year| (1000..3000).contains(year))
        }
        Value::Object(_) => date_parts(value)?.first().copied(),
        _ => None,
    }
}

/// A full day: `2017-06-12`, also with a time behind it, with slashes, or as CSL's date-parts.
fn date(value: &Value) -> Option<Date> {
    let part = |parts: &[i64], at: usize| parts.get(at).and_then(|part| i8::try_from(*part).ok());
    let parts = match value {
        Value::String(text) => {
            let day = text.trim().split(['T', ' ']).next()?;
            // `-` first would be a negative year, which no paper has.
            let parts: Option<Vec<i64>> = day.split(['-', '/']).map(|part| part.parse().ok()).collect();
            parts.filter(|parts| parts.len() == 3 && day.find(['-', '/']) == Some(4))?
        }
        Value::Object(_) => date_parts(value)?,
        _ => return None,
    };
    Date::new(i16::try_from(*parts.first()?).ok()?, part(&parts, 1)?, part(&parts, 2)?).ok()
}

fn date_parts(value: &Value) -> Option<Vec<i64>> {
    let parts = value.get("date-parts")?.get(0)?.as_array()?;
    parts.iter().map(|part| part.as_i64().or_else(|| part.as_str()?.parse().ok())).collect()
}

fn identifiers(fields: &Fields) -> Vec<(IdentifierKind, String)> {
    let mut found = Vec::new();
    match fields.get(Field::Identifiers) {
        Some(Value::Object(object)) => {
            let of_kind = |(name, value): (&String, &Value)| match meaning(name)? {
                (Field::Identifier(kind), _) => Some((kind, text(value))),
                _ => None,
            };
            found.extend(object.iter().filter_map(of_kind));
        }
        Some(value) => {
            let parsed = list(value, &[';', '|', ',', ' ']).into_iter().filter_map(|text| Identifier::parse(&text));
            found.extend(parsed.map(|identifier| (identifier.kind, identifier.value)));
        }
        None => {}
    }
    for kind in IdentifierKind::ALL {
        found.extend(fields.get(Field::Identifier(kind)).map(|value| (kind, text(value))));
    }
    found
}

/// The text behind OpenAlex's `abstract_inverted_index`.
fn uninverted(index: &Value) -> String {
    let mut words: Vec<(u64, &str)> = Vec::new();
    for (word, positions) in index.as_object().into_iter().flatten() {
        let positions = positions.as_array().into_iter().flatten().filter_map(Value::as_u64);
        words.extend(positions.map(|position| (position, word.as_str())));
    }
    words.sort_unstable();
    words.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::paper::Paper;

    fn paper(value: Value) -> Paper {
        record(value.as_object().unwrap().iter()).into_paper().unwrap()
    }

    #[test]
    fn names_of_fields_are_understood_in_any_spelling() {
        let found = paper(json!({
            "Paper_ID": 12, "Article Title": "On Bees", "abstractText": "They hum.", "Author Full Names": "Byron, Ada; Gauss, Carl",
            "Publication Year": "1999.0", "Source Title": "Bee Letters", "Author Keywords": "honey; wax, hard", "DOI": "https://doi.org/10.1234/X",
            "Link": "https://bees.example/1"
        }));
        assert_eq!(found.id.as_str(), "12");
        assert_eq!((found.title.as_str(), found.abstract_text.as_deref()), ("On Bees", Some("They hum.")));
        assert_eq!(found.authors, ["Byron, Ada", "Gauss, Carl"]);
        assert_eq!((found.year, found.venue.as_deref()), (Some(1999), Some("Bee Letters")));
        assert_eq!(found.keywords, ["honey", "wax, hard"]);
        assert_eq!(found.ids.get(IdentifierKind::Doi), Some("10.1234/x"));
        assert_eq!(found.url.as_deref(), Some("https://bees.example/1"));
    }

    #[test]
    fn the_first_name_that_is_not_empty_counts() {
        let found = paper(
            json!({"summary": "Second.", "abstract": " ", "display_name": "No", "title": "Yes", "year": null, "published": "2001"}),
        );
        assert_eq!(
            (found.title.as_str(), found.abstract_text.as_deref(), found.year),
            ("Yes", Some("Second."), Some(2001))
        );
    }

    #[test]
    fn records_of_paper_sites_are_understood() {
        let semantic_scholar = paper(json!({
            "paperId": "204e3073870fae3d05bcbc2f6a8e263d9b72e776", "title": "On Bees", "publicationDate": "2017-06-12",
            "externalIds": {"ArXiv": "1706.03762", "CorpusId": 13756489, "PubMed": "123"}, "authors": [{"authorId": "1", "name": "Ada Byron"}],
            "s2FieldsOfStudy": [{"category": "Biology", "source": "x"}], "journal": {"name": "Bees", "volume": "1"}
        }));
        assert_eq!(semantic_scholar.id.as_str(), "arxiv:1706.03762");
        assert_eq!(semantic_scholar.ids.iter().count(), 3);
        assert_eq!((semantic_scholar.year, semantic_scholar.date), (Some(2017), Some(jiff::civil::date(2017, 6, 12))));
        assert_eq!(
            (semantic_scholar.categories, semantic_scholar.venue),
            (vec!["Biology".into()], Some("Bees".into()))
        );

        let openalex = paper(json!({
            "ids": {"openalex": "https://openalex.org/W12345", "doi": "https://doi.org/10.1234/x"}, "title": "On Bees",
            "abstract_inverted_index": {"hum": [1, 3], "They": [0], "and": [2]}, "publication_year": 2001,
            "authorships": [{"author": {"display_name": "Ada Byron"}, "institutions": []}], "keywords": [{"display_name": "Honey"}]
        }));
        assert_eq!(openalex.abstract_text.as_deref(), Some("They hum and hum"));
        assert_eq!((openalex.authors, openalex.keywords), (vec!["Ada Byron".into()], vec!["Honey".into()]));
        assert_eq!(openalex.ids.get(IdentifierKind::Openalex), Some("W12345"));

        let crossref = paper(json!({
            "title": ["On Bees"], "author": [{"given": "Ada", "family": "Byron"}], "container-title": ["Bee Letters"],
            "issued": {"date-parts": [[1999, 2, 3]]}, "DOI": "10.1234/x", "URL": "https://bees.example"
        }));
        assert_eq!((crossref.authors, crossref.venue), (vec!["Ada Byron".into()], Some("Bee Letters".into())));
        assert_eq!(crossref.date, Some(jiff::civil::date(1999, 2, 3)));

        let arxiv = paper(
            json!({"id": "1706.03762", "title": "On Bees", "categories": "cs.CL q-bio.NC", "authors_parsed": [["Byron", "Ada", ""]]}),
        );
        assert_eq!(
            (arxiv.categories, arxiv.authors),
            (vec!["cs.CL".into(), "q-bio.NC".into()], vec!["Ada Byron".into()])
        );
        assert_eq!(arxiv.ids.get(IdentifierKind::Arxiv), Some("1706.03762"));
    }

    #[test]
    fn dates_give_a_day_where_they_have_one_and_else_a_year() {
        for (text, expected_year, expected_date) in [
            ("2017-06-12T17:57:34Z", 2017, Some((6, 12))),
            ("2017/06/12", 2017, Some((6, 12))),
            ("2017-02-30", 2017, None),
            ("2017-06", 2017, None),
            ("12 June 2017", 2017, None),
            ("12-06-2017", 2017, None),
        ] {
            let found = paper(json!({"title": "A", "published": text}));
            assert_eq!(found.year, Some(expected_year), "{text}");
            assert_eq!(found.date.map(|date| (date.month(), date.day())), expected_date, "{text}");
        }
        assert_eq!(paper(json!({"title": "A", "published": "forthcoming"})).year, None);
        assert_eq!(paper(json!({"title": "A", "year": 1234567890123u64})).year, None);
    }

    #[test]
    fn identifiers_come_as_object_as_list_or_each_by_name() {
        let found = paper(
            json!({"title": "A", "identifiers": ["arXiv:1706.03762v2", "nonsense"], "pmid": 123, "eprint": "none"}),
        );
        assert_eq!(found.ids.iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["arxiv:1706.03762", "pmid:123"]);
    }
}
