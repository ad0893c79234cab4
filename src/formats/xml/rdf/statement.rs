//! One statement of RDF: about a work, or about a person or a journal that works point to.

use super::super::dublin_core;
use super::super::parts::{detail, first_of, identify, kind_of, link, person, put_kind, serial_number, written_name};
use super::super::text::prose_of;
use super::super::tree::Element;
use super::stated::{Container, Slot, Thing, Work};
use crate::formats::fields::When;
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::Record;

/// The name by which other statements refer to an element.
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
    let part = |names: &[&str]| first_of(names.iter().map(|name| element.text_of(name)));
    let family = part(&["surname", "familyName", "family_name", "lastName", "family-name"]);
    if !family.is_empty() {
        return Some(person(&family, &part(&["givenName", "givenname", "given_name", "firstName", "given-name"]), ""));
    }
    let whole = part(&["name", "label", "fn"]);
    match element.name() {
        _ if whole.is_empty() => None,
        "Organization" => Some(organisation(&whole)),
        "Person" | "Agent" | "Description" if element.child("title").is_none() => Some(written_name(&whole)),
        _ => None,
    }
}

/// The people in the first of these properties that has any.
fn people(element: &Element, properties: &[&str]) -> Vec<Slot> {
    for property in properties {
        let slots: Vec<Slot> = element.all(property).flat_map(slots).collect();
        if !slots.is_empty() {
            return slots;
        }
    }
    Vec::new()
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

pub(super) fn work(element: &Element, item_type: &str, size: usize) -> Work {
    let mut record = dublin_core::record(element);
    if record.title.is_empty() {
        record.title = prose_of(element, "name");
    }
    let wording = match item_type {
        "" => element
            .child("type")
            .map(|kind| kind.attribute("resource"))
            .filter(|_| element.name() == "Description")
            .unwrap_or(element.name()),
        item_type => item_type,
    };
    let kind = kind_of(wording);
    if !kind.is_empty() {
        put_kind(&mut record, kind, &element.text_of("type"));
    }
    facts(&mut record, element);
    publisher(&mut record, element);
    if record.year.is_none() {
        let dates = ["datePublished", "publicationDate", "dateCreated"].map(|name| When::parse(&element.text_of(name)));
        dates.into_iter().find(|when| when.year.is_some()).unwrap_or_default().put(&mut record);
    }
    for tag in element.all("subject").filter_map(|subject| subject.children().next()) {
        let value = tag.text_of("value");
        if !value.is_empty() {
            record.keywords.push(value);
        }
    }
    record.keywords.extend(element.texts_of("keywords"));
    let mut held_in = None;
    for part_of in element.all("isPartOf") {
        held_in = held_in.or(reference(part_of));
        let mut inside = part_of.children().next();
        for _ in 0..4 {
            let Some(found) = inside else { break };
            put_container(&mut record, container(found));
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
        size,
    }
}

/// Takes properties of works and of what they appeared in.
fn facts(record: &mut Record, element: &Element) {
    for (field, names) in [
        ("volume", &["volume"][..]),
        ("number", &["number", "issue", "issueNumber"]),
        ("pages", &["pages"]),
        ("edition", &["edition"]),
        ("shorttitle", &["shortTitle"]),
        ("version", &["version"]),
        ("eventtitle", &["conferenceName"]),
    ] {
        detail(record, field, first_of(names.iter().map(|name| element.text_of(name))));
    }
    let (first, last) = (element.text_of("pageStart"), element.text_of("pageEnd"));
    detail(record, "pages", page_range(&first, &last));
    for name in ["issn", "eissn", "isbn", "isbn10", "isbn13"] {
        element.texts_of(name).iter().for_each(|number| serial_number(record, number));
    }
    for name in ["doi", "pmid"] {
        for text in element.texts_of(name) {
            identify(record, &format!("{name}:{text}"));
        }
    }
    for name in ["uri", "url", "downloadUrl"] {
        element.texts_of(name).iter().for_each(|address| link(record, address));
    }
    element.within("identifier", "URI").for_each(|address| link(record, &address.trimmed()));
}

fn publisher(record: &mut Record, element: &Element) {
    let Some(organization) = element.child("publisher").and_then(|publisher| publisher.children().next()) else {
        return;
    };
    detail(record, "publisher", organization.text_of("name"));
    let place = organization.every("locality").map(Element::trimmed).next();
    detail(record, "location", place.unwrap_or_default());
}

fn container(element: &Element) -> Container {
    let mut record = dublin_core::record(element);
    facts(&mut record, element);
    publisher(&mut record, element);
    detail(&mut record, "shortjournal", element.text_of("alternative"));
    let titles = vec![std::mem::take(&mut record.title)];
    Container { titles, record, within: element.child("isPartOf").and_then(reference) }
}

/// Takes what a work appeared in: the first title becomes its venue, the next its series. Identifiers that Zotero keeps
/// with a journal are those of the article.
pub(super) fn put_container(record: &mut Record, container: Container) {
    for title in container.titles.into_iter().filter(|title| !title.is_empty()) {
        if record.venue.is_empty() {
            record.venue = title;
        } else {
            detail(record, "series", title);
        }
    }
    let around = container.record;
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
