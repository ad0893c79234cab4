//! Reads records of an unknown kind whose elements have common names of fields: `title`, `author`, `abstract`, `year`,
//! … Examples are the exports of home-made databases, BibTeXML and the sources of Word.

use super::super::fields::{Field, meaning, people};
use super::parts::{detail, kind_of, link, name_of, person_of, put_kind, take_one, take_text, written_name};
use super::text::prose;
use super::tree::Element;
use crate::formats::fields::When;
use crate::paper::Record;

/// Reads a paper if `element` or its first child has a title, else returns `None`. In BibTeXML, the first child
/// contains the fields.
pub(super) fn record(element: &Element) -> Option<Record> {
    let has_title = |element: &&Element| {
        element.children().any(|child| meaning(child.name()).is_some_and(|meaning| meaning.field == Field::Title))
    };
    let fields = Some(element).filter(has_title).or_else(|| element.children().next().filter(has_title))?;
    let mut record = Record::default();
    if !std::ptr::eq(fields, element) {
        put_kind(&mut record, fields.name(), fields.name());
        record.id = element.attribute("id").to_owned();
    }
    let of = |wanted: Field| {
        let found = fields.children().filter_map(move |child| {
            let found = meaning(child.name())?;
            (found.field == wanted && !child.trimmed().is_empty()).then_some((found.rank, child))
        });
        found.min_by_key(|(rank, _)| *rank).map(|(_, child)| child)
    };
    let text = |field: Field| of(field).map(prose).unwrap_or_default();
    record.title = text(Field::Title);
    record.abstract_text = text(Field::Abstract);
    record.venue = text(Field::Venue);
    let when = [Field::Date, Field::Year].into_iter().filter_map(of).map(|found| When::parse(&found.plain()));
    when.reduce(|best, other| if other.is_finer_than(best) { other } else { best })
        .unwrap_or_default()
        .put(&mut record);
    let wordings = ["SourceType", "type", "itemType", "publicationType"].map(|name| fields.text_of(name));
    if let Some(wording) = wordings.iter().find(|wording| record.kind.is_empty() && !kind_of(wording).is_empty()) {
        put_kind(&mut record, kind_of(wording), wording);
    }
    fields.children().for_each(|child| take(&mut record, child));
    Some(record)
}

fn take(record: &mut Record, child: &Element) {
    match meaning(child.name()).map(|meaning| meaning.field) {
        Some(Field::Authors) => authors(record, child),
        Some(Field::Url | Field::Identifiers) => link(record, &child.trimmed()),
        Some(field @ (Field::Keywords | Field::Categories | Field::Organizations)) => {
            list(child).into_iter().for_each(|text| take_text(record, field, text));
        }
        Some(field @ (Field::Identifier(_) | Field::Detail(_))) => take_one(record, field, child),
        // Word's name for the location.
        _ if child.name() == "City" => detail(record, "location", child.trimmed()),
        _ => {}
    }
}

fn list(element: &Element) -> Vec<String> {
    let inside: Vec<String> = element.children().map(prose).collect();
    if !inside.is_empty() {
        return inside;
    }
    element.plain().split(';').map(|part| part.trim().to_owned()).collect()
}

fn authors(record: &mut Record, element: &Element) {
    if let Some(name) = person_of(element) {
        return record.authors.push(name);
    }
    // Word writes `Author/Author/NameList/Person`.
    let people: Vec<&Element> = element.every("Person").collect();
    let inside: Vec<&Element> = if people.is_empty() { element.children().collect() } else { people };
    if inside.is_empty() {
        let list = people::split(&element.plain());
        record.et_al |= list.et_al;
        record.authors.extend(list.names.iter().map(|name| written_name(name)));
    }
    record.authors.extend(inside.into_iter().map(name_of));
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn elements_with_names_of_fields_are_read_as_a_paper() {
        let outcome = read_bytes(
            "<papers><paper><Title>On bees</Title><authors><author><last>Byron</last><first>Ada</first></author><author>Carl Gauss</author></authors>\
             <abstract>Hum.</abstract><year>2021</year><journal>J. of Bees</journal><issue>3</issue><doi>10.1000/a</doi><keywords>bees; wings</keywords></paper>\
             <paper><queen/></paper></papers>",
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!(paper.authors, ["Ada Byron", "Carl Gauss"]);
        assert_eq!((paper.venue.as_deref(), paper.details["number"].as_str()), (Some("J. of Bees"), "3"));
        assert_eq!((paper.keywords.len(), paper.id.as_str()), (2, "doi:10.1000/a"));
        assert_eq!(outcome.problems, ["a.xml:1: <paper> is not a known kind of record; it contains queen"]);
        let word = read_bytes(
            "<b:Sources><b:Source><b:Tag>Byr21</b:Tag><b:SourceType>JournalArticle</b:SourceType><b:Title>On bees</b:Title><b:Author><b:Author>\
             <b:NameList><b:Person><b:Last>Byron</b:Last><b:First>Ada</b:First></b:Person><b:Person><b:Last>Gauss</b:Last></b:Person></b:NameList>\
             </b:Author></b:Author><b:JournalName>J. of Bees</b:JournalName><b:City>Nest</b:City></b:Source></b:Sources>",
            "a.xml",
        );
        let paper = &word.papers[0];
        assert_eq!(paper.authors, ["Ada Byron", "Gauss"]);
        assert_eq!((paper.venue.as_deref(), paper.kind.as_deref()), (Some("J. of Bees"), Some("article")));
        assert_eq!(paper.details["location"], "Nest");
        let bibtexml = read_bytes(
            "<bibtex:file><bibtex:entry id=\"byron21\"><bibtex:article><bibtex:author>Ada Byron</bibtex:author><bibtex:title>On bees</bibtex:title>\
             </bibtex:article></bibtex:entry></bibtex:file>",
            "a.xml",
        );
        assert_eq!((bibtexml.titles(), bibtexml.papers[0].id.as_str()), (vec!["On bees"], "byron21"));
    }
}
