//! Makes a [`Record`] from the fields of a record in a file. If several fields have the same meaning, the most
//! preferred one that is not empty is used.

use serde_json::Value;

use super::dates::When;
use super::entries::{Entry, integer};
use super::map::Names;
use super::names::{Field, Meaning};
use super::shapes::{self, is_blank, text};
use super::squeezed::squeezed;
use super::written_list::written_list;
use super::{csl, kinds, own, people};
use crate::formats::calendar::month_named;
use crate::formats::pages::page_range;
use crate::paper::{Identifier, IdentifierKind, Record};

/// Separators of keywords in one text.
const SEPARATORS: [char; 3] = [';', '|', ','];

/// The fields of one record by meaning, the most preferred first.
struct Fields<'v> {
    fields: Vec<(Meaning, &'v Value)>,
    is_from_relata: bool,
}

/// Added to the rank of the fields of an inner object, so that the record's own fields are preferred.
const INNER_RANK: u8 = 100;

impl<'v> Fields<'v> {
    fn new(names: &Names, entries: &[Entry<'v>]) -> Self {
        let mut fields = Self { fields: Vec::new(), is_from_relata: own::is_from_relata(entries) };
        for entry in entries {
            if let Some(meaning) = entry.meaning {
                fields.add(names, meaning, entry.value);
            }
        }
        fields.fields.sort_by_key(|(meaning, _)| meaning.rank);
        fields
    }

    fn add(&mut self, names: &Names, meaning: Meaning, value: &'v Value) {
        let value = unwrapped(value);
        // "None" may be a real title.
        let is_verbatim = meaning.field == Field::Title || self.is_from_relata;
        if shapes::is_empty(value) || is_blank(value) && !is_verbatim {
            return;
        }
        let object = match value {
            Value::Object(object) => Some(object),
            Value::Array(elements) => elements.first().and_then(Value::as_object),
            _ => None,
        };
        match (meaning.field, object) {
            (Field::Composite | Field::Venue, Some(object)) => {
                for (name, value) in object {
                    self.add_inner(names, name, value);
                }
            }
            _ => self.fields.push((meaning, value)),
        }
    }

    /// Adds a field of an inner object about the journal, such as its title, volume, publisher or pages.
    fn add_inner(&mut self, names: &Names, name: &str, value: &'v Value) {
        let Some(Meaning { field, rank }) = names.meaning(name) else {
            if name == "name" {
                self.add(names, Meaning { field: Field::Venue, rank: INNER_RANK }, value);
            }
            return;
        };
        let rank = rank.saturating_add(INNER_RANK);
        match field {
            Field::Title if value.as_str().is_some() => self.add(names, Meaning { field: Field::Venue, rank }, value),
            Field::Source | Field::Venue | Field::Composite => {
                self.add(names, Meaning { field: Field::Venue, rank }, value);
            }
            Field::Detail(_) | Field::FirstPage | Field::LastPage | Field::Year | Field::Date | Field::Url => {
                self.add(names, Meaning { field, rank }, value);
            }
            Field::Organizations => self.add(names, Meaning { field: Field::Detail("institution"), rank }, value),
            _ => {}
        }
    }

    /// The values of a field, the most preferred first.
    fn all(&self, field: Field) -> impl Iterator<Item = &'v Value> {
        self.fields.iter().filter(move |(meaning, _)| meaning.field == field).map(|(_, value)| *value)
    }

    fn get(&self, field: Field) -> Option<&'v Value> {
        self.all(field).next()
    }

    fn text(&self, field: Field) -> String {
        self.get(field).map(text).unwrap_or_default()
    }

    fn list(&self, field: Field, separators: &[char]) -> Vec<String> {
        self.get(field).map(|value| shapes::list(value, separators)).unwrap_or_default()
    }
}

/// Returns the inner value of `{"value": "On Bees"}`. The second version of OpenReview's API wraps every value like
/// this.
fn unwrapped(value: &Value) -> &Value {
    value.as_object().filter(|object| object.len() == 1).and_then(|object| object.get("value")).unwrap_or(value)
}

/// Makes a record from named values. Ignores values whose names have no meaning.
pub(super) fn record(names: &Names, entries: &[Entry]) -> Record {
    let fields = Fields::new(names, entries);
    let authors_value = fields.get(Field::Authors);
    if let Some(text) = authors_value.and_then(Value::as_str) {
        people::learn(text, &names.habit);
    }
    let authors = authors_value.map(|value| people::authors_by_habit(value, &names.habit)).unwrap_or_default();
    let mut record = Record {
        id: fields.text(Field::Id),
        title: fields.get(Field::Title).map(shapes::title).unwrap_or_default(),
        abstract_text: abstract_text(&fields),
        et_al: authors.et_al || fields.get(Field::EtAl).is_some_and(shapes::is_true),
        authors: authors.names,
        venue: venue(&fields),
        categories: fields.get(Field::Categories).map(shapes::categories).unwrap_or_default(),
        keywords: fields.list(Field::Keywords, &SEPARATORS),
        organizations: fields.list(Field::Organizations, &[';', '|']),
        identifiers: identifiers(&fields),
        url: fields.text(Field::Url),
        has_code: fields.get(Field::HasCode).is_some_and(shapes::is_true),
        details: details(&fields),
        ..Record::default()
    };
    set_from_bibtex(&mut record, &fields);
    set_dates(&mut record, &fields);
    set_kind(&mut record, &fields);
    if let Some(value) = fields.get(Field::Details) {
        record.details = own::details(value);
        if let Some((_, notation)) = record.details.iter().find(|(name, _)| name == "author") {
            record.authors = own::authors(record.authors, notation);
        }
    }
    if let Some(value) = authors_value.filter(|_| record.organizations.is_empty()) {
        record.organizations = people::affiliations(value);
    }
    set_mentions(&mut record, &fields);
    prefer_identifiers_to_ids(&mut record, &fields);
    record
}

fn abstract_text(fields: &Fields) -> String {
    // SciTLDR has the sentences of the abstract under `source`.
    let sentences = fields.all(Field::Source).filter(|value| value.is_array()).map(text);
    let stated = fields.all(Field::Abstract).map(shapes::abstract_text);
    let mut texts = stated.chain(fields.all(Field::InvertedAbstract).map(shapes::uninverted)).chain(sentences);
    texts.find(|text| !text.trim().is_empty()).unwrap_or_default()
}

/// Names of databases. Some exports have the database under `source`, others the journal.
const DATABASES: [&str; 22] = [
    "scopus", "crossref", "openalex", "pubmed", "medline", "med", "ppr", "pmc", "agr", "ctx", "eth", "hir", "pat",
    "semanticscholar", "arxiv", "webofscience", "wos", "embase", "googlescholar", "dblp", "doaj", "ieeexplore",
];

fn venue(fields: &Fields) -> String {
    let stated = fields.all(Field::Venue).map(text).find(|text| !text.trim().is_empty());
    // Publish or Perish and Cochrane have the journal under `source`; CSL and Crossref have the database there.
    let is_database = |name: &str| DATABASES.contains(&squeezed(name).as_str());
    let source = || {
        let name = fields.get(Field::Source)?.as_str()?;
        let is_bare = fields.get(Field::Csl).is_none()
            && fields.get(Field::Marker).is_none_or(|value| {
                // The number of citations (`cites`), which only Publish or Perish has.
                integer(value).is_some()
            });
        (is_bare && !is_database(name)).then(|| name.to_owned())
    };
    stated.or_else(source).unwrap_or_default()
}

fn set_dates(record: &mut Record, fields: &Fields) {
    let known: Vec<When> = fields.all(Field::Date).filter_map(shapes::when).collect();
    // A date of eight digits contains a year. Greater numbers are milliseconds and not a year.
    let mut of_years = fields.all(Field::Year).filter(|value| integer(value).is_none_or(|year| year < 100_000_000));
    let stated = of_years.find_map(shapes::when);
    let year = stated.or(known.first().copied()).and_then(|when| when.year);
    let is_of_year = |when: &&When| year.is_none() || year == when.year;
    record.date = known.iter().find_map(|when| when.date()).or_else(|| stated.and_then(When::date));
    record.year = year.or(record.year);
    if record.date.is_some() {
        return;
    }
    let number = |value: &Value| match integer(value) {
        Some(number) => i8::try_from(number).ok(),
        None => month_named(value.as_str()?.trim()),
    };
    let month = fields.get(Field::Month).and_then(number).filter(|month| (1..=12).contains(month));
    let month = month.or_else(|| known.iter().find(is_of_year)?.month);
    let day = fields.get(Field::Day).and_then(number);
    record.date = When { year, month, day }.date();
    if let (None, Some(month)) = (record.date, month) {
        record.details.push(("month".to_owned(), month.to_string()));
    }
}

/// Takes the venue and the year from a BibTeX entry, because OpenReview's notes have them only there.
fn set_from_bibtex(record: &mut Record, fields: &Fields) {
    let Some(entry) = fields.get(Field::Bibtex).and_then(Value::as_str) else { return };
    let field = |name: &str| shapes::bibtex_field(entry, name).unwrap_or_default();
    if record.venue.is_empty() {
        record.venue =
            [field("booktitle"), field("journal")].into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    }
    record.year = field("year").parse().ok();
}

fn set_kind(record: &mut Record, fields: &Fields) {
    if let Some(kind) = fields.get(Field::OwnKind).and_then(Value::as_str) {
        record.kind = kind.to_owned();
        return;
    }
    if let Some((kind, field)) = fields.all(Field::Kind).find_map(kinds::kind) {
        record.kind = kind.to_owned();
        let has_type = record.details.iter().any(|(name, _)| name == "type");
        record.details.extend(field.filter(|_| !has_type).map(|field| ("type".to_owned(), field.to_owned())));
    }
    // BibLaTeX calls the publisher of these kinds an institution.
    if csl::has_institution(&record.kind) && record.details.iter().all(|(name, _)| name != "institution") {
        for (name, _) in record.details.iter_mut().filter(|(name, _)| name == "publisher") {
            *name = "institution".to_owned();
        }
    }
}

fn details(fields: &Fields) -> Vec<(String, String)> {
    let mut details: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, text: String| {
        if !text.trim().is_empty() && details.iter().all(|(known, _)| known != name) {
            details.push((name.to_owned(), text));
        }
    };
    for (Meaning { field, .. }, value) in &fields.fields {
        match *field {
            // Zotero's notes are a list, perhaps as Python writes it. They are remarks on the paper and are left out.
            Field::Detail("note") if value.as_str().is_none_or(|note| written_list(note).is_some()) => {}
            // Scopus has its own number of the paper under `eid`.
            Field::Detail("eid") if text(value).starts_with("2-s2.") => {}
            Field::Detail(name @ ("issn" | "isbn")) => {
                add(name, shapes::list(value, &[';']).into_iter().next().unwrap_or_default());
            }
            Field::Detail(name) => add(name, text(value)),
            Field::Editors(name) => add(name, people::joined(&people::authors(value).names)),
            Field::Identifiers => add("issn", shapes::issn(value).unwrap_or_default()),
            Field::Authors => {
                for role in ["editor", "translator", "bookauthor"] {
                    add(role, people::joined(&people::with_role(value, role)));
                }
            }
            _ => {}
        }
    }
    add("pages", page_range(&fields.text(Field::FirstPage), &fields.text(Field::LastPage)));
    details
}

fn identifiers(fields: &Fields) -> Vec<(IdentifierKind, String)> {
    let stated = fields.fields.iter().filter_map(|(meaning, value)| match meaning.field {
        Field::Identifier(kind) => Some((kind, shapes::identifier(kind, value))),
        _ => None,
    });
    fields.all(Field::Identifiers).flat_map(shapes::identifiers).chain(stated).collect()
}

fn set_mentions(record: &mut Record, fields: &Fields) {
    record.mentions.extend(fields.all(Field::Mention).map(text));
    record.mentions.extend(fields.all(Field::Url).skip(1).map(text));
    record.mentions.extend(record.details.iter().filter(|(name, _)| name == "note").map(|(_, note)| note.clone()));
    // CORD-19 has several links in one text.
    if let Some((first, others)) = record.url.split_once("; http") {
        record.mentions.push(format!("http{others}"));
        record.url = first.to_owned();
    }
}

/// Drops an id that is less useful to people than an identifier beside it, so that the identifier becomes the id.
fn prefer_identifiers_to_ids(record: &mut Record, fields: &Fields) {
    let has_plain_id = fields.fields.iter().any(|(meaning, _)| meaning.field == Field::Id && meaning.rank <= 1);
    // Semantic Scholar's `paperId` is a public identifier.
    if !has_plain_id && let Some(identifier) = Identifier::of_kind(IdentifierKind::S2, &record.id) {
        record.identifiers.push((identifier.kind, identifier.value));
        record.id.clear();
    }
    // Europe PMC's `id` repeats the `pmid`.
    let is_pmid = |(kind, text): &(IdentifierKind, String)| *kind == IdentifierKind::Pmid && *text == record.id;
    if record.identifiers.iter().any(is_pmid) && fields.get(Field::Source).is_some() {
        record.id.clear();
    }
}
