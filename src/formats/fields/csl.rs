//! [CSL-JSON](https://docs.citationstyles.org/en/stable/specification.html) 1.0.2, the format of citation processors:
//! what its variables and types are to relata, for reading and for writing. Every variable is kept.

use super::people;
use super::shapes::{self, When};
use super::value::{Entries, Object, Value};
use crate::paper::{IdentifierKind, Record};

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Holds {
    Id,
    Type,
    Title,
    Abstract,
    Venue,
    Keywords,
    Categories,
    Url,
    Identifier(IdentifierKind),
    Authors,
    Issued,
    Page,
    Publisher,
    Genre,
    /// One of the numbers that BibLaTeX has one field for: see [`number_variable`].
    Number,
    /// A field of BibLaTeX.
    Detail(&'static str),
    /// A field of BibLaTeX that holds names.
    Names(&'static str),
    /// A field of BibLaTeX that holds a date.
    Date(&'static str),
    /// Text without a field in BibLaTeX: kept as `csl:` and the variable's name.
    Other,
    /// Names without one.
    OtherNames,
    /// A date without one.
    OtherDate,
    /// Other programs' data, and what CSL cannot say about a paper.
    Custom,
}

use Holds::{Date, Detail, Names, Number, Other, OtherDate, OtherNames};

/// All variables: those of the specification's appendix IV and of the schema for JSON.
pub(in crate::formats) const VARIABLES: [(&str, Holds); 106] = [
    ("id", Holds::Id),
    ("type", Holds::Type),
    ("title", Holds::Title),
    ("author", Holds::Authors),
    ("issued", Holds::Issued),
    ("container-title", Holds::Venue),
    ("volume", Detail("volume")),
    ("issue", Number),
    ("number", Number),
    ("collection-number", Number),
    ("page", Holds::Page),
    ("publisher", Holds::Publisher),
    ("publisher-place", Detail("location")),
    ("DOI", Holds::Identifier(IdentifierKind::Doi)),
    ("PMID", Holds::Identifier(IdentifierKind::Pmid)),
    ("PMCID", Holds::Identifier(IdentifierKind::Pmcid)),
    ("URL", Holds::Url),
    ("ISBN", Detail("isbn")),
    ("ISSN", Detail("issn")),
    ("abstract", Holds::Abstract),
    ("keyword", Holds::Keywords),
    ("categories", Holds::Categories),
    ("language", Detail("language")),
    ("edition", Detail("edition")),
    ("collection-title", Detail("series")),
    ("container-title-short", Detail("shortjournal")),
    ("journalAbbreviation", Detail("shortjournal")),
    ("title-short", Detail("shorttitle")),
    ("shortTitle", Detail("shorttitle")),
    ("event-title", Detail("eventtitle")),
    ("event", Detail("eventtitle")),
    ("event-date", Date("eventdate")),
    ("accessed", Date("urldate")),
    ("genre", Holds::Genre),
    ("note", Detail("note")),
    ("annote", Detail("annotation")),
    ("number-of-pages", Detail("pagetotal")),
    ("number-of-volumes", Detail("volumes")),
    ("chapter-number", Detail("chapter")),
    ("version", Detail("version")),
    ("original-title", Detail("origtitle")),
    ("original-publisher", Detail("origpublisher")),
    ("original-publisher-place", Detail("origlocation")),
    ("original-date", Date("origdate")),
    ("part-number", Detail("part")),
    ("editor", Names("editor")),
    ("translator", Names("translator")),
    ("container-author", Names("bookauthor")),
    ("archive", Other),
    ("archive_collection", Other),
    ("archive_location", Other),
    ("archive-place", Other),
    ("authority", Other),
    ("call-number", Other),
    ("citation-key", Other),
    ("citation-label", Other),
    ("citation-number", Other),
    ("dimensions", Other),
    ("division", Other),
    ("event-place", Other),
    ("first-reference-note-number", Other),
    ("jurisdiction", Other),
    ("license", Other),
    ("locator", Other),
    ("medium", Other),
    ("page-first", Other),
    ("part", Other),
    ("part-title", Other),
    ("printing", Other),
    ("printing-number", Other),
    ("references", Other),
    ("reviewed-genre", Other),
    ("reviewed-title", Other),
    ("scale", Other),
    ("section", Other),
    ("source", Other),
    ("status", Other),
    ("supplement", Other),
    ("supplement-number", Other),
    ("volume-title", Other),
    ("volume-title-short", Other),
    ("year-suffix", Other),
    ("chair", OtherNames),
    ("collection-editor", OtherNames),
    ("compiler", OtherNames),
    ("composer", OtherNames),
    ("contributor", OtherNames),
    ("curator", OtherNames),
    ("director", OtherNames),
    ("editorial-director", OtherNames),
    ("editor-translator", OtherNames),
    ("executive-producer", OtherNames),
    ("guest", OtherNames),
    ("host", OtherNames),
    ("illustrator", OtherNames),
    ("interviewer", OtherNames),
    ("narrator", OtherNames),
    ("organizer", OtherNames),
    ("original-author", OtherNames),
    ("performer", OtherNames),
    ("producer", OtherNames),
    ("recipient", OtherNames),
    ("reviewed-author", OtherNames),
    ("available-date", OtherDate),
    ("submitted", OtherDate),
    ("custom", Holds::Custom),
];

/// Types, and the entry type of BibLaTeX for each; the first with an entry type is the one that is written for it.
pub(in crate::formats) const TYPES: [(&str, &str); 45] = [
    ("article-journal", "article"),
    ("paper-conference", "inproceedings"),
    ("chapter", "incollection"),
    ("book", "book"),
    ("thesis", "thesis"),
    ("report", "report"),
    ("webpage", "online"),
    ("software", "software"),
    ("dataset", "dataset"),
    ("patent", "patent"),
    ("standard", "standard"),
    ("manuscript", "unpublished"),
    ("periodical", "periodical"),
    ("entry", "inreference"),
    ("graphic", "artwork"),
    ("motion_picture", "movie"),
    ("song", "audio"),
    ("legislation", "legislation"),
    ("legal_case", "jurisdiction"),
    ("performance", "performance"),
    ("personal_communication", "letter"),
    ("figure", "image"),
    ("musical_score", "music"),
    ("review", "review"),
    ("pamphlet", "booklet"),
    ("document", "misc"),
    ("article", "online"),
    ("article-magazine", "article"),
    ("article-newspaper", "article"),
    ("bill", "legislation"),
    ("broadcast", "misc"),
    ("classic", "book"),
    ("collection", "misc"),
    ("entry-dictionary", "inreference"),
    ("entry-encyclopedia", "inreference"),
    ("event", "misc"),
    ("hearing", "misc"),
    ("interview", "misc"),
    ("map", "misc"),
    ("post", "online"),
    ("post-weblog", "online"),
    ("regulation", "legislation"),
    ("review-book", "review"),
    ("speech", "unpublished"),
    ("treaty", "legislation"),
];

/// The type that is written for an entry type.
pub(in crate::formats) fn type_of_kind(kind: &str) -> &'static str {
    let like = match kind {
        "collection" | "proceedings" | "reference" | "mvbook" | "mvcollection" | "mvproceedings" | "manual" => "book",
        "inbook" | "bookinbook" | "suppbook" | "suppcollection" => "incollection",
        "suppperiodical" => "article",
        "conference" => "inproceedings",
        "phdthesis" | "mastersthesis" => "thesis",
        "techreport" => "report",
        "electronic" | "www" => "online",
        "video" => "movie",
        kind => kind,
    };
    TYPES.iter().find(|(_, known)| *known == like).map_or("document", |(name, _)| name)
}

/// The variable of BibLaTeX's `number`: the issue of a journal, the number of a book in its series, of a report.
pub(in crate::formats) fn number_variable(kind: &str) -> &'static str {
    match kind {
        "" | "article" | "suppperiodical" | "periodical" | "review" => "issue",
        "book" | "inbook" | "incollection" | "collection" | "inproceedings" | "proceedings" | "inreference"
        | "reference" | "mvbook" | "thesis" | "booklet" => "collection-number",
        _ => "number",
    }
}

/// Whether BibLaTeX names a publisher of this kind of work an institution.
pub(in crate::formats) fn is_of_institution(kind: &str) -> bool {
    matches!(kind, "thesis" | "report")
}

/// Whether BibLaTeX has the field `type` for this kind of work.
pub(in crate::formats) fn has_type_field(kind: &str) -> bool {
    matches!(kind, "thesis" | "report" | "patent" | "manual" | "misc" | "unpublished")
}

/// What BibLaTeX has abbreviations for, and how CSL's users write them out.
pub(in crate::formats) const THESES: [(&str, &str); 2] =
    [("PhD thesis", "phdthesis"), ("Master's thesis", "mastersthesis")];

/// Names of variables as [`super::names::squeezed`].
pub(super) fn squeezed_variables() -> impl Iterator<Item = String> {
    VARIABLES.iter().map(|(name, _)| super::names::squeezed(name))
}

fn variable(name: &str) -> Option<Holds> {
    VARIABLES.iter().find(|(known, _)| *known == name).map(|(_, holds)| *holds)
}

/// Whether a record is an item of CSL: of one of its types, and most of what it has are its variables.
pub(super) fn is_item(entries: &Entries) -> bool {
    let is_type = |word: &str| TYPES.iter().any(|(known, _)| *known == word);
    let has_type = entries.known.iter().any(|entry| entry.name == "type" && entry.value.as_text().is_some_and(is_type));
    if !has_type {
        return false;
    }
    let variables = entries.known.iter().filter(|entry| variable(&entry.name).is_some()).count();
    variables * 4 >= entries.count * 3 && entries.known.iter().all(|entry| entry.name != "indexed")
}

/// An item as a record.
pub(super) fn record(entries: &Entries) -> Record {
    let find = |name: &str| entries.known.iter().find(|entry| entry.name == name).map(|entry| &entry.value);
    let text_of = |name: &str| find(name).map(shapes::text).unwrap_or_default();
    let kind = TYPES.iter().find(|(name, _)| *name == text_of("type")).map_or("", |(_, kind)| kind);
    let mut record = Record { kind: kind.to_owned(), ..Record::default() };
    let mut custom = None;
    for entry in &entries.known {
        let (name, value) = (entry.name.as_ref(), &entry.value);
        if matches!(value, Value::Null) {
            continue;
        }
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
                let field = if is_of_institution(kind) { "institution" } else { "publisher" };
                detail(field, shapes::text(value));
            }
            Some(Holds::Genre) => {
                let genre = shapes::text(value);
                let abbreviation = THESES.iter().find(|(long, _)| kind == "thesis" && *long == genre);
                let field = if has_type_field(kind) { "type" } else { own.as_str() };
                detail(field, abbreviation.map_or(genre, |(_, short)| (*short).to_owned()));
            }
            Some(Number) if name == number_variable(kind) => detail("number", shapes::text(value)),
            Some(Detail(field)) => detail(field, shapes::text(value)),
            Some(Number | Other) => detail(&own, shapes::text(value)),
            Some(Names(field)) => detail(field, people::joined(&people::authors(value).names)),
            Some(OtherNames) => detail(&own, people::joined(&people::authors(value).names)),
            Some(Date(field)) => match plain_date(value) {
                Some(date) => detail(field, date),
                None => detail(&own, value.to_json().to_string()),
            },
            Some(OtherDate) => detail(&own, plain_date(value).unwrap_or_else(|| value.to_json().to_string())),
            Some(Holds::Custom) => custom = value.as_object(),
        }
    }
    if let Some(custom) = custom {
        take_custom(&mut record, custom);
    }
    record.mentions = record.details.iter().filter(|(name, _)| name == "note").map(|(_, note)| note.clone()).collect();
    record
}

/// The key of CSL's `custom` under which stands what the format has no variable for.
pub(in crate::formats) const CUSTOM_KEY: &str = "relata";

fn take_custom(record: &mut Record, custom: &Object) {
    if let Some(own) = custom.get(CUSTOM_KEY).and_then(Value::as_object) {
        super::own::restore(record, own);
    }
    let others: Vec<_> = custom.0.iter().filter(|(key, _)| key != CUSTOM_KEY).cloned().collect();
    if !others.is_empty() && record.details.iter().all(|(name, _)| name != "csl:custom") {
        let json = Value::Object(Object(others)).to_json().to_string();
        record.details.push(("csl:custom".to_owned(), json));
    }
}

fn issued(record: &mut Record, value: &Value) {
    let when = shapes::when(value);
    record.year = when.map(|when| when.year);
    record.date = when.and_then(When::date);
    let has_parts = value.get("date-parts").is_some();
    let is_plain = has_parts && plain_date(value).is_some_and(|date| !date.contains('/'));
    let in_range = when.is_some_and(|when| (1000..3000).contains(&when.year));
    match when {
        Some(When { month: Some(month), day: None, .. }) if is_plain && in_range => {
            record.details.push(("month".to_owned(), month.to_string()));
        }
        Some(_) if is_plain && in_range => {}
        _ => record.details.push(("csl:issued".to_owned(), value.to_json().to_string())),
    }
}

/// A date, or two with a slash between, as [ISO 8601](https://www.loc.gov/standards/datetime/) and BibLaTeX write
/// them; `None` if more is said than that.
fn plain_date(value: &Value) -> Option<String> {
    let object = value.as_object()?;
    if object.0.len() != 1 {
        return None;
    }
    if let Some(raw) = object.get("raw").and_then(Value::as_text) {
        // What is written back as date-parts.
        return (parts_of_date(raw).is_none() && !raw.trim_start().starts_with('{')).then(|| raw.to_owned());
    }
    let ends = object.get("date-parts")?.as_list()?;
    let ends: Option<Vec<String>> = ends.iter().map(|parts| date_of_parts(parts.as_list()?)).collect();
    ends.filter(|ends| (1..=2).contains(&ends.len())).map(|ends| ends.join("/"))
}

fn date_of_parts(parts: &[Value]) -> Option<String> {
    let parts: Option<Vec<i64>> = parts.iter().map(Value::as_integer).collect();
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

/// The parts of a date, or of two, in the form of [`plain_date`].
pub(in crate::formats) fn parts_of_date(text: &str) -> Option<Vec<Vec<i64>>> {
    let parts = |date: &str| {
        let parts: Option<Vec<i64>> = date.split('-').map(|part| part.parse().ok()).collect();
        let parts = parts?;
        let values: Vec<Value> = parts.iter().map(|part| Value::Number((*part).into())).collect();
        (date_of_parts(&values)? == date).then_some(parts)
    };
    let ends: Option<Vec<_>> = text.split('/').map(parts).collect();
    ends.filter(|ends| ends.len() <= 2)
}

/// `12-34` as BibLaTeX writes it, `12--34`; other hyphens belong to the numbers.
fn with_double_dashes(pages: &str) -> String {
    let mut dashed = String::with_capacity(pages.len() + 2);
    let mut rest = pages;
    while let Some(at) = rest.find('-') {
        let (before, behind) = (&rest[..at], &rest[at + 1..]);
        let is_range =
            before.ends_with(|c: char| c.is_ascii_digit()) && behind.starts_with(|c: char| c.is_ascii_digit());
        dashed.push_str(before);
        dashed.push_str(if is_range { "--" } else { "-" });
        rest = behind;
    }
    dashed + rest
}
