//! Reads one statement of RDF: a work, or a person or a journal to which works refer.

use super::super::dublin_core;
use super::super::parts::{detail, first_of, kind_of, link, person_of, put_kind, take, written_name};
use super::super::text::prose_of;
use super::super::tree::Element;
use crate::formats::fields::Field::{self, Date, Detail, Identifier, Keywords, Url};
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// A person, an organisation or a container, to which a work may refer.
pub(super) enum Thing {
    Name(String),
    Container(Box<Container>),
}

/// A journal, an issue or a book in which a work appeared.
pub(super) struct Container {
    pub record: Record,
    /// The reference to the container that this container is part of.
    pub within: Option<String>,
}

/// A work whose names and container may be in other statements.
pub(super) struct Work {
    pub line: u64,
    pub record: Record,
    pub authors: Vec<Slot>,
    pub editors: Vec<Slot>,
    pub container: Option<String>,
}

/// A name, or a reference to the statement that has it.
pub(super) enum Slot {
    Name(String),
    Reference(String),
}

/// Returns the name by which other statements refer to an element.
pub(super) fn identity(element: &Element) -> Option<String> {
    let names = [element.attribute("about"), element.attribute("nodeID")];
    let stated = names.into_iter().find(|name| !name.is_empty()).map(str::to_owned);
    stated.or_else(|| Some(element.attribute("ID")).filter(|id| !id.is_empty()).map(|id| format!("#{id}")))
}

fn reference(element: &Element) -> Option<String> {
    let names = [element.attribute("resource"), element.attribute("nodeID")];
    names.into_iter().find(|name| !name.is_empty()).map(str::to_owned)
}

pub(super) fn thing(element: &Element) -> Thing {
    match name(element) {
        Some(name) => Thing::Name(name),
        None => Thing::Container(Box::new(container(element))),
    }
}

fn name(element: &Element) -> Option<String> {
    if let Some(person) = person_of(element) {
        return Some(person);
    }
    let whole = first_of(["name", "label", "fn"].map(|name| element.text_of(name)));
    match element.name() {
        _ if whole.is_empty() => None,
        "Organization" => Some(organisation(&whole)),
        "Person" | "Agent" | "Description" if element.child("title").is_none() => Some(written_name(&whole)),
        _ => None,
    }
}

/// Returns the people in the first of these properties that contains people.
fn people(element: &Element, properties: &[&str]) -> Vec<Slot> {
    let mut slots = properties.iter().map(|property| element.all(property).flat_map(slots).collect::<Vec<_>>());
    slots.find(|slots| !slots.is_empty()).unwrap_or_default()
}

fn slots(property: &Element) -> Vec<Slot> {
    if let Some(reference) = reference(property) {
        return vec![Slot::Reference(reference)];
    }
    let mut slots = Vec::new();
    for inside in property.descendants() {
        if let Some(name) = name(inside) {
            slots.push(Slot::Name(name));
        } else if let Some(reference) = reference(inside).filter(|_| inside.name() == "li" || inside.name() == "first")
        {
            slots.push(Slot::Reference(reference));
        }
    }
    let text = property.trimmed();
    if slots.is_empty() && property.children().next().is_none() && !text.is_empty() {
        slots.push(Slot::Name(written_name(&text)));
    }
    slots
}

pub(super) fn work(element: &Element, item_type: &str) -> Work {
    let mut record = dublin_core::record(element);
    if record.title.is_empty() {
        record.title = prose_of(element, "name");
    }
    let stated = element.child("type").filter(|_| element.name() == "Description");
    let stated = stated.map_or(element.name(), |kind| kind.attribute("resource"));
    let wording = if item_type.is_empty() { stated } else { item_type };
    let kind = kind_of(wording);
    if !kind.is_empty() {
        put_kind(&mut record, kind, &element.text_of("type"));
    }
    take(&mut record, element, &WORK);
    take_properties(&mut record, element);
    let mut held_in = None;
    for part_of in element.all("isPartOf") {
        held_in = held_in.or(reference(part_of));
        let mut inside = part_of.children().next();
        for _ in 0..4 {
            let Some(found) = inside else { break };
            put_container(&mut record, container(found).record);
            inside = found.child("isPartOf").and_then(|part_of| part_of.children().next());
        }
    }
    let about = element.attribute("about");
    if record.url.is_empty() && about.contains("://") {
        link(&mut record, about);
    }
    record.authors.clear();
    Work {
        line: element.line,
        record,
        authors: people(element, &["authors", "authorList", "author", "creator"]),
        editors: people(element, &["editors", "editorList", "editor"]),
        container: held_in,
    }
}

/// The paths of a work's fields.
#[rustfmt::skip]
const WORK: [(Field, &str); 5] = [
    (Date, "datePublished"), (Date, "publicationDate"), (Date, "dateCreated"), (Keywords, "subject/*/value"),
    (Keywords, "keywords"),
];

/// The paths of details, in a work and in its container.
#[rustfmt::skip]
const PROPERTIES: [(Field, &str); 22] = [
    (Detail("volume"), "volume"), (Detail("number"), "number"), (Detail("number"), "issue"),
    (Detail("number"), "issueNumber"), (Detail("pages"), "pages"), (Detail("edition"), "edition"),
    (Detail("shorttitle"), "shortTitle"), (Detail("version"), "version"), (Detail("eventtitle"), "conferenceName"),
    (Detail("issn"), "issn"), (Detail("issn"), "eissn"), (Detail("isbn"), "isbn"), (Detail("isbn"), "isbn10"),
    (Detail("isbn"), "isbn13"), (Identifier(IdentifierKind::Doi), "doi"), (Identifier(IdentifierKind::Pmid), "pmid"),
    (Url, "uri"), (Url, "url"), (Url, "downloadUrl"), (Url, "identifier/URI"), (Detail("publisher"), "publisher/*/name"),
    (Detail("location"), "publisher/*/adr/*/locality"),
];

fn take_properties(record: &mut Record, element: &Element) {
    take(record, element, &PROPERTIES);
    detail(record, "pages", page_range(&element.text_of("pageStart"), &element.text_of("pageEnd")));
}

fn container(element: &Element) -> Container {
    let mut record = dublin_core::record(element);
    take_properties(&mut record, element);
    detail(&mut record, "shortjournal", element.text_of("alternative"));
    Container { record, within: element.child("isPartOf").and_then(reference) }
}

/// Adds a container to the record of a work. The title of the first container becomes the venue, and that of the next
/// becomes the series. Zotero puts the article's identifiers into the journal, so they are added too.
pub(super) fn put_container(record: &mut Record, around: Record) {
    if record.venue.is_empty() {
        record.venue = around.title;
    } else {
        detail(record, "series", around.title);
    }
    if record.year.is_none() {
        (record.year, record.date) = (around.year, around.date);
    }
    record.identifiers.extend(around.identifiers);
    let kept = ["volume", "number", "issn", "isbn", "publisher", "location", "shortjournal", "edition"];
    record.details.extend(around.details.into_iter().filter(|(name, _)| kept.contains(&name.as_str())));
    if record.kind.is_empty() && !record.venue.is_empty() {
        record.kind = "article".to_owned();
    }
}
